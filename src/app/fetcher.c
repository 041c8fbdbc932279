/*
 * One thing at a time and blocking calls: there is nobody else to serve.
 */
#include "app/fetcher.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/channel.h"
#include "base/ip.h"
#include "base/limits.h"
#include "net/imap.h"
#include "net/sandbox.h"

#include "base/banned.h"

#define FILES         16
#define MAX_ADDRESSES 16
#define UIDS_OCTETS   ((size_t)32 * 1024)

struct fetcher {
	const struct as_fetcher_config *config;
	struct as_channel channel;
	struct as_imap *imap;
	struct as_buf uids;
	uint32_t found;
};

/* --- what the parent is told --- */

static bool
tell(struct fetcher *f, uint8_t type, const char *text)
{
	return as_channel_send(&f->channel, type, as_str_from(text)) == AS_OK;
}

/* False: the session is over, and the parent knows. */
static bool
is_on(struct fetcher *f, enum as_imap_end end)
{
	char text[600];
	bool again = end == AS_IMAP_LOST || end == AS_IMAP_UNREACHABLE;

	if (end == AS_IMAP_DONE)
		return true;
	(void)snprintf(text, sizeof(text), "%c%s",
	    again ? AS_FETCHER_AGAIN : AS_FETCHER_NEVER,
	    as_imap_words(f->imap));
	(void)tell(f, AS_FRAME_SESSION, text);
	return false;
}

/* A command that the server may refuse. */
static bool
command_end(struct fetcher *f, enum as_imap_end end)
{
	if (end != AS_IMAP_DONE && end != AS_IMAP_NO)
		return is_on(f, end);
	return tell(f, AS_FRAME_COMMAND,
	    end == AS_IMAP_NO ? as_imap_words(f->imap) : "");
}

/* --- commands --- */

static enum as_err
uids_send(struct fetcher *f)
{
	enum as_err err =
	    as_channel_send(&f->channel, AS_FRAME_UIDS, as_buf_str(&f->uids));

	as_buf_reset(&f->uids);
	return err;
}

static enum as_err
on_uid(void *ctx, uint32_t uid)
{
	struct fetcher *f = ctx;
	uint32_t wire = htonl(uid);

	if (++f->found > AS_MAX_IMAP_FOUND)
		return AS_ELIMIT;
	as_buf_add(&f->uids, &wire, sizeof(wire));
	return f->uids.n < UIDS_OCTETS ? AS_OK : uids_send(f);
}

static bool
search(struct fetcher *f, struct as_str from)
{
	enum as_imap_end end;
	uint64_t n;

	if (as_str_u64(from, UINT32_MAX, &n) != AS_OK)
		return false;
	end = as_imap_search(f->imap, (uint32_t)n, on_uid, f);
	if (f->uids.n > 0 && uids_send(f) != AS_OK)
		return false;
	return command_end(f, end);
}

static enum as_err
on_octets(void *ctx, struct as_str octets)
{
	struct fetcher *f = ctx;

	return as_channel_send(&f->channel, AS_FRAME_MAIL, octets);
}

static enum as_err
on_mail_end(void *ctx, uint32_t uid, bool cut)
{
	char text[32];

	(void)snprintf(text, sizeof(text), cut ? "%u cut" : "%u", uid);
	return tell(ctx, AS_FRAME_MAIL_END, text) ? AS_OK : AS_EOUTPUT;
}

static bool
fetch(struct fetcher *f, struct as_str set)
{
	struct as_imap_mail_sink sink = {on_octets, on_mail_end, f};
	size_t n = 1;

	for (size_t i = 0; i < set.n; i++)
		n += set.p[i] == ',';
	return command_end(f, as_imap_fetch(f->imap, set, n, &sink));
}

static bool
settle(struct fetcher *f, struct as_str set)
{
	enum as_imap_end end = AS_IMAP_DONE;

	if (!as_str_is_null(f->config->flag))
		end = as_imap_flag(f->imap, set, f->config->flag);
	if (end == AS_IMAP_DONE && !as_str_is_null(f->config->move))
		end = as_imap_move(f->imap, set, f->config->move);
	return command_end(f, end);
}

static bool
serve(struct fetcher *f, const struct as_frame *frame)
{
	switch (frame->type) {
	case AS_FRAME_SEARCH: return search(f, frame->payload);
	case AS_FRAME_FETCH: return fetch(f, frame->payload);
	case AS_FRAME_SETTLE: return settle(f, frame->payload);
	default: return false;
	}
}

/* --- the start --- */

static bool
failed(struct fetcher *f, const char *what, const char *how)
{
	char text[300];

	(void)snprintf(
	    text, sizeof(text), "%c%s%.200s", AS_FETCHER_NEVER, what, how);
	(void)tell(f, AS_FRAME_SESSION, text);
	return false;
}

/* "192.0.2.1,2001:db8::1" */
static void
addresses_write(struct as_buf *b, const struct addrinfo *list)
{
	char text[AS_IP_TEXT];
	unsigned n = 0;

	for (; list != NULL && n < MAX_ADDRESSES; list = list->ai_next) {
		if (getnameinfo(list->ai_addr, list->ai_addrlen, text,
			sizeof(text), NULL, 0, NI_NUMERICHOST) == 0)
			as_buf_printf(b, n++ > 0 ? ",%s" : "%s", text);
	}
}

static bool
look_up(struct fetcher *f, struct as_buf *addresses)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
	struct as_ip ip;
	int fault;

	if (as_ip_parse(f->config->url.host, &ip) == AS_OK)
		return true;
	fault = getaddrinfo(f->config->url.host.p, NULL, &hints, &list);
	if (fault == EAI_AGAIN || fault == EAI_SYSTEM) {
		(void)tell(f, AS_FRAME_SESSION,
		    "athe server's name cannot be looked up at the moment");
		return false;
	}
	if (fault != 0)
		return failed(
		    f, "the server's name is not known: ", gai_strerror(fault));
	addresses_write(addresses, list);
	freeaddrinfo(list);
	return addresses->n > 0 ||
	    failed(f, "the server's name has no address", "");
}

static bool
confine(struct fetcher *f, const struct as_prober_config *config)
{
	struct as_sandbox_limits limits = {
	    .memory_octets = config->memory_octets, .files = FILES};
	struct as_sandbox_state state;
	struct as_why why = {.text = ""};

	return as_sandbox_enter(&limits, &state, &why) == AS_OK ||
	    failed(f, "no sandbox: ", why.text);
}

static bool
log_in(struct fetcher *f)
{
	const struct as_fetcher_config *c = f->config;
	bool change = !as_str_is_null(c->move) || !as_str_is_null(c->flag);
	struct as_imap_folder folder;
	struct as_str name;
	struct as_arena *a = as_arena_new((size_t)65536);
	char text[32];
	bool on = false;

	if (a == NULL || as_imap_folder_write(a, c->url.folder, &name) != AS_OK)
		(void)failed(f, "no such folder can be", "");
	else
		on = is_on(f, as_imap_connect(f->imap)) &&
		    is_on(f,
			as_imap_login(
			    f->imap, c->url.user, c->secret, c->token)) &&
		    is_on(f, as_imap_select(f->imap, name, change, &folder));
	as_arena_free(a);
	if (!on)
		return false;
	(void)snprintf(text, sizeof(text), "%u", folder.uid_validity);
	return tell(f, AS_FRAME_OPENED, text);
}

static bool
session_begin(struct fetcher *f, const struct as_prober_config *config)
{
	struct as_imap_target target = {.host = f->config->url.host,
	    .port = f->config->url.port,
	    .tls = f->config->url.tls};
	struct as_why why = {.text = ""};
	struct as_buf addresses;
	bool on;

	as_buf_init(&addresses, (size_t)MAX_ADDRESSES * AS_IP_TEXT);
	if (as_tls_new(f->config->ca_pem, &target.trust, &why) != AS_OK)
		return failed(f, "certificates to trust: ", why.text);
	on = look_up(f, &addresses);
	as_buf_add(&addresses, "", 1);
	if (addresses.n > 1)
		target.addresses = addresses.p;
	if (on) {
		f->imap = as_imap_new(&target);
		on = f->imap != NULL || failed(f, "out of memory", "");
	}
	on = on && confine(f, config) && log_in(f);
	as_buf_fini(&addresses);
	if (!on)
		as_tls_free(target.trust);
	return on;
}

int
as_fetcher_main(const struct as_prober_config *config, int fd)
{
	struct fetcher f = {.config = config->errand};
	struct as_frame frame;
	bool on;

	(void)signal(SIGPIPE, SIG_IGN);
	as_buf_init(&f.uids, UIDS_OCTETS + sizeof(uint32_t));
	if (as_channel_open(&f.channel, fd) != AS_OK)
		return EX_OSERR;
	on = session_begin(&f, config);
	while (on && as_channel_wait(&f.channel, &frame) == AS_OK) {
		on = serve(&f, &frame);
		as_channel_drop(&f.channel, &frame);
	}
	as_imap_free(f.imap);
	as_channel_close(&f.channel);
	as_buf_fini(&f.uids);
	return EX_OK;
}
