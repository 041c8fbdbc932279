#include "app/ingest_keep.h"

#include <stdlib.h>
#include <string.h>

#include "app/run.h"
#include "base/clock.h"
#include "base/json_out.h"
#include "base/utf8.h"
#include "store/report_read.h"

#include "base/banned.h"

#define OUTPUT      "standard output"
#define SCHEMA      "assay.ingest/1"
#define TOLD_OCTETS ((size_t)256 * 1024) /* of one input */
#define NAME_OCTETS ((size_t)64 * 1024)
#define TOLD_ROOM   ((size_t)4096) /* for one thing: path and diagnosis */
#define OUT_OCTETS  ((size_t)256 * 1024 * 1024)
#define OUT_HIGH    ((size_t)8 * 1024 * 1024)
#define DUE_REPORTS 5000
#define PATH_OCTETS ((size_t)64 * 1024) /* inside an input */

struct as_keep {
	struct as_store *store;
	struct as_store_writer *writer;
	enum as_format format;
	struct as_clock clock;
	struct as_ingest_counts counts; /* durable */
	struct as_ingest_counts open;   /* not yet */
	struct as_buf out;              /* to be told with the commit */
	bool began;                     /* an input was told of */
	struct as_why why;
};

void
as_ingest_input_init(struct as_ingest_input *in, const char *name)
{
	*in = (struct as_ingest_input){.name = name, .counts = {.inputs = 1}};
	as_buf_init(&in->told, TOLD_OCTETS);
	as_buf_init(&in->shown, NAME_OCTETS);
	if (!as_utf8_is_valid(as_str_from(name)))
		as_term_add(&in->shown, as_str_from(name));
}

void
as_ingest_input_fini(struct as_ingest_input *in)
{
	as_buf_fini(&in->told);
	as_buf_fini(&in->shown);
}

struct as_store *
as_keep_store(struct as_keep *k)
{
	return k->store;
}

struct as_report_sink
as_keep_sink(struct as_keep *k)
{
	return as_store_sink(k->writer);
}

/* The other one when this one is absent. */
static struct as_str
either(struct as_str one, struct as_str other)
{
	return as_str_is_null(one) ? other : one;
}

/* What was in quarantine came from where that came from; its place inside is
 * written into `path`. */
static struct as_store_origin
origin_of(const struct as_keep *k, const struct as_ingest_input *in,
    const struct as_report_piece *piece, struct as_buf *path)
{
	struct as_store_origin o = {.input = in->shown.n > 0
		? as_buf_str(&in->shown)
		: as_str_from(in->name),
	    .path = piece->path,
	    .mail_from = piece->mail_from,
	    .mail_date = piece->mail_date,
	    .message_id = piece->message_id,
	    .raw = piece->raw,
	    .received = k->clock.wall_ms(k->clock.ctx) / 1000};

	if (in->held == NULL)
		return o;
	as_buf_add_str(path, in->held->from.path);
	if (path->n > 0 && piece->path.n > 0)
		as_buf_puts(path, " > ");
	as_buf_add_str(path, piece->path);
	o.path = path->n > 0 ? as_buf_str(path) : AS_STR("");
	o.mail_from = either(o.mail_from, in->held->from.mail_from);
	o.mail_date = either(o.mail_date, in->held->from.mail_date);
	o.message_id = either(o.message_id, in->held->from.message_id);
	return o;
}

enum as_err
as_keep_found(struct as_keep *k, struct as_ingest_input *in,
    const struct as_report_piece *piece)
{
	struct as_store_origin origin;
	enum as_stored what;
	struct as_buf path;
	enum as_err err;

	as_buf_init(&path, PATH_OCTETS);
	origin = origin_of(k, in, piece, &path);
	err = as_store_keep(k->writer, &origin, &what, &k->why);
	as_buf_fini(&path);
	if (err != AS_OK)
		return err;
	switch (what) {
	case AS_STORED_DUPLICATE: in->counts.duplicates++; break;
	case AS_STORED_CONFLICT:
		in->counts.conflicts++;
		in->counts.stored++;
		break;
	case AS_STORED_NEW: in->counts.stored++; break;
	}
	return AS_OK;
}

/* --- what is told --- */

static void
text_tell(struct as_buf *b, const char *name, struct as_str path,
    struct as_str diagnosis)
{
	as_term_add(b, as_str_from(name));
	if (path.n > 0) {
		as_buf_puts(b, " > ");
		as_term_add(b, path);
	}
	as_buf_puts(b, ": ");
	as_term_add(b, diagnosis);
	as_buf_puts(b, "\n");
}

static void
json_tell(struct as_buf *b, struct as_str path, struct as_str diagnosis)
{
	struct as_json_out o = {.b = b, .style = AS_JSON_COMPACT};

	if (b->n > 0)
		as_buf_puts(b, ",");
	as_json_out_open(&o, '{');
	as_json_out_name(&o, "path");
	as_json_out_str(&o, path);
	as_json_out_name(&o, "diagnosis");
	as_json_out_str(&o, diagnosis);
	as_json_out_close(&o, '}');
}

static void
tell(struct as_keep *k, struct as_ingest_input *in, struct as_str path,
    struct as_str diagnosis)
{
	size_t before = in->told.n;

	path = as_str_slice(path, 0, TOLD_ROOM);
	if (k->format == AS_FORMAT_TEXT)
		text_tell(&in->told, in->name, path, diagnosis);
	else
		json_tell(&in->told, path, diagnosis);
	if (as_buf_ok(&in->told))
		return;
	in->told.n = before;
	in->told.full = false;
	in->untold++;
}

enum as_err
as_keep_refused(struct as_keep *k, struct as_ingest_input *in,
    const struct as_report_piece *piece, struct as_str diagnosis)
{
	struct as_store_origin origin;
	struct as_buf path;
	enum as_err err;

	as_buf_init(&path, PATH_OCTETS);
	origin = origin_of(k, in, piece, &path);
	err = as_store_quarantine(k->store, &origin, diagnosis, &k->why);
	if (err == AS_OK) {
		in->counts.quarantined++;
		in->refused = in->refused || piece->path.n == 0;
		tell(k, in, origin.path, diagnosis);
	}
	as_buf_fini(&path);
	return err;
}

void
as_keep_unread(struct as_keep *k, struct as_ingest_input *in, const char *cause)
{
	in->counts.unread = 1;
	tell(k, in, AS_STR_NULL, as_str_from(cause));
}

static void
counts_json(struct as_buf *b, const struct as_ingest_counts *c)
{
	as_buf_printf(b,
	    "\"stored\":%llu,\"duplicates\":%llu,\"conflicts\":%llu,"
	    "\"quarantined\":%llu",
	    (unsigned long long)c->stored, (unsigned long long)c->duplicates,
	    (unsigned long long)c->conflicts,
	    (unsigned long long)c->quarantined);
}

static void
input_json(struct as_keep *k, const struct as_ingest_input *in)
{
	struct as_json_out o = {.b = &k->out, .style = AS_JSON_COMPACT};

	if (k->format == AS_FORMAT_JSON)
		as_buf_puts(&k->out, k->began ? ",\n" : "\n");
	as_buf_puts(&k->out, "{\"input\":");
	as_json_out_str(&o, as_str_from(in->name));
	as_buf_puts(&k->out, ",");
	counts_json(&k->out, &in->counts);
	as_buf_printf(&k->out, ",\"read\":%s,\"refused\":[",
	    in->counts.unread > 0 ? "false" : "true");
	as_buf_add_str(&k->out, as_buf_str(&in->told));
	as_buf_printf(&k->out, "],\"refused_left_out\":%llu}",
	    (unsigned long long)in->untold);
	if (k->format == AS_FORMAT_NDJSON)
		as_buf_puts(&k->out, "\n");
	k->began = true;
}

static void
counts_add(struct as_ingest_counts *to, const struct as_ingest_counts *c)
{
	to->inputs += c->inputs;
	to->stored += c->stored;
	to->duplicates += c->duplicates;
	to->conflicts += c->conflicts;
	to->quarantined += c->quarantined;
	to->unread += c->unread;
}

/* Somebody else may have dropped it meanwhile. */
static enum as_err
held_leave(struct as_keep *k, const struct as_ingest_input *in)
{
	struct as_why why = {.text = ""};
	enum as_err err;

	if (in->held == NULL || in->refused ||
	    in->counts.stored + in->counts.duplicates == 0)
		return AS_OK;
	err = as_quarantine_drop(k->store, in->held->id, &why);
	if (err == AS_OK || err == AS_EABSENT)
		return AS_OK;
	k->why = why;
	return err;
}

enum as_err
as_keep_input_end(struct as_keep *k, const struct as_ingest_input *in)
{
	AS_TRY(held_leave(k, in));
	counts_add(&k->open, &in->counts);
	if (k->format != AS_FORMAT_TEXT) {
		input_json(k, in);
		return as_buf_ok(&k->out) ? AS_OK : as_why_no_memory(&k->why);
	}
	as_buf_add_str(&k->out, as_buf_str(&in->told));
	if (in->untold > 0) {
		as_term_add(&k->out, as_str_from(in->name));
		as_buf_printf(&k->out, ": %llu more gave no report\n",
		    (unsigned long long)in->untold);
	}
	return as_buf_ok(&k->out) ? AS_OK : as_why_no_memory(&k->why);
}

bool
as_keep_is_due(const struct as_keep *k)
{
	return k->open.stored + k->open.quarantined >= DUE_REPORTS ||
	    k->out.n > OUT_HIGH;
}

enum as_err
as_keep_commit(struct as_keep *k, struct as_why *why)
{
	AS_TRY(as_store_flush(k->writer, why));
	AS_TRY(as_store_commit(k->store, why));
	counts_add(&k->counts, &k->open);
	k->open = (struct as_ingest_counts){.inputs = 0};
	return as_run_write(stdout, OUTPUT, &k->out, why);
}

/* --- head and foot --- */

enum as_err
as_keep_head(struct as_keep *k, struct as_why *why)
{
	if (k->format == AS_FORMAT_JSON)
		as_buf_puts(&k->out, "{\"schema\":\"" SCHEMA "\",\"inputs\":[");
	return as_run_write(stdout, OUTPUT, &k->out, why);
}

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void
summary_text(struct as_buf *b, const struct as_ingest_counts *c)
{
	as_buf_printf(b, "%llu report%s stored", (unsigned long long)c->stored,
	    plural(c->stored));
	if (c->conflicts > 0)
		as_buf_printf(b,
		    " (%llu of a name that another has, with "
		    "other content)",
		    (unsigned long long)c->conflicts);
	as_buf_printf(b, ", %llu known already, from %llu input%s.\n",
	    (unsigned long long)c->duplicates, (unsigned long long)c->inputs,
	    plural(c->inputs));
	if (c->quarantined > 0)
		as_buf_printf(b,
		    "%llu gave no report and %s kept with the "
		    "reason: \"assay reports quarantine\".\n",
		    (unsigned long long)c->quarantined,
		    c->quarantined == 1 ? "is" : "are");
	if (c->unread > 0)
		as_buf_printf(b, "%llu input%s could not be read.\n",
		    (unsigned long long)c->unread, plural(c->unread));
}

/* `fault` may be absent: there was none. */
static void
summary_json(struct as_keep *k, struct as_str fault)
{
	struct as_json_out o = {.b = &k->out, .style = AS_JSON_COMPACT};

	as_buf_puts(&k->out, k->format == AS_FORMAT_JSON ? "\n]," : "{");
	counts_json(&k->out, &k->counts);
	as_buf_printf(&k->out, ",\"unread\":%llu,\"error\":",
	    (unsigned long long)k->counts.unread);
	as_json_out_str_or_null(&o, fault);
	as_buf_puts(&k->out, "}\n");
}

enum as_err
as_keep_foot(struct as_keep *k, struct as_why *why)
{
	if (k->format == AS_FORMAT_TEXT)
		summary_text(&k->out, &k->counts);
	else
		summary_json(k, AS_STR_NULL);
	return as_run_write(stdout, OUTPUT, &k->out, why);
}

void
as_keep_broken(struct as_keep *k, const char *fault)
{
	enum as_err err; /* `fault` is the one that is told */

	as_buf_reset(&k->out);
	if (k->format != AS_FORMAT_TEXT)
		summary_json(k, as_str_from(fault));
	err = as_run_write(stdout, OUTPUT, &k->out, NULL);
	(void)err;
}

const struct as_ingest_counts *
as_keep_counts(const struct as_keep *k)
{
	return &k->counts;
}

const struct as_why *
as_keep_why(const struct as_keep *k)
{
	return k->why.text[0] != 0 ? &k->why : as_store_writer_why(k->writer);
}

enum as_err
as_keep_new(const char *path, enum as_format format, struct as_keep **out,
    struct as_why *why)
{
	struct as_keep *k = calloc(1, sizeof(*k));
	enum as_err err;

	*out = NULL;
	if (k == NULL)
		return as_why_no_memory(why);
	k->format = format;
	k->clock = as_clock_system();
	as_buf_init(&k->out, OUT_OCTETS);
	err = as_store_open(path, false, &k->store, why);
	if (err == AS_OK)
		err = as_store_writer_new(k->store, &k->writer, why);
	if (err != AS_OK) {
		as_keep_free(k);
		return err;
	}
	*out = k;
	return AS_OK;
}

void
as_keep_free(struct as_keep *k)
{
	if (k == NULL)
		return;
	as_store_writer_free(k->writer);
	as_store_close(k->store);
	as_buf_fini(&k->out);
	free(k);
}
