#include "intake/mend.h"

#include <string.h>

#include "intake/mend_step.h"
#include "intake/mend_tag.h"

#include "base/banned.h"

#define BANG_MAX 10 /* octets that tell what "<!" begins */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct as_str
open_name(const struct as_mend *m, size_t depth)
{
	size_t from = depth > 1 ? m->ends[depth - 2] : 0;

	return (struct as_str){m->names + from, m->ends[depth - 1] - from};
}

static void
start_element(struct as_mend *m, struct as_str name)
{
	size_t end = m->depth > 0 ? m->ends[m->depth - 1] : 0;

	if (m->depth == AS_MAX_REPORT_DEPTH) {
		as_mend_fail(m, AS_ELIMIT, "XML: elements are nested too deep");
		return;
	}
	memcpy(m->names + end, name.p, name.n);
	m->ends[m->depth++] = end + name.n;
	if (m->err == AS_OK)
		m->err = m->sink->start(m->sink->ctx, name);
	m->leaf_text = false;
	m->skip_space = true;
}

static void
close_top(struct as_mend *m)
{
	if (m->err == AS_OK)
		m->err = m->sink->end(m->sink->ctx);
	m->leaf_text = false;
	m->skip_space = true;
	m->depth--;
	if (m->depth == 0)
		m->mode = AS_MEND_IN_TAIL;
}

static void
end_element(struct as_mend *m, struct as_str name)
{
	size_t depth = m->depth;

	while (depth > 0 && !as_str_eq(open_name(m, depth), name))
		depth--;
	if (depth == 0) {
		as_mend_tell(m, AS_MEND_STRAY, name);
		return;
	}
	while (m->depth > depth && m->err == AS_OK) {
		as_mend_tell(m, AS_MEND_UNCLOSED, open_name(m, m->depth));
		close_top(m);
	}
	close_top(m);
}

/* "<" is text after all; `seen` octets were looked at in vain. */
static void
less_is_text(struct as_mend *m, size_t seen)
{
	m->again += seen;
	if (m->again > AS_MAX_REPORT_AGAIN + 4 * (m->before + m->at)) {
		as_mend_fail(m, AS_ELIMIT, "XML: too much of it is broken");
		return;
	}
	if (m->depth > 0) {
		as_mend_tell(m, AS_MEND_LESS, AS_STR_NULL);
		as_mend_text(m, AS_STR("<"));
		m->leaf_text = true;
		m->skip_space = false;
	}
	m->at++;
}

/* "<name>" where "</name>" was meant: nothing nests in itself. */
static bool
is_end_without_slash(const struct as_mend *m, const struct as_mend_tag *t)
{
	return !t->closing && !t->empty && m->depth > 0 && m->leaf_text &&
	    as_str_eq(open_name(m, m->depth), t->name);
}

static enum as_mend_step
step_tag(struct as_mend *m)
{
	size_t most = m->at + AS_MAX_REPORT_TAG;
	struct as_str w = {m->window, m->n < most ? m->n : most};
	struct as_mend_tag t;
	enum as_mend_tag_is is = as_mend_tag_read(w, m->at, &t);

	if (is == AS_MEND_TAG_PART && !m->final)
		return AS_MEND_WAIT;
	if (is == AS_MEND_TAG_PART) { /* the input ends in it */
		m->at = m->n;
		return AS_MEND_GO;
	}
	if (is == AS_MEND_TAG_TEXT) {
		less_is_text(m, t.end - m->at);
		return AS_MEND_GO;
	}
	if (t.broken || is_end_without_slash(m, &t)) {
		as_mend_tell(m, AS_MEND_BROKEN, t.name);
		t.closing = true;
	}
	m->at = t.end;
	if (t.closing) {
		end_element(m, t.name);
		return AS_MEND_GO;
	}
	start_element(m, t.name);
	if (t.empty && m->err == AS_OK)
		close_top(m);
	return AS_MEND_GO;
}

static bool
begins(struct as_str w, size_t at, const char *what)
{
	return as_str_has_prefix_case(as_str_slice(w, at, w.n), what);
}

/* At "<!". */
static enum as_mend_step
step_bang(struct as_mend *m)
{
	struct as_str w = {m->window, m->n};

	if (begins(w, m->at, "<!--")) {
		m->mode = AS_MEND_IN_COMMENT;
		m->at += 4;
	} else if (begins(w, m->at, "<![CDATA[") && m->depth > 0) {
		m->mode = AS_MEND_IN_CDATA;
		m->at += 9;
	} else if (begins(w, m->at, "<!DOCTYPE") ||
	    begins(w, m->at, "<!ENTITY")) {
		as_mend_fail(m, AS_EUNSUPPORTED,
		    "XML: a document type declaration, which no report has and "
		    "which can make a small document vast: refused");
	} else if (m->n - m->at < BANG_MAX && !m->final) {
		return AS_MEND_WAIT;
	} else {
		less_is_text(m, BANG_MAX);
	}
	return AS_MEND_GO;
}

static void
step_outside(struct as_mend *m)
{
	for (; m->at < m->n && m->window[m->at] != '<'; m->at++) {
		if (is_space(m->window[m->at]) || m->told_lead)
			continue;
		m->told_lead = true;
		as_mend_tell(m, AS_MEND_LEADING, AS_STR_NULL);
	}
}

static enum as_mend_step
step_text(struct as_mend *m)
{
	char c = m->window[m->at];
	size_t at;

	if (c == '<') {
		if (m->n - m->at < 2 && !m->final)
			return AS_MEND_WAIT;
		c = m->n - m->at < 2 ? 0 : m->window[m->at + 1];
		if (c == '!')
			return step_bang(m);
		if (c == '?') {
			m->mode = AS_MEND_IN_INSTRUCTION;
			m->at += 2;
			return AS_MEND_GO;
		}
		return step_tag(m);
	}
	if (m->depth == 0) {
		step_outside(m);
		return AS_MEND_GO;
	}
	if (m->skip_space && is_space(c)) {
		while (m->at < m->n && is_space(m->window[m->at]))
			m->at++;
		return AS_MEND_GO;
	}
	m->skip_space = false;
	if (c == '&')
		return as_mend_ampersand(m);
	m->leaf_text = true;
	at = m->at;
	as_mend_plain(m, m->n);
	if (m->at == at && !as_mend_character(m))
		return AS_MEND_WAIT;
	return AS_MEND_GO;
}

/* Where `mark` stands from `at` on, or where it may yet begin. */
static size_t
find_mark(const struct as_mend *m, const char *mark, bool *found)
{
	size_t n = strlen(mark), left = m->n - m->at;
	const char *p = memmem(m->window + m->at, left, mark, n);

	*found = p != NULL;
	if (*found)
		return (size_t)(p - m->window);
	if (m->final)
		return m->n;
	return left < n ? m->at : m->n - (n - 1);
}

static enum as_mend_step
step_past(struct as_mend *m, const char *mark)
{
	bool found;
	size_t end = find_mark(m, mark, &found);

	m->at = end;
	if (!found)
		return m->final ? AS_MEND_GO : AS_MEND_WAIT;
	m->at += strlen(mark);
	m->mode = AS_MEND_IN_TEXT;
	return AS_MEND_GO;
}

static enum as_mend_step
step_cdata(struct as_mend *m)
{
	bool found;
	size_t end = find_mark(m, "]]>", &found);

	m->skip_space = false;
	while (m->at < end && m->err == AS_OK) {
		m->leaf_text = true;
		as_mend_plain(m, end);
		if (m->at < end && !as_mend_character(m))
			return AS_MEND_WAIT;
	}
	if (!found)
		return m->final ? AS_MEND_GO : AS_MEND_WAIT;
	m->at = end + 3;
	m->mode = AS_MEND_IN_TEXT;
	return AS_MEND_GO;
}

static enum as_mend_step
step_tail(struct as_mend *m)
{
	for (; m->at < m->n && !m->told_tail; m->at++) {
		if (is_space(m->window[m->at]))
			continue;
		m->told_tail = true;
		as_mend_tell(m, AS_MEND_TRAILING, AS_STR_NULL);
	}
	m->at = m->n;
	return AS_MEND_GO;
}

static enum as_mend_step
step(struct as_mend *m)
{
	switch (m->mode) {
	case AS_MEND_IN_TEXT: return step_text(m);
	case AS_MEND_IN_COMMENT: return step_past(m, "-->");
	case AS_MEND_IN_INSTRUCTION: return step_past(m, "?>");
	case AS_MEND_IN_CDATA: return step_cdata(m);
	case AS_MEND_IN_TAIL: return step_tail(m);
	}
	return AS_MEND_WAIT;
}

/* As far as the octets in the window tell. */
static void
run(struct as_mend *m)
{
	while (m->at < m->n && m->err == AS_OK)
		if (step(m) == AS_MEND_WAIT)
			break;
	m->n -= m->at;
	memmove(m->window, m->window + m->at, m->n);
	m->before += m->at;
	m->at = 0;
}

static void
take(struct as_mend *m, struct as_str in)
{
	while (in.n > 0 && m->err == AS_OK) {
		size_t used;
		m->n += as_decode_run(&m->decode, in, m->window + m->n,
		    sizeof(m->window) - m->n, &used);
		in = as_str_slice(in, used, in.n);
		run(m);
	}
}

/* Octets of the start, until they tell the encoding. */
static void
take_head(struct as_mend *m, struct as_str *in)
{
	size_t room = sizeof(m->head) - m->n_head;
	size_t k = in->n < room ? in->n : room;
	struct as_str head;

	if (k > 0)
		memcpy(m->head + m->n_head, in->p, k);
	m->n_head += k;
	*in = as_str_slice(*in, k, in->n);
	head = (struct as_str){m->head, m->n_head};
	if (!as_decode_init(&m->decode, head, m->final))
		return;
	m->decoding = true;
	if (m->decode.unknown)
		as_mend_tell(m, AS_MEND_DECLARED, AS_STR_NULL);
	else if (m->decode.form != AS_DECODE_UTF8)
		as_mend_tell(m, AS_MEND_CONVERTED, as_str_from(m->decode.name));
	m->before = m->decode.mark;
	take(m, as_str_slice(head, m->decode.mark, head.n));
}

void
as_mend_init(struct as_mend *m, const struct as_mend_sink *sink)
{
	m->sink = sink;
	m->mode = AS_MEND_IN_TEXT;
	m->why = NULL;
	m->final = m->leaf_text = m->skip_space = false;
	m->told_lead = m->told_tail = m->decoding = false;
	m->err = AS_OK;
	m->before = m->again = 0;
	m->n_head = m->at = m->n = m->depth = 0;
	m->decode = (struct as_decode){0};
}

enum as_err
as_mend_feed(struct as_mend *m, struct as_str octets, struct as_why *why)
{
	m->why = why;
	if (!m->decoding && m->err == AS_OK)
		take_head(m, &octets);
	if (m->decoding)
		take(m, octets);
	return m->err;
}

enum as_err
as_mend_end(struct as_mend *m, struct as_why *why)
{
	struct as_str none = {"", 0};

	m->why = why;
	m->final = true;
	if (!m->decoding && m->err == AS_OK)
		take_head(m, &none);
	m->n += as_decode_end(&m->decode, m->window + m->n);
	run(m);
	if (m->depth > 0 && m->err == AS_OK)
		m->err = m->sink->cut(m->sink->ctx, why);
	while (m->depth > 0 && m->err == AS_OK)
		close_top(m);
	return m->err;
}
