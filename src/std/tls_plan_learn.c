/* What an answer tells.  Part of std/tls_plan. */
#include "std/tls_plan_private.h"

#include "base/banned.h"

/* RFC 8422 5.4; its groups of RFC 4492 5.1.1. */
#define CURVE_EXPLICIT_PRIME 1
#define CURVE_NAMED          3
#define GROUP_EXPLICIT_PRIME 0xff01
#define GROUP_EXPLICIT_CHAR2 0xff02

#define HASH_SHA1 2 /* RFC 5246 7.4.1.4.1 */

/* What a server made of a hello. */
enum verdict {
	TAKEN,   /* it chose */
	REFUSED, /* it said no */
	CLOSED,  /* it went without a word */
	SILENT,  /* it did not tell */
};

static enum verdict
verdict_of(const struct as_hello_answer *an)
{
	switch (an->end) {
	case AS_HELLO_FLIGHT:
	case AS_HELLO_HELLO:
	case AS_HELLO_RETRY:
	case AS_HELLO_SSL2: return TAKEN;
	case AS_HELLO_ALERT: return an->version != 0 ? TAKEN : REFUSED;
	case AS_HELLO_SSL2_ERROR: return REFUSED;
	case AS_HELLO_CLOSED:
	case AS_HELLO_RESET: return CLOSED;
	case AS_HELLO_MALFORMED:
	case AS_HELLO_TOO_LONG:
	case AS_HELLO_CUT:
	case AS_HELLO_TIMEOUT: return an->version != 0 ? TAKEN : SILENT;
	default: return SILENT;
	}
}

static bool
index_of(uint16_t version, enum as_tls_version_index *at)
{
	for (int i = 0; i < AS_TLS_VERSIONS; i++)
		if (as_tls_version_at((enum as_tls_version_index)i) ==
		    version) {
			*at = (enum as_tls_version_index)i;
			return true;
		}
	return false;
}

/* --- what a choice tells --- */

static void
group_learn(struct as_tls_plan *p, uint16_t code)
{
	if (!as_tls_plan_check_group(p, code))
		return;
	for (size_t i = 0; i < p->map.n_groups; i++)
		if (p->map.groups[i].code == code)
			p->map.groups[i].seen = AS_TLS_SEEN_YES;
	if (p->map.group == 0 && p->now.question == AS_TLS_Q_VERSION)
		p->map.group = code;
}

static void
feature_learn(enum as_tls_seen *seen, bool there)
{
	if (there)
		*seen = AS_TLS_SEEN_YES;
	else if (*seen == AS_TLS_SEEN_NOT_ASKED)
		*seen = AS_TLS_SEEN_NO;
}

/* NULL: no memory. */
static struct as_str *
certificates_copy(struct as_tls_plan *p, const struct as_hello_answer *an)
{
	struct as_str *list =
	    as_arena_array(p->a, an->n_certificates, sizeof(*list));

	for (size_t i = 0; list != NULL && i < an->n_certificates; i++) {
		list[i] = as_str_dup(p->a, an->certificates[i]);
		if (as_str_is_null(list[i]))
			return NULL;
	}
	return list;
}

static void
chain_learn(
    struct as_tls_plan *p, const struct as_hello_answer *an, uint16_t signature)
{
	struct as_tls_exchange x = as_tls_exchange_get(an->suite);
	struct as_tls_map_chain *c = NULL;

	if (x.auth == AS_TLS_AUTH_RSA)
		c = &p->map.rsa;
	else if (x.auth == AS_TLS_AUTH_ECDSA)
		c = &p->map.ecdsa;
	if (c == NULL)
		return;
	c->seen = AS_TLS_SEEN_YES;
	if (c->n_certificates > 0 || an->n_certificates == 0)
		return;
	c->sent = an->certificates_sent;
	c->signature = signature;
	c->ocsp = an->ocsp.n > 0 ? as_str_dup(p->a, an->ocsp) : AS_STR("");
	c->certificates = certificates_copy(p, an);
	if (c->certificates != NULL && !as_str_is_null(c->ocsp))
		c->n_certificates = an->n_certificates;
	else
		p->no_memory = true;
}

static void
exchange_learn(struct as_tls_plan *p, const struct as_hello_answer *an)
{
	const struct as_hello_exchange *e = &an->exchange;

	if (!e->seen)
		return;
	if (e->curve_type == CURVE_NAMED)
		group_learn(p, e->group);
	else if (e->curve_type != 0)
		group_learn(p,
		    e->curve_type == CURVE_EXPLICIT_PRIME
			? GROUP_EXPLICIT_PRIME
			: GROUP_EXPLICIT_CHAR2);
	if (as_tls_exchange_get(an->suite).kx == AS_TLS_KX_DHE &&
	    (p->map.dhe != AS_TLS_SEEN_YES || e->bits < p->map.dhe_bits)) {
		p->map.dhe = AS_TLS_SEEN_YES;
		p->map.dhe_bits = e->bits;
		p->map.dhe_prime = as_str_dup(p->a, e->prime);
		if (as_str_is_null(p->map.dhe_prime))
			p->no_memory = true;
	}
}

static void
features_learn(struct as_tls_plan *p, const struct as_hello_answer *an)
{
	struct as_tls_map *m = &p->map;

	feature_learn(&m->ems, as_hello_has(an, AS_TLS_EXT_EMS));
	feature_learn(&m->ticket, as_hello_has(an, AS_TLS_EXT_TICKET));
	feature_learn(&m->heartbeat, as_hello_has(an, AS_TLS_EXT_HEARTBEAT));
	feature_learn(&m->sct, as_hello_has(an, AS_TLS_EXT_SCT));
	feature_learn(
	    &m->renegotiation, as_hello_has(an, AS_TLS_EXT_RENEGOTIATION));
	if (as_tls_plan_check_compression(p, an->compression))
		feature_learn(&m->compression, an->compression != 0);
	if (as_tls_plan_class(p, an->suite) == AS_SUITE_LEGACY_CBC)
		feature_learn(&m->etm, as_hello_has(an, AS_TLS_EXT_ETM));
}

/* A suite that a version was answered with. */
static void
suite_learn(struct as_tls_plan *p, enum as_tls_version_index at, uint16_t suite)
{
	struct as_tls_map_version *v = &p->map.versions[at];
	enum as_suite_class class = as_tls_plan_class(p, suite);

	v->seen = AS_TLS_SEEN_YES;
	if (at == AS_TLS_AT_SSL2)
		return;
	if (v->classes[class] != AS_TLS_SEEN_YES) {
		v->classes[class] = AS_TLS_SEEN_YES;
		v->first[class] = suite;
	}
	if (!as_tls_plan_has_suite(v, suite) &&
	    v->n_suites < AS_TLS_PLAN_SUITES)
		v->suites[v->n_suites++] = suite;
}

/* --- what each question makes of it --- */

static void
old_groups_set(struct as_tls_plan *p, enum as_tls_seen seen)
{
	p->old_groups_done = true;
	for (size_t i = 0; i < p->map.n_groups; i++)
		if (p->tables.groups[i].kind == AS_TLS_GROUP_OLD &&
		    p->map.groups[i].seen != AS_TLS_SEEN_YES)
			p->map.groups[i].seen = seen;
}

static void
remaining_set(struct as_tls_plan *p, bool post_quantum, enum as_tls_seen seen)
{
	for (size_t i = 0; i < p->map.n_groups; i++) {
		enum as_tls_group_kind kind = p->tables.groups[i].kind;
		bool is_pq =
		    kind == AS_TLS_GROUP_PQ || kind == AS_TLS_GROUP_KYBER;

		if (is_pq != post_quantum ||
		    p->map.groups[i].seen == AS_TLS_SEEN_YES)
			continue;
		if (!post_quantum && p->now.at != AS_TLS_AT_1_3 &&
		    kind == AS_TLS_GROUP_FF)
			continue; /* belongs to DHE there */
		if (kind == AS_TLS_GROUP_OLD && p->old_groups_done)
			continue;
		p->map.groups[i].seen = seen;
	}
}

/* Those that were not seen; a class without a suite for the version was not
 * asked. */
static void
classes_end(struct as_tls_plan *p, enum as_tls_seen seen)
{
	struct as_tls_map_version *v = &p->map.versions[p->now.at];

	for (size_t i = 0; i < p->tables.n_suites; i++) {
		const struct as_tls_suite_row *row = &p->tables.suites[i];

		if (as_tls_plan_is_13(row->code) !=
			(p->now.at == AS_TLS_AT_1_3) ||
		    v->classes[row->class] == AS_TLS_SEEN_YES ||
		    as_tls_plan_told_above(p, row->class))
			continue;
		if (p->deep || row->class != AS_SUITE_NOT_FOR_SMTP)
			v->classes[row->class] = seen;
	}
}

/* The chain that the question is about; it is asked for once. */
static struct as_tls_map_chain *
certificate_asked(struct as_tls_plan *p)
{
	if (p->now.auth == AS_TLS_AUTH_RSA) {
		p->rsa_asked = true;
		return &p->map.rsa;
	}
	p->ecdsa_asked = true;
	return &p->map.ecdsa;
}

/* What was seen stays seen. */
static void
seen_set(enum as_tls_seen *out, enum as_tls_seen seen)
{
	if (*out != AS_TLS_SEEN_YES)
		*out = seen;
}

void
as_tls_plan_refuse(struct as_tls_plan *p, enum as_tls_seen seen)
{
	struct as_tls_map_version *v = &p->map.versions[p->now.at];
	bool hidden = as_tls_plan_hides_groups(p);

	switch (p->now.question) {
	case AS_TLS_Q_VERSION: seen_set(&v->seen, seen); break;
	case AS_TLS_Q_ORDER: p->order_asked[p->now.at] = true; break;
	case AS_TLS_Q_CLASSES:
	case AS_TLS_Q_OLD_CLASSES:
		p->classes_done[p->now.at] = true;
		classes_end(p, seen);
		break;
	case AS_TLS_Q_SUITES:
		v->complete = seen == AS_TLS_SEEN_NO;
		p->classes_done[p->now.at] = true;
		classes_end(p, seen);
		break;
	case AS_TLS_Q_SECOND: p->second_done[p->now.at] = true; break;
	case AS_TLS_Q_POST_QUANTUM:
		p->post_quantum_done = true;
		remaining_set(p, true, seen);
		break;
	case AS_TLS_Q_CERTIFICATE:
		seen_set(&certificate_asked(p)->seen, seen);
		break;
	case AS_TLS_Q_DHE: seen_set(&p->map.dhe, seen); break;
	case AS_TLS_Q_SHA1: seen_set(&p->map.sha1_signature, seen); break;
	case AS_TLS_Q_BIG: seen_set(&p->map.big_hello, seen); break;
	case AS_TLS_Q_OLD_GROUPS: old_groups_set(p, seen); break;
	case AS_TLS_Q_GROUPS:
		p->groups_done = true;
		p->map.groups_complete = seen == AS_TLS_SEEN_NO && !hidden;
		remaining_set(p, false, hidden ? AS_TLS_SEEN_OPEN : seen);
		break;
	case AS_TLS_Q_CONTROL:
	case AS_TLS_QUESTIONS: break;
	}
}

/* Does the curve of its certificate, which all its clients have, go before what
 * was asked for? */
static bool
goes_before(const struct as_tls_plan *p, const struct as_hello_answer *an)
{
	return as_tls_plan_hides_groups(p) &&
	    as_tls_plan_of_certificate(an->exchange.group);
}

/* The server chose as the question hoped. */
static void
choice_learn(struct as_tls_plan *p, const struct as_hello_answer *an,
    bool new_suite, bool new_group)
{
	const struct as_tls_map_version *v = &p->map.versions[p->now.at];
	uint16_t signature = an->exchange.signature;

	switch (p->now.question) {
	case AS_TLS_Q_ORDER:
		p->order_asked[p->now.at] = true;
		p->order_told[p->now.at] = true;
		p->same_choice[p->now.at] =
		    v->n_suites > 0 && an->suite == v->suites[0];
		break;
	case AS_TLS_Q_SECOND: p->second_done[p->now.at] = true; break;
	case AS_TLS_Q_SHA1:
		p->map.sha1_signature = AS_TLS_SEEN_OPEN;
		if (signature != 0)
			p->map.sha1_signature = (signature >> 8) == HASH_SHA1
			    ? AS_TLS_SEEN_YES
			    : AS_TLS_SEEN_NO;
		break;
	case AS_TLS_Q_BIG: p->map.big_hello = AS_TLS_SEEN_YES; break;
	case AS_TLS_Q_CERTIFICATE:
		seen_set(&certificate_asked(p)->seen, AS_TLS_SEEN_OPEN);
		break;
	case AS_TLS_Q_DHE:
	case AS_TLS_Q_CONTROL:
	case AS_TLS_Q_VERSION: break;
	case AS_TLS_Q_POST_QUANTUM:
	case AS_TLS_Q_GROUPS:
		if (!new_group)
			as_tls_plan_refuse(p, AS_TLS_SEEN_OPEN);
		break;
	case AS_TLS_Q_OLD_GROUPS:
		if (!new_group)
			as_tls_plan_refuse(p,
			    goes_before(p, an) ? AS_TLS_SEEN_NO
					       : AS_TLS_SEEN_OPEN);
		break;
	default:
		if (!new_suite)
			as_tls_plan_refuse(p, AS_TLS_SEEN_OPEN);
	}
}

static size_t
groups_known(const struct as_tls_plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->map.n_groups; i++)
		n += p->map.groups[i].seen == AS_TLS_SEEN_YES;
	return n;
}

static unsigned
classes_known(const struct as_tls_map_version *v)
{
	unsigned n = 0;

	for (int c = 0; c < AS_SUITE_CLASSES; c++)
		n += v->classes[c] == AS_TLS_SEEN_YES;
	return n;
}

/* The scheme of the key exchange; 0: none, or one that was not offered. */
static uint16_t
signature_of(struct as_tls_plan *p, const struct as_hello_answer *an)
{
	uint16_t scheme = an->exchange.signature;

	if (scheme != 0 && !as_tls_plan_check_signature(p, scheme))
		return 0;
	return scheme;
}

/* A ServerHello of the version that was asked for. */
static void
taken_learn(struct as_tls_plan *p, const struct as_hello_answer *an)
{
	struct as_tls_map_version *v = &p->map.versions[p->now.at];
	size_t suites = v->n_suites, groups = groups_known(p);
	unsigned classes = classes_known(v);
	bool by_class = p->now.question == AS_TLS_Q_CLASSES ||
	    p->now.question == AS_TLS_Q_OLD_CLASSES;

	suite_learn(p, p->now.at, an->suite);
	if (p->now.at == AS_TLS_AT_1_3) {
		group_learn(p, an->group);
	} else if (p->now.at != AS_TLS_AT_SSL2) {
		chain_learn(p, an, signature_of(p, an));
		exchange_learn(p, an);
		if (p->now.at != AS_TLS_AT_SSL3)
			features_learn(p, an);
	}
	choice_learn(p, an,
	    by_class ? classes_known(v) > classes : v->n_suites > suites,
	    groups_known(p) > groups);
	if (p->now.question == AS_TLS_Q_DHE && p->map.dhe != AS_TLS_SEEN_YES)
		p->map.dhe = AS_TLS_SEEN_OPEN;
}

/* Another version than was asked for: no to the one, and, if nothing was known
 * of it, yes to the other. */
static void
lower_learn(struct as_tls_plan *p, const struct as_hello_answer *an,
    enum as_tls_version_index got)
{
	as_tls_plan_refuse(p, AS_TLS_SEEN_NO);
	if (p->now.question != AS_TLS_Q_VERSION ||
	    p->map.versions[got].seen != AS_TLS_SEEN_NOT_ASKED)
		return;
	p->now.at = got;
	taken_learn(p, an);
}

/* A ServerHello.  What was not offered is not learnt: a server that answers with
 * it would be asked for ever. */
static void
hello_learn(struct as_tls_plan *p, const struct as_hello_answer *an)
{
	enum as_tls_version_index got = AS_TLS_AT_SSL2;

	if (an->end != AS_HELLO_SSL2 && !index_of(an->version, &got)) {
		(void)as_tls_plan_check_version(p, an->version);
		as_tls_plan_refuse(p, AS_TLS_SEEN_OPEN);
	} else if (!as_tls_plan_check_choice(p, an, got)) {
		as_tls_plan_refuse(p, AS_TLS_SEEN_OPEN);
	} else if (got != p->now.at) {
		lower_learn(p, an, got);
	} else {
		taken_learn(p, an);
	}
}

void
as_tls_plan_learn(struct as_tls_plan *p, const struct as_hello_answer *an)
{
	enum verdict verdict = verdict_of(an);

	p->silent = verdict == SILENT ? p->silent + 1 : 0;
	switch (verdict) {
	case TAKEN:
		as_tls_plan_answered(p);
		hello_learn(p, an);
		break;
	case REFUSED:
		as_tls_plan_answered(p);
		p->alerted = true;
		if (p->now.question == AS_TLS_Q_VERSION)
			p->map.versions[p->now.at].alert = an->alert;
		as_tls_plan_refuse(p, AS_TLS_SEEN_NO);
		break;
	case CLOSED: as_tls_plan_closed(p, an->end == AS_HELLO_RESET); break;
	case SILENT: as_tls_plan_refuse(p, AS_TLS_SEEN_OPEN); break;
	}
}
