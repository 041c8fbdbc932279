/* The fetcher: what it is told, and what it says, which is not believed.  Part of
 * app/mailbox. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/mailbox_private.h"
#include "app/secret.h"
#include "base/limits.h"
#include "net/imap.h"

#include "base/banned.h"

#define TRIES      3
#define PAUSE_MS   2000 /* before the second try; then twice that */
#define STUCK_MS   (2 * AS_IMAP_IDLE_MS + AS_IMAP_CONNECT_MS)
#define CPU_S      30
#define END_MS     1000
#define SETTLED    500 /* mails moved at once: a line of 6 KB */
#define SET_OCTETS ((size_t)16384)

/* --- its life --- */

static void
alive(struct as_mailbox *m)
{
	m->moved_ms = m->clock.mono_ms(m->clock.ctx);
}

static void
on_frames(void *ctx)
{
	struct as_mailbox *m = ctx;

	alive(m);
	as_worker_allow_cpu(&m->worker, CPU_S);
	as_mailbox_serve(m);
	m->place.news(m->place.ctx);
}

/* The session is over; what was under way is not done.  One that never began is
 * not tried again: who gave the address is waiting. */
static void
session_end(struct as_mailbox *m, bool again, const char *cause)
{
	as_mailbox_end_fetcher(m);
	as_mail_list_turn(&m->list, AS_MAIL_ASKED, AS_MAIL_LISTED);
	as_mail_list_turn(&m->list, AS_MAIL_TELLING, AS_MAIL_KEPT);
	m->place.news(m->place.ctx);
	if (again && m->opened && ++m->tries <= TRIES) {
		m->again_ms = m->clock.mono_ms(m->clock.ctx) +
		    ((int64_t)PAUSE_MS << (m->tries - 1));
		return;
	}
	as_mailbox_tell(m, 0, cause);
}

static void
on_gone(void *ctx)
{
	struct as_mailbox *m = ctx;
	char how[AS_WORKER_TEXT], text[AS_WORKER_TEXT + 60];

	as_mailbox_serve(m); /* its last words */
	if (!m->running)
		return;
	as_worker_stop(&m->worker, END_MS, how);
	m->running = false;
	(void)snprintf(
	    text, sizeof(text), "the reader of mailboxes ended: %s", how);
	session_end(m, false, text);
}

void
as_mailbox_end_fetcher(struct as_mailbox *m)
{
	char how[AS_WORKER_TEXT];

	if (m->running)
		as_worker_stop(
		    &m->worker, m->command == COMMAND_NONE ? END_MS : 0, how);
	m->running = false;
	m->command = COMMAND_NONE;
	if (m->fd >= 0)
		(void)close(m->fd);
	m->fd = -1;
	m->octets = 0;
}

static enum as_err
secret_get(
    const struct as_mailbox_config *c, struct as_buf *out, struct as_why *why)
{
	return c->token_command != NULL
	    ? as_secret_command(c->token_command, out, why)
	    : as_secret_file(c->password_file, out, why);
}

/* The secret is in the memory of the parent for the time of the fork alone:
 * parsers, which are forked too, never have it. */
void
as_mailbox_start(struct as_mailbox *m)
{
	static const struct as_link_events events = {on_frames, on_gone, NULL};
	struct as_fetcher_config errand = {.url = m->config->url,
	    .ca_pem = m->config->ca_pem,
	    .token = m->config->token_command != NULL,
	    .move = m->config->move,
	    .flag = m->config->flag};
	struct as_prober_config child = *m->place.child;
	struct as_worker_program program = {as_fetcher_main, &child};
	struct as_why why = {.text = ""};
	struct as_buf secret;
	enum as_err err = secret_get(m->config, &secret, &why);

	m->again_ms = 0;
	if (err == AS_OK) {
		errand.secret = as_buf_str(&secret);
		child.errand = &errand;
		err = as_worker_start(
		    &m->worker, m->place.loop, &program, &events, m, &why);
		as_secret_forget(&secret);
	}
	if (err != AS_OK) {
		as_mailbox_tell(m, 0, why.text);
		m->place.news(m->place.ctx);
		return;
	}
	m->running = true;
	m->command = COMMAND_OPEN;
	alive(m);
}

/* --- what it says --- */

static bool
opened_take(struct as_mailbox *m, struct as_str text)
{
	uint64_t n;

	if (m->command != COMMAND_OPEN ||
	    as_str_u64(text, UINT32_MAX, &n) != AS_OK || n == 0)
		return false;
	m->command = COMMAND_NONE;
	if (!as_mailbox_opened(m, (uint32_t)n))
		session_end(m, false,
		    "the server gave its mails new numbers meanwhile "
		    "(UIDVALIDITY): run it again");
	return true;
}

static bool
uids_take(struct as_mailbox *m, struct as_str octets)
{
	uint32_t uid;

	if (m->command != COMMAND_SEARCH || octets.n % sizeof(uid) != 0 ||
	    m->list.n + octets.n / sizeof(uid) > AS_MAX_IMAP_FOUND * 2)
		return false;
	for (size_t at = 0; at < octets.n; at += sizeof(uid)) {
		memcpy(&uid, octets.p + at, sizeof(uid));
		if (as_mail_list_add(
			&m->list, (struct as_mail){.uid = ntohl(uid)}) != AS_OK)
			as_mailbox_fail(m, AS_ENOMEM, "out of memory");
	}
	return true;
}

/* A file without a name, so that it can be read twice. */
static bool
mail_open(struct as_mailbox *m)
{
	if (m->fd >= 0)
		return true;
	m->fd = memfd_create("mail", MFD_CLOEXEC);
	if (m->fd < 0)
		as_mailbox_fail(m, AS_ESYS, strerror(errno));
	return m->fd >= 0;
}

static bool
mail_take(struct as_mailbox *m, struct as_str octets)
{
	size_t at = 0;

	if (m->command != COMMAND_FETCH ||
	    octets.n > AS_MAX_MAIL_OCTETS - m->octets)
		return false;
	if (!mail_open(m))
		return true;
	m->octets += octets.n;
	while (at < octets.n) {
		ssize_t n = write(m->fd, octets.p + at, octets.n - at);

		if (n < 0 && errno != EINTR) {
			as_mailbox_fail(m, AS_ESYS, strerror(errno));
			return true;
		}
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* "17" or "17 cut" */
static bool
mail_end_take(struct as_mailbox *m, struct as_str text)
{
	size_t blank = as_str_find(text, ' ', 0), at;
	uint64_t uid;

	if (m->command != COMMAND_FETCH ||
	    as_str_u64(as_str_slice(text, 0, blank), UINT32_MAX, &uid) != AS_OK)
		return false;
	at = as_mail_list_find(&m->list, (uint32_t)uid);
	if (at == m->list.n || m->list.v[at].state != AS_MAIL_ASKED)
		return false;
	if (!mail_open(m))
		return true;
	m->tries = 0;
	as_mailbox_arrived(m, at, blank < text.n);
	return true;
}

/* Those that were asked for and did not come: gone meanwhile, or, when the server
 * refused, asked for one by one; the one that it refuses alone is missed. */
static void
fetched(struct as_mailbox *m, const char *refusal)
{
	size_t at = m->list.first;
	bool alone = m->alone > 0;

	m->alone -= alone;
	if (refusal[0] == 0) {
		m->unsaved |= m->list.count[AS_MAIL_ASKED] > 0;
		as_mail_list_turn(&m->list, AS_MAIL_ASKED, AS_MAIL_LEFT);
		return;
	}
	if (!alone) {
		m->alone = m->list.count[AS_MAIL_ASKED];
		as_mail_list_turn(&m->list, AS_MAIL_ASKED, AS_MAIL_LISTED);
		return;
	}
	while (at < m->list.n && m->list.v[at].state != AS_MAIL_ASKED)
		at++;
	if (at == m->list.n)
		return;
	as_mailbox_tell(m, m->list.v[at].uid, refusal);
	as_mail_list_set(&m->list, at, AS_MAIL_MISSED);
	m->unsaved = true;
}

static void
settled(struct as_mailbox *m, const char *refusal)
{
	bool ok = refusal[0] == 0;

	if (ok)
		m->told += m->list.count[AS_MAIL_TELLING];
	else
		(void)snprintf(
		    m->settle_why, sizeof(m->settle_why), "%s", refusal);
	m->unsaved |= ok;
	m->tries = 0;
	as_mail_list_turn(
	    &m->list, AS_MAIL_TELLING, ok ? AS_MAIL_TOLD : AS_MAIL_KEPT);
}

/* Words of the fetcher, which may be a server's: text for people or nothing. */
static void
words_take(struct as_str text, char *out, size_t room)
{
	size_t n = text.n < room - 1 ? text.n : room - 1;

	for (size_t i = 0; i < n; i++)
		out[i] = text.p[i];
	out[n] = 0;
	as_imap_clean(out);
}

static bool
command_take(struct as_mailbox *m, struct as_str text)
{
	enum mailbox_command command = m->command;
	char refusal[500];

	words_take(text, refusal, sizeof(refusal));
	m->command = COMMAND_NONE;
	switch (command) {
	case COMMAND_SEARCH:
		if (refusal[0] != 0)
			session_end(m, false, refusal);
		else
			as_mailbox_listed(m);
		return true;
	case COMMAND_FETCH: fetched(m, refusal); return m->fd < 0;
	case COMMAND_SETTLE: settled(m, refusal); return true;
	case COMMAND_NONE:
	case COMMAND_OPEN: break;
	}
	return false;
}

static bool
session_take(struct as_mailbox *m, struct as_str text)
{
	char cause[500];

	if (text.n < 2)
		return false;
	words_take(as_str_slice(text, 1, text.n), cause, sizeof(cause));
	session_end(m, text.p[0] == AS_FETCHER_AGAIN, cause);
	return true;
}

static bool
frame_take(struct as_mailbox *m, const struct as_frame *f)
{
	switch (f->type) {
	case AS_FRAME_OPENED: return opened_take(m, f->payload);
	case AS_FRAME_UIDS: return uids_take(m, f->payload);
	case AS_FRAME_MAIL: return mail_take(m, f->payload);
	case AS_FRAME_MAIL_END: return mail_end_take(m, f->payload);
	case AS_FRAME_COMMAND: return command_take(m, f->payload);
	case AS_FRAME_SESSION: return session_take(m, f->payload);
	default: return false;
	}
}

/* --- what it is told --- */

static void
command_send(struct as_mailbox *m, enum mailbox_command command, uint8_t type,
    struct as_str payload)
{
	m->command = command;
	alive(m);
	if (as_link_send(&m->worker.link, type, payload) != AS_OK)
		as_mailbox_fail(m, AS_ENOMEM, "out of memory");
}

static bool
is_full(const struct as_mailbox *m)
{
	return m->queue_n == QUEUE_MAILS || m->queue_octets >= QUEUE_OCTETS;
}

static void
command_next(struct as_mailbox *m)
{
	struct as_mail_list *l = &m->list;
	struct as_buf set;

	as_buf_init(&set, SET_OCTETS);
	if (!m->searched) {
		as_buf_printf(&set, "%u", m->row.next);
		command_send(
		    m, COMMAND_SEARCH, AS_FRAME_SEARCH, as_buf_str(&set));
	} else if (l->count[AS_MAIL_KEPT] > 0 && m->settle_why[0] == 0) {
		(void)as_mail_list_take(
		    l, AS_MAIL_KEPT, AS_MAIL_TELLING, SETTLED, &set);
		command_send(
		    m, COMMAND_SETTLE, AS_FRAME_SETTLE, as_buf_str(&set));
	} else if (!m->stopped && l->count[AS_MAIL_LISTED] > 0) {
		(void)as_mail_list_take(l, AS_MAIL_LISTED, AS_MAIL_ASKED,
		    m->alone > 0 ? 1 : AS_IMAP_BATCH, &set);
		command_send(
		    m, COMMAND_FETCH, AS_FRAME_FETCH, as_buf_str(&set));
	}
	as_buf_fini(&set);
}

void
as_mailbox_serve(struct as_mailbox *m)
{
	struct as_frame f;
	enum as_err err = AS_OK;
	bool fits = true;

	while (m->running && !is_full(m) && m->err == AS_OK) {
		err = as_link_next(&m->worker.link, &f);
		if (err != AS_OK)
			break;
		fits = frame_take(m, &f);
		if (m->running)
			as_link_drop(&m->worker.link, &f);
		if (!fits)
			break;
	}
	if (m->running && (!fits || (err != AS_OK && err != AS_EABSENT)))
		session_end(
		    m, false, "the reader of mailboxes broke its protocol");
	if (!m->running || m->err != AS_OK)
		return;
	as_link_pause(&m->worker.link, is_full(m));
	if (m->command == COMMAND_NONE && !is_full(m))
		command_next(m);
}

void
as_mailbox_watch(struct as_mailbox *m)
{
	int64_t now = m->clock.mono_ms(m->clock.ctx);

	if (m->again_ms != 0 && now >= m->again_ms)
		as_mailbox_start(m);
	if (now - m->began_ms > AS_IMAP_RUN_MS && !m->stopped) {
		m->stopped = true;
		m->left += m->list.count[AS_MAIL_LISTED];
	}
	if (!m->running)
		return;
	if (is_full(m) || m->command == COMMAND_NONE)
		alive(m);
	else if (now - m->moved_ms > STUCK_MS)
		session_end(m, true, "the reader of mailboxes was stuck");
}
