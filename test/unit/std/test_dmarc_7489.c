#include "harness.h"
#include "std/dmarc_7489.h"

static struct as_arena *arena;

/*
 * A step is a record without "v=DMARC1; ", "-" (none), "*" (several) or "?"
 * (not answered); NULL: it cannot be told.  "=" as organization: the author
 * domain is its own.
 */
struct tree {
	const char *name;
	const char *author, *organization;
	const char *suffix; /* "!": the receiver does not ask it */
	bool absent;
	const char *where;   /* "author", "organization", "suffix", "stopped",
	                        "none" or "unknown" */
	const char *verdict; /* "tag declared pct rest" */
};

static const struct tree trees[] = {
    {"own record", "p=reject; sp=none", "p=none", "!", false, "author",
	"p reject 100 reject"},
    {"the organization's p", "-", "p=quarantine", "!", false, "organization",
	"p quarantine 100 quarantine"},
    {"the organization's sp", "-", "p=reject; sp=none", "!", false,
	"organization", "sp none 100 none"},
    {"sp of the own record is not looked at", "p=reject; sp=none", "=", "!",
	false, "author", "p reject 100 reject"},
    {"no record", "-", "-", "!", false, "none", NULL},
    {"no record, its own organization", "-", "=", "!", false, "none", NULL},
    {"two records at the author domain end it", "*", "p=reject", "!", false,
	"stopped", NULL},
    {"two records at the organization", "-", "*", "!", false, "stopped", NULL},
    {"two records do not lead to the suffix", "-", "*", "p=reject", false,
	"stopped", NULL},
    {"pct of reject", "p=reject; pct=20", "=", "!", false, "author",
	"p reject 20 quarantine"},
    {"pct of quarantine", "-", "p=quarantine; pct=0", "!", false,
	"organization", "p quarantine 0 none"},
    {"pct of none means nothing", "p=none; pct=20", "=", "!", false, "author",
	"p none 100 none"},
    {"t is not known", "p=reject; t=y", "=", "!", false, "author",
	"p reject 100 reject"},
    {"psd is not known", "-", "p=reject; psd=y", "!", false, "organization",
	"p reject 100 reject"},
    {"np is not known", "-", "p=none; np=reject", "!", true, "organization",
	"p none 100 none"},
    {"a false np spoils nothing", "p=reject; np=x", "=", "!", false, "author",
	"p reject 100 reject"},
    {"a false sp does", "p=reject; sp=x; rua=mailto:a@b.example", "=", "!",
	false, "author", "p none 100 none"},
    {"a false p without reports", "p=x", "=", "!", false, "author",
	"p absent 100 absent"},
    {"no p, with reports", "-", "rua=mailto:a@b.example", "!", false,
	"organization", "p none 100 none"},
    {"author unknown", "?", "p=reject", "!", false, "unknown", NULL},
    {"author not asked", NULL, "p=reject", "!", false, "unknown", NULL},
    {"organization unknown", "-", "?", "!", false, "unknown", NULL},
    {"no list of suffixes", "-", NULL, "!", false, "unknown", NULL},
    {"no list, but an own record", "p=reject", NULL, "!", false, "author",
	"p reject 100 reject"},
    {"no list, two own records", "*", NULL, "!", false, "stopped", NULL},

    {"RFC 9091: the suffix", "-", "-", "p=reject; sp=quarantine; psd=y", false,
	"suffix", "sp quarantine 100 quarantine"},
    {"RFC 9091: np of the suffix", "-", "-", "p=none; np=reject", true,
	"suffix", "np reject 100 reject"},
    {"RFC 9091: np is not for names that exist", "-", "-", "p=none; np=reject",
	false, "suffix", "p none 100 none"},
    {"RFC 9091: np of the organization", "-", "p=none; sp=none; np=reject", "-",
	true, "organization", "np reject 100 reject"},
    {"RFC 9091: no np, then sp", "-", "p=none; sp=quarantine", "-", true,
	"organization", "sp quarantine 100 quarantine"},
    {"RFC 9091: a false np, then sp", "-", "p=none; sp=quarantine; np=x", "-",
	true, "organization", "sp quarantine 100 quarantine"},
    {"RFC 9091: np with pct", "-", "p=none; np=reject; pct=10", "-", true,
	"organization", "np reject 10 quarantine"},
    {"RFC 9091: the organization goes first", "-", "p=none", "p=reject", false,
	"organization", "p none 100 none"},
    {"RFC 9091: suffix without record", "-", "-", "-", false, "none", NULL},
    {"RFC 9091: suffix unknown", "-", "-", "?", false, "unknown", NULL},
    {"RFC 9091: suffix unknown does not matter", "-", "p=reject", "?", false,
	"organization", "p reject 100 reject"},
    {"RFC 9091: two records at the suffix", "-", "-", "*", false, "stopped",
	NULL},
};

/* NULL gives NULL. */
static const struct as_dmarc_step *
step_make(const char *text, struct as_dmarc_step *s)
{
	struct as_str txt;

	*s = (struct as_dmarc_step){.name = AS_STR("x")};
	if (text == NULL)
		return NULL;
	switch (text[0]) {
	case '-': s->known = AS_DMARC_KNOWN_NONE; return s;
	case '*': s->known = AS_DMARC_KNOWN_MULTIPLE; return s;
	case '?': s->known = AS_DMARC_KNOWN_UNKNOWN; return s;
	default: break;
	}
	txt = as_str_printf(arena, "v=DMARC1; %s", text);
	s->known = AS_DMARC_KNOWN_RECORD;
	T_INT(as_dmarc_parse(arena, txt, &s->record, NULL), AS_OK);
	return s;
}

static const char *
where(const struct as_dmarc_7489 *r, const struct as_dmarc_step made[3])
{
	static const char *const names[] = {"author", "organization", "suffix"};

	if (r->unknown)
		return "unknown";
	if (r->stopped != NULL)
		return "stopped";
	return r->policy == NULL ? "none" : names[r->policy - made];
}

static void
check_tree(const struct tree *t)
{
	struct as_dmarc_step made[3];
	struct as_dmarc_7489_tree in = {.absent = t->absent};
	struct as_dmarc_7489 r;
	struct as_str verdict;

	in.author = step_make(t->author, &made[0]);
	if (t->organization != NULL && t->organization[0] == '=')
		in.organization = in.author;
	else
		in.organization = step_make(t->organization, &made[1]);
	in.asks_suffix = t->suffix == NULL || t->suffix[0] != '!';
	if (in.asks_suffix)
		in.suffix = step_make(t->suffix, &made[2]);
	as_dmarc_7489_discover(&in, &r);
	T_STR(as_str_from(where(&r, made)), t->where);
	T_INT(r.pct <= 100, 1);
	if (t->verdict == NULL) {
		T_OK(r.policy == NULL && !r.inherited && r.tag == NULL);
		T_INT(r.declared, AS_DMARC_ABSENT);
		T_INT(r.rest, AS_DMARC_ABSENT);
		return;
	}
	if (!T_OK(r.policy != NULL))
		return;
	T_INT(r.inherited, r.policy != &made[0]);
	verdict = as_str_printf(arena, "%s %s %u %s", r.tag,
	    as_dmarc_policy_text(r.declared), r.pct,
	    as_dmarc_policy_text(r.rest));
	T_STR(verdict, t->verdict);
}

int
main(void)
{
	arena = as_arena_new((size_t)4 * 1024 * 1024);
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		t_case("7489: %s", trees[i].name);
		check_tree(&trees[i]);
	}
	as_arena_free(arena);
	return t_done();
}
