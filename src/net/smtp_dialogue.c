/* What each reply means.  Part of net/smtp. */
#include <stdio.h>

#include "base/limits.h"
#include "net/smtp_private.h"

#include "base/banned.h"

static void
say(struct as_smtp_visit *v, enum as_smtp_state next, const char *verb,
    const char *argument)
{
	as_buf_printf(&v->out, "%s%s\r\n", verb, argument);
	if (!as_buf_ok(&v->out)) {
		as_smtp_end_no_memory(v);
		return;
	}
	as_smtp_enter(v, next);
	as_smtp_flush(v);
}

static void
quit(struct as_smtp_visit *v)
{
	say(v, AS_SMTP_STATE_QUIT, "QUIT", "");
}

/* "EHLO: 550 go away" */
static void
keep_reply(struct as_smtp_visit *v, const struct as_smtp_reply *r)
{
	char code[16];

	(void)snprintf(code, sizeof(code), ": %u ", (unsigned)r->code);
	as_smtp_keep(v, &v->view->detail, as_smtp_state_name(v->state), code,
	    r->lines[0]);
}

/* A reply that ends the dialogue.  After 421 the server closes (RFC 5321
 * 3.8), else we take our leave. */
static void
refuse(struct as_smtp_visit *v, const struct as_smtp_reply *r)
{
	enum as_visit_end how = AS_VISIT_MALFORMED;

	if (r->code >= 400)
		how = r->code >= 500 ? AS_VISIT_REJECTED : AS_VISIT_BUSY;
	v->view->end = how;
	keep_reply(v, r);
	if (v->state == AS_SMTP_STATE_DONE || r->code == 421)
		as_smtp_end(v);
	else
		quit(v);
}

static void
on_banner(struct as_smtp_visit *v, const struct as_smtp_reply *r)
{
	v->view->banner_code = r->code;
	v->view->banner = r->lines[0];
	if (r->code == 220)
		say(v, AS_SMTP_STATE_EHLO, "EHLO ", v->target.ehlo_name);
	else
		refuse(v, r);
}

/* The first line greets (RFC 5321 4.1.1.1); a keyword ends the others or is
 * followed by a space. */
static bool
offers_starttls(const struct as_smtp_reply *r)
{
	for (size_t i = 1; i < r->n_lines; i++) {
		struct as_str s = as_str_trim(r->lines[i]);

		if (as_str_is_case(
			as_str_slice(s, 0, as_str_find(s, ' ', 0)), "STARTTLS"))
			return true;
	}
	return false;
}

static void
ask_starttls(struct as_smtp_visit *v)
{
	if (v->target.inject)
		say(v, AS_SMTP_STATE_STARTTLS, "STARTTLS\r\nEHLO ",
		    v->target.ehlo_name);
	else
		say(v, AS_SMTP_STATE_STARTTLS, "STARTTLS", "");
}

static void
on_ehlo(struct as_smtp_visit *v, const struct as_smtp_reply *r)
{
	v->view->ehlo_code = r->code;
	if (r->code >= 500) {
		say(v, AS_SMTP_STATE_HELO, "HELO ", v->target.ehlo_name);
		return;
	}
	if (r->code != 250) {
		refuse(v, r);
		return;
	}
	v->view->end = AS_VISIT_OK;
	v->view->ehlo = r->lines;
	v->view->n_ehlo = r->n_lines;
	if (offers_starttls(r)) {
		ask_starttls(v);
		return;
	}
	v->view->starttls = AS_VISIT_TLS_NOT_OFFERED;
	if (v->target.insist)
		say(v, AS_SMTP_STATE_UNOFFERED, "STARTTLS", "");
	else
		quit(v);
}

/* After 220 the server waits for a hello, which does not come: the offer that
 * is missing is all that was to be learnt. */
static void
on_unoffered(struct as_smtp_visit *v, const struct as_smtp_reply *r)
{
	v->view->unoffered_code = r->code;
	if (r->code == 220 || r->code == 421)
		as_smtp_end(v);
	else
		quit(v);
}

static void
on_helo(struct as_smtp_visit *v, const struct as_smtp_reply *r)
{
	if (r->code != 250) {
		refuse(v, r);
		return;
	}
	v->view->end = AS_VISIT_OK;
	v->view->helo_only = true;
	v->view->starttls = AS_VISIT_TLS_NOT_OFFERED;
	quit(v);
}

/* Octets of the reply that a reader for whom CR alone ends a line would see as
 * another one. */
static size_t
behind_cr(const struct as_smtp_reply *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_lines; i++) {
		size_t cr = as_str_find(r->lines[i], '\r', 0);

		if (cr < r->lines[i].n)
			n += r->lines[i].n - cr - 1;
	}
	return n;
}

/* RFC 3207 6: what came in the clear must not be taken for what came inside.
 * TLS-1. */
static void
on_starttls(struct as_smtp_visit *v, const struct as_smtp_reply *r)
{
	struct as_smtp_view *view = v->view;
	size_t early;

	view->starttls_code = r->code;
	view->starttls_text = r->lines[0];
	if (r->code != 220) {
		view->starttls = r->code >= 400 && r->code < 500
		    ? AS_VISIT_TLS_LATER
		    : AS_VISIT_TLS_REFUSED;
		if (r->code == 421)
			as_smtp_end(v);
		else
			quit(v);
		return;
	}
	view->starttls = AS_VISIT_TLS_ACCEPTED;
	early = behind_cr(r) + v->in.n +
	    as_smtp_drain(v->fd, AS_MAX_SMTP_REPLY_OCTETS);
	if (early == 0) {
		as_smtp_begin_shake(v);
		return;
	}
	view->injected = (uint32_t)early;
	as_smtp_end(v);
	as_smtp_keep(v, &view->handshake_detail, "plain text after 220",
	    ", before the handshake", AS_STR_NULL);
}

static void
on_quit(struct as_smtp_visit *v, const struct as_smtp_reply *r)
{
	(void)r;
	as_smtp_end(v);
}

typedef void reply_fn(struct as_smtp_visit *v, const struct as_smtp_reply *r);

static reply_fn *const readers[] = {
    [AS_SMTP_STATE_BANNER] = on_banner,
    [AS_SMTP_STATE_EHLO] = on_ehlo,
    [AS_SMTP_STATE_HELO] = on_helo,
    [AS_SMTP_STATE_STARTTLS] = on_starttls,
    [AS_SMTP_STATE_UNOFFERED] = on_unoffered,
    [AS_SMTP_STATE_UNASKED] = as_smtp_on_unasked,
    [AS_SMTP_STATE_INSIDE] = as_smtp_on_inside_ehlo,
    [AS_SMTP_STATE_QUIT] = on_quit,
    [AS_SMTP_STATE_DONE] = NULL,
};

bool
as_smtp_wants_reply(const struct as_smtp_visit *v)
{
	return readers[v->state] != NULL;
}

void
as_smtp_on_reply(struct as_smtp_visit *v, const struct as_smtp_reply *r)
{
	readers[v->state](v, r);
}
