#include "assess/change_private.h"

#include "base/banned.h"

struct as_event *
as_change_add(struct as_change *ch, enum as_event_kind kind,
    enum as_event_turn turn, struct as_str subject)
{
	struct as_events *out = ch->out;
	struct as_event *e = &ch->spare;

	if (out->list == NULL)
		out->list =
		    as_arena_array(ch->a, AS_MAX_EVENTS, sizeof(*out->list));
	if (out->list == NULL)
		ch->err = AS_ENOMEM;
	else if (out->n_list == AS_MAX_EVENTS)
		out->cut = true;
	else
		e = &out->list[out->n_list++];
	*e = (struct as_event){.kind = kind, .turn = turn, .subject = subject};
	return e;
}

struct as_str
as_change_shown(struct as_change *ch, struct as_str octets)
{
	struct as_str shown = as_case_shown(ch->a, octets);

	if (as_str_is_null(shown))
		ch->err = AS_ENOMEM;
	return shown;
}

struct as_str
as_change_subject(struct as_change *ch, const char *kind, struct as_str name)
{
	struct as_str subject = as_str_printf(ch->a, "%s:" AS_STR_FMT, kind,
	    AS_STR_ARG(as_change_shown(ch, name)));

	if (as_str_is_null(subject))
		ch->err = AS_ENOMEM;
	return subject;
}

enum as_err
as_change_facts(struct as_arena *a, const struct as_facts *before,
    const struct as_facts *after, const struct as_assess_options *options,
    struct as_events *out)
{
	struct as_case *was = AS_NEW(a, struct as_case);
	struct as_case *is = AS_NEW(a, struct as_case);
	struct as_change ch = {.a = a, .before = was, .after = is, .out = out};

	if (was == NULL || is == NULL)
		return AS_ENOMEM;
	AS_TRY(as_case_init(a, before, options, was));
	AS_TRY(as_case_init(a, after, options, is));
	as_change_records(&ch);
	as_change_policies(&ch);
	as_change_servers(&ch);
	return ch.err;
}
