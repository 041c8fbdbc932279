#include "assess/axes.h"

#include <string.h>

#include "assess/cause.h"
#include "assess/role.h"
#include "assess/rules.h"

#include "base/banned.h"

#define BIT(role) (1u << AS_ROLE_##role)
#define SENDERS   (BIT(FULL) | BIT(SENDS_ONLY) | BIT(UNKNOWN))
#define SILENT    (BIT(RECEIVES_ONLY) | BIT(PARKED) | BIT(LEGACY))
#define RECEIVERS (BIT(FULL) | BIT(RECEIVES_ONLY) | BIT(LEGACY) | BIT(UNKNOWN))
#define EVERYBODY (SENDERS | SILENT)

/* clang-format off */
static const struct as_gate gates[] = {
#define GATE(axis, grade, roles, floor, sentence, ...) \
	{AS_AXIS_##axis, grade, roles, sentence, AS_VERDICT_##floor, {__VA_ARGS__, NULL}},
#include "assess/gates.tbl"
#undef GATE
};
/* clang-format on */

#define N_GATES (sizeof(gates) / sizeof(gates[0]))

const struct as_gate *
as_gates(size_t *n)
{
	*n = N_GATES;
	return gates;
}

/* --- one gate --- */

enum gate_state { GATE_OPEN, GATE_SHUT, GATE_UNKNOWN, GATE_UNTESTED };

struct gate_view {
	enum gate_state state;
	const struct as_finding *by; /* what shuts it or leaves it unknown */
};

static bool
rule_shuts(
    const struct as_result *r, enum as_verdict floor, struct gate_view *out)
{
	static const enum as_verdict worst[] = {
	    AS_VERDICT_FAIL, AS_VERDICT_WARN, AS_VERDICT_INFO};

	for (size_t i = 0; i < 3; i++)
		if (worst[i] >= floor && r->said[worst[i]]) {
			out->state = GATE_SHUT;
			out->by = r->first[worst[i]];
			return true;
		}
	return false;
}

static struct gate_view
gate_look(const struct as_gate *g, const struct as_result *results)
{
	struct gate_view v = {GATE_OPEN, NULL};

	for (size_t i = 0; g->rules[i] != NULL; i++) {
		const struct as_result *r =
		    &results[as_rule_index(g->rules[i])];

		if (rule_shuts(r, g->floor, &v))
			return v;
		if (r->said[AS_VERDICT_UNKNOWN] && v.state != GATE_UNKNOWN) {
			v.state = GATE_UNKNOWN;
			v.by = r->first[AS_VERDICT_UNKNOWN];
		} else if (r->untested && v.state == GATE_OPEN) {
			v.state = GATE_UNTESTED;
			v.by = r->first[AS_VERDICT_NOT_APPLICABLE];
		}
	}
	return v;
}

/* --- one axis --- */

static bool
axis_applies(const struct as_case *c, enum as_axis_id axis)
{
	if (c->mail == AS_MAIL_NO_NAME)
		return false;
	return axis != AS_AXIS_TRANSIT || c->receives != AS_NO;
}

struct axis_view {
	char grade;
	const struct as_gate *gate;
	const struct as_finding *by;
};

/* From here on a proven fault calls for action now, whatever else is unknown. */
#define GRAVE 'E'

/* The letter of the first gate that is shut.  A gate before it that could not
 * be tested would give a worse letter if it were shut: then the letter hangs
 * on the unknown and is '?', unless what is proven is grave already.  Letters
 * grow worse from 'A' to 'F'. */
static struct axis_view
axis_look(const struct as_case *c, enum as_axis_id axis,
    const struct as_result *results)
{
	struct axis_view open = {0, NULL, NULL}, shut = {'A', NULL, NULL};

	for (size_t i = 0; i < N_GATES && shut.gate == NULL; i++) {
		const struct as_gate *g = &gates[i];
		struct gate_view v;

		if (g->axis != axis || (g->roles & 1u << c->role) == 0)
			continue;
		v = gate_look(g, results);
		if (v.state == GATE_SHUT)
			shut = (struct axis_view){g->grade, g, v.by};
		else if (v.state != GATE_OPEN && open.gate == NULL)
			open = (struct axis_view){g->grade, g, v.by};
	}
	if (open.gate != NULL && open.grade > shut.grade && shut.grade < GRAVE)
		return (struct axis_view){'?', open.gate, open.by};
	return shut;
}

static enum as_err
axis_fill(
    const struct as_case *c, const struct axis_view *v, struct as_axis *out)
{
	out->grade = v->grade;
	out->gate = AS_STR("");
	if (v->gate == NULL)
		return AS_OK;
	if (v->grade != '?') {
		out->gate = as_str_from(v->gate->sentence);
		return AS_OK;
	}
	out->gate = as_str_printf(c->a, "Could not be tested: " AS_STR_FMT ".",
	    AS_STR_ARG(as_cause_brief(v->by->evidence)));
	return as_str_is_null(out->gate) ? AS_ENOMEM : AS_OK;
}

/* --- phase --- */

static bool
is_bad(char grade)
{
	return grade >= 'D' && grade <= 'F';
}

static enum as_phase
phase_find(const struct as_case *c, const struct as_assessment *as)
{
	char posing = as->axes[AS_AXIS_IMPERSONATION].grade;
	char transit = as->axes[AS_AXIS_TRANSIT].grade;

	if (c->mail == AS_MAIL_NO_NAME)
		return AS_PHASE_UNKNOWN;
	if (c->dmarc_record == NULL)
		return c->dmarc.unknown ? AS_PHASE_UNKNOWN : AS_PHASE_ASSESS;
	if (c->dmarc.declared == AS_DMARC_ABSENT)
		return AS_PHASE_ASSESS;
	if (c->dmarc.declared == AS_DMARC_NONE)
		return AS_PHASE_DEPLOY;
	if (c->dmarc.applied != AS_DMARC_REJECT)
		return AS_PHASE_ENFORCE;
	if (is_bad(posing) || is_bad(transit))
		return AS_PHASE_ENFORCE;
	return posing == '?' || transit == '?' ? AS_PHASE_UNKNOWN
					       : AS_PHASE_MAINTAIN;
}

/* --- the next step --- */

/* Up to the first full stop that ends a sentence. */
static struct as_str
first_sentence(struct as_str s)
{
	for (size_t i = 0; i + 2 < s.n; i++)
		if (s.p[i] == '.' && s.p[i + 1] == ' ' && s.p[i + 2] >= 'A' &&
		    s.p[i + 2] <= 'Z')
			return as_str_slice(s, 0, i + 1);
	return s;
}

static const struct as_finding *
worst_with_advice(const struct as_assessment *as)
{
	for (size_t i = 0; i < as->n_findings; i++) {
		const struct as_finding *f = &as->findings[i];

		if (f->verdict != AS_VERDICT_FAIL &&
		    f->verdict != AS_VERDICT_WARN)
			break;
		if (f->advice.n > 0)
			return f;
	}
	return NULL;
}

/* What shuts the gate of the worst letter.  A note can wait, so where that is
 * one, or no gate is shut, the worst finding goes first. */
static const struct as_finding *
first_find(
    const struct axis_view views[AS_AXES], const struct as_assessment *as)
{
	const struct as_finding *other = worst_with_advice(as);
	const struct axis_view *worst = NULL;

	for (size_t i = 0; i < AS_AXES; i++)
		if (views[i].gate != NULL && views[i].grade != '?' &&
		    views[i].by->advice.n > 0 &&
		    (worst == NULL || views[i].grade > worst->grade))
			worst = &views[i];
	if (worst == NULL ||
	    (worst->by->verdict == AS_VERDICT_INFO && other != NULL))
		return other;
	return worst->by;
}

enum as_err
as_axes_eval(const struct as_case *c, const struct as_result *results,
    struct as_assessment *out)
{
	struct axis_view views[AS_AXES];

	for (unsigned i = 0; i < AS_AXES; i++) {
		views[i] = (struct axis_view){'-', NULL, NULL};
		if (axis_applies(c, (enum as_axis_id)i))
			views[i] = axis_look(c, (enum as_axis_id)i, results);
		AS_TRY(axis_fill(c, &views[i], &out->axes[i]));
	}
	out->phase = phase_find(c, out);
	out->first = first_find(views, out);
	out->next_step = AS_STR("");
	if (out->first != NULL)
		out->next_step = first_sentence(out->first->advice);
	return AS_OK;
}
