#include "assess/tls_verdict.h"

#include "assess/tls_compare.h"
#include "assess/tls_gates.h"
#include "assess/tls_parts.h"

#include "base/banned.h"

AS_DEFINE_ENUM(tls_grade, AS_TLS_GRADE_MAP)
AS_DEFINE_ENUM(tls_weight, AS_TLS_WEIGHT_MAP)
AS_DEFINE_ENUM(tls_meets, AS_TLS_MEETS_MAP)

/* What the buffer holds, cut at its cap, goes to the arena. */
static enum as_err
take(struct as_arena *a, const struct as_buf *b, struct as_str *out)
{
	*out = as_str_dup(a, b->n > 0 ? as_buf_str(b) : AS_STR(""));
	return as_str_is_null(*out) ? AS_ENOMEM : AS_OK;
}

/* --- remarks --- */

static enum as_err
remarks_make(
    struct as_arena *a, const struct as_tls_look *l, struct as_tls_verdict *v)
{
	size_t n;
	const struct as_tls_gate *gates = as_tls_gates(&n);
	enum as_err err = AS_OK;
	struct as_buf seen;

	v->remarks = as_arena_array(a, n, sizeof(*v->remarks));
	if (v->remarks == NULL)
		return AS_ENOMEM;
	as_buf_init(&seen, AS_TLS_SEEN_OCTETS);
	for (size_t i = 0; i < n && err == AS_OK; i++) {
		struct as_tls_remark *r = &v->remarks[v->n_remarks];

		as_buf_reset(&seen);
		if (!gates[i].check(l, &seen))
			continue;
		*r = (struct as_tls_remark){.id = gates[i].id,
		    .weight = gates[i].weight,
		    .grade = gates[i].grade,
		    .title = gates[i].title,
		    .why = gates[i].why,
		    .cite = gates[i].cite};
		err = take(a, &seen, &r->seen);
		v->n_remarks++;
	}
	as_buf_fini(&seen);
	return err;
}

/* --- what could not be told --- */

static const struct as_str old_versions[] = {
    {"TLSv1.1", 7}, {"TLSv1", 5}, {"SSLv3", 5}, {"SSLv2", 5}};

static void
open_add(struct as_buf *b, const char *words)
{
	as_tls_seen_add(b, as_str_from(words));
}

/* What a better word than "fit" would need to know. */
static void
open_find(const struct as_tls_server *s, struct as_buf *b)
{
	static const char *const classes[] = {"forbidden", "weak"};
	struct as_str first;

	for (size_t i = 0; i < s->n_versions; i++)
		if (s->versions[i].offered == AS_OFFER_UNKNOWN)
			open_add(
			    b, as_tls_version_words(s->versions[i].version));
	for (size_t i = 0; i < sizeof(old_versions) / sizeof(old_versions[0]);
	     i++)
		if (as_tls_version_offer(s, old_versions[i].p) ==
		    AS_OFFER_NOT_ASKED)
			open_add(b, as_tls_version_words(old_versions[i]));
	for (size_t i = 0; i < 2; i++)
		if (as_tls_class_offer(s, classes[i], &first) ==
		    AS_OFFER_UNKNOWN)
			open_add(
			    b, i == 0 ? "forbidden suites" : "weak suites");
}

/* --- the grade --- */

static const char *
unreached_words(const struct as_tls_server *s)
{
	if (s->outcome != AS_SUBJECT_DONE)
		return "the prober did not finish";
	if (s->implicit || s->smtp == NULL)
		return "the server could not be met";
	switch (s->smtp->outcome) {
	case AS_SMTP_OK: break;
	case AS_SMTP_NOT_TRIED: return "no connection was tried";
	case AS_SMTP_REFUSED: return "the connection was refused";
	case AS_SMTP_UNREACHABLE: return "the address cannot be reached";
	case AS_SMTP_TIMEOUT: return "the server did not answer in time";
	case AS_SMTP_CLOSED: return "the server closed the connection";
	case AS_SMTP_BUSY: return "the server asked to come back later";
	case AS_SMTP_REJECTED: return "the server does not want to talk to us";
	case AS_SMTP_MALFORMED: return "the server does not speak SMTP";
	case AS_SMTP_TOO_LONG: return "the server said more than a cap allows";
	case AS_SMTP_FORBIDDEN: return "the address is a special one";
	case AS_SMTP_OWN: return "the address is one of our own";
	}
	if (s->smtp->starttls == AS_STARTTLS_LATER)
		return "the server put STARTTLS off";
	if (s->smtp->starttls == AS_STARTTLS_NO_ANSWER)
		return "STARTTLS got no answer";
	return "too little of its TLS could be told";
}

/* Is anything of its TLS known?  The first visit counts. */
static bool
is_met(const struct as_tls_server *s)
{
	return as_tls_newest(s) != NULL ||
	    (s->tls != NULL && s->tls->outcome == AS_TLS_OK);
}

static enum as_tls_grade
grade_of(const struct as_tls_verdict *v)
{
	if (v->n_remarks > 0 && v->remarks[0].grade != AS_TLS_GRADE_GOOD &&
	    (is_met(v->server) || v->remarks[0].grade < AS_TLS_GRADE_FIT))
		return v->remarks[0].grade;
	if (!is_met(v->server) || v->open.n > 0 ||
	    as_tls_version_offer(v->server, "TLSv1.3") != AS_OFFER_YES)
		return AS_TLS_GRADE_UNKNOWN;
	return AS_TLS_GRADE_GOOD;
}

static enum as_err
sentence_make(struct as_arena *a, struct as_tls_verdict *v)
{
	if (v->grade == AS_TLS_GRADE_GOOD)
		v->sentence = AS_STR(
		    "TLS 1.2 and 1.3 with forward secrecy, and nothing old.");
	else if (v->grade != AS_TLS_GRADE_UNKNOWN)
		v->sentence = as_str_from(v->remarks[0].title);
	else if (!is_met(v->server))
		v->sentence = as_str_printf(
		    a, "It cannot be told: %s.", unreached_words(v->server));
	else
		v->sentence = AS_STR("What was seen is good, but not all could "
				     "be told.");
	return as_str_is_null(v->sentence) ? AS_ENOMEM : AS_OK;
}

/* --- the certificate --- */

static void
chain_trust(const struct as_tls_facts *tls, int64_t now_ms, struct as_buf *b)
{
	bool dates = as_tls_is_out_of_date(tls, now_ms);
	bool sts = tls->trusted && tls->name_matches && !dates;

	as_buf_printf(
	    b, "Senders that go by MTA-STS %s it", sts ? "accept" : "refuse");
	if (!sts)
		as_buf_printf(b, " (%s)",
		    !tls->trusted ? "no public authority vouches for it"
			: dates   ? "it is not within its dates"
				  : "it does not name this host");
	if (tls->dane == AS_DANE_MATCH)
		as_buf_puts(b, "; those that go by DANE accept it.");
	else if (tls->dane == AS_DANE_MISMATCH)
		as_buf_puts(b,
		    "; those that go by DANE refuse it (it contradicts the "
		    "TLSA records).");
	else
		as_buf_puts(b,
		    "; DANE with usage 3 asks for no authority, only that the "
		    "TLSA record fits.");
}

typedef void chain_words(
    const struct as_tls_look *l, size_t i, struct as_buf *b);

static void
trust_of(const struct as_tls_look *l, size_t i, struct as_buf *b)
{
	chain_trust(&l->shown[i], l->now_ms, b);
}

static void
caa_of(const struct as_tls_look *l, size_t i, struct as_buf *b)
{
	as_tls_caa_words(&l->caa[i], b);
}

/* Said once where it is the same of all chains, else of each. */
static void
all_words(const struct as_tls_look *l, chain_words *words, struct as_buf *b)
{
	struct as_buf one, first;
	bool same = true;

	as_buf_init(&one, AS_TLS_SEEN_OCTETS);
	as_buf_init(&first, AS_TLS_SEEN_OCTETS);
	if (l->n_shown > 0)
		words(l, 0, &first);
	for (size_t i = 1; i < l->n_shown; i++) {
		as_buf_reset(&one);
		words(l, i, &one);
		same = same && as_str_eq(as_buf_str(&one), as_buf_str(&first));
	}
	for (size_t i = 0; i < (same ? 1 : l->n_shown) && first.n > 0; i++) {
		if (!same)
			as_buf_printf(b, "%s" AS_STR_FMT ": ", i > 0 ? " " : "",
			    AS_STR_ARG(as_tls_shown_kind(&l->shown[i])));
		words(l, i, b);
	}
	as_buf_fini(&one);
	as_buf_fini(&first);
}

static void
trust_words(const struct as_tls_look *l, struct as_buf *b)
{
	if (l->n_shown == 0)
		as_buf_puts(b,
		    "The certificate could not be judged: a sender of today "
		    "gets none to see.");
	else
		all_words(l, trust_of, b);
}

static enum as_err
words_make(
    struct as_arena *a, const struct as_tls_look *l, struct as_tls_verdict *v)
{
	struct as_buf b;
	enum as_err err;

	as_buf_init(&b, 3 * AS_TLS_SEEN_OCTETS);
	trust_words(l, &b);
	err = take(a, &b, &v->trust);
	as_buf_reset(&b);
	all_words(l, caa_of, &b);
	if (err == AS_OK)
		err = take(a, &b, &v->caa);
	as_buf_reset(&b);
	if (is_met(v->server))
		open_find(v->server, &b);
	if (err == AS_OK)
		err = take(a, &b, &v->open);
	as_buf_fini(&b);
	return err;
}

/* --- the whole --- */

static enum as_err
shown_keep(
    struct as_arena *a, const struct as_tls_look *l, struct as_tls_verdict *v)
{
	v->shown = as_arena_array(a, l->n_shown, sizeof(*v->shown));
	if (v->shown == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < l->n_shown; i++)
		v->shown[i] = l->shown[i];
	v->n_shown = l->n_shown;
	return AS_OK;
}

static enum as_err
server_judge(struct as_arena *a, const struct as_tls_judge_ask *ask,
    const struct as_tls_server *s, struct as_tls_verdict *v)
{
	struct as_tls_look l;

	v->server = s;
	AS_TRY(as_tls_look_init(a, ask, s, &l));
	AS_TRY(shown_keep(a, &l, v));
	AS_TRY(remarks_make(a, &l, v));
	AS_TRY(words_make(a, &l, v));
	v->grade = grade_of(v);
	AS_TRY(sentence_make(a, v));
	AS_TRY(as_tls_readings_make(a, ask, v));
	return as_tls_changes_make(a, v);
}

static enum as_err
addresses_compare(struct as_arena *a, struct as_tls_judgement *j)
{
	const struct as_tls_verdict *first = NULL;

	for (size_t i = 0; i < j->n_servers; i++) {
		struct as_tls_verdict *v = &j->servers[i];

		if (first != NULL)
			AS_TRY(as_tls_compare(a, first, v));
		else if (is_met(v->server))
			first = v;
	}
	return AS_OK;
}

enum as_err
as_tls_judge(struct as_arena *a, const struct as_tls_judge_ask *ask,
    struct as_tls_judgement *out)
{
	const struct as_tls_report *r = ask->report;
	bool unknown = r->n_servers == 0;

	*out = (struct as_tls_judgement){.grade = AS_TLS_GRADE_GOOD};
	out->servers = as_arena_array(a, r->n_servers, sizeof(*out->servers));
	if (out->servers == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < r->n_servers; i++) {
		struct as_tls_verdict *v = &out->servers[i];

		AS_TRY(server_judge(a, ask, &r->servers[i], v));
		unknown = unknown || v->grade == AS_TLS_GRADE_UNKNOWN;
		if (v->grade < out->grade)
			out->grade = v->grade;
		out->n_servers++;
	}
	if (unknown && out->grade != AS_TLS_GRADE_BROKEN)
		out->grade = AS_TLS_GRADE_UNKNOWN;
	return addresses_compare(a, out);
}
