/*
 * app/run - one run of check or scan: settings made into what the fleet, the
 * assessment and the renderers take.
 */
#ifndef AS_APP_RUN_H
#define AS_APP_RUN_H

#include <libpsl.h>

#include "app/estate_book.h"
#include "app/fleet.h"
#include "app/settings.h"
#include "app/tls_documents.h"
#include "assess/assess.h"
#include "render/form.h"
#include "render/term.h"

struct as_run {
	struct as_arena *arena; /* everything below that is not closed */
	struct as_fleet_config fleet;
	psl_ctx_t *psl;
	enum as_format format;
	struct as_alarm alarm; /* of AS_FORMAT_NAGIOS */
	bool verbose;
	bool has_now;
	int64_t now_ms;
	enum as_role role;
	/* Of --estate: roles of domains go before what is found. */
	struct as_estate_book estate;
	struct as_arena *estate_arena;
	enum as_verdict fail_on; /* AS_VERDICT_UNKNOWN: never */
	struct as_tls_document tls_documents[AS_TLS_DOCUMENTS];
	const struct as_profile *const *profiles;
	size_t n_profiles;
	/* What was seen so far, for the exit status. */
	bool reached;  /* a finding at or above fail_on */
	bool untested; /* a verdict was unknown */
};

/* Read what the settings name.  AS_EINVAL: a setting has no such value;
 * AS_EIO, AS_ESYNTAX, AS_ELIMIT: a file.  as_run_close also after an error. */
AS_MUST_USE enum as_err as_run_open(struct as_run *run,
    const struct as_settings *settings, enum as_format usual,
    struct as_why *why);
void as_run_close(struct as_run *run);

/* Are name servers to be asked one by one?  `usual`: when the settings do not
 * say.  AS_EINVAL. */
AS_MUST_USE enum as_err as_run_each_server(struct as_run *run,
    const struct as_settings *settings, bool usual, struct as_why *why);

/* What a prober needs to ask for all the TLS of a server, and the pause between
 * its connections.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_run_tls(
    struct as_run *run, const struct as_settings *settings, struct as_why *why);

/* The same for mail servers that are visited, when it is wanted. */
AS_MUST_USE enum as_err as_run_tls_matrix(struct as_run *run,
    const struct as_settings *settings, bool wanted, struct as_why *why);

/* Read the estate, when the settings say so.  AS_EIO; AS_EINVAL: a filter without
 * --estate. */
AS_MUST_USE enum as_err as_run_estate(
    struct as_run *run, const struct as_settings *settings, struct as_why *why);

/* Read the proposed zones (after the domains are known: names without $ORIGIN
 * end in `origin`, the root when it is absent). */
AS_MUST_USE enum as_err as_run_zones(struct as_run *run,
    const struct as_settings *settings, struct as_str origin,
    struct as_why *why);

/* The same in zones of their own, which the caller frees, also after an error;
 * the text of one more file goes `first`. */
AS_MUST_USE enum as_err as_run_zones_with(struct as_run *run,
    const struct as_settings *settings, struct as_str origin,
    struct as_str first, struct as_zones **out, struct as_why *why);

/* The format that the settings name, `usual` when they name none.  AS_EINVAL:
 * there is none, or the command has it not. */
AS_MUST_USE enum as_err as_run_format(const struct as_settings *settings,
    enum as_format usual, enum as_format *out, struct as_why *why);

/* How facts are judged in this run. */
struct as_assess_options as_run_options(
    const struct as_run *run, const struct as_facts *facts);

/* Judge facts and remember what the exit status needs.  The arena is for the
 * assessment alone, and is reset first; facts that are too large for it are
 * judged as those of a domain that was cancelled. */
AS_MUST_USE enum as_err as_run_judge(struct as_run *run, struct as_arena *a,
    const struct as_facts *facts, struct as_assessment **out);

/* 0, 1 or 3 (design 6); of AS_FORMAT_NAGIOS the state. */
int as_run_status(const struct as_run *run);

/* Exit status for an error of ours: 2 for usage, else from sysexits.h. */
int as_exit_status(enum as_err err);

/* A terminal writer for a stream: its width, and colour only on a terminal
 * without NO_COLOR. */
struct as_term as_run_term(struct as_buf *out, FILE *stream, unsigned most);

/* Write all of b and forget it.  AS_EOUTPUT: why names the stream and the
 * cause, and is empty when nobody reads any more; AS_ELIMIT: b was full. */
AS_MUST_USE enum as_err as_run_write(
    FILE *stream, const char *name, struct as_buf *b, struct as_why *why);

#endif
