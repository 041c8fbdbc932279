#include "app/mailbox_settings.h"

#include <string.h>

#include "app/file.h"
#include "base/limits.h"

#include "base/banned.h"

/* Flags of the system that may be given; \Deleted is not one of them. */
static const struct {
	const char *word, *flag;
} flags[] = {
    {"seen", "\\Seen"},
    {"answered", "\\Answered"},
    {"flagged", "\\Flagged"},
};

static enum as_err
wrong(struct as_why *why, const char *text)
{
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE, "%s", text);
}

/* A keyword is an atom (RFC 3501 9); of those the letters that all servers
 * take. */
static enum as_err
flag_read(struct as_str word, struct as_str *out, struct as_why *why)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
				    "qrstuvwxyz0123456789$_.-";

	*out = word;
	if (as_str_has_prefix(word, "\\"))
		word = as_str_slice(word, 1, word.n);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (as_str_is_case(word, flags[i].word)) {
			*out = as_str_from(flags[i].flag);
			return AS_OK;
		}
	if (word.n != out->n || word.n == 0 || word.n > 64 ||
	    strspn(word.p, plain) != word.n)
		return wrong(why,
		    "--imap-flag is seen, answered, flagged, or a keyword of "
		    "letters, digits, $ _ . and -");
	return AS_OK;
}

static enum as_err
move_read(struct as_arena *a, const char *folder, struct as_str *out,
    struct as_why *why)
{
	enum as_err err = AS_EINVAL;

	if (folder[0] != 0)
		err = as_imap_folder_write(a, as_str_from(folder), out);
	return err == AS_EINVAL
	    ? wrong(why, "--imap-move: no folder can have that name")
	    : err;
}

/* What all mailboxes of the command have in common. */
static enum as_err
common_read(struct as_arena *a, const struct as_settings *s,
    struct as_mailbox_config *c, struct as_why *why)
{
	if ((s->imap_password_file == NULL) == (s->imap_token_command == NULL))
		return wrong(why,
		    "a mailbox needs --imap-password-file or "
		    "--imap-token-command, one of them");
	c->password_file = s->imap_password_file;
	c->token_command = s->imap_token_command;
	c->most = s->imap_most;
	if (s->imap_flag != NULL)
		AS_TRY(flag_read(as_str_from(s->imap_flag), &c->flag, why));
	if (s->imap_move != NULL)
		AS_TRY(move_read(a, s->imap_move, &c->move, why));
	if (s->ca != NULL)
		AS_TRY(as_file_read(
		    a, s->ca, AS_MAX_CONFIG_OCTETS / 2, &c->ca_pem, why));
	return AS_OK;
}

enum as_err
as_mailbox_settings(struct as_arena *a, const struct as_settings *s,
    struct as_ingest_config *out, struct as_why *why)
{
	struct as_mailbox_config *boxes =
	    as_arena_array(a, s->n_args, sizeof(*boxes));
	const char **paths = as_arena_array(a, s->n_args, sizeof(*paths));
	struct as_mailbox_config common = {.password_file = NULL};

	if (boxes == NULL || paths == NULL)
		return as_why_no_memory(why);
	out->paths = paths;
	out->mailboxes = boxes;
	for (size_t i = 0; i < s->n_args; i++) {
		struct as_str arg = as_str_from(s->args[i]);
		struct as_imap_url url;

		if (!as_imap_url_is(arg)) {
			paths[out->n_paths++] = s->args[i];
			continue;
		}
		AS_TRY(as_imap_url_parse(a, arg, &url, why));
		if (out->n_mailboxes == 0)
			AS_TRY(common_read(a, s, &common, why));
		boxes[out->n_mailboxes] = common;
		boxes[out->n_mailboxes++].url = url;
	}
	return AS_OK;
}
