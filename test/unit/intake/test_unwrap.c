/*
 * Reports in all that they are sent in.
 */
#include <archive.h>
#include <archive_entry.h>

#include "base/limits.h"
#include "harness.h"
#include "intake/inflate.h"
#include "intake/mail.h"

#include "base/banned.h"

#define REPORT \
	"<feedback><report_metadata><org_name>r</org_name></report_metadata>" \
	"<policy_published><domain>d.example</domain></policy_published>" \
	"<record><row><source_ip>192.0.2.1</source_ip><count>2</count></row>" \
	"</record></feedback>"
#define CAP ((size_t)64 * 1024 * 1024)

/* --- what came out --- */

struct got {
	unsigned found, refused, ends, drops;
	uint64_t messages;
	char path[300]; /* of the last one */
	char why[300];
	char from[80];
	size_t raw;
	bool open;
	unsigned behind;    /* notes of octets behind gzip */
	enum as_err refuse; /* what `found` returns */
};

static enum as_err
on_begin(void *ctx, enum as_report_kind kind)
{
	struct got *g = ctx;

	(void)kind;
	g->open = true;
	return AS_OK;
}

static enum as_err
on_note(void *ctx, const struct as_report_note *note)
{
	struct got *g = ctx;

	T_OK(g->open && note->code.n > 0);
	g->behind += as_str_is(note->code, "octets-behind-gzip");
	return AS_OK;
}

static enum as_err
on_row(void *ctx, const struct as_report_row *row)
{
	struct got *g = ctx;

	g->messages += row->count;
	return AS_OK;
}

static enum as_err
on_end(void *ctx, const struct as_report_head *head)
{
	struct got *g = ctx;

	(void)head;
	T_OK(g->open);
	g->open = false;
	g->ends++;
	return AS_OK;
}

static enum as_err
on_drop(void *ctx)
{
	struct got *g = ctx;

	g->drops++;
	return AS_OK;
}

static void
remember(struct got *g, const struct as_unwrap_piece *p)
{
	(void)snprintf(
	    g->path, sizeof(g->path), AS_STR_FMT, AS_STR_ARG(p->path));
	(void)snprintf(
	    g->from, sizeof(g->from), AS_STR_FMT, AS_STR_ARG(p->mail_from));
	g->raw = p->raw.n;
}

static enum as_err
on_found(void *ctx, const struct as_unwrap_piece *p)
{
	struct got *g = ctx;

	g->found++;
	remember(g, p);
	return g->refuse;
}

static enum as_err
on_refused(void *ctx, const struct as_unwrap_piece *p, const struct as_why *why)
{
	struct got *g = ctx;

	g->refused++;
	remember(g, p);
	(void)snprintf(g->why, sizeof(g->why), "%s", why->text);
	return AS_OK;
}

/* One octet at a time, or all at once. */
struct drip {
	struct as_str left;
	size_t most;
};

static enum as_err
drip_read(void *ctx, void *p, size_t n, size_t *got)
{
	struct drip *d = ctx;

	*got = n < d->left.n ? n : d->left.n;
	*got = *got < d->most ? *got : d->most;
	if (*got > 0)
		memcpy(p, d->left.p, *got);
	d->left = as_str_slice(d->left, *got, d->left.n);
	return AS_OK;
}

static enum as_err
run(struct as_str octets, size_t most, struct got *g)
{
	struct drip d = {octets, most};
	struct as_source source = {drip_read, &d};
	struct as_unwrap_options options = {0};
	struct as_unwrap_sink sink = {.report = {.ctx = g,
					  .begin = on_begin,
					  .row = on_row,
					  .note = on_note,
					  .end = on_end,
					  .drop = on_drop},
	    .found = on_found,
	    .refused = on_refused,
	    .ctx = g};
	struct as_why why;

	return as_unwrap(&source, AS_STR("in"), &options, &sink, &why);
}

/* Whatever the split, n reports of two messages, and r refusals. */
static struct got
expect(struct as_str octets, unsigned n, unsigned r)
{
	static const size_t splits[] = {1, 7, SIZE_MAX};
	struct got g = {0};

	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
		g = (struct got){0};
		T_OK(run(octets, splits[i], &g) == AS_OK);
		T_INT(g.found, n);
		T_INT(g.refused, r);
		T_INT(g.ends, n);
		if (r == 0)
			T_INT(g.messages, 2 * n);
	}
	return g;
}

/* --- making --- */

struct made {
	struct as_buf b;
};

static struct as_str
text(const struct made *m)
{
	return as_buf_str(&m->b);
}

static struct made
gzip(struct as_str s)
{
	struct made m;

	as_buf_init(&m.b, CAP);
	as_deflate(&m.b, s);
	return m;
}

static la_ssize_t
made_write(struct archive *a, void *ctx, const void *p, size_t n)
{
	struct made *m = ctx;

	(void)a;
	as_buf_add(&m->b, p, n);
	return (la_ssize_t)n;
}

/* An archive of equal files, and a directory. */
static struct made
archive(bool tar, const char *const names[], struct as_str content)
{
	struct made m;
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	as_buf_init(&m.b, CAP);
	(void)(tar ? archive_write_set_format_ustar(a)
		   : archive_write_set_format_zip(a));
	(void)archive_write_set_bytes_in_last_block(a, 1);
	(void)archive_write_open(a, &m, NULL, made_write, NULL);
	archive_entry_set_pathname(e, "a directory/");
	archive_entry_set_filetype(e, AE_IFDIR);
	archive_entry_set_perm(e, 0755);
	(void)archive_write_header(a, e);
	for (size_t i = 0; names[i] != NULL; i++) {
		archive_entry_clear(e);
		archive_entry_set_pathname(e, names[i]);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)content.n);
		(void)archive_write_header(a, e);
		(void)archive_write_data(a, content.p, content.n);
	}
	(void)archive_write_close(a);
	archive_entry_free(e);
	(void)archive_write_free(a);
	return m;
}

static struct made
base64(struct as_str s, bool noisy)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
				     "pqrstuvwxyz0123456789+/";
	struct made m;

	as_buf_init(&m.b, CAP);
	for (size_t i = 0; i < s.n; i += 3) {
		uint32_t v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (i + k < s.n ? (uint8_t)s.p[i + k] : 0);
		for (size_t k = 0; k < 4 && (k < 2 || i + k - 1 < s.n); k++)
			as_buf_add(&m.b, &digits[v >> (18 - 6 * k) & 63], 1);
		if (i % 57 == 54)
			as_buf_puts(&m.b, noisy ? " !\n" : "\r\n");
	}
	return m;
}

/* A mail with these lines of header in its second part. */
static struct made
mail_of(const char *header, struct as_str body)
{
	struct made m;

	as_buf_init(&m.b, CAP);
	as_buf_puts(&m.b,
	    "From: reporter@r.example\r\nSubject: Report\r\n"
	    "Content-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n"
	    "preamble\r\n--=_b\r\nContent-Type: text/plain\r\n\r\n"
	    "This is a report.\r\n--=_b\r\n");
	as_buf_puts(&m.b, header);
	as_buf_puts(&m.b, "\r\n\r\n");
	as_buf_add_str(&m.b, body);
	as_buf_puts(&m.b, "\r\n--=_b--\r\nepilogue\r\n");
	return m;
}

/* --- cases --- */

static void
test_bare(void)
{
	struct got g;

	t_case("bare");
	g = expect(AS_STR(REPORT), 1, 0);
	T_OK(strcmp(g.path, "in") == 0);
	T_OK(g.raw > 0);
	t_case("nothing");
	g = expect(AS_STR(""), 0, 1);
	T_OK(strcmp(g.why, "it is empty") == 0);
	t_case("a picture");
	g = expect(AS_STR("\x89PNG\r\n\x1a\n...."), 0, 1);
	T_OK(strstr(g.why, "picture") != NULL);
	t_case("an Outlook message");
	g = expect(AS_STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), 0, 1);
	T_OK(strstr(g.why, ".eml") != NULL);
}

static void
test_packed(void)
{
	static const char *const two[] = {"a.xml", "b/b.txt", NULL};
	static const char *const none[] = {NULL};
	struct made once = gzip(AS_STR(REPORT)), twice = gzip(text(&once)), m;
	struct got g;

	t_case("gzip");
	g = expect(text(&once), 1, 0);
	T_INT(g.raw, once.b.n); /* kept as it came */
	t_case("gzip in gzip");
	expect(text(&twice), 1, 0);
	t_case("octets behind gzip");
	as_buf_puts(&once.b, "\r\n");
	g = expect(text(&once), 1, 0);
	T_INT(g.behind, 1);
	t_case("gzip that ends too early");
	twice.b.n -= 20;
	g = expect(text(&twice), 0, 1);
	T_OK(strstr(g.why, "too early") != NULL);
	as_buf_fini(&once.b);
	as_buf_fini(&twice.b);

	t_case("a report in two members of gzip");
	once = gzip(as_str_slice(AS_STR(REPORT), 0, 50));
	twice = gzip(as_str_slice(AS_STR(REPORT), 50, sizeof(REPORT) - 1));
	as_buf_add_str(&once.b, text(&twice));
	expect(text(&once), 1, 0);
	as_buf_fini(&once.b);
	as_buf_fini(&twice.b);

	t_case("a zip with two files and a directory");
	m = archive(false, two, AS_STR(REPORT));
	g = expect(text(&m), 2, 0);
	T_OK(strcmp(g.path, "in > b/b.txt") == 0);
	T_INT(g.raw, m.b.n);
	as_buf_fini(&m.b);
	t_case("a zip without a file");
	m = archive(false, none, AS_STR(""));
	g = expect(text(&m), 0, 1);
	T_OK(strstr(g.why, "holds no file") != NULL);
	as_buf_fini(&m.b);
	t_case("a tar");
	m = archive(true, two, AS_STR(REPORT));
	g = expect(text(&m), 2, 0);
	T_OK(g.raw > 0 && g.raw < sizeof(REPORT)); /* each by itself */
	as_buf_fini(&m.b);
	t_case("what is no report in a zip is told, each by its name");
	m = archive(false, two, AS_STR("shopping list"));
	g = expect(text(&m), 0, 2);
	T_OK(strcmp(g.path, "in > b/b.txt") == 0);
	as_buf_fini(&m.b);
}

static void
test_mail(void)
{
	struct made packed = gzip(AS_STR(REPORT)), coded, m;
	static const struct {
		const char *name, *header;
		bool noisy;
	} rows[] = {
	    {"as it should be",
		"Content-Type: application/gzip; name=\"a.xml.gz\"\r\n"
		"Content-Transfer-Encoding: base64\r\n"
		"Content-Disposition: attachment; filename=\"a.xml.gz\"",
		false},
	    {"noise in base64",
		"Content-Type: application/tlsrpt+gzip\n"
		"Content-Transfer-Encoding: BASE64",
		true},
	    {"a wrong label",
		"Content-Type: application/zip; name=a.zip\r\n"
		"Content-Transfer-Encoding:base64",
		false},
	    {"no label",
		"Content-Transfer-Encoding: base64\r\n"
		"Content-Disposition: inline",
		false},
	    {"ContentType",
		"ContentType: application/gzip;\r\n\tname=\"x\"\r\n"
		"Content-Transfer-Encoding: base64",
		false},
	    {"a name in pieces",
		"Content-Type: application/octet-stream;\r\n"
		" name*0=\"report.xm\";\r\n name*1=\"l.gz\"\r\n"
		"Content-Transfer-Encoding: base64",
		false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct got g;

		t_case("mail: %s", rows[i].name);
		coded = base64(text(&packed), rows[i].noisy);
		m = mail_of(rows[i].header, text(&coded));
		g = expect(text(&m), 1, 0);
		T_OK(strcmp(g.from, "reporter@r.example") == 0);
		as_buf_fini(&coded.b);
		as_buf_fini(&m.b);
	}

	t_case("mail: binary");
	m = mail_of("Content-Type: application/gzip", text(&packed));
	expect(text(&m), 1, 0);
	as_buf_fini(&m.b);
	t_case("mail: a report in plain text");
	m = mail_of("Content-Type: text/xml", AS_STR(REPORT));
	expect(text(&m), 1, 0);
	as_buf_fini(&m.b);
	t_case("mail: quoted-printable");
	m = mail_of("Content-Type: text/xml\r\n"
		    "Content-Transfer-Encoding: quoted-printable",
	    AS_STR("<feedback=3E<report=\r\n_metadata><org_name>r</org_name>"
		   "</report_metadata><policy_published><domain>d.example=20"
		   "</domain></policy_published></feedback>"));
	{
		struct got g = {0};

		T_OK(run(text(&m), SIZE_MAX, &g) == AS_OK);
		T_INT(g.found, 1);
	}
	as_buf_fini(&m.b);
	t_case("mail: damaged, and told by its name");
	coded = base64(as_str_slice(text(&packed), 0, 30), false);
	m = mail_of("Content-Type: application/gzip; name=\"x.xml.gz\"\r\n"
		    "Content-Transfer-Encoding: base64",
	    text(&coded));
	{
		struct got g = expect(text(&m), 0, 1);

		T_OK(strcmp(g.path, "in > x.xml.gz") == 0);
	}
	as_buf_fini(&coded.b);
	as_buf_fini(&m.b);
	as_buf_fini(&packed.b);
}

static void
test_mail_around(void)
{
	struct made m, inner;
	struct got g;

	t_case("mail: no report, and what there is");
	m = mail_of("Content-Type: image/png; name=logo.png",
	    AS_STR("\x89PNG\r\n\x1a\n"));
	g = expect(text(&m), 0, 1);
	T_OK(strstr(g.why, "text/plain, image/png") != NULL);
	as_buf_fini(&m.b);
	t_case("mail: what Outlook hides it in is told");
	m = mail_of("Content-Type: application/ms-tnef; name=winmail.dat",
	    AS_STR("\x78\x9f\x3e\x22...."));
	g = expect(text(&m), 0, 1);
	T_OK(strstr(g.why, "damaged") != NULL);
	as_buf_fini(&m.b);
	t_case("mail: other XML beside the report costs no word");
	as_buf_init(&m.b, CAP);
	as_buf_puts(&m.b,
	    "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	    "Content-Type: text/html\n\n<p>Hello</p>\n--b\n"
	    "Content-Type: text/xml\n\n" REPORT "\n--b--\n");
	expect(text(&m), 1, 0);
	as_buf_fini(&m.b);
	t_case("mail: 8-bit octets in From");
	as_buf_init(&m.b, CAP);
	as_buf_puts(&m.b,
	    "From: R\xf6 <a@b.example>\nContent-Type: text/xml\n"
	    "\n" REPORT);
	g = expect(text(&m), 1, 0);
	T_OK(strcmp(g.from, "R\xef\xbf\xbd <a@b.example>") == 0);
	as_buf_fini(&m.b);
	t_case("mail: the report is its body");
	expect(AS_STR("From: a@b.example\nSubject: x\n"
		      "Content-Type: application/xml\n\n" REPORT),
	    1, 0);
	t_case("mail: forwarded");
	inner = mail_of("Content-Type: text/xml", AS_STR(REPORT));
	m = mail_of("Content-Type: message/rfc822", text(&inner));
	expect(text(&m), 1, 0);
	as_buf_fini(&m.b);
	as_buf_fini(&inner.b);
	t_case("mail: the end is missing");
	m = mail_of("Content-Type: text/xml", AS_STR(REPORT));
	m.b.n -= 20;
	expect(text(&m), 1, 0);
	as_buf_fini(&m.b);
	t_case("mail: nested without end");
	as_buf_init(&m.b, CAP);
	for (int i = 0; i < 3000; i++)
		as_buf_puts(&m.b, "Content-Type: message/rfc822\n\n");
	g = expect(text(&m), 0, 1);
	as_buf_fini(&m.b);
	t_case("mail: parts without end");
	as_buf_init(&m.b, CAP);
	as_buf_puts(&m.b, "Content-Type: multipart/mixed; boundary=b\n\n");
	for (int i = 0; i < 20000; i++)
		as_buf_puts(&m.b, "--b\n\nx\n");
	g = expect(text(&m), 0, 1);
	as_buf_fini(&m.b);
}

static void
test_failure(void)
{
	static const char head[] =
	    "From: reporter@r.example\n"
	    "Content-Type: multipart/report; report-type=feedback-report;"
	    " boundary=b\n\n--b\n\nThis is a failure report.\n--b\n"
	    "Content-Type: message/feedback-report\n\n"
	    "Feedback-Type: auth-failure\nReported-Domain: d.example\n"
	    "Source-IP: 192.0.2.1\n--b\nContent-Type: message/rfc822\n\n";
	struct made m;
	struct got g;

	t_case("mail: a failure report, and not what it is about");
	as_buf_init(&m.b, CAP);
	as_buf_puts(&m.b, head);
	as_buf_puts(&m.b,
	    "From: a@d.example\nContent-Type: text/xml\n\n" REPORT "\n--b--\n");
	g = (struct got){0};
	T_OK(run(text(&m), SIZE_MAX, &g) == AS_OK);
	T_INT(g.found, 1);
	T_INT(g.refused, 0);
	T_INT(g.messages, 0);
	as_buf_fini(&m.b);
}

static void
test_mbox(void)
{
	struct made one = mail_of("Content-Type: text/xml", AS_STR(REPORT)), m;
	struct got g;

	t_case("a mail box: the good ones are read, the other one is told");
	as_buf_init(&m.b, CAP);
	for (int i = 0; i < 3; i++) {
		as_buf_puts(&m.b, "From reporter@r.example Mon Nov 23\n");
		if (i == 1)
			as_buf_puts(&m.b, "Subject: hello\n\nno report here\n");
		else
			as_buf_add_str(&m.b, text(&one));
		as_buf_puts(&m.b, "\n");
	}
	g = expect(text(&m), 2, 1);
	T_OK(strncmp(g.path, "in > mail 3", 11) == 0);
	as_buf_fini(&m.b);
	as_buf_fini(&one.b);
}

static void
test_bombs(void)
{
	struct as_buf big;
	struct made once, twice, m;
	static const char *const one[] = {"a.xml", NULL};
	struct got g;

	as_buf_init(&big, CAP);
	as_buf_puts(&big, "<feedback>");
	while (big.n < (size_t)32 * 1024 * 1024)
		as_buf_puts(&big,
		    "                                          "
		    "                                          ");
	t_case("a bomb in gzip, once and twice");
	once = gzip(as_buf_str(&big));
	g = (struct got){0};
	T_OK(run(text(&once), SIZE_MAX, &g) == AS_OK);
	T_INT(g.refused, 1);
	T_OK(strstr(g.why, "times its size") != NULL);
	T_INT(g.ends, 0);
	T_INT(g.raw, once.b.n); /* kept whole, to be looked at */
	twice = gzip(text(&once));
	g = (struct got){0};
	T_OK(run(text(&twice), SIZE_MAX, &g) == AS_OK);
	T_INT(g.refused, 1);
	t_case("a bomb in a zip");
	m = archive(false, one, as_buf_str(&big));
	g = (struct got){0};
	T_OK(run(text(&m), SIZE_MAX, &g) == AS_OK);
	T_INT(g.found, 0);
	T_OK(g.refused > 0);
	as_buf_fini(&m.b);
	as_buf_fini(&once.b);
	as_buf_fini(&twice.b);
	as_buf_fini(&big);

	t_case("wrapped too often");
	once = gzip(AS_STR(REPORT));
	for (int i = 0; i < AS_MAX_UNWRAP_DEPTH; i++) {
		twice = gzip(text(&once));
		as_buf_fini(&once.b);
		once = twice;
	}
	g = expect(text(&once), 0, 1);
	T_OK(strstr(g.why, "wrapped more than") != NULL);
	as_buf_fini(&once.b);
}

/* Of a box with more than is kept, the reports; of the rest, the number. */
static void
test_many(void)
{
	struct made m;
	struct got g = {0};

	t_case("more without a report than is kept");
	as_buf_init(&m.b, CAP);
	for (int i = 0; i < AS_MAX_UNWRAP_REFUSED + 500; i++)
		as_buf_puts(&m.b, "From a Mon\nSubject: x\n\nhello\n\n");
	as_buf_puts(&m.b, "From a Mon\nContent-Type: text/xml\n\n" REPORT);
	T_OK(run(text(&m), 4096, &g) == AS_OK);
	T_INT(g.found, 1);
	T_INT(g.refused, AS_MAX_UNWRAP_REFUSED + 1);
	T_OK(strstr(g.why, "500 more things") != NULL);
	T_INT(g.raw, 0);
	as_buf_fini(&m.b);
}

/* Each level would be a copy. */
static void
test_within(void)
{
	struct made m, inner;
	struct got g;

	t_case("mails inside of a mail, encoded");
	as_buf_init(&inner.b, CAP);
	as_buf_puts(
	    &inner.b, "From: a@b.example\nContent-Type: text/xml\n\n" REPORT);
	m = base64(text(&inner), false);
	as_buf_reset(&inner.b);
	as_buf_puts(&inner.b,
	    "From: c@b.example\nContent-Type: message/rfc822\n"
	    "Content-Transfer-Encoding: base64\n\n");
	as_buf_add_str(&inner.b, text(&m));
	as_buf_fini(&m.b);
	expect(text(&inner), 1, 0);
	t_case("one that is too large");
	as_buf_reset(&inner.b);
	while (inner.b.n < AS_MAX_MAIL_ENCLOSED + 4096)
		as_buf_puts(&inner.b, "Subject: a line of a header\n");
	m = base64(text(&inner), false);
	as_buf_reset(&inner.b);
	as_buf_puts(&inner.b,
	    "From: c@b.example\nContent-Type: message/rfc822\n"
	    "Content-Transfer-Encoding: base64\n\n");
	as_buf_add_str(&inner.b, text(&m));
	g = (struct got){0};
	T_OK(run(text(&inner), SIZE_MAX, &g) == AS_OK);
	T_INT(g.refused, 1);
	T_OK(strstr(g.why, "too large") != NULL);
	as_buf_fini(&m.b);
	as_buf_fini(&inner.b);
}

static void
test_errors(void)
{
	struct got g = {.refuse = AS_EIO};

	t_case("what the sink returns ends it");
	T_OK(run(AS_STR(REPORT), SIZE_MAX, &g) == AS_EIO);
}

int
main(void)
{
	test_bare();
	test_packed();
	test_mail();
	test_mail_around();
	test_failure();
	test_mbox();
	test_bombs();
	test_many();
	test_within();
	test_errors();
	return t_done();
}
