#include "net/dns_proposal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "net/splice.h"

#include "base/banned.h"

#define TYPE_SOA       6
#define RCODE_SERVFAIL 2
#define MAX_DETAIL     400

struct apex {
	struct apex *next;
	enum as_dns_security security;
	char name[];
};

enum stage {
	STAGE_SECURITY, /* ask the world about the place */
	STAGE_TAIL,     /* ask it where the CNAME leads */
	STAGE_DONE,
};

struct as_proposal {
	enum stage stage;
	struct as_proposal_apexes *apexes;
	struct as_buf packet;
	char *name;
	char *apex;   /* NULL: a fragment */
	char *leaves; /* NULL: the chain ends inside */
	uint16_t type;
	enum as_dns_reply_kind kind;
	uint8_t rcode;
	enum as_dns_security security;
	char detail[MAX_DETAIL];
};

void
as_proposal_apexes_fini(struct as_proposal_apexes *a)
{
	while (a->first != NULL) {
		struct apex *next = a->first->next;

		free(a->first);
		a->first = next;
	}
}

static const struct apex *
apex_find(const struct as_proposal_apexes *a, const char *name)
{
	const struct apex *x = a->first;

	while (x != NULL && strcmp(x->name, name) != 0)
		x = x->next;
	return x;
}

/* On no memory the world is asked again next time. */
static void
apex_keep(struct as_proposal_apexes *a, const char *name,
    enum as_dns_security security)
{
	size_t n = strlen(name) + 1;
	struct apex *x;

	if (apex_find(a, name) != NULL || (x = malloc(sizeof(*x) + n)) == NULL)
		return;
	memcpy(x->name, name, n);
	x->security = security;
	x->next = a->first;
	a->first = x;
}

static void
fail(struct as_proposal *p, enum as_dns_reply_kind kind, uint8_t rcode,
    const char *detail)
{
	p->stage = STAGE_DONE;
	p->kind = kind;
	p->rcode = rcode;
	p->security = kind == AS_REPLY_BOGUS ? AS_SECURITY_BOGUS
					     : AS_SECURITY_INDETERMINATE;
	(void)snprintf(p->detail, sizeof(p->detail), "%s", detail);
}

/* From the security of the place on: the tail, or the end. */
static void
security_known(struct as_proposal *p, enum as_dns_security security, bool live)
{
	p->security = security;
	p->stage = p->leaves != NULL ? STAGE_TAIL : STAGE_DONE;
	if (p->leaves != NULL && !live)
		fail(p, AS_REPLY_FAILED, 0,
		    "a CNAME leaves the zones: not asked (--zone-only)");
}

/* An owned copy; NULL for the empty string, as for no memory. */
static char *
copy(struct as_str s)
{
	return s.n > 0 ? strndup(s.p, s.n) : NULL;
}

static bool
proposal_start(struct as_proposal *p, enum as_zone_answer answer,
    struct as_str apex, struct as_str leaves, bool live)
{
	const struct apex *known;

	p->apex = copy(apex);
	p->leaves = copy(leaves);
	if ((apex.n > 0 && p->apex == NULL) ||
	    (leaves.n > 0 && p->leaves == NULL))
		return false;
	known = p->apex != NULL ? apex_find(p->apexes, p->apex) : NULL;
	if (answer == AS_ZONE_BROKEN)
		fail(p, AS_REPLY_FAILED, RCODE_SERVFAIL,
		    "the proposed zone: a loop of CNAMEs, too many of them, "
		    "or more data than a DNS message holds");
	else if (!live)
		security_known(p, AS_SECURITY_INDETERMINATE, live);
	else if (known != NULL)
		security_known(p, known->security, live);
	return true;
}

enum as_err
as_proposal_new(struct as_zones *zones, struct as_proposal_apexes *apexes,
    struct as_str name, uint16_t type, bool live, struct as_proposal **out)
{
	struct as_proposal *p = calloc(1, sizeof(*p));
	struct as_str apex, leaves;
	enum as_zone_answer answer;

	if (p == NULL)
		return AS_ENOMEM;
	p->apexes = apexes;
	p->type = type;
	p->kind = AS_REPLY_PACKET;
	as_buf_init(&p->packet, AS_MAX_DNS_MESSAGE_OCTETS);
	answer = as_zones_find(zones, name, type, &p->packet, &apex, &leaves);
	if (answer == AS_ZONE_NOT_OURS) {
		as_proposal_free(p);
		return AS_EABSENT;
	}
	p->name = copy(name);
	if (p->name == NULL || !proposal_start(p, answer, apex, leaves, live)) {
		as_proposal_free(p);
		return AS_ENOMEM;
	}
	*out = p;
	return AS_OK;
}

void
as_proposal_free(struct as_proposal *p)
{
	if (p == NULL)
		return;
	as_buf_fini(&p->packet);
	free(p->name);
	free(p->apex);
	free(p->leaves);
	free(p);
}

const char *
as_proposal_next(const struct as_proposal *p, uint16_t *type)
{
	*type = p->type;
	if (p->stage == STAGE_TAIL)
		return p->leaves;
	if (p->stage == STAGE_DONE)
		return NULL;
	if (p->apex == NULL)
		return p->name;
	*type = TYPE_SOA;
	return p->apex;
}

/*
 * What the world says of the place.  A zone that is not there yet is as secure
 * as its parent lets it be: below an insecure one it will be insecure; below a
 * secure one that depends on a DS which nobody has seen.
 */
static enum as_dns_security
live_security(const struct as_proposal *p, const struct as_dns_reply *live)
{
	bool there = live->rcode == 0 && live->n > 7 &&
	    (live->packet[6] != 0 || live->packet[7] != 0);

	if (live->kind == AS_REPLY_BOGUS)
		return AS_SECURITY_BOGUS;
	if (live->kind != AS_REPLY_PACKET)
		return AS_SECURITY_INDETERMINATE;
	if (p->apex != NULL && !there && live->security == AS_SECURITY_SECURE)
		return AS_SECURITY_INDETERMINATE;
	return live->security;
}

/* A chain is as good as its weakest link. */
static enum as_dns_security
weaker(enum as_dns_security a, enum as_dns_security b)
{
	static const enum as_dns_security order[] = {
	    AS_SECURITY_BOGUS, AS_SECURITY_INDETERMINATE, AS_SECURITY_INSECURE};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return AS_SECURITY_SECURE;
}

static void
take_tail(struct as_proposal *p, const struct as_dns_reply *live)
{
	char detail[MAX_DETAIL];

	p->stage = STAGE_DONE;
	if (live->kind != AS_REPLY_PACKET) {
		(void)snprintf(detail, sizeof(detail), "CNAME target %s: %s",
		    p->leaves, live->detail);
		fail(p, live->kind, live->rcode, detail);
		return;
	}
	p->security = weaker(p->security, live->security);
	p->rcode = live->rcode;
	if (as_splice(&p->packet, live->packet, live->n) != AS_OK)
		fail(p, AS_REPLY_FAILED, RCODE_SERVFAIL,
		    "the CNAME's target has more data than a message holds");
}

void
as_proposal_take(struct as_proposal *p, const struct as_dns_reply *live)
{
	enum as_dns_security security;

	if (p->stage == STAGE_TAIL) {
		take_tail(p, live);
		return;
	}
	security = live_security(p, live);
	if (p->apex != NULL)
		apex_keep(p->apexes, p->apex, security);
	security_known(p, security, true);
}

void
as_proposal_reply(const struct as_proposal *p, struct as_dns_reply *out)
{
	*out = (struct as_dns_reply){.kind = p->kind,
	    .rcode = p->rcode,
	    .security = p->security,
	    .detail = p->detail,
	    .proposed = true};
	if (p->kind != AS_REPLY_PACKET)
		return;
	out->packet = (const uint8_t *)p->packet.p;
	out->n = p->packet.n;
	out->rcode = out->packet[3] & 15;
}
