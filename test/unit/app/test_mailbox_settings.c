/* app/mailbox_settings: mailboxes and their options on a command line. */
#include "app/mailbox_settings.h"

#include "harness.h"

#include "base/banned.h"

#define BOX "imaps://rua@mail.example/INBOX"

static const struct {
	const char *name;
	struct as_settings s;
	const char *args[4];
	enum as_err want;
	const char *says; /* the error; or the flag */
	size_t paths, boxes;
} cases[] = {
    {"paths alone", {.json = false}, {"a", "-", "imap:/x"}, AS_OK, "", 3, 0},
    {"both", {.imap_password_file = "pw"}, {"a", BOX, "b", BOX}, AS_OK, "", 2,
	2},
    {"no secret", {.json = false}, {BOX}, AS_EINVAL, "--imap-password-file", 0,
	0},
    {"two secrets", {.imap_password_file = "pw", .imap_token_command = "t"},
	{BOX}, AS_EINVAL, "one of them", 0, 0},
    {"a password in it", {.imap_password_file = "pw"}, {"imap://a:b@c/d"},
	AS_EINVAL, "no password", 0, 0},
    {"seen", {.imap_password_file = "pw", .imap_flag = "Seen"}, {BOX}, AS_OK,
	"\\Seen", 0, 1},
    {"backslash", {.imap_token_command = "t", .imap_flag = "\\flagged"}, {BOX},
	AS_OK, "\\Flagged", 0, 1},
    {"keyword", {.imap_password_file = "pw", .imap_flag = "$Assay-1"}, {BOX},
	AS_OK, "$Assay-1", 0, 1},
    {"deleted", {.imap_password_file = "pw", .imap_flag = "\\Deleted"}, {BOX},
	AS_EINVAL, "--imap-flag", 0, 0},
    {"two flags", {.imap_password_file = "pw", .imap_flag = "a b"}, {BOX},
	AS_EINVAL, "--imap-flag", 0, 0},
    {"a command in it", {.imap_password_file = "pw", .imap_flag = "a\r\nb"},
	{BOX}, AS_EINVAL, "--imap-flag", 0, 0},
    {"no flag", {.imap_password_file = "pw", .imap_flag = ""}, {BOX}, AS_EINVAL,
	"--imap-flag", 0, 0},
    {"a folder with controls",
	{.imap_password_file = "pw", .imap_move = "a\nb"}, {BOX}, AS_EINVAL,
	"--imap-move", 0, 0},
    {"no folder", {.imap_password_file = "pw", .imap_move = ""}, {BOX},
	AS_EINVAL, "--imap-move", 0, 0},
};

static void
check(size_t i)
{
	struct as_arena *a = as_arena_new((size_t)1 << 20);
	struct as_settings s = cases[i].s;
	struct as_ingest_config config = {.n_paths = 0};
	struct as_why why = {.text = ""};
	const char *args[4];

	t_case("%s", cases[i].name);
	for (s.n_args = 0; s.n_args < 4 && cases[i].args[s.n_args] != NULL;
	     s.n_args++)
		args[s.n_args] = cases[i].args[s.n_args];
	s.args = args;
	T_INT(as_mailbox_settings(a, &s, &config, &why), cases[i].want);
	if (cases[i].want != AS_OK) {
		T_OK(strstr(why.text, cases[i].says) != NULL);
	} else {
		T_INT(config.n_paths, cases[i].paths);
		T_INT(config.n_mailboxes, cases[i].boxes);
		if (cases[i].boxes > 0)
			T_STR(config.mailboxes[cases[i].boxes - 1].flag,
			    cases[i].says);
	}
	as_arena_free(a);
}

int
main(void)
{
	struct as_arena *a = as_arena_new((size_t)1 << 20);
	const char *args[] = {BOX};
	struct as_settings s = {.args = args,
	    .n_args = 1,
	    .imap_password_file = "pw",
	    .imap_move = "Gel\xc3\xb6scht",
	    .imap_most = 7};
	struct as_ingest_config config = {.n_paths = 0};
	struct as_why why;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(i);
	t_case("what a mailbox gets");
	T_INT(as_mailbox_settings(a, &s, &config, &why), AS_OK);
	T_STR(config.mailboxes[0].url.shown, BOX);
	T_STR(config.mailboxes[0].move, "\"Gel&APY-scht\"");
	T_OK(as_str_is_null(config.mailboxes[0].flag));
	T_INT(config.mailboxes[0].most, 7);
	as_arena_free(a);
	return t_done();
}
