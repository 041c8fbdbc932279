#include "model/volatile.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "model/facts.h"

#include "base/banned.h"

#define VARINT_OCTETS 10

/* Members that change by themselves, by shape and name. */
static const struct {
	const char *shape, *name;
} members[] = {
    {"domain_facts", "at"},
    {"domain_facts", "took_ms"},
    {"domain_facts", "vantage"},
    {"domain_facts", "queries"},
    {"host_facts", "at"},
    {"host_facts", "took_ms"},
    {"host_facts", "vantage"},
    {"policy_facts", "at"},
    {"policy_facts", "took_ms"},
    {"policy_facts", "vantage"},
    {"answer", "at"},
    {"answer", "took_ms"},
    {"answer", "ttl"},
    {"answer", "serial"},
    {"answer", "detail"},
    {"rr_rrsig", "inception"},
    {"rr_rrsig", "expiration"},
    {"smtp_facts", "banner"},
    {"smtp_facts", "starttls_text"},
    {"tls_facts", "staple_from"},
    {"tls_facts", "staple_until"},
    {"tls_server", "vantage"},
    {"tls_server", "at"},
    {"tls_server", "took_ms"},
    {"tls_server", "connections"},
    {"tls_server", "budget"},
    {"offer_chain", "staple_from"},
    {"offer_chain", "staple_until"},
};

#define MOST_FIELDS 64 /* of a shape; a bit each */

/* Which members of the shape are such. */
static uint64_t
mask_of(const struct as_shape *shape)
{
	const struct as_field *fields = shape->fields();
	uint64_t mask = 0;

	assert(shape->n <= MOST_FIELDS);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		for (size_t k = 0;
		     k < shape->n && strcmp(members[i].shape, shape->name) == 0;
		     k++)
			if (strcmp(members[i].name, fields[k].name) == 0)
				mask |= UINT64_C(1) << k;
	return mask;
}

/* What a member points at: n structs of its shape; NULL: it is no such member. */
static char *
inner_of(const struct as_field *f, char *v, size_t *n)
{
	*n = f->kind == AS_KIND_LIST
	    ? *(const size_t *)(const void *)(v + f->n_at)
	    : 1;
	return f->shape != NULL ? *(char **)(void *)(v + f->at) : NULL;
}

/* --- numbers --- */

static void
varint_add(struct as_buf *b, uint64_t n)
{
	char octets[VARINT_OCTETS];
	size_t len = 0;

	do {
		octets[len++] = (char)((n & 0x7f) | (n > 0x7f ? 0x80 : 0));
		n >>= 7;
	} while (n > 0);
	as_buf_add(b, octets, len);
}

/* Small numbers of either sign stay small. */
static uint64_t
zigzag(int64_t n)
{
	return (uint64_t)n << 1 ^ (uint64_t)(n >> 63);
}

static int64_t
unzigzag(uint64_t n)
{
	return (int64_t)(n >> 1 ^ (0 - (n & 1)));
}

/* --- the way out --- */

static int
answer_cmp(const void *pa, const void *pb)
{
	const struct as_answer *a = pa, *b = pb;
	int d = as_str_cmp(a->name, b->name);

	return d != 0 ? d : (a->type > b->type) - (a->type < b->type);
}

/* Answers stand in the order in which they came. */
static void
answers_order(const struct as_field *f, char *inner, size_t n)
{
	if (f->kind == AS_KIND_LIST && f->shape == &as_shape_answer && n > 1)
		qsort(inner, n, sizeof(struct as_answer), answer_cmp);
}

struct taking {
	struct as_buf *side;
	int64_t last; /* time, that the next is told from */
};

static void
member_take(struct taking *t, const struct as_field *f, char *v)
{
	void *m = v + f->at;
	struct as_str text;

	switch (f->kind) {
	case AS_KIND_U32:
		varint_add(t->side, *(uint32_t *)m);
		*(uint32_t *)m = 0;
		break;
	case AS_KIND_TIME:
		varint_add(t->side,
		    zigzag((int64_t)((uint64_t) * (int64_t *)m -
			(uint64_t)t->last)));
		t->last = *(int64_t *)m;
		*(int64_t *)m = 0;
		break;
	case AS_KIND_TEXT:
	case AS_KIND_OCTETS:
		text = *(struct as_str *)m;
		varint_add(t->side, text.n);
		as_buf_add_str(t->side, text);
		*(struct as_str *)m = (struct as_str){NULL, 0};
		break;
	default: break; /* none of these is in the table */
	}
}

static void
structs_take(
    struct taking *t, const struct as_shape *shape, char *list, size_t count)
{
	const struct as_field *fields = shape->fields();
	uint64_t mask = mask_of(shape);

	for (size_t k = 0; k < count; k++) {
		char *v = list + k * shape->size;

		for (size_t i = 0; i < shape->n; i++) {
			size_t n;
			char *inner = inner_of(&fields[i], v, &n);

			if ((mask & UINT64_C(1) << i) != 0)
				member_take(t, &fields[i], v);
			if (inner == NULL)
				continue;
			answers_order(&fields[i], inner, n);
			structs_take(t, fields[i].shape, inner, n);
		}
	}
}

void
as_volatile_take(struct as_buf *side, const struct as_shape *shape, void *v)
{
	struct taking t = {.side = side};

	structs_take(&t, shape, v, 1);
}

/* --- the way back --- */

struct putting {
	struct as_str side;
	size_t at;
	int64_t last;
	bool broken;
};

static uint64_t
varint_read(struct putting *p)
{
	uint64_t n = 0;

	for (unsigned shift = 0; shift < 64 && p->at < p->side.n; shift += 7) {
		uint64_t c = (unsigned char)p->side.p[p->at++];

		n |= (c & 0x7f) << shift;
		if ((c & 0x80) == 0)
			return n;
	}
	p->broken = true;
	return 0;
}

static struct as_str
text_read(struct putting *p)
{
	uint64_t n = varint_read(p);
	struct as_str s = AS_STR_NULL;

	if (n > p->side.n - p->at) {
		p->broken = true;
	} else if (n > 0) {
		s = as_str_slice(p->side, p->at, p->at + (size_t)n);
		p->at += (size_t)n;
	}
	return s;
}

static void
member_put(struct putting *p, const struct as_field *f, char *v)
{
	void *m = v + f->at;
	uint64_t n;

	switch (f->kind) {
	case AS_KIND_U32:
		n = varint_read(p);
		p->broken |= n > UINT32_MAX;
		*(uint32_t *)m = (uint32_t)n;
		break;
	case AS_KIND_TIME:
		p->last = (int64_t)((uint64_t)p->last +
		    (uint64_t)unzigzag(varint_read(p)));
		*(int64_t *)m = p->last;
		break;
	case AS_KIND_TEXT:
	case AS_KIND_OCTETS: *(struct as_str *)m = text_read(p); break;
	default: break;
	}
}

static void
structs_put(
    struct putting *p, const struct as_shape *shape, char *list, size_t count)
{
	const struct as_field *fields = shape->fields();
	uint64_t mask = mask_of(shape);

	for (size_t k = 0; k < count; k++) {
		char *v = list + k * shape->size;

		for (size_t i = 0; i < shape->n && !p->broken; i++) {
			size_t n;
			char *inner = inner_of(&fields[i], v, &n);

			if ((mask & UINT64_C(1) << i) != 0)
				member_put(p, &fields[i], v);
			else if (inner != NULL)
				structs_put(p, fields[i].shape, inner, n);
		}
	}
}

enum as_err
as_volatile_put(const struct as_shape *shape, void *v, struct as_str side,
    struct as_why *why)
{
	struct putting p = {.side = side};

	structs_put(&p, shape, v, 1);
	if (p.broken || p.at != side.n)
		return as_why_set(why, AS_ESYNTAX, p.at,
		    "the times kept of a look are of another one");
	return AS_OK;
}
