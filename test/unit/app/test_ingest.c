/*
 * Inputs are given ahead to a parser that dies: what comes of the others.
 *
 * The parser here does what an input says, octet by octet: `r` refuses a thing,
 * `f` writes what it has to say so far, `d` ends the process.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/ingest.h"
#include "app/parser.h"
#include "harness.h"

#define INPUTS 40

/* --- the parser --- */

struct fake {
	int fd;
	struct as_buf in, out;
	struct as_wire_writer wire;
};

static void
fake_flush(struct fake *f)
{
	if (write(f->fd, f->out.p, f->out.n) != (ssize_t)f->out.n)
		_exit(4);
	as_buf_reset(&f->out);
}

static enum as_err
fake_events(void *ctx, struct as_str batch)
{
	struct fake *f = ctx;

	as_frame_write(&f->out, AS_FRAME_EVENTS, batch);
	return AS_OK;
}

static void
fake_wait(struct fake *f, struct as_frame *out)
{
	char chunk[65536];

	while (as_frame_read(&f->in, out) == AS_EABSENT) {
		ssize_t n;

		if (f->out.n > 0)
			fake_flush(f);
		n = read(f->fd, chunk, sizeof(chunk));
		if (n <= 0)
			_exit(0);
		as_buf_add(&f->in, chunk, (size_t)n);
	}
}

static void
fake_obey(struct fake *f, char what)
{
	struct as_report_piece piece = {
	    .path = AS_STR("x"), .raw = AS_STR("raw")};

	if (what == 'd')
		_exit(3);
	if (what == 'r' &&
	    as_wire_refused(&f->wire, &piece, AS_STR("odd")) != AS_OK)
		_exit(4);
	if (what == 'f') {
		if (as_wire_flush(&f->wire) != AS_OK)
			_exit(4);
		fake_flush(f);
	}
}

static int
fake_main(const struct as_prober_config *config, int fd)
{
	struct fake f = {.fd = fd};
	int flags = fcntl(fd, F_GETFL);
	struct as_frame frame;

	(void)config;
	(void)fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	as_buf_init(&f.in, (size_t)1 << 24);
	as_buf_init(&f.out, (size_t)1 << 24);
	as_wire_writer_init(&f.wire, fake_events, &f);
	as_frame_write(&f.out, AS_FRAME_PARSING, AS_STR(""));
	for (;;) {
		fake_wait(&f, &frame);
		for (size_t i = 0;
		     frame.type == AS_FRAME_OCTETS && i < frame.payload.n; i++)
			fake_obey(&f, frame.payload.p[i]);
		if (frame.type == AS_FRAME_END) {
			if (as_wire_flush(&f.wire) != AS_OK)
				_exit(4);
			as_frame_write(&f.out, AS_FRAME_DONE_IN, AS_STR(""));
		}
		as_frame_drop(&f.in, &frame);
	}
}

/* --- the run --- */

static void
input_write(const char *folder, int i, const char *what)
{
	char path[200];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%02d", folder, i);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	T_OK(fd >= 0 && write(fd, what, strlen(what)) == (ssize_t)strlen(what));
	(void)close(fd);
}

static void
inputs_remove(const char *folder)
{
	char path[200];

	for (int i = 0; i < INPUTS; i++) {
		(void)snprintf(path, sizeof(path), "%s/%02d", folder, i);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

/* What is told of the inputs is no TAP. */
static int
output_away(void)
{
	int kept = dup(STDOUT_FILENO);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)fflush(stdout);
	(void)dup2(null, STDOUT_FILENO);
	(void)close(null);
	return kept;
}

static struct as_ingest_counts
ingest(const char *folder, unsigned parsers)
{
	struct as_ingest_config config = {.paths = &folder,
	    .n_paths = 1,
	    .parsers = parsers,
	    .parser_main = fake_main};
	struct as_ingest_counts counts = {.inputs = 0};
	struct as_why why = {.text = ""};
	int output = output_away();
	struct as_keep *k;

	T_INT(as_keep_new(":memory:", AS_FORMAT_TEXT, &k, &why), AS_OK);
	T_INT(as_ingest(&config, k, &why), AS_OK);
	counts = *as_keep_counts(k);
	as_keep_free(k);
	(void)fflush(stdout);
	(void)dup2(output, STDOUT_FILENO);
	(void)close(output);
	return counts;
}

static void
check(const char *name, const char *odd, unsigned parsers, uint64_t of_odd)
{
	char folder[] = "/tmp/assay-ingest-XXXXXX";
	struct as_ingest_counts c;

	t_case("%s, %u parsers", name, parsers);
	T_OK(mkdtemp(folder) != NULL);
	for (int i = 0; i < INPUTS; i++)
		input_write(folder, i, i == INPUTS / 2 ? odd : "rfr");
	c = ingest(folder, parsers);
	T_INT(c.inputs, INPUTS);
	T_INT(c.quarantined, 2 * (INPUTS - 1) + of_odd);
	T_INT(c.stored + c.duplicates + c.unread, 0);
	inputs_remove(folder);
}

int
main(void)
{
	for (unsigned parsers = 1; parsers <= 2; parsers++) {
		check("all are read", "rfr", parsers, 2);
		check("one kills the parser: the others are not read twice",
		    "rfrd", parsers, 2);
		check("one that gave things before is blamed once", "rfrfd",
		    parsers, 2 + 1);
		check("one that gave nothing costs itself", "d", parsers, 1);
	}
	return t_done();
}
