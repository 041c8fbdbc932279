/*
 * One thing at a time and blocking calls: there is nobody else to serve.
 */
#include "app/parser.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "app/channel.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "intake/unwrap.h"
#include "model/report_wire.h"
#include "net/sandbox.h"

#include "base/banned.h"

#define READ_OCTETS      ((size_t)64 * 1024)
#define IN_CAP           (AS_MAX_FRAME_OCTETS + READ_OCTETS + 16)
#define FILES            8
#define DIAGNOSIS_OCTETS ((size_t)8192)
#define ROOT             "input" /* what paths inside it begin with */

struct parser {
	struct as_channel channel;
	struct as_frame frame; /* whose octets are being read */
	size_t at;             /* of it that were taken */
	bool held;             /* frame is not dropped yet */
	bool ended;            /* the input's end was seen */
	struct as_wire_writer wire;
};

static enum as_err
batch_send(void *ctx, struct as_str batch)
{
	struct parser *p = ctx;

	return as_channel_add(&p->channel, AS_FRAME_EVENTS, batch);
}

/* --- one input --- */

static void
frame_let_go(struct parser *p)
{
	if (p->held)
		as_channel_drop(&p->channel, &p->frame);
	p->held = false;
}

/* Hold a frame with octets, or see the end. */
static enum as_err
frame_hold(struct parser *p)
{
	frame_let_go(p);
	AS_TRY(as_channel_wait(&p->channel, &p->frame));
	p->held = true;
	p->at = 0;
	if (p->frame.type == AS_FRAME_END)
		p->ended = true;
	return p->frame.type == AS_FRAME_OCTETS || p->ended ? AS_OK
							    : AS_ESYNTAX;
}

static enum as_err
source_read(void *ctx, void *to, size_t n, size_t *got)
{
	struct parser *p = ctx;

	*got = 0;
	while (!p->ended && (!p->held || p->at == p->frame.payload.n))
		AS_TRY(frame_hold(p));
	if (p->ended)
		return AS_OK;
	if (n > p->frame.payload.n - p->at)
		n = p->frame.payload.n - p->at;
	memcpy(to, p->frame.payload.p + p->at, n);
	p->at += n;
	*got = n;
	return AS_OK;
}

/* The parent knows the name of the input. */
static struct as_str
path_inside(struct as_str path)
{
	static const char begin[] = ROOT " > ";

	return as_str_has_prefix(path, begin)
	    ? as_str_slice(path, sizeof(begin) - 1, path.n)
	    : AS_STR("");
}

static struct as_report_piece
piece_of(const struct as_unwrap_piece *piece)
{
	return (struct as_report_piece){.path = path_inside(piece->path),
	    .raw = piece->raw,
	    .mail_from = piece->mail_from,
	    .mail_date = piece->mail_date,
	    .message_id = piece->message_id};
}

static enum as_err
on_found(void *ctx, const struct as_unwrap_piece *piece)
{
	struct as_report_piece at = piece_of(piece);

	return as_wire_found(ctx, &at);
}

static enum as_err
on_refused(
    void *ctx, const struct as_unwrap_piece *piece, const struct as_why *why)
{
	struct as_report_piece at = piece_of(piece);
	struct as_buf text;
	enum as_err err;

	/* It may speak of octets that are no text, or be cut inside of one. */
	as_buf_init(&text, DIAGNOSIS_OCTETS);
	as_term_add(&text, as_str_from(why->text));
	err = as_buf_ok(&text) ? as_wire_refused(ctx, &at, as_buf_str(&text))
			       : AS_ENOMEM;
	as_buf_fini(&text);
	return err;
}

static enum as_err
input_read(struct parser *p, uint64_t length)
{
	struct as_source source = {source_read, p};
	struct as_unwrap_options options = {.length = length};
	struct as_unwrap_sink sink = {.report = as_wire_sink(&p->wire),
	    .found = on_found,
	    .refused = on_refused,
	    .ctx = &p->wire};
	struct as_why why = {.text = ""};
	enum as_err err =
	    as_unwrap(&source, AS_STR(ROOT), &options, &sink, &why);
	struct as_str diagnosis = AS_STR_NULL;

	if (err != AS_OK)
		diagnosis =
		    as_str_from(why.text[0] != 0 ? why.text : as_err_text(err));
	while (!p->ended)
		AS_TRY(frame_hold(p));
	frame_let_go(p);
	AS_TRY(as_wire_flush(&p->wire));
	return as_channel_add(&p->channel, AS_FRAME_DONE_IN, diagnosis);
}

static enum as_err
input_serve(struct parser *p)
{
	struct as_frame f;
	uint64_t length = 0;

	AS_TRY(as_channel_wait(&p->channel, &f));
	if (f.type != AS_FRAME_INPUT || f.payload.n != sizeof(length))
		return AS_ESYNTAX;
	memcpy(&length, f.payload.p, sizeof(length));
	as_channel_drop(&p->channel, &f);
	p->ended = false;
	return input_read(p, length);
}

/* --- life --- */

static enum as_err
parser_open(struct parser *p, const struct as_prober_config *config, int fd)
{
	struct as_sandbox_limits limits = {
	    .memory_octets = config->memory_octets,
	    .data_octets =
		config->memory_octets != 0 ? AS_PARSER_DATA_OCTETS : 0,
	    .files = FILES};
	struct as_sandbox_state state;
	struct as_why why = {.text = ""};

	as_wire_writer_init(&p->wire, batch_send, p);
	/* The reader of archives asks for the local time of each member, which
	 * without this is a look for a file. */
	(void)setenv("TZ", "UTC0", 1);
	tzset();
	AS_TRY(as_channel_open(&p->channel, fd));
	AS_TRY(as_sandbox_enter(&limits, &state, &why));
	return as_channel_send(&p->channel, AS_FRAME_PARSING, AS_STR(""));
}

int
as_parser_main(const struct as_prober_config *config, int fd)
{
	struct parser p = {.held = false};
	enum as_err err;

	(void)signal(SIGPIPE, SIG_IGN);
	err = parser_open(&p, config, fd);
	while (err == AS_OK)
		err = input_serve(&p);
	as_wire_writer_fini(&p.wire);
	as_channel_close(&p.channel);
	return err == AS_EABSENT ? EX_OK : EX_SOFTWARE;
}
