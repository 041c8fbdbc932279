/*
 * enforce_driver VECTOR STORE - writes the history of a vector into a store, by
 * the store's own writer, a report a reporter and day.
 */
#include <stdio.h>

#include "store/reports.h"
#include "store/usage_read.h"
#include "usage_vector.h"

#define MAX_FLOWS 64

struct work {
	const json_t *doc;
	struct as_store *s;
	struct as_store_writer *w;
	struct v_flow flows[MAX_FLOWS];
	size_t n;
	struct as_why why;
};

static enum as_err
report_write(struct work *k, int64_t ago, struct as_str reporter)
{
	struct as_report_sink sink = as_store_sink(k->w);
	struct as_report_head head = v_head(k->doc, ago, reporter);
	struct as_store_origin origin = {
	    .input = AS_STR("driver"), .received = head.end};
	enum as_stored stored;
	char id[40];

	(void)snprintf(id, sizeof(id), "day-%lld", (long long)ago);
	head.report_id = as_str_from(id);
	AS_TRY(sink.begin(sink.ctx, AS_REPORT_AGGREGATE));
	for (size_t i = 0; i < k->n; i++) {
		if (!v_flow_on(&k->flows[i], ago, reporter))
			continue;
		AS_TRY(sink.row(sink.ctx, &k->flows[i].row));
		head.rows++;
		head.messages += k->flows[i].row.count;
	}
	if (head.rows == 0)
		return sink.drop(sink.ctx);
	AS_TRY(sink.end(sink.ctx, &head));
	return as_store_keep(k->w, &origin, &stored, &k->why);
}

static enum as_err
history_write(struct work *k)
{
	const json_t *flows = json_object_get(k->doc, "flows");
	const json_t *who = json_object_get(k->doc, "reporters");

	for (size_t i = 0; i < json_array_size(flows); i++)
		if (k->n == MAX_FLOWS ||
		    !v_flow_read(
			k->doc, json_array_get(flows, i), &k->flows[k->n++]))
			return AS_ESYNTAX;
	for (int64_t ago = 365; ago >= 0; ago--)
		for (size_t i = 0; i < json_array_size(who); i++)
			AS_TRY(report_write(k, ago, v_item(who, i)));
	AS_TRY(as_store_flush(k->w, &k->why));
	return as_store_commit(k->s, &k->why);
}

static enum as_err
run(struct work *k, const char *store)
{
	enum as_err err;

	AS_TRY(as_store_open(store, false, &k->s, &k->why));
	err = as_store_writer_new(k->s, &k->w, &k->why);
	if (err == AS_OK)
		err = history_write(k);
	as_store_writer_free(k->w);
	as_store_close(k->s);
	return err;
}

int
main(int argc, char **argv)
{
	static struct work k;
	json_t *doc = argc == 3 ? json_load_file(argv[1], 0, NULL) : NULL;
	enum as_err err;

	if (doc == NULL) {
		(void)fputs("usage: enforce_driver VECTOR STORE\n", stderr);
		return 2;
	}
	k.doc = doc;
	err = run(&k, argv[2]);
	json_decref(doc);
	if (err != AS_OK)
		(void)fprintf(stderr, "%s: %s\n", as_err_name(err), k.why.text);
	return err != AS_OK;
}
