/*
 * A fix as resources of Terraform's provider hashicorp/dns, which keeps whole
 * sets of records.
 */
#include "render/fix_private.h"

#include "base/banned.h"

#define DATA_OCTETS 131072

/* The provider puts each text between quotation marks of a master file: what it
 * gets is the inside of these. */
static void
put_tf_txt(struct as_buf *b, const struct as_fix_rr *rr)
{
	struct as_buf text;

	as_buf_init(&text, DATA_OCTETS);
	as_fix_put_quoted(&text, rr->data);
	as_buf_puts(b, "    ");
	as_fix_put_string(
	    b, as_str_slice(as_buf_str(&text), 1, text.n - 1), true);
	as_buf_puts(b, ",\n");
	b->full |= text.full;
	as_buf_fini(&text);
}

static void
put_tf_mx(struct as_buf *b, const struct as_fix_rr *rr)
{
	as_buf_printf(b,
	    "  mx {\n    preference = " AS_STR_FMT "\n    exchange   = ",
	    AS_STR_ARG(as_fix_word(rr->data, 0)));
	as_fix_put_string(b, as_fix_word(rr->data, 1), true);
	as_buf_puts(b, "\n  }\n");
}

static void
put_tf_sets(struct as_buf *b, const struct as_fix_step *step)
{
	const struct as_fix_set *then[] = {&step->kept, &step->added};
	bool txt = as_str_is(step->type, "TXT");

	as_buf_puts(b, txt ? "  txt = [\n" : "");
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < then[k]->n; i++) {
			if (txt)
				put_tf_txt(b, &then[k]->rr[i]);
			else
				put_tf_mx(b, &then[k]->rr[i]);
		}
	as_buf_puts(b, txt ? "  ]\n" : "");
}

static const char *
tf_resource(const struct as_fix_step *step)
{
	return as_str_is(step->type, "TXT") ? "dns_txt_record_set"
					    : "dns_mx_record_set";
}

/* What Terraform calls it: letters and digits of the name. */
static void
put_tf_label(
    struct as_buf *b, const struct as_fix *fix, const struct as_fix_step *step)
{
	as_buf_puts(b, "assay_");
	for (size_t i = 0; i < step->name.n; i++) {
		char c = step->name.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		as_buf_add(b, plain ? &c : "_", 1);
	}
	as_buf_printf(b, "_%zu", (size_t)(step - fix->steps) + 1);
}

/* With the final dot. */
static void
put_tf_name(struct as_buf *b, struct as_str name)
{
	struct as_buf whole;

	as_buf_init(&whole, DATA_OCTETS);
	as_buf_add_str(&whole, name);
	as_buf_puts(&whole, ".");
	as_fix_put_string(b, as_buf_str(&whole), true);
	b->full |= whole.full;
	as_buf_fini(&whole);
}

/* A set that is there is taken over, else both would stand. */
static void
put_tf_import(
    struct as_buf *b, const struct as_fix *fix, const struct as_fix_step *step)
{
	as_buf_printf(b, "import {\n  to = %s.", tf_resource(step));
	put_tf_label(b, fix, step);
	as_buf_puts(b, "\n  id = ");
	put_tf_name(b, step->name);
	as_buf_puts(b, "\n}\n");
}

static void
put_tf_resource(
    struct as_buf *b, const struct as_fix *fix, const struct as_fix_step *step)
{
	struct as_str zone = as_fix_zone_of(fix, step);
	struct as_str name = as_fix_relative(step->name, zone);

	as_buf_printf(b, "resource \"%s\" \"", tf_resource(step));
	put_tf_label(b, fix, step);
	as_buf_puts(b, "\" {\n  zone = ");
	put_tf_name(b, zone);
	as_buf_puts(b, "\n");
	if (name.n > 0) {
		as_buf_puts(b, "  name = ");
		as_fix_put_string(b, name, true);
		as_buf_puts(b, "\n");
	}
	put_tf_sets(b, step);
	as_buf_printf(b, "  ttl = %d\n}\n", AS_FIX_TTL);
}

/* Is a text parted into strings otherwise than by their greatest length? */
static bool
is_parted(const struct as_fix_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->rr[i].lengths.n > 0)
			return true;
	return false;
}

void
as_fix_write_terraform(const struct as_fix *fix,
    const struct as_fix_format *format, struct as_buf *b)
{
	for (size_t i = 0; i < fix->n_steps; i++) {
		const struct as_fix_step *step = &fix->steps[i];

		if (!as_fix_is_own(step))
			continue;
		as_fix_step_comment(b, format, fix, step);
		for (size_t k = 0; k < step->gone.n; k++)
			as_fix_data_comment(
			    b, format, step, "Goes", &step->gone.rr[k]);
		if (!as_str_is(step->type, "TXT") &&
		    !as_str_is(step->type, "MX")) {
			for (size_t k = 0; k < step->added.n; k++)
				as_fix_data_comment(b, format, step,
				    "Comes, and the provider has no resource "
				    "for it",
				    &step->added.rr[k]);
			continue;
		}
		if (step->kept.n + step->added.n == 0)
			continue;
		if (is_parted(&step->gone) || is_parted(&step->kept))
			as_fix_comment(b, format,
			    "   A text there is today in parts of its own, "
			    "which "
			    "the provider joins: see that it is gone, or there "
			    "once, afterwards.");
		if (step->kept.n + step->gone.n > 0)
			put_tf_import(b, fix, step);
		put_tf_resource(b, fix, step);
	}
}
