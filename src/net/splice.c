#include "net/splice.h"

#include "net/wire_name.h"

#include "base/banned.h"

#define HEADER 12

/* Types whose RDATA may hold compressed names (RFC 3597 4: those of RFC 1035):
 * octets before the names, the names, octets after. */
struct layout {
	uint16_t type;
	uint8_t before, names, after;
};

static const struct layout layouts[] = {
    {2, 0, 1, 0},  /* NS */
    {5, 0, 1, 0},  /* CNAME */
    {6, 0, 2, 20}, /* SOA */
    {12, 0, 1, 0}, /* PTR */
    {14, 0, 2, 0}, /* MINFO */
    {15, 2, 1, 0}, /* MX */
};

struct source {
	const uint8_t *p;
	size_t n, at;
};

static uint16_t
u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static enum as_err
copy_octets(struct as_buf *to, struct source *s, size_t n)
{
	if (s->n - s->at < n)
		return AS_ESYNTAX;
	as_buf_add(to, s->p + s->at, n);
	s->at += n;
	return AS_OK;
}

static enum as_err
copy_name(struct as_buf *to, struct source *s)
{
	uint8_t wire[AS_WIRE_NAME_OCTETS];
	size_t n = as_wire_name_expand(s->p, s->n, &s->at, wire);

	if (n == 0)
		return AS_ESYNTAX;
	as_buf_add(to, wire, n);
	return AS_OK;
}

static enum as_err
copy_rdata(struct as_buf *to, struct source *s, uint16_t type, size_t n)
{
	const size_t count = sizeof(layouts) / sizeof(layouts[0]);
	const struct layout *l = layouts;

	while (l < layouts + count && l->type != type)
		l++;
	if (l == layouts + count)
		return copy_octets(to, s, n);
	AS_TRY(copy_octets(to, s, l->before));
	for (unsigned i = 0; i < l->names; i++)
		AS_TRY(copy_name(to, s));
	return copy_octets(to, s, l->after);
}

static enum as_err
copy_rr(struct as_buf *to, struct source *s)
{
	size_t length_at, end, n;
	uint16_t type, rdata_n;

	AS_TRY(copy_name(to, s));
	if (s->n - s->at < 10)
		return AS_ESYNTAX;
	type = u16(s->p + s->at);
	rdata_n = u16(s->p + s->at + 8);
	AS_TRY(copy_octets(to, s, 10));
	if (s->n - s->at < rdata_n)
		return AS_ESYNTAX;
	end = s->at + rdata_n;
	length_at = to->n;
	AS_TRY(copy_rdata(to, s, type, rdata_n));
	if (s->at != end)
		return AS_ESYNTAX;
	if (to->full || (n = to->n - length_at) > UINT16_MAX)
		return AS_ELIMIT;
	to->p[length_at - 2] = (char)(n >> 8);
	to->p[length_at - 1] = (char)n;
	return AS_OK;
}

static enum as_err
skip_question(struct source *s)
{
	uint8_t wire[AS_WIRE_NAME_OCTETS];

	if (as_wire_name_expand(s->p, s->n, &s->at, wire) == 0 ||
	    s->n - s->at < 4)
		return AS_ESYNTAX;
	s->at += 4;
	return AS_OK;
}

enum as_err
as_splice(struct as_buf *to, const uint8_t *from, size_t n)
{
	struct source s = {from, n, HEADER};
	uint32_t count;

	if (to->n < HEADER || n < HEADER)
		return AS_ESYNTAX;
	for (unsigned i = u16(from + 4); i > 0; i--)
		AS_TRY(skip_question(&s));
	for (unsigned i = u16(from + 6); i > 0; i--)
		AS_TRY(copy_rr(to, &s));
	count = u16((const uint8_t *)to->p + 6) + (uint32_t)u16(from + 6);
	if (to->full || count > UINT16_MAX)
		return AS_ELIMIT;
	to->p[3] = (char)((to->p[3] & 0xf0) | (from[3] & 0x0f));
	to->p[6] = (char)(count >> 8);
	to->p[7] = (char)count;
	return AS_OK;
}
