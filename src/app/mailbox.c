/* The mails of a mailbox, and what the store knows of them. */
#include "app/mailbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/mailbox_private.h"
#include "base/limits.h"

#include "base/banned.h"

/* --- telling --- */

void
as_mailbox_fail(struct as_mailbox *m, enum as_err err, const char *text)
{
	if (m->err == AS_OK)
		m->err =
		    as_why_set(&m->why, err, AS_WHY_NOWHERE, "%.200s", text);
	m->place.news(m->place.ctx);
}

static void
name_make(struct as_mailbox *m, uint32_t uid)
{
	(void)snprintf(m->name, sizeof(m->name),
	    uid != 0 ? AS_STR_FMT ";UID=%u" : AS_STR_FMT,
	    AS_STR_ARG(m->config->url.shown), uid);
}

static void
input_close(struct as_mailbox *m, struct as_ingest_input *in)
{
	if (as_keep_input_end(m->place.keep, in) != AS_OK)
		as_mailbox_fail(m, as_keep_why(m->place.keep)->code,
		    as_keep_why(m->place.keep)->text);
	as_ingest_input_fini(in);
}

void
as_mailbox_tell(struct as_mailbox *m, uint32_t uid, const char *cause)
{
	struct as_ingest_input in;

	name_make(m, uid);
	as_ingest_input_init(&in, m->name);
	as_keep_unread(m->place.keep, &in, cause);
	input_close(m, &in);
}

/* Its octets stay where they are: it is not moved. */
static void
too_long(struct as_mailbox *m, uint32_t uid)
{
	struct as_report_piece piece = {.path = AS_STR("")};
	struct as_ingest_input in;
	char text[80];

	(void)snprintf(text, sizeof(text), "the mail is too long: over %zu MB",
	    AS_MAX_MAIL_OCTETS >> 20);
	name_make(m, uid);
	as_ingest_input_init(&in, m->name);
	if (as_keep_refused(m->place.keep, &in, &piece, as_str_from(text)) !=
	    AS_OK)
		as_mailbox_fail(m, as_keep_why(m->place.keep)->code,
		    as_keep_why(m->place.keep)->text);
	input_close(m, &in);
}

/* --- the list --- */

static enum as_err
on_stored_mail(void *ctx, uint32_t uid, enum as_mailbox_mail what)
{
	struct as_mailbox *m = ctx;
	bool told = what == AS_MAILBOX_TO_TELL;

	/* Nobody is told any more when that is not wanted now. */
	return as_mail_list_add(&m->list,
	    (struct as_mail){.uid = uid,
		.state = (uint8_t)(!told     ? AS_MAIL_LISTED
			: as_mailbox_acts(m) ? AS_MAIL_KEPT
					     : AS_MAIL_TOLD),
		.is_stored = true});
}

bool
as_mailbox_opened(struct as_mailbox *m, uint32_t uid_validity)
{
	struct as_store *store = as_keep_store(m->place.keep);
	struct as_str name = m->config->url.shown;

	m->opened = true;
	if (m->row.uid_validity == uid_validity)
		return true;
	if (m->searched)
		return false;
	if (m->row.uid_validity != 0) {
		as_log(&m->log, AS_LOG_WARN,
		    AS_STR_FMT ": the server has given its mails new numbers "
			       "(UIDVALIDITY %u, was %u): all are read again, "
			       "and reports that are known are found to be so",
		    AS_STR_ARG(name), uid_validity, m->row.uid_validity);
		as_mail_list_fini(&m->list);
		if (as_mailbox_forget(store, name, &m->why) != AS_OK)
			as_mailbox_fail(m, m->why.code, m->why.text);
	}
	m->row = (struct as_mailbox_row){uid_validity, 1};
	m->unsaved = true;
	return true;
}

void
as_mailbox_listed(struct as_mailbox *m)
{
	size_t most =
	    m->config->most != 0 ? m->config->most : AS_MAX_IMAP_MAILS;

	m->left = as_mail_list_settle(&m->list, most);
	m->searched = true;
	m->unsaved |= m->list.count[AS_MAIL_TOLD] > 0;
	if (m->place.progress->total == 0)
		m->place.progress->total = m->place.progress->done;
	m->place.progress->total += m->list.count[AS_MAIL_LISTED];
}

void
as_mailbox_arrived(struct as_mailbox *m, size_t at, bool cut)
{
	struct queued *q = &m->queue[(m->queue_at + m->queue_n) % QUEUE_MAILS];

	if (cut || lseek(m->fd, 0, SEEK_SET) != 0) {
		(void)close(m->fd);
		too_long(m, m->list.v[at].uid);
		as_mail_list_set(&m->list, at, AS_MAIL_LEFT);
		m->unsaved = true;
	} else {
		*q = (struct queued){at, m->fd, m->octets};
		as_mail_list_set(&m->list, at, AS_MAIL_HERE);
		m->queue_n++;
		m->queue_octets += m->octets;
	}
	m->fd = -1;
	m->octets = 0;
}

bool
as_mailbox_next(struct as_mailbox *m, struct as_walk_input *out)
{
	struct queued *q = &m->queue[m->queue_at];

	if (m->queue_n == 0)
		return false;
	name_make(m, m->list.v[q->at].uid);
	*out = (struct as_walk_input){
	    .path = m->name, .fd = q->fd, .mail = q->at + 1};
	m->queue_at = (m->queue_at + 1) % QUEUE_MAILS;
	m->queue_n--;
	m->queue_octets -= q->octets;
	as_mailbox_serve(m);
	return true;
}

void
as_mailbox_ended(struct as_mailbox *m, size_t mail)
{
	as_mail_list_set(&m->list, mail - 1, AS_MAIL_ENDED);
	m->unsaved = true;
}

/* --- the store --- */

/* What the rows of a mail must say once the transaction is committed. */
static enum as_err
mail_save(struct as_mailbox *m, struct as_mail *mail, enum as_mail_state *next,
    struct as_why *why)
{
	struct as_store *store = as_keep_store(m->place.keep);
	struct as_str name = m->config->url.shown;
	bool tell = mail->state == AS_MAIL_ENDED && as_mailbox_acts(m);
	bool missed = mail->state == AS_MAIL_MISSED;
	bool keep = tell || missed;

	*next = tell ? AS_MAIL_KEEPING : AS_MAIL_DONE;
	if (!keep && !mail->is_stored)
		return AS_OK;
	mail->is_stored = keep;
	if (!keep)
		return as_mailbox_mail_drop(store, name, mail->uid, why);
	return as_mailbox_mail_keep(store, name, mail->uid,
	    missed ? AS_MAILBOX_MISSED : AS_MAILBOX_TO_TELL, why);
}

enum as_err
as_mailbox_save(struct as_mailbox *m, struct as_why *why)
{
	struct as_mail_list *l = &m->list;
	enum as_mail_state next;

	if (!m->unsaved || !m->searched)
		return AS_OK;
	for (size_t i = l->first; i < l->n; i++) {
		enum as_mail_state state = l->v[i].state;
		if (state != AS_MAIL_ENDED && state != AS_MAIL_TOLD &&
		    state != AS_MAIL_MISSED && state != AS_MAIL_LEFT)
			continue;
		AS_TRY(mail_save(m, &l->v[i], &next, why));
		as_mail_list_set(l, i, next);
	}
	m->row.next = as_mail_list_next(l, m->row.next);
	return as_mailbox_keep(
	    as_keep_store(m->place.keep), m->config->url.shown, &m->row, why);
}

void
as_mailbox_saved(struct as_mailbox *m)
{
	m->unsaved = false;
	as_mail_list_turn(&m->list, AS_MAIL_KEEPING, AS_MAIL_KEPT);
	as_mailbox_serve(m);
}

/* Nothing is under way at a parser or, but for TELLING, at the server. */
static bool
is_quiet(const struct as_mailbox *m)
{
	const size_t *count = m->list.count;
	bool more = m->running && !m->stopped;

	return count[AS_MAIL_HERE] == 0 && count[AS_MAIL_TELLING] == 0 &&
	    count[AS_MAIL_ASKED] == 0 &&
	    (m->searched ? count[AS_MAIL_LISTED] == 0 || !more : !more) &&
	    m->again_ms == 0;
}

bool
as_mailbox_wants_commit(const struct as_mailbox *m)
{
	return m->unsaved && m->searched && is_quiet(m);
}

bool
as_mailbox_is_over(const struct as_mailbox *m)
{
	return is_quiet(m) && !(m->unsaved && m->searched) &&
	    (m->list.count[AS_MAIL_KEPT] == 0 || !m->running ||
		m->settle_why[0] != 0);
}

/* --- life --- */

enum as_err
as_mailbox_open(const struct as_mailbox_config *config,
    const struct as_mailbox_place *place, struct as_mailbox **out,
    struct as_why *why)
{
	struct as_mailbox *m = calloc(1, sizeof(*m));
	enum as_err err;

	*out = m;
	if (m == NULL)
		return as_why_no_memory(why);
	m->config = config;
	m->place = *place;
	m->clock = as_clock_system();
	m->log = (struct as_log){AS_LOG_WARN, STDERR_FILENO, "assay"};
	m->fd = -1;
	m->began_ms = m->clock.mono_ms(m->clock.ctx);
	as_mail_list_init(&m->list);
	err = as_mailbox_read(as_keep_store(place->keep), config->url.shown,
	    &m->row, on_stored_mail, m, why);
	if (err == AS_ENOMEM)
		return as_why_no_memory(why);
	AS_TRY(err);
	as_mailbox_start(m);
	return AS_OK;
}

/* Once, when all else is over. */
static void
rest_tell(struct as_mailbox *m)
{
	char text[700];

	if (m->settle_why[0] != 0) {
		(void)snprintf(text, sizeof(text),
		    "%zu mails are stored, but were neither moved nor flagged: "
		    "%s; the next run tries again",
		    m->list.count[AS_MAIL_KEPT], m->settle_why);
		as_mailbox_tell(m, 0, text);
	}
	if (m->left > 0 && m->err == AS_OK)
		as_log(&m->log, AS_LOG_WARN,
		    AS_STR_FMT ": %llu more mails are left for the next run",
		    AS_STR_ARG(m->config->url.shown),
		    (unsigned long long)m->left);
}

void
as_mailbox_close(struct as_mailbox *m)
{
	if (m == NULL)
		return;
	if (as_mailbox_is_over(m))
		rest_tell(m);
	as_mailbox_end_fetcher(m);
	for (; m->queue_n > 0; m->queue_n--) {
		(void)close(m->queue[m->queue_at].fd);
		m->queue_at = (m->queue_at + 1) % QUEUE_MAILS;
	}
	as_mail_list_fini(&m->list);
	free(m);
}

enum as_err
as_mailbox_tick(struct as_mailbox *m, struct as_why *why)
{
	as_mailbox_watch(m);
	as_mailbox_serve(m);
	if (m->err == AS_OK)
		return AS_OK;
	return as_why_set(why, m->err, AS_WHY_NOWHERE, "%s", m->why.text);
}
