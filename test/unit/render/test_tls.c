/*
 * What TLS a mail host offers, as a page and as JSON.
 */
#include "render/tls.h"

#include "../assess/tls_fixtures.h"
#include "base/json.h"
#include "tls_pages.h"

static struct as_arena *arena;
static struct as_tls_document documents[T_DOCUMENTS];
static struct as_buf out;

static struct as_str
text_of(const char *json, unsigned width)
{
	struct as_term term = {.out = &out, .width = width};
	struct as_tls_page page;
	struct t_tls t;

	as_buf_reset(&out);
	if (!t_tls_judge(arena, json, documents, &t))
		return AS_STR("");
	page = (struct as_tls_page){t.report, &t.judgement, t.now_ms};
	as_tls_text(&term, &page);
	T_OK(as_buf_ok(&out));
	return as_buf_str(&out);
}

static size_t
widest(struct as_str s)
{
	size_t most = 0;

	for (size_t at = 0; at < s.n;) {
		size_t end = as_str_find(s, '\n', at);

		most = end - at > most ? end - at : most;
		at = end + 1;
	}
	return most;
}

static void
pages_test(void)
{
	t_case("page: a good server");
	T_STR(text_of(T_GOOD, 80), T_PAGE_GOOD);
	t_case("page: an old server");
	T_STR(text_of(T_OLD, 80), T_PAGE_OLD);
	t_case("page: nothing is wider than the terminal but lines to copy");
	T_OK(widest(text_of(T_GOOD, 80)) <= 80);
	T_OK(widest(text_of(T_BUSY, 60)) <= 60);
}

#define MORE_LONG \
	T_TLS_HEAD "\"deep\":true," T_SMTP("x") "\"versions\":[" T_13 "," T_12 \
						"]" T_TLS_END
#define HOSTILE \
	T_TLS_HEAD \
	"\"smtp\":{\"outcome\":\"ok\",\"banner\":\"x\"," \
	"\"starttls\":\"refused\",\"starttls_code\":554," \
	"\"starttls_text\":\"no \\\\027[2J\"}" T_TLS_END
#define NO_ADDRESS \
	"{\"schema\":\"assay.tls/1\",\"host\":\"mx.example\",\"port\":25," \
	"\"answers\":[{\"name\":\"mx.example\",\"type\":\"A\"," \
	"\"outcome\":\"nxdomain\",\"security\":\"insecure\"}]}"

/* Two addresses: the first is fine, of the second this is said. */
#define FINE "\"command_injection\":\"no\","
#define OLD_11 \
	"{\"version\":\"TLSv1.1\",\"offered\":\"yes\"," \
	"\"suites\":[\"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA\"]}," T_NO( \
	    "TLSv1") "," T_NO("SSLv3") "," T_NO("SSLv2")
#define TWO_FIRST \
	T_TLS_HEAD T_SMTP("x") FINE "\"versions\":[" T_13 "," T_12 \
				    "," T_NONE_OLD "]},"
#define TWO_ONLY(old, more) \
	TWO_FIRST "{\"name\":\"mx.example\"," \
		  "\"address\":\"2001:db8::25\",\"port\":25," \
		  "\"outcome\":\"done\"," T_SMTP("x") more \
	    "\"versions\":[" T_13 "," T_12 "," old "]"
#define TWO(old, more) TWO_ONLY(old, more) T_TLS_END
#define TWO_BUSY \
	TWO_FIRST \
	"{\"name\":\"mx.example\"," \
	"\"address\":\"2001:db8::25\",\"port\":25," \
	"\"outcome\":\"done\",\"smtp\":{\"outcome\":\"busy\"}" T_TLS_END

static const struct {
	const char *name, *json;
	const char *says[3], *lacks;
} texts[] = {
    {"post-quantum", T_POST_QUANTUM,
	{"preferred     X25519MLKEM768, post-quantum\n",
	    "post-quantum  X25519MLKEM768\n"},
	NULL},
    {"busy", T_BUSY,
	{"UNKNOWN       It cannot be told: the server asked to come back "
	 "later.",
	    "421 try later\n"},
	"not asked"},
    {"more certificates than are looked at",
	T_TLS_HEAD T_SMTP(
	    "x") "\"versions\":[" T_13 "," T_12 "," T_NONE_OLD
		 "],\"chains\":[{\"kind\":\"ECDSA\","
		 "\"offered\":\"yes\",\"sent\":100,\"chain\":[" T_CERT(
		     "EC", "256", "ecdsa-with-SHA256") "]}]" T_TLS_END,
	{"                99 more, not looked at\n"}, NULL},
    {"no STARTTLS", T_BROKEN,
	{"BROKEN        The server does not offer STARTTLS.\n",
	    "smtpd_tls_security_level = may\n"},
	"Exim"},
    {"every suite when deep", MORE_LONG,
	{"TLS 1.3       TLS_AES_256_GCM_SHA384\n"
	 "                TLS_AES_128_GCM_SHA256\n"},
	"--deep"},
    {"hostile octets", HOSTILE, {"554, no "}, "\x1b"},
    {"two addresses, alike", TWO(T_NONE_OLD, FINE),
	{"Compared      As at 192.0.2.25, in all that was asked.\n",
	    "2001:db8::25  port 25\n  GOOD "},
	"Not as"},
    {"two addresses, one of them old", TWO(OLD_11, FINE),
	{"Not as at 192.0.2.25:\n                TLS 1.1: yes here, no there\n",
	    "FIT           TLS 1.0 or 1.1 is accepted.\n"},
	"As at"},
    {"two addresses, one of them not met", TWO_BUSY,
	{"UNKNOWN       It cannot be told", "As at 192.0.2.25, in what could"},
	"Not as"},
    {"a command obeyed", TWO(T_NONE_OLD, "\"command_injection\":\"yes\","),
	{"command injection: yes here, no there\n",
	    "yes           commands from before TLS obeyed\n",
	    "The server obeys inside TLS what was said before it.\n"},
	NULL},
    {"chosen without being offered",
	TWO(T_NONE_OLD,
	    FINE "\"violations\":[\"group x448 to a hello of TLSv1.3\"],"),
	{"The server chooses what the hello did not offer.\n",
	    "group x448 to a hello of TLSv1.3\n"},
	NULL},
    {"more addresses than are visited",
	TWO_ONLY(T_NONE_OLD, FINE) "}],\"addresses_left_out\":3}",
	{"Not visited   3 more addresses of this host: at most 2 are "
	 "visited.\n"},
	NULL},
    {"a stopped search",
	TWO(T_NONE_OLD, FINE "\"stopped\":\"the server went away\","),
	{"Stopped       the server went away\n"}, NULL},
    {"no address", NO_ADDRESS, {"UNKNOWN", "A: nxdomain\n"}, "Cost"},
};

static bool
holds(struct as_str text, const char *part)
{
	return text.n > 0 && memmem(text.p, text.n, part, strlen(part)) != NULL;
}

static void
texts_test(void)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct as_str s;

		t_case("text: %s", texts[i].name);
		s = text_of(texts[i].json, 80);
		for (size_t k = 0; k < 3 && texts[i].says[k] != NULL; k++)
			if (!T_OK(holds(s, texts[i].says[k])))
				printf("# wanted %s\n", texts[i].says[k]);
		if (texts[i].lacks != NULL)
			T_OK(!holds(s, texts[i].lacks));
	}
}

/* --- JSON --- */

static json_t *
json_of(const char *json)
{
	struct as_tls_page page;
	struct t_tls t;

	if (!t_tls_judge(arena, json, documents, &t))
		return NULL;
	page = (struct as_tls_page){t.report, &t.judgement, t.now_ms};
	return as_tls_json(&page);
}

static void
json_test(void)
{
	json_t *o, *server, *version, *list;
	size_t i;

	t_case("JSON: facts, verdict and documents");
	o = json_of(T_OLD);
	T_STR(as_json_get_str(json_object_get(o, "schema")), "assay.tls/1");
	server = json_array_get(json_object_get(o, "servers"), 0);
	list = json_object_get(server, "versions");
	T_INT(json_array_size(list), 6);
	json_array_foreach(list, i, version)
	{
		T_OK(json_is_string(json_object_get(version, "version")));
		T_OK(json_is_array(json_object_get(version, "suites")));
	}
	version = json_object_get(server, "verdict");
	T_STR(as_json_get_str(json_object_get(version, "grade")), "weak");
	T_OK(json_array_size(json_object_get(version, "findings")) > 5);
	T_OK(json_array_size(json_object_get(version, "changes")) == 4);
	list = json_object_get(server, "documents");
	T_INT(json_array_size(list), T_DOCUMENTS);
	T_STR(as_json_get_str(
		  json_object_get(json_array_get(list, 0), "verdict")),
	    "not-met");
	json_decref(o);

	t_case("JSON: a server that could not be asked");
	o = json_of(T_BUSY);
	server = json_array_get(json_object_get(o, "servers"), 0);
	T_OK(json_is_array(json_object_get(server, "versions")));
	T_STR(as_json_get_str(
		  json_object_get(json_object_get(server, "verdict"), "grade")),
	    "unknown");
	json_decref(o);

	t_case("JSON: what differs between addresses");
	o = json_of(TWO(OLD_11, FINE));
	server = json_array_get(json_object_get(o, "servers"), 1);
	version = json_object_get(server, "verdict");
	T_STR(as_json_get_str(json_object_get(version, "compared_with")),
	    "192.0.2.25");
	T_OK(json_is_false(json_object_get(version, "same")));
	list = json_object_get(version, "differs");
	T_STR(as_json_get_str(json_array_get(list, 0)),
	    "TLS 1.1: yes here, no there");
	server = json_array_get(json_object_get(o, "servers"), 0);
	T_OK(json_object_get(json_object_get(server, "verdict"), "differs") ==
	    NULL);
	json_decref(o);

	t_case("JSON: no address");
	o = json_of(NO_ADDRESS);
	T_OK(json_is_array(json_object_get(o, "servers")));
	json_decref(o);
}

int
main(void)
{
	arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (arena == NULL)
		return 1;
	as_buf_init(&out, 1 << 20);
	t_case("the documents");
	t_documents_read(documents);
	pages_test();
	texts_test();
	json_test();
	as_buf_fini(&out);
	as_arena_free(arena);
	return t_done();
}
