/* net/imap_url: where mailboxes are, and names of folders. */
#include "net/imap_url.h"

#include "harness.h"

#include "base/banned.h"

static const struct {
	const char *text, *user, *host;
	unsigned port;
	const char *folder, *shown;
} urls[] = {
    {"imaps://rua@mail.example/INBOX", "rua", "mail.example", 993, "INBOX",
	"imaps://rua@mail.example/INBOX"},
    {"imap://rua@mail.example", "rua", "mail.example", 143, "INBOX",
	"imap://rua@mail.example/INBOX"},
    {"IMAPS://rua@Mail.Example/", "rua", "mail.example", 993, "INBOX",
	"imaps://rua@mail.example/INBOX"},
    {"imaps://rua@mail.example:993/INBOX", "rua", "mail.example", 993, "INBOX",
	"imaps://rua@mail.example/INBOX"},
    {"imaps://rua@mail.example:1993/INBOX", "rua", "mail.example", 1993,
	"INBOX", "imaps://rua@mail.example:1993/INBOX"},
    {"imaps://rua@example.org@mail.example/a/b", "rua@example.org",
	"mail.example", 993, "a/b",
	"imaps://rua%40example.org@mail.example/a/b"},
    {"imaps://rua%40example.org@mail.example/a%20b", "rua@example.org",
	"mail.example", 993, "a b",
	"imaps://rua%40example.org@mail.example/a%20b"},
    {"imaps://r@[2001:db8::1]:993/X", "r", "2001:db8::1", 993, "X",
	"imaps://r@[2001:db8::1]/X"},
    {"imaps://r@192.0.2.1/X", "r", "192.0.2.1", 993, "X",
	"imaps://r@192.0.2.1/X"},
    {"imaps://r@h/Posteingang/Gel\xc3\xb6scht", "r", "h", 993,
	"Posteingang/Gel\xc3\xb6scht", "imaps://r@h/Posteingang/Gel%C3%B6scht"},
    {"imaps://r@h/a b", "r", "h", 993, "a b", "imaps://r@h/a%20b"},
    {"imaps://r@h/a;UID=1", "r", "h", 993, "a;UID=1", "imaps://r@h/a%3BUID=1"},
};

static const struct {
	const char *text, *says;
} bad[] = {
    {"imaps://r:secret@h/X", "--imap-password-file"},
    {"imaps://r;AUTH=PLAIN@h/X", "log in"},
    {"imaps://h/X", "user"},
    {"imaps://@h/X", "user"},
    {"imaps://r@/X", "host"},
    {"imaps://r@h h/X", "host"},
    {"imaps://r@h%41/X", "host"},
    {"imaps://r@[::1/X", "host"},
    {"imaps://r@[::1]x/X", "port"},
    {"imaps://r@[h]/X", "host"},
    {"imaps://r@h:0/X", "port"},
    {"imaps://r@h:65536/X", "port"},
    {"imaps://r@h:/X", "port"},
    {"imaps://r@h/a%0Ab", "folder"},
    {"imaps://r@h/a%00b", "folder"},
    {"imaps://r@h/a%4", "folder"},
    {"imaps://r@h/a%zz", "folder"},
    {"imaps://r@h/\xff", "folder"},
    {"imaps://r%0d@h/X", "user"},
};

static const struct {
	const char *folder, *written;
} folders[] = {
    {"INBOX", "\"INBOX\""},
    {"a b", "\"a b\""},
    {"a \"b\" \\c", "\"a \\\"b\\\" \\\\c\""},
    {"R&D", "\"R&-D\""},
    {"Gel\xc3\xb6scht", "\"Gel&APY-scht\""},
    {"~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/"
     "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
	"\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\""},
    {"\xf0\x9f\x93\xac", "\"&2D3c7A-\""},
    {"\xc3\xb6\xf0\x9f\x93\xac&", "\"&APbYPdzs-&-\""},
};

int
main(void)
{
	struct as_arena *a = as_arena_new((size_t)1 << 20);
	struct as_imap_url u;
	struct as_str s;

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct as_why why = {.text = ""};

		t_case("%s", urls[i].text);
		T_OK(as_imap_url_is(as_str_from(urls[i].text)));
		T_INT(as_imap_url_parse(a, as_str_from(urls[i].text), &u, &why),
		    AS_OK);
		T_OK(as_str_is(u.user, urls[i].user));
		T_OK(as_str_is(u.host, urls[i].host));
		T_OK(as_str_is(u.folder, urls[i].folder));
		T_OK(as_str_is(u.shown, urls[i].shown));
		T_INT(u.port, urls[i].port);
		T_INT(as_imap_url_parse(a, u.shown, &u, &why), AS_OK);
		T_OK(as_str_is(u.shown, urls[i].shown));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct as_why why = {.text = ""};

		t_case("refused: %s", bad[i].text);
		T_INT(as_imap_url_parse(a, as_str_from(bad[i].text), &u, &why),
		    AS_EINVAL);
		T_OK(strstr(why.text, bad[i].says) != NULL);
		T_OK(strstr(why.text, "secret") == NULL);
	}
	t_case("others are none");
	T_OK(!as_imap_url_is(AS_STR("imap:/x")));
	T_OK(!as_imap_url_is(AS_STR("./imaps://x")));
	T_OK(!as_imap_url_is(AS_STR("-")));
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct as_str want = as_str_from(folders[i].written);

		t_case("folder %s", folders[i].folder);
		T_INT(
		    as_imap_folder_write(a, as_str_from(folders[i].folder), &s),
		    AS_OK);
		T_OK(as_str_eq(s, want));
		if (strchr(folders[i].folder, '"') != NULL)
			continue;
		s = as_imap_folder_read(a, as_str_slice(s, 1, s.n - 1));
		T_OK(as_str_is(s, folders[i].folder));
	}
	t_case("a name that is no modified UTF-7 stays");
	T_OK(as_str_is(as_imap_folder_read(a, AS_STR("a&b")), "a&b"));
	T_OK(as_str_is(as_imap_folder_read(a, AS_STR("&!!-")), "&!!-"));
	T_OK(as_str_is(as_imap_folder_read(a, AS_STR("&2D0-")), "&2D0-"));
	T_OK(as_str_is(as_imap_folder_read(a, AS_STR("&3ADcAA-")), "&3ADcAA-"));
	t_case("no controls, no malformed octets");
	T_INT(as_imap_folder_write(a, AS_STR("a\r\nA1 LOGOUT"), &s), AS_EINVAL);
	T_INT(as_imap_folder_write(a, AS_STR("\xff"), &s), AS_EINVAL);
	as_arena_free(a);
	return t_done();
}
