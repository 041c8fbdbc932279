#include "intake/tnef.h"

#include <string.h>

#include "base/limits.h"

#include "base/banned.h"

#define HEAD_OCTETS  ((size_t)6) /* signature and key */
#define ATTRIBUTE    ((size_t)9) /* level, id, length */
#define SUM_OCTETS   2
#define LEVEL_MAIL   1
#define LEVEL_ATTACH 2

#define ATTACH_TITLE  0x00018010u
#define ATTACH_DATA   0x0006800fu
#define ATTACH_LIST   0x00069005u
#define ATTACH_RENDER 0x00069002u /* the first of an attachment */

/* Of a property list. */
#define TYPE_MULTIPLE 0x1000u
#define TYPE_OBJECT   0x000du
#define TYPE_BINARY   0x0102u
#define ID_NAMED      0x8000u
#define ID_CONTENT    0x3701u
#define GUID_OCTETS   16

bool
as_is_tnef(struct as_str start)
{
	return as_str_has_prefix(start, "\x78\x9f\x3e\x22");
}

void
as_tnef_init(struct as_tnef *t, struct as_peek *from)
{
	struct as_str start;

	*t = (struct as_tnef){.from = from};
	as_buf_init(&t->list, AS_MAX_MAIL_OCTETS);
	if (as_peek_more(from, HEAD_OCTETS, &start) == AS_OK)
		as_peek_take(from, HEAD_OCTETS);
}

void
as_tnef_fini(struct as_tnef *t)
{
	as_buf_fini(&t->list);
}

/* Little-endian. */
static uint32_t
number(const char *p, unsigned octets)
{
	uint32_t n = 0;

	for (unsigned i = octets; i-- > 0;)
		n = n << 8 | (unsigned char)p[i];
	return n;
}

static enum as_err
too_early(struct as_why *why)
{
	return as_why_set(
	    why, AS_ESYNTAX, AS_WHY_NOWHERE, "the winmail.dat ends too early");
}

/* --- octets of an attribute --- */

static enum as_err
data_read(void *ctx, void *to, size_t n, size_t *got)
{
	struct as_tnef *t = ctx;
	struct as_str have;

	*got = 0;
	if (t->left == 0)
		return AS_OK;
	AS_TRY(as_peek_look(t->from, &have));
	if (have.n == 0)
		return too_early(&t->why);
	if (n > have.n)
		n = have.n;
	if (n > t->left)
		n = (size_t)t->left;
	memcpy(to, have.p, n);
	as_peek_take(t->from, n);
	t->left -= n;
	*got = n;
	return AS_OK;
}

/* What nobody read of it, and its checksum. */
static enum as_err
attribute_end(struct as_tnef *t, struct as_why *why)
{
	struct as_str have;

	t->left += t->open ? SUM_OCTETS : 0;
	t->open = false;
	while (t->left > 0) {
		AS_TRY(as_peek_look(t->from, &have));
		if (have.n == 0)
			return too_early(why);
		if (have.n > t->left)
			have.n = (size_t)t->left;
		as_peek_take(t->from, have.n);
		t->left -= have.n;
	}
	return AS_OK;
}

static enum as_err
attribute_begin(struct as_tnef *t, uint32_t *id, struct as_why *why)
{
	struct as_str have;

	AS_TRY(as_peek_more(t->from, ATTRIBUTE, &have));
	if (have.n == 0)
		return AS_EABSENT;
	if (have.n < ATTRIBUTE)
		return too_early(why);
	if (have.p[0] != LEVEL_MAIL && have.p[0] != LEVEL_ATTACH)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "the winmail.dat is damaged: what follows is no attribute");
	*id = number(have.p + 1, 4);
	t->left = number(have.p + 5, 4);
	t->open = true;
	as_peek_take(t->from, ATTRIBUTE);
	return AS_OK;
}

/* --- its title --- */

static enum as_err
title_read(struct as_tnef *t, struct as_why *why)
{
	size_t got = 1;
	enum as_err err = AS_OK;

	for (t->n_title = 0;
	     err == AS_OK && got > 0 && t->n_title < sizeof(t->title);
	     t->n_title += got)
		err = data_read(t, t->title + t->n_title,
		    sizeof(t->title) - t->n_title, &got);
	if (err != AS_OK && t->why.code != AS_OK)
		*why = t->why;
	t->n_title = as_str_find((struct as_str){t->title, t->n_title}, 0, 0);
	return err;
}

/* --- a property list --- */

/* A walk over octets at hand. */
struct cursor {
	struct as_str left;
	bool bad;
};

static struct as_str
octets_take(struct cursor *c, size_t n)
{
	struct as_str s = as_str_slice(c->left, 0, n);

	c->bad |= s.n < n;
	c->left = as_str_slice(c->left, n, c->left.n);
	return s;
}

static uint32_t
number_take(struct cursor *c, unsigned octets)
{
	struct as_str s = octets_take(c, octets);

	return c->bad ? 0 : number(s.p, octets);
}

/* A value of variable length: its size, its octets, then up to a multiple of
 * four. */
static struct as_str
value_take(struct cursor *c)
{
	size_t n = number_take(c, 4);
	struct as_str s = octets_take(c, n);

	(void)octets_take(c, -n & 3);
	return s;
}

/* Octets of a value of fixed length, up to a multiple of four; 0: it has its
 * length with it. */
static size_t
fixed_size(uint32_t type)
{
	switch (type & ~TYPE_MULTIPLE) {
	case 0x0005: /* double */
	case 0x0006: /* currency */
	case 0x0007: /* application time */
	case 0x0014: /* integer */
	case 0x0040: /* time */ return 8;
	case 0x0048: /* GUID */ return 16;
	case 0x000d:
	case 0x001e: /* text */
	case 0x001f:
	case 0x0102: return 0;
	default: return 4;
	}
}

static void
name_take(struct cursor *c)
{
	(void)octets_take(c, GUID_OCTETS);
	if (number_take(c, 4) == 0)
		(void)number_take(c, 4);
	else
		(void)value_take(c);
}

/* One property; the content of the attachment goes to *content. */
static void
property_take(struct cursor *c, struct as_str *content)
{
	uint32_t type = number_take(c, 2), id = number_take(c, 2), n = 1;
	size_t size = fixed_size(type);
	struct as_str value = AS_STR_NULL;

	if (id >= ID_NAMED)
		name_take(c);
	if (size == 0 || (type & TYPE_MULTIPLE) != 0)
		n = number_take(c, 4);
	for (; n > 0 && !c->bad; n--)
		value = size > 0 ? octets_take(c, size) : value_take(c);
	if (c->bad || id != ID_CONTENT)
		return;
	if (type == TYPE_OBJECT)
		*content = as_str_slice(value, GUID_OCTETS, value.n);
	else if (type == TYPE_BINARY)
		*content = value;
}

/* A mail that is attached: AS_EABSENT when it is none. */
static enum as_err
list_read(struct as_tnef *t, struct as_source *octets, struct as_why *why)
{
	struct as_source all = {data_read, t};
	struct as_str content = AS_STR_NULL;
	struct cursor c;
	enum as_err err;

	as_buf_reset(&t->list);
	err = as_source_read_all(&all, &t->list, why);
	if (err == AS_ESYNTAX && t->why.code != AS_OK)
		*why = t->why;
	AS_TRY(err);
	c = (struct cursor){.left = as_buf_str(&t->list)};
	for (uint32_t n = number_take(&c, 4); n > 0 && !c.bad; n--)
		property_take(&c, &content);
	if (content.n == 0)
		return AS_EABSENT;
	t->content.left = content;
	*octets = as_memory_source(&t->content);
	return AS_OK;
}

enum as_err
as_tnef_next(struct as_tnef *t, struct as_str *title, struct as_source *octets,
    struct as_why *why)
{
	uint32_t id = 0;
	enum as_err err;

	for (;;) {
		AS_TRY(attribute_end(t, why));
		AS_TRY(attribute_begin(t, &id, why));
		if (id == ATTACH_RENDER)
			t->n_title = 0;
		if (id == ATTACH_TITLE)
			AS_TRY(title_read(t, why));
		*title = (struct as_str){t->title, t->n_title};
		*octets = (struct as_source){data_read, t};
		if (id == ATTACH_DATA && t->left > 0)
			return AS_OK;
		err =
		    id == ATTACH_LIST ? list_read(t, octets, why) : AS_EABSENT;
		if (err != AS_EABSENT)
			return err;
	}
}
