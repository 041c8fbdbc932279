#include "app/cmd.h"

#include <string.h>

#include "app/usage_run.h"
#include "base/limits.h"
#include "render/usage.h"
#include "store/usage_read.h"

#include "base/banned.h"

#define TEXT_WIDTH     100
#define PRINT_OCTETS   ((size_t)64 * 1024 * 1024)
#define SOURCE_OCTETS  253
#define STATUS_UNKNOWN 3

static const char help[] =
    "Examples:\n"
    "  assay sources council.example              who sends mail as it\n"
    "  assay sources council.example --set 203.0.113.0/24=foreign\n"
    "  assay sources council.example --set \"Mailchimp=third-party\"\n"
    "                                             you know better: say so\n"
    "  assay sources council.example --set Mailchimp=observed\n"
    "                                             take your word back\n"
    "  assay sources council.example --since 2026-11-01\n"
    "                                             new ones only\n"
    "  assay sources council.example --keys       its DKIM keys\n"
    "  assay sources council.example --format csv\n"
    "\n"
    "Usage: assay sources DOMAIN [--set SOURCE=CLASS] [OPTION...]\n"
    "\n"
    "Groups the addresses of aggregate reports by the service, the domain "
    "that\n"
    "vouches or the network, and says whose mail each sends, and why.  DNS is\n"
    "asked for the names of addresses, which are kept, and for what the "
    "domain\n"
    "publishes now; with --offline or --now it is not.\n"
    "\n"
    "Exit status: 0; 2 usage; 3 no reports; 64 and above: our fault.\n";

/* --- the operator's word --- */

static enum as_err
word_read(
    const char *text, struct as_usage_word *out, bool *back, struct as_why *why)
{
	const char *at = strrchr(text, '=');
	struct as_str class = as_str_from(at != NULL ? at + 1 : NULL);

	*out = (struct as_usage_word){0};
	if (at == NULL || at == text || at - text > SOURCE_OCTETS)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--set needs SOURCE=CLASS, not \"%.80s\"", text);
	out->source = (struct as_str){text, (size_t)(at - text)};
	*back = as_str_is_case(class, "observed");
	if (*back || as_usage_class_find(class, &out->class))
		return AS_OK;
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "--set: there is no class \"%.40s\": ours, third-party, "
	    "forwarder, foreign, unknown or observed",
	    at + 1);
}

static enum as_err
words_set(struct as_usage_run *r, const struct as_settings *s,
    struct as_store *store, struct as_why *why)
{
	for (size_t i = 0; i < s->set.n; i++) {
		struct as_usage_word word;
		bool back = false;

		AS_TRY(word_read(s->set.v[i], &word, &back, why));
		if (back)
			AS_TRY(as_usage_word_drop(
			    store, r->domain, word.source, why));
		else
			AS_TRY(as_usage_word_set(
			    store, r->domain, &word, r->now_ms / 1000, why));
	}
	return as_store_commit(store, why);
}

/* All of them or none. */
static enum as_err
words_keep(
    struct as_usage_run *r, const struct as_settings *s, struct as_why *why)
{
	struct as_store *store;
	enum as_err err;

	if (s->set.n == 0)
		return AS_OK;
	AS_TRY(as_store_open(r->path, false, &store, why));
	err = words_set(r, s, store, why);
	as_store_close(store);
	return err;
}

/* --- the list --- */

static enum as_err
print(const struct as_usage_run *r, const struct as_sources_view *v,
    struct as_why *why)
{
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	as_buf_init(&b, PRINT_OCTETS);
	if (r->run.format == AS_FORMAT_TEXT)
		as_sources_text(&t, v);
	else if (r->run.format == AS_FORMAT_CSV)
		as_sources_csv(&b, v);
	else
		as_cmd_json(&b, r->run.format, as_sources_json(v));
	return as_cmd_print(&b, why);
}

static enum as_err
sources_run(struct as_usage_run *r, const struct as_settings *s, int *status,
    struct as_why *why)
{
	struct as_usage *usage;
	struct as_key_uses keys;
	struct as_sources_view v = {
	    .only_keys = s->keys, .only_new = s->since != NULL};

	AS_TRY(as_usage_run_open(r, s, why));
	AS_TRY(words_keep(r, s, why));
	AS_TRY(as_usage_run_read(r, s, &usage, why));
	AS_TRY(as_usage_run_keys(r, usage, &keys, why));
	*status = usage->n_sources == 0 ? STATUS_UNKNOWN : 0;
	v.usage = usage;
	v.keys = &keys;
	v.unasked = r->ask.left;
	return print(r, &v, why);
}

int
as_cmd_sources(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_usage_run r = {0};
	struct as_why why = {0};
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "sources", AS_FOR_SOURCES, help, argc, argv, &s, &status)) {
		if (sources_run(&r, &s, &status, &why) != AS_OK)
			status = as_cmd_fail("sources", &why);
		as_usage_run_close(&r);
	}
	as_arena_free(a);
	return status;
}
