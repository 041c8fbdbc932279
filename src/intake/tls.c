#include "intake/tls.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/tls_private.h"

#include "base/banned.h"

#define MAX_UNREAD 1000 /* policies, when none could be read before */

static void
give_failure(struct as_tls_reader *t, const json_t *v)
{
	struct as_report_tls_failure f;

	if (!json_is_object(v)) {
		t->head.unread++;
		as_tls_note(t, "member-unread", "failure-details", "no object");
		return;
	}
	f = (struct as_report_tls_failure){
	    .result_type =
		as_tls_get_word(t, v, "result-type", AS_WORDS_TLS_RESULT),
	    .sending_mta_ip = as_tls_get_text(t, v, "sending-mta-ip"),
	    .receiving_ip = as_tls_get_text(t, v, "receiving-ip"),
	    .receiving_mx_hostname =
		as_tls_get_text(t, v, "receiving-mx-hostname"),
	    .receiving_mx_helo = as_tls_get_text(t, v, "receiving-mx-helo"),
	    .sessions = as_tls_get_count(t, v, "failed-session-count"),
	    .info_uri = as_tls_get_text_of(
		t, v, "additional-information", "additional-info-uri"),
	    .reason_code = as_tls_get_text(t, v, "failure-reason-code"),
	};
	if (t->err == AS_OK && t->sink->tls_failure != NULL)
		as_tls_fail(t, t->sink->tls_failure(t->sink->ctx, &f));
}

static void
give_failures(struct as_tls_reader *t, const json_t *list)
{
	size_t n = json_array_size(list);

	if (json_is_object(list)) {
		give_failure(t, list);
		return;
	}
	if (list != NULL && !json_is_null(list) && !json_is_array(list))
		as_tls_note(t, "member-unread", "failure-details", "no list");
	for (size_t i = 0; i < n && t->err == AS_OK; i++)
		give_failure(t, json_array_get(list, i));
}

static void
add_sessions(struct as_report_head *h, uint64_t sessions)
{
	if (sessions == AS_REPORT_NO_COUNT)
		return;
	h->messages += sessions;
	if (h->messages < sessions)
		h->messages = UINT64_MAX;
}

/* The report is on the domain of its first policy that names one; `name` goes
 * with the arena. */
static void
head_domain(struct as_tls_reader *t, struct as_str name)
{
	if (t->head.domain.n > 0 || name.n == 0 || name.n > sizeof(t->domain))
		return;
	memcpy(t->domain, name.p, name.n);
	t->head.domain = (struct as_str){t->domain, name.n};
}

/* False: there is none; its failures are not counted either. */
static bool
give_policy(struct as_tls_reader *t, const json_t *v)
{
	const json_t *policy = json_object_get(v, "policy");
	const json_t *summary = json_object_get(v, "summary");
	const json_t *hosts = json_object_get(policy, "mx-host");
	struct as_report_tls_policy p;

	if (!json_is_object(policy)) {
		t->head.unread++;
		as_tls_note(t, "policy-unread", "policy", "no object");
		return false;
	}
	if (hosts == NULL)
		hosts = json_object_get(policy, "mx-host-pattern");
	p = (struct as_report_tls_policy){
	    .type =
		as_tls_get_word(t, policy, "policy-type", AS_WORDS_TLS_POLICY),
	    .domain = as_tls_get_domain(t, policy),
	    .successes =
		as_tls_get_count(t, summary, "total-successful-session-count"),
	    .failures =
		as_tls_get_count(t, summary, "total-failure-session-count"),
	};
	p.strings =
	    as_tls_get_texts(t, json_object_get(policy, "policy-string"),
		"policy-string", &p.n_strings);
	p.mx_hosts = as_tls_get_texts(t, hosts, "mx-host", &p.n_mx_hosts);
	t->head.rows++;
	head_domain(t, p.domain);
	add_sessions(&t->head, p.successes);
	add_sessions(&t->head, p.failures);
	if (t->err == AS_OK && t->sink->tls_policy != NULL)
		as_tls_fail(t, t->sink->tls_policy(t->sink->ctx, &p));
	return true;
}

/* The head; its texts live in the document. */
static void
read_head(struct as_tls_reader *t, const json_t *doc)
{
	const json_t *range = json_object_get(doc, "date-range");
	struct as_report_head *h = &t->head;

	h->org_name = as_tls_get_text(t, doc, "organization-name");
	h->email = as_tls_get_text(t, doc, "contact-info");
	h->report_id = as_tls_get_text(t, doc, "report-id");
	h->begin = as_tls_get_time(t, range, "start-datetime");
	h->end = as_tls_get_time(t, range, "end-datetime");
	if (h->report_id.n == 0)
		as_tls_note(
		    t, "id-missing", "report-id", "the report has no id");
	if (h->org_name.n == 0)
		as_tls_note(t, "reporter-missing", "organization-name",
		    "the report does not say who made it");
	if (h->begin == AS_REPORT_NO_TIME || h->end == AS_REPORT_NO_TIME)
		as_tls_note(t, "range-missing", "date-range",
		    "the report does not say of which time it is");
	else if (h->begin > h->end)
		as_tls_note(t, "range-reversed", "date-range",
		    "the time begins after its end");
}

/* --- pieces of the document --- */

/* A piece as a tree; what is wrong with it is told with its place. */
static enum as_err
piece_parse(struct as_tls_reader *t, struct as_str json, json_t **doc)
{
	bool repaired = false, nul = false;
	enum as_err err =
	    as_tls_cut_parse(&t->cut, json, &repaired, doc, t->why);

	if (err == AS_OK && as_json_nul_mend(*doc, &nul) != AS_OK) {
		json_decref(*doc);
		return as_why_no_memory(t->why);
	}
	if (nul && !t->mended)
		as_tls_note(t, "control-character", "", "NUL became U+FFFD");
	t->mended |= nul;
	if (repaired && !t->repaired)
		as_tls_note(t, "encoding-repaired", "",
		    "octets that are no UTF-8 became U+FFFD");
	t->repaired |= repaired;
	return err;
}

static enum as_err
on_begin(void *ctx)
{
	struct as_tls_reader *t = ctx;

	t->begun = true;
	if (t->sink->begin != NULL)
		as_tls_fail(t, t->sink->begin(t->sink->ctx, AS_REPORT_TLS));
	if (t->err == AS_OK)
		as_tls_fail(t, as_notes_begin(&t->notes));
	return t->err;
}

static enum as_err
none_read(struct as_tls_reader *t)
{
	return as_why_set(t->why, AS_ESYNTAX, AS_WHY_NOWHERE,
	    "a TLS report of whose policies none could be read");
}

static enum as_err
on_policy(void *ctx, struct as_str json, bool more)
{
	struct as_tls_reader *t = ctx;
	const json_t *v;
	json_t *doc;

	(void)more;
	t->policy++;
	as_arena_reset(t->arena);
	AS_TRY(piece_parse(t, json, &doc));
	v = json_array_get(doc, 0);
	t->policy_read = give_policy(t, v);
	if (t->policy_read)
		give_failures(t, json_object_get(v, "failure-details"));
	json_decref(doc);
	if (t->head.rows == 0 && t->head.unread == MAX_UNREAD)
		as_tls_fail(t, none_read(t));
	return t->err;
}

static enum as_err
on_failure(void *ctx, struct as_str json)
{
	struct as_tls_reader *t = ctx;
	json_t *doc;

	AS_TRY(piece_parse(t, json, &doc));
	if (t->policy_read)
		give_failure(t, json_array_get(doc, 0));
	json_decref(doc);
	return t->err;
}

/* Its syntax as a whole, and that no name stands in it twice. */
static enum as_err
on_checked(void *ctx, struct as_str json)
{
	json_t *doc;

	AS_TRY(piece_parse(ctx, json, &doc));
	json_decref(doc);
	return AS_OK;
}

/* The texts of the head live in its piece. */
static enum as_err
on_head(void *ctx, struct as_str json)
{
	struct as_tls_reader *t = ctx;
	json_t *doc;

	t->policy = 0;
	AS_TRY(piece_parse(t, json, &doc));
	if (!t->begun)
		as_tls_fail(t,
		    as_why_set(t->why, AS_EVERSION, AS_WHY_NOWHERE,
			"JSON without a list \"policies\", so no TLS report "
			"(RFC 8460 4.4)"));
	else if (t->head.rows == 0 && t->head.unread > 0)
		as_tls_fail(t, none_read(t));
	else
		read_head(t, doc);
	if (t->err == AS_OK)
		as_tls_fail(t, as_notes_end(&t->notes));
	if (t->err == AS_OK && t->sink->end != NULL)
		as_tls_fail(t, t->sink->end(t->sink->ctx, &t->head));
	json_decref(doc);
	return t->err;
}

/* --- life --- */

enum as_err
as_tls_reader_new(const struct as_report_sink *sink, struct as_tls_reader **out)
{
	struct as_tls_reader *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return AS_ENOMEM;
	t->arena = as_arena_new(AS_MAX_REPORT_HEAD_OCTETS);
	if (t->arena == NULL) {
		free(t);
		return AS_ENOMEM;
	}
	t->cut_sink = (struct as_tls_cut_sink){.ctx = t,
	    .begin = on_begin,
	    .policy = on_policy,
	    .failure = on_failure,
	    .checked = on_checked,
	    .head = on_head};
	as_tls_cut_init(&t->cut, &t->cut_sink);
	t->sink = t->notes.sink = sink;
	t->head = (struct as_report_head){.kind = AS_REPORT_TLS};
	*out = t;
	return AS_OK;
}

void
as_tls_reader_free(struct as_tls_reader *t)
{
	if (t == NULL)
		return;
	as_tls_cut_fini(&t->cut);
	as_arena_free(t->arena);
	free(t);
}

/* After an error the sink is told once that there is no report. */
static enum as_err
drop(struct as_tls_reader *t, enum as_err err)
{
	enum as_err dropped = AS_OK;

	t->err = err;
	if (t->begun && t->sink->drop != NULL)
		dropped = t->sink->drop(t->sink->ctx);
	t->begun = false;
	return dropped != AS_OK ? dropped : err;
}

enum as_err
as_tls_reader_feed(
    struct as_tls_reader *t, struct as_str octets, struct as_why *why)
{
	enum as_err err;

	if (t->err != AS_OK)
		return t->err;
	t->why = why;
	t->octets += octets.n;
	err = t->octets > AS_MAX_REPORT_OCTETS
	    ? as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		  "the report is over %" PRIu64 " octets", AS_MAX_REPORT_OCTETS)
	    : as_tls_cut_feed(&t->cut, octets, why);
	return err == AS_OK ? AS_OK : drop(t, err);
}

enum as_err
as_tls_reader_end(struct as_tls_reader *t, struct as_why *why)
{
	enum as_err err;

	if (t->err != AS_OK)
		return t->err;
	t->why = why;
	err = as_tls_cut_end(&t->cut, why);
	return err == AS_OK ? AS_OK : drop(t, err);
}
