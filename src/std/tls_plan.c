#include "std/tls_plan_private.h"

#include "base/banned.h"

#define MOST_SILENT 2 /* then the server has stopped answering */

static const char *const question_words[] = {
#define AS_TLS_Q_WORD(code, text) [code] = text,
    AS_TLS_QUESTION_MAP(AS_TLS_Q_WORD)
#undef AS_TLS_Q_WORD
};

uint16_t
as_tls_version_at(enum as_tls_version_index at)
{
	static const uint16_t versions[] = {AS_TLS_SSL2, AS_TLS_SSL3,
	    AS_TLS_1_0, AS_TLS_1_1, AS_TLS_1_2, AS_TLS_1_3};

	return versions[at];
}

bool
as_tls_plan_lacks_chain(const struct as_tls_plan *p)
{
	if (p->now.question == AS_TLS_Q_CERTIFICATE)
		return true;
	return p->now.question == AS_TLS_Q_VERSION &&
	    p->map.rsa.n_certificates == 0 && p->map.ecdsa.n_certificates == 0;
}

bool
as_tls_plan_is_13(uint16_t suite)
{
	return suite >> 8 == 0x13;
}

enum as_suite_class
as_tls_plan_class(const struct as_tls_plan *p, uint16_t suite)
{
	for (size_t i = 0; i < p->tables.n_suites; i++)
		if (p->tables.suites[i].code == suite)
			return p->tables.suites[i].class;
	return AS_SUITE_NOT_FOR_SMTP;
}

bool
as_tls_plan_has_suite(const struct as_tls_map_version *v, uint16_t suite)
{
	for (size_t i = 0; i < v->n_suites; i++)
		if (v->suites[i] == suite)
			return true;
	return false;
}

static bool
is_on(const struct as_tls_plan *p, enum as_tls_version_index at)
{
	return p->map.versions[at].seen == AS_TLS_SEEN_YES;
}

bool
as_tls_plan_top(const struct as_tls_plan *p, enum as_tls_version_index *at)
{
	for (int i = AS_TLS_AT_1_2; i >= AS_TLS_AT_SSL3; i--)
		if (is_on(p, (enum as_tls_version_index)i)) {
			*at = (enum as_tls_version_index)i;
			return true;
		}
	return false;
}

static bool
has_ecdhe(const struct as_tls_map_version *v)
{
	for (size_t i = 0; i < v->n_suites; i++)
		if (as_tls_exchange_get(v->suites[i]).kx == AS_TLS_KX_ECDHE)
			return true;
	return false;
}

bool
as_tls_plan_group_version(
    const struct as_tls_plan *p, enum as_tls_version_index *at)
{
	*at = AS_TLS_AT_1_3;
	if (is_on(p, AS_TLS_AT_1_3))
		return true;
	return as_tls_plan_top(p, at) && *at != AS_TLS_AT_SSL3 &&
	    has_ecdhe(&p->map.versions[*at]);
}

bool
as_tls_plan_hides_groups(const struct as_tls_plan *p)
{
	return p->now.at != AS_TLS_AT_1_3 &&
	    p->map.ecdsa.seen == AS_TLS_SEEN_YES &&
	    p->map.rsa.seen != AS_TLS_SEEN_YES;
}

bool
as_tls_plan_told_above(const struct as_tls_plan *p, enum as_suite_class class)
{
	if (p->now.question != AS_TLS_Q_OLD_CLASSES)
		return false;
	for (int i = p->now.at + 1; i <= AS_TLS_AT_1_2; i++)
		if (p->map.versions[i].classes[class] == AS_TLS_SEEN_YES)
			return true;
	return false;
}

/* --- what is still to be asked --- */

/* The versions that are looked at closely: TLS 1.3 and the highest below. */
static bool
is_close(const struct as_tls_plan *p, enum as_tls_version_index at)
{
	enum as_tls_version_index top;

	return at == AS_TLS_AT_1_3 || (as_tls_plan_top(p, &top) && at == top);
}

/* One version of which the question is open. */
static bool
wants_at(const struct as_tls_plan *p, enum as_tls_question q,
    enum as_tls_version_index at)
{
	const struct as_tls_map_version *v = &p->map.versions[at];

	if (q == AS_TLS_Q_VERSION)
		return v->seen == AS_TLS_SEEN_NOT_ASKED;
	if (!is_on(p, at) || at == AS_TLS_AT_SSL2)
		return false;
	switch (q) {
	case AS_TLS_Q_ORDER:
		return !p->order_asked[at] && (p->deep || is_close(p, at));
	case AS_TLS_Q_CLASSES:
		return !p->deep && !p->classes_done[at] && is_close(p, at);
	case AS_TLS_Q_OLD_CLASSES: return !p->deep && !p->classes_done[at];
	case AS_TLS_Q_SUITES: return p->deep && !p->classes_done[at];
	case AS_TLS_Q_SECOND:
		return !p->deep && is_close(p, at) && v->n_suites == 1 &&
		    p->same_choice[at] && !p->second_done[at];
	default: return false;
	}
}

static bool
wants_version(struct as_tls_plan *p, enum as_tls_question q)
{
	for (int i = AS_TLS_AT_1_3; i >= AS_TLS_AT_SSL2; i--)
		if (wants_at(p, q, (enum as_tls_version_index)i)) {
			p->now.at = (enum as_tls_version_index)i;
			return true;
		}
	return false;
}

/* Also one that was seen when nobody kept it. */
static bool
wants_chain(const struct as_tls_map_chain *c, bool asked)
{
	if (asked)
		return false;
	return c->seen == AS_TLS_SEEN_NOT_ASKED ||
	    (c->seen == AS_TLS_SEEN_YES && c->n_certificates == 0);
}

static bool
wants_certificate(struct as_tls_plan *p)
{
	if (!as_tls_plan_top(p, &p->now.at))
		return false;
	p->now.auth = AS_TLS_AUTH_RSA;
	if (wants_chain(&p->map.rsa, p->rsa_asked))
		return true;
	p->now.auth = AS_TLS_AUTH_ECDSA;
	return wants_chain(&p->map.ecdsa, p->ecdsa_asked);
}

static bool
wants_big(struct as_tls_plan *p)
{
	if (p->map.big_hello != AS_TLS_SEEN_NOT_ASKED)
		return false;
	p->now.at = AS_TLS_AT_1_3;
	if (is_on(p, AS_TLS_AT_1_3))
		return true;
	return as_tls_plan_top(p, &p->now.at) && p->now.at != AS_TLS_AT_SSL3;
}

/* They are of no use in TLS 1.3 (RFC 8446 4.2.7). */
static bool
wants_old_groups(struct as_tls_plan *p)
{
	return !p->old_groups_done && as_tls_plan_top(p, &p->now.at) &&
	    p->now.at != AS_TLS_AT_SSL3 &&
	    has_ecdhe(&p->map.versions[p->now.at]);
}

/* Is the question open?  Then p->now.at says of which version. */
static bool
wants(struct as_tls_plan *p, enum as_tls_question q)
{
	switch (q) {
	case AS_TLS_Q_POST_QUANTUM:
		p->now.at = AS_TLS_AT_1_3;
		return is_on(p, AS_TLS_AT_1_3) && !p->post_quantum_done;
	case AS_TLS_Q_CERTIFICATE: return wants_certificate(p);
	case AS_TLS_Q_DHE:
		return p->map.dhe == AS_TLS_SEEN_NOT_ASKED &&
		    as_tls_plan_top(p, &p->now.at);
	case AS_TLS_Q_SHA1:
		p->now.at = AS_TLS_AT_1_2;
		return is_on(p, AS_TLS_AT_1_2) &&
		    p->map.sha1_signature == AS_TLS_SEEN_NOT_ASKED;
	case AS_TLS_Q_BIG: return wants_big(p);
	case AS_TLS_Q_OLD_GROUPS: return wants_old_groups(p);
	case AS_TLS_Q_GROUPS:
		return !p->groups_done &&
		    as_tls_plan_group_version(p, &p->now.at);
	case AS_TLS_Q_CONTROL: return p->n_closes > 0 && p->finished;
	default: return wants_version(p, q);
	}
}

/* --- the end --- */

static void
orders_find(struct as_tls_plan *p)
{
	for (int i = AS_TLS_AT_SSL3; i < AS_TLS_VERSIONS; i++) {
		struct as_tls_map_version *v = &p->map.versions[i];

		if (p->order_told[i] && v->n_suites > 1)
			v->order = p->same_choice[i] ? AS_TLS_ORDER_SERVER
						     : AS_TLS_ORDER_CLIENT;
	}
}

/* What the budget did not allow. */
static void
left_out_find(struct as_tls_plan *p)
{
	struct as_tls_map *m = &p->map;

	for (int q = 0; q < AS_TLS_QUESTIONS; q++)
		if (wants(p, (enum as_tls_question)q))
			m->left_out[m->n_left_out++] = question_words[q];
}

static void
finish(struct as_tls_plan *p)
{
	struct as_tls_map *m = &p->map;

	if (p->finished)
		return;
	p->finished = true;
	if (p->n_closes > 0 && m->stopped == NULL && m->connections < m->budget)
		m->stopped = "the server closes whatever it is asked";
	if (m->stopped == NULL)
		left_out_find(p);
	orders_find(p);
}

/* --- the face --- */

struct as_tls_plan *
as_tls_plan_new(struct as_arena *a, const struct as_tls_plan_tables *tables,
    const struct as_tls_plan_options *options)
{
	struct as_tls_plan *p = AS_NEW(a, struct as_tls_plan);

	if (p == NULL)
		return NULL;
	p->a = a;
	p->tables = *tables;
	if (p->tables.n_suites > AS_TLS_PLAN_SUITES)
		p->tables.n_suites = AS_TLS_PLAN_SUITES;
	if (p->tables.n_groups > AS_TLS_PLAN_GROUPS)
		p->tables.n_groups = AS_TLS_PLAN_GROUPS;
	p->deep = options->deep;
	p->server_name = options->server_name;
	p->map.budget = options->budget;
	if (p->map.budget == 0)
		p->map.budget =
		    p->deep ? AS_TLS_PLAN_BUDGET_DEEP : AS_TLS_PLAN_BUDGET;
	p->map.n_groups = p->tables.n_groups;
	for (size_t i = 0; i < p->map.n_groups; i++)
		p->map.groups[i].code = p->tables.groups[i].code;
	return p;
}

/* The first question that is open; false: none. */
static bool
question_find(struct as_tls_plan *p)
{
	for (int q = 0; q < AS_TLS_QUESTIONS; q++)
		if (wants(p, (enum as_tls_question)q)) {
			p->now.question = (enum as_tls_question)q;
			return true;
		}
	return false;
}

bool
as_tls_plan_next(struct as_tls_plan *p, struct as_tls_ask *out)
{
	struct as_tls_map *m = &p->map;

	while (!p->finished && m->connections < m->budget) {
		bool more = question_find(p);
		bool last = !more || m->connections + 1 == m->budget;

		if (!as_tls_plan_wants_control(p, last) && !more)
			break;
		if (as_tls_plan_offer(p, out)) {
			m->connections++;
			return true;
		}
		/* There is nothing to offer: it takes nothing more. */
		as_tls_plan_refuse(p, AS_TLS_SEEN_NO);
	}
	finish(p);
	return false;
}

void
as_tls_plan_take(struct as_tls_plan *p, const struct as_hello_answer *an)
{
	if (p->finished)
		return;
	as_tls_plan_learn(p, an);
	if (p->no_memory)
		as_tls_plan_stop(p, "our memory ran out");
	if (p->silent >= MOST_SILENT)
		as_tls_plan_stop(p, "the server stopped answering");
}

void
as_tls_plan_stop(struct as_tls_plan *p, const char *why)
{
	if (p->map.stopped == NULL)
		p->map.stopped = why;
	finish(p);
}

const struct as_tls_map *
as_tls_plan_map(const struct as_tls_plan *p)
{
	return &p->map;
}
