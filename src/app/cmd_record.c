#include "app/cmd.h"

#include <string.h>

#include "app/data.h"
#include "app/file.h"
#include "assess/explain.h"
#include "base/limits.h"
#include "render/record.h"

#include "base/banned.h"

#define TEXT_WIDTH 100

static const char help[] =
    "Examples:\n"
    "  assay record spf 'v=spf1 include:_spf.google.com -all'\n"
    "  assay record dmarc 'v=DMARC1; p=quarantine; "
    "rua=mailto:dmarc@example.gov'\n"
    "  assay record dkim 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQH' "
    "'Og7hcvPapiMlrwIaaPcHURo='\n"
    "  assay record tlsa 3 1 1 "
    "0C72AC70B745AC19998811B131D662C9AC69DBDBE7CB23E5B514B56664C5D3D6\n"
    "  assay record caa 0 issue 'ca.example; validationmethods=dns-01'\n"
    "  echo 'v=spf1 -all' | assay record spf - --json\n"
    "\n"
    "Usage: assay record TYPE TEXT...|- [OPTION...]\n"
    "\n"
    "TYPE is spf, dkim, dmarc, mta-sts, mta-sts-policy, tls-rpt, tlsa, bimi\n"
    "(experimental) or caa.  Several TEXTs are the strings of one TXT record,\n"
    "the lines of a policy, or the words of a TLSA or CAA record; put --\n"
    "before one that starts with \"-\".  Nothing is asked of the net.\n"
    "\n"
    "Exit status: 0 valid; 1 unusable, not of this type, or a problem at or\n"
    "above --fail-on; 2 usage; 64 and above: our fault.\n";

struct record {
	struct as_arena *a;
	const struct as_settings *s;
	enum as_format format;
	unsigned fail_on; /* an enum as_level, or above: never */
	struct as_explain_input in;
};

/* --- the settings --- */

static enum as_err
type_read(struct record *r, struct as_why *why)
{
	if (r->s->n_args == 0)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "which type of record?");
	for (size_t i = 0; i < as_names_record_type.n; i++)
		if (strcmp(r->s->args[0], as_names_record_type.texts[i]) == 0) {
			r->in.type = (enum as_record_type)i;
			return AS_OK;
		}
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "there is no type \"%.60s\"; there are spf, dkim, dmarc, mta-sts, "
	    "mta-sts-policy, tls-rpt, tlsa, bimi and caa",
	    r->s->args[0]);
}

static enum as_err
fail_on_read(struct record *r, struct as_why *why)
{
	const char *name = r->s->fail_on != NULL ? r->s->fail_on : "fail";

	if (strcmp(name, "never") == 0) {
		r->fail_on = AS_LEVEL_ERROR + 1;
		return AS_OK;
	}
	if (strcmp(name, "fail") == 0)
		name = as_level_text(AS_LEVEL_ERROR);
	for (unsigned i = 0; i < as_names_level.n; i++)
		if (strcmp(name, as_names_level.texts[i]) == 0) {
			r->fail_on = i;
			return AS_OK;
		}
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "--fail-on must be info, warn, error (or fail) or never, not "
	    "\"%.60s\"",
	    name);
}

/* --- the text --- */

/* What stands between the arguments: TXT strings are joined as they are, the
 * lines of a policy as lines, the words of a record that is no TXT as words. */
static const char *
joint_of(enum as_record_type type)
{
	switch (type) {
	case AS_RECORD_MTA_STS_POLICY: return "\n";
	case AS_RECORD_TLSA:
	case AS_RECORD_CAA: return " ";
	default: return "";
	}
}

/* The shell takes the quotation marks of `caa 0 issue "a; b=c"`. */
static bool
wants_quotes(const struct record *r, size_t i)
{
	return r->in.type == AS_RECORD_CAA && r->s->n_args == 4 && i == 3 &&
	    r->s->args[i][0] != '"' && strpbrk(r->s->args[i], "\"\\") == NULL;
}

static enum as_err
args_join(struct record *r, struct as_why *why)
{
	size_t *strings = as_arena_array(r->a, r->s->n_args, sizeof(*strings));
	const char *joint = joint_of(r->in.type);
	struct as_buf b;

	if (strings == NULL)
		return AS_ENOMEM;
	as_buf_init(&b, AS_MAX_RECORD_OCTETS);
	for (size_t i = 1; i < r->s->n_args; i++) {
		const char *quote = wants_quotes(r, i) ? "\"" : "";
		as_buf_puts(&b, i > 1 ? joint : "");
		as_buf_puts(&b, quote);
		as_buf_puts(&b, r->s->args[i]);
		as_buf_puts(&b, quote);
		strings[r->in.n_strings++] = strlen(r->s->args[i]);
	}
	if (joint[0] != 0)
		r->in.n_strings = 0; /* no TXT */
	r->in.strings = strings;
	r->in.text = as_str_dup(r->a, as_buf_str(&b));
	if (!as_buf_ok(&b))
		(void)as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "the text is longer than %d octets", AS_MAX_RECORD_OCTETS);
	else if (as_str_is_null(r->in.text))
		(void)as_why_no_memory(why);
	as_buf_fini(&b);
	return why->code;
}

static enum as_err
stdin_read(struct record *r, struct as_why *why)
{
	struct as_str *t = &r->in.text;

	AS_TRY(as_file_read(r->a, "-", AS_MAX_RECORD_OCTETS, t, why));
	if (t->n > 0 && t->p[t->n - 1] == '\n')
		t->n--;
	if (t->n > 0 && t->p[t->n - 1] == '\r')
		t->n--;
	return AS_OK;
}

static enum as_err
text_read(struct record *r, struct as_why *why)
{
	if (r->s->n_args < 2)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "where is the text? \"-\" reads standard input");
	if (r->s->n_args == 2 && strcmp(r->s->args[1], "-") == 0)
		return stdin_read(r, why);
	return args_join(r, why);
}

/* --- output --- */

static enum as_err
print(
    const struct record *r, const struct as_record_view *v, struct as_why *why)
{
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	if (r->format == AS_FORMAT_TEXT)
		as_record_text(&t, v);
	else
		as_cmd_json(&b, r->format, as_record_json(v));
	return as_cmd_print(&b, why);
}

static int
status_of(const struct record *r, const struct as_record_view *v)
{
	if (v->status != AS_RECORD_VALID)
		return 1;
	for (size_t i = 0; i < v->n_problems; i++)
		if (v->problems[i].level >= r->fail_on)
			return 1;
	return 0;
}

static enum as_err
record_read(struct record *r, struct as_why *why)
{
	AS_TRY(as_run_format(r->s, AS_FORMAT_TEXT, &r->format, why));
	AS_TRY(fail_on_read(r, why));
	AS_TRY(type_read(r, why));
	return text_read(r, why);
}

static int
record_run(struct as_arena *a, const struct as_settings *s)
{
	struct record r = {.a = a, .s = s, .in.senders = as_data_senders};
	struct as_why why = {0};
	struct as_record_view *v;
	enum as_err err;

	if (record_read(&r, &why) != AS_OK)
		return as_cmd_fail("record", &why);
	err = as_explain(a, &r.in, &v);
	if (err != AS_OK)
		(void)as_why_set(
		    &why, err, AS_WHY_NOWHERE, "%s", as_err_text(err));
	if (err != AS_OK || print(&r, v, &why) != AS_OK)
		return as_cmd_fail("record", &why);
	return status_of(&r, v);
}

int
as_cmd_record(int argc, char **argv)
{
	struct as_arena *a =
	    as_arena_new(AS_MAX_CONFIG_OCTETS + AS_EXPLAIN_OCTETS);
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "record", AS_FOR_RECORD, help, argc, argv, &s, &status))
		status = record_run(a, &s);
	as_arena_free(a);
	return status;
}
