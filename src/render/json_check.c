#include "render/check.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "render/profile.h"

#include "base/banned.h"

/* A member with a text. */
static void
put(struct as_json_out *o, const char *name, struct as_str s)
{
	as_json_out_name(o, name);
	as_json_out_str(o, s);
}

static void
put_or_null(struct as_json_out *o, const char *name, struct as_str s)
{
	as_json_out_name(o, name);
	as_json_out_str_or_null(o, s);
}

static void
put_word(struct as_json_out *o, const char *name, const char *word)
{
	put(o, name, as_str_from(word));
}

static void
axes_put(struct as_json_out *o, const struct as_assessment *as)
{
	as_json_out_name(o, "axes");
	as_json_out_open(o, '{');
	for (size_t i = 0; i < AS_AXES; i++) {
		struct as_str grade = {&as->axes[i].grade, 1};
		as_json_out_name(o, as_axis_id_text((enum as_axis_id)i));
		as_json_out_open(o, '{');
		put(o, "grade", grade);
		put_or_null(o, "gate", as->axes[i].gate);
		as_json_out_close(o, '}');
	}
	as_json_out_close(o, '}');
}

static void
record_put(struct as_json_out *o, const struct as_record *r)
{
	as_json_out_name(o, "record");
	as_json_out_open(o, '{');
	put(o, "name", r->name);
	put(o, "type", r->type);
	put_or_null(o, "current", r->current);
	put_or_null(o, "proposed", r->proposed);
	as_json_out_close(o, '}');
}

static void
file_put(struct as_json_out *o, const struct as_file *f)
{
	as_json_out_name(o, "file");
	as_json_out_open(o, '{');
	put(o, "url", f->url);
	put(o, "text", f->text);
	as_json_out_close(o, '}');
}

static void
advice_put(struct as_json_out *o, const struct as_finding *f)
{
	as_json_out_name(o, "advice");
	if (f->advice.n == 0) {
		as_json_out_word(o, "null");
		return;
	}
	as_json_out_open(o, '{');
	put(o, "text", f->advice);
	if (f->record.name.n > 0)
		record_put(o, &f->record);
	if (f->file.url.n > 0)
		file_put(o, &f->file);
	as_json_out_close(o, '}');
}

static void
cites_put(struct as_json_out *o, const struct as_finding *f)
{
	struct as_str rest = f->cites, cite;

	as_json_out_name(o, "cites");
	as_json_out_open(o, '[');
	while (as_cite_next(&rest, &cite))
		as_json_out_str(o, cite);
	as_json_out_close(o, ']');
}

static bool
is_brief(const struct as_finding *f, enum as_detail detail)
{
	return detail == AS_DETAIL_BRIEF && f->verdict <= AS_VERDICT_PASS;
}

static void
finding_put(struct as_json_out *o, const struct as_finding *f, bool brief)
{
	as_json_out_open(o, '{');
	put(o, "rule", f->rule);
	put_word(o, "verdict", as_verdict_text(f->verdict));
	put(o, "subject", f->subject);
	if (!brief) {
		put(o, "title", f->title);
		put(o, "evidence", f->evidence);
		put(o, "why", f->why);
		advice_put(o, f);
		cites_put(o, f);
	}
	as_json_out_close(o, '}');
}

static void
findings_put(struct as_json_out *o, const struct as_assessment *as,
    enum as_detail detail)
{
	as_json_out_name(o, "findings");
	as_json_out_open(o, '[');
	for (size_t i = 0; i < as->n_findings; i++)
		finding_put(
		    o, &as->findings[i], is_brief(&as->findings[i], detail));
	as_json_out_close(o, ']');
}

static void
dkim_keys_put(struct as_json_out *o, const struct as_assessment *as)
{
	as_json_out_name(o, "dkim_keys");
	as_json_out_open(o, '[');
	for (size_t i = 0; i < as->n_dkim_keys; i++) {
		as_json_out_open(o, '{');
		put(o, "selector", as->dkim_keys[i].selector);
		put(o, "sha256", as->dkim_keys[i].sha256);
		put_or_null(o, "alias", as->dkim_keys[i].alias);
		as_json_out_close(o, '}');
	}
	as_json_out_close(o, ']');
}

/* "profiles" and "conflicts". */
static void
standings_put(struct as_json_out *o, const struct as_assessment *as, bool brief)
{
	json_t *members = json_object(), *one;
	const char *name;

	if (!as_standings_json(members, as->profiles, brief))
		o->b->full = true;
	json_object_foreach(members, name, one)
	{
		as_json_out_name(o, name);
		as_json_out_tree(o, json_incref(one));
	}
	json_decref(members);
}

void
as_check_json(struct as_buf *b, const struct as_assessment *as,
    enum as_detail detail, const struct as_facts *facts,
    enum as_json_style style)
{
	struct as_json_out o = {.b = b, .style = style};
	char when[AS_TIME_TEXT];

	as_json_out_open(&o, '{');
	put(&o, "schema", AS_STR(AS_CHECK_SCHEMA));
	put(&o, "domain", as->domain);
	put_word(&o, "checked_at", as_time_text(as->checked_at, when));
	put(&o, "rules_version", as->rules_version);
	put_word(&o, "role", as_role_text(as->role));
	put(&o, "role_why", as->role_why);
	put_word(&o, "phase", as_phase_text(as->phase));
	put_or_null(&o, "next_step", as->next_step);
	axes_put(&o, as);
	findings_put(&o, as, detail);
	dkim_keys_put(&o, as);
	standings_put(&o, as, detail == AS_DETAIL_BRIEF);
	if (facts != NULL) {
		as_json_out_name(&o, "facts");
		as_json_out_tree(&o, as_codec_write(&as_shape_facts, facts));
	}
	as_json_out_close(&o, '}');
}
