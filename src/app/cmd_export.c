#include "app/cmd.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/file.h"
#include "app/stored.h"
#include "base/limits.h"
#include "base/log.h"
#include "render/secure_list.h"

#include "base/banned.h"

#define STATUS_REFUSED 1
#define DAY_MS         INT64_C(86400000)
#define MAX_AGE_DAYS   7  /* of evidence, when nothing is said */
#define MAX_SHRINK     10 /* percent, likewise */

static const char help[] =
    "Examples:\n"
    "  assay scan list.txt --with-facts > facts.ndjson\n"
    "  assay export secure-list --facts facts.ndjson --output secure.txt\n"
    "                                 domains to which TLS may be forced\n"
    "  assay export secure-list --facts facts.ndjson --format postfix\n"
    "                                 as smtp_tls_policy_maps\n"
    "  assay export secure-list --facts facts.ndjson --criterion dane\n"
    "\n"
    "Usage: assay export secure-list --facts FILE [OPTION...]\n"
    "\n"
    "Criteria, each at every address of every mail server: any (mta-sts or\n"
    "dane, the default), mta-sts, dane, certificate (of a public authority, "
    "for\n"
    "a name that is sure), starttls (TLS, whoever answers).  What is unknown "
    "or\n"
    "older than --max-age is never on the list.  With --output the file is\n"
    "replaced, unless the list were empty or lacked more than --max-shrink\n"
    "percent of the domains that the file has now.\n"
    "\n"
    "With --format exchange some domains get less than the criterion says: a\n"
    "connector checks one name, so that of a domain with several mail servers\n"
    "it checks the authority alone, and it knows nothing of TLSA records.  "
    "How\n"
    "many these are is said.\n"
    "\n"
    "Exit status: 0 written; 1 refused, and nothing written; 2 usage; 64 and\n"
    "above: our fault.\n";

/* A domain that was judged. */
struct node {
	struct as_secure_entry
	    entry; /* of one that is off it: the name alone */
	bool listed;
	struct node *next;
};

struct export
{
	struct as_run run;
	const struct as_settings *settings;
	enum as_secure_format format;
	struct as_secure_list list;
	struct node *head;
	size_t n;
	int64_t max_age_ms;
};

/* --- what is on the list --- */

static enum as_err
entry_copy(struct as_arena *a, const struct as_secure_entry *from,
    struct as_secure_entry *to)
{
	*to = *from;
	to->domain = as_str_dup(a, from->domain);
	to->names = as_arena_array(a, from->n_names, sizeof(*to->names));
	if (as_str_is_null(to->domain) || to->names == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < from->n_names; i++) {
		to->names[i] = as_str_dup(a, from->names[i]);
		if (as_str_is_null(to->names[i]))
			return AS_ENOMEM;
	}
	return AS_OK;
}

/* May it be on the list?  Counts those that may not. */
static bool
is_listed(struct export *x, const struct as_secure_entry *e,
    enum as_secure_found found)
{
	bool old = e->at < x->list.now - x->max_age_ms;

	x->list.unknown += found == AS_SECURE_UNKNOWN;
	x->list.left_out += found == AS_SECURE_NOT;
	x->list.too_old += found == AS_SECURE_LISTED && old;
	return found == AS_SECURE_LISTED && !old;
}

/* Those that are off the list are kept as well: what is said of a domain twice
 * may differ. */
static enum as_err
judge(struct export *x, struct as_arena *a, const struct as_facts *facts)
{
	struct as_assess_options options = as_run_options(&x->run, facts);
	struct as_secure_entry e = {.n_names = 0};
	struct node *node = AS_NEW(x->run.arena, struct node);
	enum as_secure_found found;

	if (node == NULL)
		return AS_ENOMEM;
	options.now_ms = x->list.now;
	AS_TRY(
	    as_secure_judge(a, facts, &options, x->list.criterion, &e, &found));
	node->listed = is_listed(x, &e, found);
	if (!node->listed)
		e.n_names = 0;
	node->next = x->head;
	x->head = node;
	x->n++;
	return entry_copy(x->run.arena, &e, &node->entry);
}

static enum as_err
take(void *ctx, const struct as_facts *facts, struct as_why *why)
{
	struct as_arena *a = as_arena_new(4 * AS_MAX_JOB_OCTETS);
	enum as_err err = AS_ENOMEM;

	if (a != NULL)
		err = judge(ctx, a, facts);
	as_arena_free(a);
	return err == AS_OK ? AS_OK : as_why_no_memory(why);
}

static int
entry_cmp(const void *pa, const void *pb)
{
	const struct as_secure_entry *a = pa, *b = pb;

	return as_str_cmp(a->domain, b->domain);
}

static int
node_cmp(const void *pa, const void *pb)
{
	const struct node *a = pa, *b = pb;

	return entry_cmp(&a->entry, &b->entry);
}

static enum as_err
twice_check(const struct node *all, size_t n, struct as_why *why)
{
	for (size_t i = 1; i < n; i++)
		if (node_cmp(&all[i - 1], &all[i]) == 0)
			return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
			    "the facts hold " AS_STR_FMT " more than once: "
			    "give each domain once",
			    AS_STR_ARG(all[i].entry.domain));
	return AS_OK;
}

static enum as_err
list_make(struct export *x, struct as_why *why)
{
	struct as_arena *a = x->run.arena;
	struct node *all = as_arena_array(a, x->n, sizeof(*all));
	struct as_secure_entry *entries =
	    as_arena_array(a, x->n, sizeof(*entries));
	size_t n = 0;

	if (all == NULL || entries == NULL)
		return as_why_no_memory(why);
	for (const struct node *node = x->head; node != NULL; node = node->next)
		all[n++] = *node;
	qsort(all, n, sizeof(*all), node_cmp);
	AS_TRY(twice_check(all, n, why));
	for (size_t i = 0; i < n; i++)
		if (all[i].listed)
			entries[x->list.n++] = all[i].entry;
	x->list.entries = entries;
	return AS_OK;
}

/* --- may it be written? --- */

static bool
has(const struct as_secure_list *list, struct as_str domain)
{
	struct as_secure_entry key = {.domain = domain};

	return bsearch(&key, list->entries, list->n, sizeof(key), entry_cmp) !=
	    NULL;
}

static long
max_shrink(const struct export *x)
{
	return x->settings->max_shrink > 0 ? x->settings->max_shrink
					   : MAX_SHRINK;
}

/* Against the list of before, which need not be there. */
static enum as_err
shrink_check(struct export *x, struct as_why *why)
{
	const char *path = x->settings->output;
	size_t n = 0, gone = 0;
	struct as_str text, *before;

	if (as_file_is_missing(path))
		return AS_OK;
	AS_TRY(
	    as_file_read(x->run.arena, path, AS_MAX_ZONE_OCTETS, &text, why));
	AS_TRY(as_secure_read(x->run.arena, x->format, text, &before, &n, why));
	for (size_t i = 0; i < n; i++)
		gone += !has(&x->list, before[i]);
	if (gone * 100 > n * (size_t)max_shrink(x))
		return as_why_set(why, AS_EUNSUPPORTED, AS_WHY_NOWHERE,
		    "%zu of the %zu domains of the list of before would be "
		    "missing, more than %ld percent: nothing was written. "
		    "Look at --format json; --max-shrink sets another share",
		    gone, n, max_shrink(x));
	return AS_OK;
}

static enum as_err
list_check(struct export *x, struct as_why *why)
{
	if (x->list.n == 0 && max_shrink(x) != 100)
		return as_why_set(why, AS_EUNSUPPORTED, AS_WHY_NOWHERE,
		    "the list would be empty (without the criterion: %zu; "
		    "unknown or too old: %zu): nothing was written",
		    x->list.left_out, x->list.unknown + x->list.too_old);
	return x->settings->output == NULL ? AS_OK : shrink_check(x, why);
}

/* --- the command --- */

static enum as_err
words_read(struct export *x, struct as_why *why)
{
	const struct as_settings *s = x->settings;
	int criterion = as_names_find(&as_names_secure,
	    as_str_from(s->criterion != NULL ? s->criterion : "any"));
	int format = as_names_find(&as_names_secure_format,
	    as_str_from(s->json         ? "json"
		    : s->format != NULL ? s->format
					: "lines"));

	if (s->n_args != 1 || strcmp(s->args[0], "secure-list") != 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "export what? \"secure-list\" is there");
	if (criterion < 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--criterion must be any, mta-sts, dane, certificate or "
		    "starttls, not \"%.80s\"",
		    s->criterion);
	if (format < 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--format must be lines, comma, postfix, exchange or json, "
		    "not \"%.80s\"",
		    s->format);
	if (s->facts == NULL)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "from which facts? Give --facts FILE, as scan "
		    "--with-facts or check --json wrote it");
	x->list.criterion = (enum as_secure)criterion;
	x->format = (enum as_secure_format)format;
	return AS_OK;
}

/* A connector of Exchange checks one name and knows nothing of TLSA records:
 * say how often it does less than the list promises. */
static void
exchange_warn(const struct export *x)
{
	struct as_log log = {AS_LOG_WARN, STDERR_FILENO, "assay export"};
	size_t unnamed = 0, encrypted = 0;

	for (size_t i = 0; i < x->list.n; i++) {
		const struct as_secure_entry *e = &x->list.entries[i];

		encrypted += !e->certificate;
		unnamed += e->certificate && e->n_names != 1;
	}
	if (unnamed > 0)
		as_log(&log, AS_LOG_WARN,
		    "%zu of %zu domains name several mail servers, and a "
		    "connector checks one name: for them Exchange asks for a "
		    "certificate of a public authority, whatever its name "
		    "(CertificateValidation)",
		    unnamed, x->list.n);
	if (encrypted > 0)
		as_log(&log, AS_LOG_WARN,
		    "%zu of %zu domains rest on TLSA records or on TLS alone: "
		    "for them Exchange only insists on encryption "
		    "(EncryptionOnly)",
		    encrypted, x->list.n);
}

static enum as_err
write_out(struct export *x, struct as_why *why)
{
	struct as_buf b;
	enum as_err err;

	as_buf_init(&b, AS_MAX_ZONE_OCTETS);
	as_secure_write(&b, x->format, &x->list);
	if (x->format == AS_SECURE_EXCHANGE)
		exchange_warn(x);
	if (x->settings->output == NULL)
		return as_cmd_print(&b, why);
	err = as_buf_ok(&b)
	    ? as_file_replace(x->settings->output, as_buf_str(&b), why)
	    : as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		  "the list is too long to be written");
	as_buf_fini(&b);
	return err;
}

static enum as_err
export_run(struct export *x, struct as_why *why)
{
	struct as_settings s = *x->settings;
	const struct as_clock *clock = &x->run.fleet.prober.clock;

	s.format = NULL; /* ours are others */
	s.json = false;
	AS_TRY(as_run_open(&x->run, &s, AS_FORMAT_TEXT, why));
	AS_TRY(words_read(x, why));
	x->list.now =
	    x->run.has_now ? x->run.now_ms : clock->wall_ms(clock->ctx);
	x->max_age_ms = DAY_MS *
	    (x->settings->max_age > 0 ? x->settings->max_age : MAX_AGE_DAYS);
	AS_TRY(as_stored_each(x->settings->facts, take, x, why));
	AS_TRY(list_make(x, why));
	AS_TRY(list_check(x, why));
	return write_out(x, why);
}

int
as_cmd_export(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_why why = {0};
	struct export x = {0};
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "export", AS_FOR_EXPORT, help, argc, argv, &s, &status)) {
		x.settings = &s;
		status = export_run(&x, &why) == AS_OK
		    ? 0
		    : as_cmd_fail("export", &why);
		if (why.code == AS_EUNSUPPORTED)
			status = STATUS_REFUSED;
		as_run_close(&x.run);
	}
	as_arena_free(a);
	return status;
}
