/*
 * A fix as DNSControl's JavaScript, which adds records to a domain.
 */
#include "render/fix_private.h"

#include "base/banned.h"

static bool
is_ascii(struct as_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static void
put_js_data(struct as_buf *b, const struct as_fix_step *step,
    const struct as_fix_rr *rr)
{
	if (as_str_is(step->type, "TXT")) {
		as_fix_put_string(b, rr->data, false);
	} else if (as_str_is(step->type, "MX")) {
		as_buf_printf(
		    b, AS_STR_FMT ", ", AS_STR_ARG(as_fix_word(rr->data, 0)));
		as_fix_put_string(b, as_fix_word(rr->data, 1), false);
	} else {
		for (size_t i = 0; i < 3; i++)
			as_buf_printf(b, AS_STR_FMT ", ",
			    AS_STR_ARG(as_fix_word(rr->data, i)));
		as_fix_put_string(b, as_fix_word(rr->data, 3), false);
	}
}

static void
put_js_record(struct as_buf *b, const struct as_fix *fix,
    const struct as_fix_step *step, const struct as_fix_rr *rr)
{
	struct as_str name =
	    as_fix_relative(step->name, as_fix_zone_of(fix, step));

	as_buf_printf(b, AS_STR_FMT "(", AS_STR_ARG(step->type));
	as_fix_put_string(b, name.n > 0 ? name : AS_STR("@"), false);
	as_buf_puts(b, ", ");
	put_js_data(b, step, rr);
	as_buf_puts(b, ")");
}

static void
put_js_gone(struct as_buf *b, const struct as_fix *fix,
    const struct as_fix_format *format, const struct as_fix_step *step)
{
	for (size_t i = 0; i < step->gone.n; i++) {
		as_buf_puts(b, format->comment);
		as_buf_puts(b, "    Take out: ");
		put_js_record(b, fix, step, &step->gone.rr[i]);
		as_buf_puts(b, "\n");
	}
}

static void
put_js_step(struct as_buf *b, const struct as_fix *fix,
    const struct as_fix_format *format, const struct as_fix_step *step)
{
	as_fix_step_comment(b, format, fix, step);
	put_js_gone(b, fix, format, step);
	for (size_t i = 0; i < step->added.n; i++) {
		if (!is_ascii(step->added.rr[i].data)) {
			as_fix_data_comment(b, format, step,
			    "Not ASCII, to be written by hand",
			    &step->added.rr[i]);
			continue;
		}
		as_buf_puts(b, "D_EXTEND(");
		as_fix_put_string(b, as_fix_zone_of(fix, step), false);
		as_buf_puts(b, ",\n    ");
		put_js_record(b, fix, step, &step->added.rr[i]);
		as_buf_puts(b, ");\n");
	}
}

void
as_fix_write_dnscontrol(const struct as_fix *fix,
    const struct as_fix_format *format, struct as_buf *b)
{
	for (size_t i = 0; i < fix->n_steps; i++)
		if (as_fix_is_own(&fix->steps[i]))
			put_js_step(b, fix, format, &fix->steps[i]);
}
