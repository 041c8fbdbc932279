/*
 * What a close in place of an answer tells.  Some servers say no that way; but
 * firewalls end connections that way, too, when there were many.  So it tells
 * nothing until the server has answered another hello.  Part of std/tls_plan.
 */
#include "std/tls_plan_private.h"

#include "base/banned.h"

/* Then the server has to show that it is there: one that was never seen to close
 * for no, and others. */
#define CLOSES_AT_FIRST 2
#define CLOSES_OF_HABIT 4

/* A version that it answered for, in whatever way; false: none. */
static bool
known_find(const struct as_tls_plan *p, enum as_tls_version_index *at)
{
	bool refused = false;

	for (int i = AS_TLS_AT_1_3; i >= AS_TLS_AT_SSL2; i--) {
		const struct as_tls_map_version *v = &p->map.versions[i];

		if (v->seen == AS_TLS_SEEN_YES) {
			*at = (enum as_tls_version_index)i;
			return true;
		}
		if (v->alert != 0 && !refused) {
			*at = (enum as_tls_version_index)i;
			refused = true;
		}
	}
	return refused;
}

bool
as_tls_plan_wants_control(struct as_tls_plan *p, bool last)
{
	enum as_tls_version_index at = p->now.at;
	unsigned most = p->closes_for_no ? CLOSES_OF_HABIT : CLOSES_AT_FIRST;

	if (p->n_closes == 0 || (p->closed < most && !last) ||
	    !known_find(p, &at))
		return false;
	p->now.question = AS_TLS_Q_CONTROL;
	p->now.at = at;
	p->again = false;
	return true;
}

/* Is a close not known to be its way to say no?  Then the same is asked once
 * more.  To most, SSLv2 is not TLS, and gets no alert. */
static bool
is_strange(const struct as_tls_plan *p)
{
	return !p->again && p->n_closes == 0 && p->now.at != AS_TLS_AT_SSL2 &&
	    (p->alerted || !p->closes_for_no);
}

void
as_tls_plan_closed(struct as_tls_plan *p, bool reset)
{
	if (p->now.question == AS_TLS_Q_CONTROL) {
		as_tls_plan_stop(
		    p, "the server closes by now what it answered before");
		return;
	}
	p->closed++;
	if (is_strange(p)) {
		p->again = true;
		return;
	}
	p->again = false;
	if (p->now.question == AS_TLS_Q_VERSION) {
		p->map.versions[p->now.at].closed = true;
		p->map.versions[p->now.at].reset = reset;
	}
	as_tls_plan_refuse(p, AS_TLS_SEEN_OPEN);
	if (p->n_closes < AS_TLS_MOST_CLOSES)
		p->closes[p->n_closes++] = p->now;
}

void
as_tls_plan_answered(struct as_tls_plan *p)
{
	struct as_tls_asked now = p->now;

	p->again = false;
	p->closes_for_no = p->closes_for_no || p->n_closes > 0;
	for (size_t i = 0; i < p->n_closes; i++) {
		p->now = p->closes[i];
		as_tls_plan_refuse(p, AS_TLS_SEEN_NO);
	}
	p->n_closes = 0;
	p->closed = 0;
	p->now = now;
}
