#include "app/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/keeper.h"
#include "app/scanner.h"
#include "app/staff.h"
#include "app/store_path.h"
#include "base/limits.h"

#include "base/banned.h"

#define SILENT_MS    60000
#define EVERY_S      86400
#define CONFIRM_S    60
#define RETRY_S      900
#define LEASE_S      1800
#define ESTATE_S     60
#define SOCKET_QUEUE 16

static const char help[] =
    "Examples:\n"
    "  assay estate import domains.csv && assay serve\n"
    "                                  watch the domains of the estate\n"
    "  assay serve --every 3600        look at each once an hour\n"
    "  assay changes                   what changed (while it runs, too)\n"
    "\n"
    "Usage: assay serve [OPTION...]\n"
    "\n"
    "Looks at every domain of the estate once a day, sooner after a change or "
    "a\n"
    "fault, and keeps what it saw and what changed.  A change is kept once a\n"
    "second look from fresh connections agrees.  SIGTERM ends it within 10\n"
    "seconds, SIGHUP makes it read its settings anew.  It does not put itself\n"
    "into the background; systemd/assay.service shows how it is run.\n"
    "\n"
    "Exit status: 0 it was told to end; 2 usage; 64 and above: our fault.\n";

/* What the posts need; made before they are started. */
struct serve {
	struct as_arena *arena;
	int argc;
	char **argv;
	struct as_settings settings;
	struct as_run run;
	struct as_log log;
	const char *store;
	char folder[64], socket[80]; /* of the keeper */
	char worker[256];
	struct as_keeper_config keeper;
	struct as_scanner_config scanner;
};

static int64_t
or_usual(uint32_t given, int64_t usual)
{
	return given != 0 ? given : usual;
}

/* --- the keeper's door --- */

/* In a folder of our own: nobody else may knock. */
static enum as_err
folder_make(struct serve *v, struct as_why *why)
{
	const char *runtime = getenv("RUNTIME_DIRECTORY");
	int n = snprintf(v->folder, sizeof(v->folder), "%s/assay-XXXXXX",
	    runtime != NULL && runtime[0] == '/' ? runtime : "/tmp");

	if (n >= 0 && (size_t)n < sizeof(v->folder) &&
	    mkdtemp(v->folder) != NULL)
		return AS_OK;
	v->folder[0] = 0;
	return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE,
	    "no folder for the socket of the keeper can be made: %s",
	    strerror(errno));
}

static enum as_err
socket_open(struct serve *v, struct as_why *why)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int n, fd;

	AS_TRY(folder_make(v, why));
	n = snprintf(v->socket, sizeof(v->socket), "%s/keeper", v->folder);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	v->keeper.listen_fd = fd;
	memcpy(at.sun_path, v->socket, (size_t)n + 1);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(fd, SOCKET_QUEUE) != 0)
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE, "%s: %s",
		    v->socket, strerror(errno));
	return AS_OK;
}

static void
socket_close(struct serve *v)
{
	if (v->keeper.listen_fd >= 0)
		(void)close(v->keeper.listen_fd);
	if (v->socket[0] != 0)
		(void)unlink(v->socket);
	if (v->folder[0] != 0)
		(void)rmdir(v->folder);
}

/* --- settings --- */

static enum as_err
settings_use(struct serve *v, struct as_why *why)
{
	const struct as_settings *s = &v->settings;

	AS_TRY(as_run_open(&v->run, s, AS_FORMAT_TEXT, why));
	AS_TRY(as_run_each_server(&v->run, s, true, why));
	AS_TRY(as_run_tls_matrix(&v->run, s, !s->no_tls_matrix, why));
	AS_TRY(as_run_zones(&v->run, s, AS_STR_NULL, why));
	v->run.fleet.prober.both_kinds = true;
	AS_TRY(as_store_path(v->arena, s, &v->store, why));
	if (s->store == NULL)
		AS_TRY(as_store_folder(v->arena, v->store, why));
	v->keeper.rhythm = (struct as_rhythm){
	    .every = or_usual(s->every, EVERY_S),
	    .confirm = or_usual(s->confirm_after, CONFIRM_S),
	    .retry = or_usual(s->retry_after, RETRY_S),
	    .lease = LEASE_S,
	    .estate = or_usual(s->confirm_after, ESTATE_S),
	};
	/* The second look at a change must ask anew. */
	v->run.fleet.prober.dns.cache_s =
	    (uint32_t)(v->keeper.rhythm.confirm + 1) / 2;
	v->keeper.run = &v->run;
	v->keeper.store = v->store;
	v->keeper.worker = v->worker;
	v->keeper.log = &v->log;
	v->scanner = (struct as_scanner_config){.fleet = &v->run.fleet,
	    .socket = v->socket,
	    .host_age_ms = (uint32_t)(v->keeper.rhythm.every * 500),
	    .log = &v->log};
	return AS_OK;
}

static enum as_err
database_try(const struct serve *v, struct as_why *why)
{
	struct as_store *store;

	AS_TRY(as_store_open(v->store, false, &store, why));
	as_store_close(store);
	return AS_OK;
}

/* The old settings stay when the new ones are no good. */
static bool
reload(void *ctx)
{
	struct serve *v = ctx;
	struct serve fresh = *v;
	struct as_why why = {.text = ""};
	enum as_err err;

	fresh.arena = as_arena_new(AS_MAX_CONFIG_OCTETS);
	fresh.run = (struct as_run){0};
	err = fresh.arena == NULL
	    ? AS_ENOMEM
	    : as_settings_read(fresh.arena, AS_FOR_SERVE, v->argc, v->argv,
		  &fresh.settings, &why);
	if (err == AS_OK)
		err = settings_use(&fresh, &why);
	if (err != AS_OK) {
		as_log(&v->log, AS_LOG_ERROR,
		    "the settings are not taken, all goes on as before: %s",
		    why.text);
		as_run_close(&fresh.run);
		as_arena_free(fresh.arena);
		return false;
	}
	as_run_close(&v->run);
	as_arena_free(v->arena);
	*v = fresh;
	/* What points into itself. */
	v->keeper.run = &v->run;
	v->keeper.worker = v->worker;
	v->keeper.log = &v->log;
	v->scanner.fleet = &v->run.fleet;
	v->scanner.socket = v->socket;
	v->scanner.log = &v->log;
	return true;
}

static enum as_err
serve(struct serve *v, struct as_why *why)
{
	struct as_post posts[] = {
	    {"assay-keeper", as_keeper_main, &v->keeper, SILENT_MS},
	    {"assay-scanner", as_scanner_main, &v->scanner, SILENT_MS},
	};
	struct as_staff_config staff = {.posts = posts,
	    .n_posts = sizeof(posts) / sizeof(posts[0]),
	    .log = &v->log,
	    .reload = reload,
	    .ctx = v};
	enum as_err err;

	v->keeper.listen_fd = -1;
	v->log = (struct as_log){AS_LOG_INFO, STDERR_FILENO, "assay serve"};
	if (gethostname(v->worker, sizeof(v->worker) - 1) != 0)
		(void)snprintf(v->worker, sizeof(v->worker), "here");
	AS_TRY(settings_use(v, why));
	AS_TRY(database_try(v, why));
	err = socket_open(v, why);
	if (err == AS_OK)
		err = as_staff_run(&staff, why);
	socket_close(v);
	return err;
}

int
as_cmd_serve(int argc, char **argv)
{
	struct serve v = {.arena = as_arena_new(AS_MAX_CONFIG_OCTETS),
	    .argc = argc,
	    .argv = argv};
	struct as_why why = {.text = ""};
	int status;

	if (as_cmd_settings(v.arena, "serve", AS_FOR_SERVE, help, argc, argv,
		&v.settings, &status)) {
		if (serve(&v, &why) != AS_OK)
			status = as_cmd_fail("serve", &why);
		as_run_close(&v.run);
	}
	as_arena_free(v.arena);
	return status;
}
