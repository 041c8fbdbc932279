/*
 * Reading what a process says that may be hostile: every length is held against
 * the octets that are there before it is believed.
 */
#include <string.h>

#include "base/utf8.h"
#include "model/report_wire_fields.h"

#include "base/banned.h"

#define RAW_CAP ((size_t)16 * 1024 * 1024)
/* Lists of one event, and what is kept for the next without a reset. */
#define ARENA_CAP  ((size_t)16 * 1024 * 1024)
#define ARENA_KEEP ((size_t)256 * 1024)

struct in {
	const char *p, *end;
	struct as_arena *arena;
	bool bad;
	bool no_memory;
};

static uint64_t
number_get(struct in *in)
{
	uint64_t n = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t octet;

		if (in->p == in->end)
			break;
		octet = (uint8_t)*in->p++;
		if (shift == 63 && octet > 1)
			break;
		n |= (uint64_t)(octet & 0x7f) << shift;
		if (octet < 0x80)
			return n;
	}
	in->bad = true;
	return 0;
}

static uint64_t
number_upto(struct in *in, uint64_t most)
{
	uint64_t n = number_get(in);

	if (n <= most)
		return n;
	in->bad = true;
	return 0;
}

static struct as_str
octets_get(struct in *in)
{
	uint64_t n = number_get(in);
	struct as_str s = AS_STR_NULL;

	if (n == 0 || in->bad)
		return s;
	if (n - 1 > (uint64_t)(in->end - in->p)) {
		in->bad = true;
		return s;
	}
	s = (struct as_str){in->p, (size_t)n - 1};
	in->p += s.n;
	return s;
}

static struct as_str
text_get(struct in *in)
{
	struct as_str s = octets_get(in);

	if (s.n > 0 && !as_utf8_is_valid(s))
		in->bad = true;
	return s;
}

static void
list_get(struct in *in, const struct as_wire_field *f, char *to)
{
	size_t n = (size_t)number_upto(in, AS_MAX_LIST_ITEMS);
	struct as_str *items = NULL;

	if (n > 0 && !in->bad) {
		items = as_arena_array(in->arena, n * f->each, sizeof(*items));
		in->no_memory |= items == NULL;
		in->bad |= items == NULL;
	}
	for (size_t i = 0; i < n * f->each && !in->bad; i++)
		items[i] = text_get(in);
	memcpy(to + f->at, &items, sizeof(items));
	memcpy(to + f->n_at, &n, sizeof(n));
}

static void
address_get(struct in *in, struct as_ip *ip)
{
	uint64_t n = number_get(in);

	if ((n != 0 && n != 4 && n != 16) || n > (uint64_t)(in->end - in->p)) {
		in->bad = true;
		return;
	}
	ip->len = (uint8_t)n;
	memcpy(ip->b, in->p, (size_t)n);
	in->p += n;
}

static void
field_get(struct in *in, const struct as_wire_field *f, char *to)
{
	void *at = to + f->at;

	switch (f->type) {
	case AS_WIRE_TEXT: *(struct as_str *)at = text_get(in); break;
	case AS_WIRE_NUMBER: *(uint64_t *)at = number_get(in); break;
	case AS_WIRE_FLAG: *(bool *)at = number_upto(in, 1) == 1; break;
	case AS_WIRE_KIND:
		*(enum as_report_kind *)at =
		    (enum as_report_kind)number_upto(in, AS_REPORT_TLS);
		break;
	case AS_WIRE_IP: address_get(in, at); break;
	case AS_WIRE_LIST: list_get(in, f, to); break;
	}
}

static bool
event_get(struct in *in, const struct as_wire_shape *shape, void *to)
{
	for (size_t i = 0; i < shape->n && !in->bad; i++)
		field_get(in, &shape->fields[i], to);
	return !in->bad;
}

static enum as_err
broken(const struct in *in)
{
	return in->no_memory ? AS_ENOMEM : AS_EVERSION;
}

/* --- one event each --- */

#define GIVE(fn, ...) ((fn) != NULL ? (fn)(__VA_ARGS__) : AS_OK)

static enum as_err
begin_read(
    struct as_wire_reader *r, struct in *in, const struct as_report_sink *to)
{
	enum as_report_kind kind =
	    (enum as_report_kind)number_upto(in, AS_REPORT_TLS);

	if (in->bad)
		return AS_EVERSION;
	r->state = AS_WIRE_INSIDE;
	return GIVE(to->begin, to->ctx, kind);
}

static enum as_err
inside_read(char type, struct in *in, const struct as_report_sink *to)
{
	union {
		struct as_report_row row;
		struct as_report_tls_policy policy;
		struct as_report_tls_failure tls;
		struct as_report_failure failure;
		struct as_report_note note;
	} u;

	memset(&u, 0, sizeof(u));
	switch (type) {
	case AS_WIRE_ROW:
		return event_get(in, &as_wire_row, &u)
		    ? GIVE(to->row, to->ctx, &u.row)
		    : broken(in);
	case AS_WIRE_POLICY:
		return event_get(in, &as_wire_policy, &u)
		    ? GIVE(to->tls_policy, to->ctx, &u.policy)
		    : broken(in);
	case AS_WIRE_TLS:
		return event_get(in, &as_wire_tls, &u)
		    ? GIVE(to->tls_failure, to->ctx, &u.tls)
		    : broken(in);
	case AS_WIRE_FAILURE:
		return event_get(in, &as_wire_failure, &u)
		    ? GIVE(to->failure, to->ctx, &u.failure)
		    : broken(in);
	case AS_WIRE_NOTE:
		return event_get(in, &as_wire_note, &u)
		    ? GIVE(to->note, to->ctx, &u.note)
		    : broken(in);
	default: return AS_EVERSION;
	}
}

static enum as_err
end_read(
    struct as_wire_reader *r, struct in *in, const struct as_report_sink *to)
{
	struct as_report_head head = {.rows = 0};

	if (!event_get(in, &as_wire_head, &head))
		return broken(in);
	r->state = AS_WIRE_ENDED;
	return GIVE(to->end, to->ctx, &head);
}

static enum as_err
raw_read(struct as_wire_reader *r, struct in *in)
{
	struct as_str part = octets_get(in);

	if (in->bad || as_str_is_null(part) || part.n > RAW_CAP - r->raw.n)
		return AS_EVERSION;
	if (r->raw.p == NULL) /* present, though it may be empty */
		as_buf_printf(&r->raw, "%s", "");
	as_buf_add_str(&r->raw, part);
	return as_buf_ok(&r->raw) ? AS_OK : AS_ENOMEM;
}

static enum as_err
piece_read(struct as_wire_reader *r, struct in *in, bool refused,
    const struct as_wire_events *to)
{
	struct as_report_piece piece = {
	    .raw = r->raw.p != NULL ? as_buf_str(&r->raw) : AS_STR_NULL};
	struct as_str diagnosis = refused ? text_get(in) : AS_STR_NULL;
	enum as_err err;

	if (!event_get(in, &as_wire_piece, &piece))
		return broken(in);
	r->state = AS_WIRE_BETWEEN;
	err = refused ? to->refused(to->ctx, &piece, diagnosis)
		      : to->found(to->ctx, &piece);
	as_buf_fini(&r->raw);
	return err;
}

static enum as_err
event_read(struct as_wire_reader *r, char type, struct in *in,
    const struct as_wire_events *to)
{
	switch (type) {
	case AS_WIRE_RAW:
		return r->state == AS_WIRE_INSIDE ? AS_EVERSION
						  : raw_read(r, in);
	case AS_WIRE_BEGIN:
		return r->state == AS_WIRE_BETWEEN
		    ? begin_read(r, in, &to->report)
		    : AS_EVERSION;
	case AS_WIRE_FOUND:
		return r->state == AS_WIRE_ENDED ? piece_read(r, in, false, to)
						 : AS_EVERSION;
	case AS_WIRE_REFUSED:
		return r->state == AS_WIRE_BETWEEN ? piece_read(r, in, true, to)
						   : AS_EVERSION;
	default: break;
	}
	if (r->state != AS_WIRE_INSIDE)
		return AS_EVERSION;
	if (type == AS_WIRE_END)
		return end_read(r, in, &to->report);
	if (type != AS_WIRE_DROP)
		return inside_read(type, in, &to->report);
	r->state = AS_WIRE_BETWEEN;
	return GIVE(to->report.drop, to->report.ctx);
}

enum as_err
as_wire_read(struct as_wire_reader *r, struct as_str batch,
    const struct as_wire_events *to)
{
	struct in in = {.p = batch.p, .arena = r->arena};

	if (batch.n == 0)
		return AS_OK;
	in.end = batch.p + batch.n;
	while (in.p < in.end) {
		char type = *in.p++;

		AS_TRY(event_read(r, type, &in, to));
		if (as_arena_used(r->arena) > ARENA_KEEP)
			as_arena_reset(r->arena);
	}
	as_arena_reset(r->arena);
	return AS_OK;
}

enum as_err
as_wire_reader_init(struct as_wire_reader *r)
{
	*r = (struct as_wire_reader){.arena = as_arena_new(ARENA_CAP)};
	as_buf_init(&r->raw, RAW_CAP + 1);
	return r->arena != NULL ? AS_OK : AS_ENOMEM;
}

void
as_wire_reader_fini(struct as_wire_reader *r)
{
	as_buf_fini(&r->raw);
	as_arena_free(r->arena);
	*r = (struct as_wire_reader){.arena = NULL};
}

void
as_wire_reader_reset(struct as_wire_reader *r)
{
	r->state = AS_WIRE_BETWEEN;
	as_buf_fini(&r->raw);
	as_arena_reset(r->arena);
}
