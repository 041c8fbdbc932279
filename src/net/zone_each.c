#include <string.h>

#include "base/limits.h"
#include "net/zone_set.h"

#include "base/banned.h"

/* One label of a key, from *at on, which moves behind it. */
static size_t
label_read(struct as_str key, size_t *at, uint8_t label[AS_MAX_LABEL_OCTETS])
{
	size_t n = 0;

	while (*at < key.n && key.p[*at] != 0 && n < AS_MAX_LABEL_OCTETS) {
		bool escaped = key.p[*at] == 1;

		*at += escaped;
		label[n++] = (uint8_t)(key.p[*at] - escaped);
		(*at)++;
	}
	(*at)++;
	return n;
}

/* A key's labels stand from the root downward, so the wire form is filled from
 * its end; returns where it begins. */
static size_t
key_wire(struct as_str key, uint8_t wire[AS_WIRE_NAME_OCTETS])
{
	size_t begin = AS_WIRE_NAME_OCTETS - 1;

	wire[begin] = 0;
	for (size_t at = 0; at < key.n;) {
		uint8_t label[AS_MAX_LABEL_OCTETS];
		size_t n = label_read(key, &at, label);

		if (n + 1 > begin)
			break; /* longer than any name that was read */
		begin -= n;
		memcpy(wire + begin, label, n);
		wire[--begin] = (uint8_t)n;
	}
	return begin;
}

/* Records of one name stand together. */
struct each {
	struct as_buf name;
	struct as_str key;
};

static bool
name_make(struct each *e, struct as_str key)
{
	uint8_t wire[AS_WIRE_NAME_OCTETS];
	size_t begin;

	if (e->name.n > 0 && as_str_eq(e->key, key))
		return true;
	begin = key_wire(key, wire);
	as_buf_reset(&e->name);
	as_wire_name_text(wire + begin, sizeof(wire) - begin, &e->name);
	e->key = key;
	return as_buf_ok(&e->name);
}

static enum as_err
set_each(struct each *e, const struct zone_set *set,
    enum as_err (*take)(void *ctx, const struct as_zone_record *r), void *ctx)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct zone_rr *rr = &set->rrs[i];
		struct as_zone_record record = {.type = rr->type,
		    .rdata = {(const char *)rr->rdata, rr->rdata_n},
		    .apex = set->whole && as_str_eq(rr->key, set->apex_key)};

		if (!name_make(e, rr->key))
			return AS_ENOMEM;
		record.name = as_buf_str(&e->name);
		AS_TRY(take(ctx, &record));
	}
	return AS_OK;
}

enum as_err
as_zones_each(const struct as_zones *z,
    enum as_err (*take)(void *ctx, const struct as_zone_record *r), void *ctx)
{
	struct each e = {0};
	enum as_err err = AS_OK;

	as_buf_init(&e.name, 4 * AS_WIRE_NAME_OCTETS);
	for (const struct zone_set *set = z->sets; set != NULL && err == AS_OK;
	     set = set->next)
		err = set_each(&e, set, take, ctx);
	as_buf_fini(&e.name);
	return err;
}
