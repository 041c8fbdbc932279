/* Folders and mails.  Part of net/imap. */
#include <string.h>

#include "base/limits.h"
#include "net/imap_private.h"
#include "net/imap_url.h"

#include "base/banned.h"

#define LISTED_OCTETS ((size_t)200)

/* --- folders --- */

struct select {
	struct as_imap_folder folder;
	uint64_t number; /* the word before EXISTS */
};

static enum as_err
on_select(void *ctx, const struct as_imap_item *item)
{
	struct select *s = ctx;

	if (item->kind == AS_IMAP_TEXT)
		(void)as_imap_code(
		    item->text, "UIDVALIDITY", &s->folder.uid_validity);
	if (item->kind == AS_IMAP_WORD && item->at == 1 &&
	    as_str_u64(item->text, UINT32_MAX, &s->number) != AS_OK)
		s->number = 0;
	if (as_imap_is_word(item, 2, "EXISTS"))
		s->folder.mails = (uint32_t)s->number;
	return AS_OK;
}

/* Names of folders, as many as fit. */
struct listing {
	struct as_arena *a;
	struct as_buf names;
	bool at_it;
	struct as_str last; /* string or word so far */
};

static enum as_err
on_list(void *ctx, const struct as_imap_item *item)
{
	struct listing *l = ctx;

	if (item->kind == AS_IMAP_TAG) {
		l->at_it = false;
		l->last = AS_STR_NULL;
	}
	if (as_imap_is_word(item, 1, "LIST"))
		l->at_it = true;
	if (l->at_it && item->depth == 0 &&
	    (item->kind == AS_IMAP_STRING || item->kind == AS_IMAP_WORD))
		l->last = as_imap_folder_read(l->a, item->text);
	if (!l->at_it || item->kind != AS_IMAP_END || as_str_is_null(l->last) ||
	    l->names.n + l->last.n > LISTED_OCTETS)
		return AS_OK;
	as_buf_puts(&l->names, l->names.n > 0 ? ", " : "");
	as_buf_add_str(&l->names, l->last);
	return AS_OK;
}

/* The folder cannot be had: which are there? */
static enum as_imap_end
folders_list(struct as_imap *s)
{
	struct listing l = {.a = as_arena_new((size_t)1 << 20)};
	char words[300];
	enum as_imap_end end;

	if (l.a == NULL)
		return as_imap_say(s, AS_IMAP_BROKEN, "out of memory");
	memcpy(words, s->words, sizeof(words) - 1);
	words[sizeof(words) - 1] = 0;
	as_buf_init(&l.names, LISTED_OCTETS * 2);
	as_imap_begin(s, "LIST \"\" \"*\"");
	end = as_imap_run(s, on_list, &l);
	if (end == AS_IMAP_DONE || end == AS_IMAP_NO)
		end = as_imap_say(s, AS_IMAP_NO,
		    "the folder cannot be opened; %.200s%s" AS_STR_FMT, words,
		    l.names.n > 0 ? "; there are: " : "",
		    AS_STR_ARG(as_buf_str(&l.names)));
	as_buf_fini(&l.names);
	as_arena_free(l.a);
	return end;
}

enum as_imap_end
as_imap_select(struct as_imap *s, struct as_str folder, bool change,
    struct as_imap_folder *out)
{
	struct select got = {.number = 0};
	enum as_imap_end end;

	as_imap_begin(s, "%s " AS_STR_FMT, change ? "SELECT" : "EXAMINE",
	    AS_STR_ARG(folder));
	end = as_imap_run(s, on_select, &got);
	*out = got.folder;
	if (end == AS_IMAP_NO)
		return folders_list(s);
	if (end != AS_IMAP_DONE)
		return end;
	if (out->uid_validity == 0)
		return as_imap_say(s, AS_IMAP_BROKEN,
		    "the server gives no UIDVALIDITY, so its mails cannot be "
		    "told apart");
	if (change && strncmp(s->text, "[READ-ONLY]", 11) == 0)
		return as_imap_say(s, AS_IMAP_NO,
		    "the folder may only be read: its mails can neither be "
		    "moved nor flagged");
	return AS_IMAP_DONE;
}

/* --- search --- */

struct search {
	uint32_t from;
	as_imap_uid_fn *fn;
	void *ctx;
	bool at_it;
};

/* "n:*" also finds the last mail when that is before n (RFC 3501 6.4.8). */
static enum as_err
on_search(void *ctx, const struct as_imap_item *item)
{
	struct search *s = ctx;
	uint64_t uid;

	if (item->kind == AS_IMAP_TAG)
		s->at_it = false;
	if (!s->at_it) {
		s->at_it = as_imap_is_word(item, 1, "SEARCH");
		return AS_OK;
	}
	if (item->kind != AS_IMAP_WORD)
		return AS_OK;
	if (as_str_u64(item->text, UINT32_MAX, &uid) != AS_OK || uid == 0)
		return AS_ESYNTAX;
	return uid >= s->from ? s->fn(s->ctx, (uint32_t)uid) : AS_OK;
}

enum as_imap_end
as_imap_search(struct as_imap *s, uint32_t from, as_imap_uid_fn *fn, void *ctx)
{
	struct search search = {.from = from, .fn = fn, .ctx = ctx};

	as_imap_begin(s, "UID SEARCH UID %u:* UNDELETED", from);
	return as_imap_run(s, on_search, &search);
}

/* --- mails --- */

enum part { NOTHING, UID, BODY };

/* One FETCH response after the other: pairs of a name and a value. */
struct fetch {
	const struct as_imap_mail_sink *sink;
	size_t left; /* mails that may come */
	bool at_it;
	bool value; /* of `part` comes next */
	enum part part;
	uint64_t uid;
	uint64_t octets;
	bool body; /* it came */
};

static enum as_err
mail_end(struct fetch *f)
{
	if (!f->body)
		return AS_OK; /* news of flags */
	if (f->uid == 0 || f->left == 0)
		return AS_ESYNTAX;
	f->left--;
	return f->sink->end(
	    f->sink->ctx, (uint32_t)f->uid, f->octets > AS_MAX_MAIL_OCTETS);
}

static enum as_err
octets_take(struct fetch *f, struct as_str octets)
{
	uint64_t room =
	    f->octets < AS_MAX_MAIL_OCTETS ? AS_MAX_MAIL_OCTETS - f->octets : 0;

	f->octets += octets.n;
	if (octets.n > room)
		octets.n = (size_t)room;
	return octets.n > 0 ? f->sink->octets(f->sink->ctx, octets) : AS_OK;
}

static void
name_take(struct fetch *f, struct as_str name)
{
	f->part = NOTHING;
	if (as_str_is_case(name, "UID"))
		f->part = UID;
	else if (as_str_has_prefix_case(name, "BODY[]"))
		f->part = BODY;
}

static enum as_err
value_take(struct fetch *f, const struct as_imap_item *item)
{
	if (f->part == UID &&
	    (f->uid != 0 || item->kind != AS_IMAP_WORD ||
		as_str_u64(item->text, UINT32_MAX, &f->uid) != AS_OK))
		return AS_ESYNTAX;
	if (f->part != BODY)
		return AS_OK;
	if (f->body || f->left == 0)
		return AS_ESYNTAX;
	f->body = true;
	return item->kind == AS_IMAP_STRING ? octets_take(f, item->text)
					    : AS_OK;
}

/* An item inside the parentheses of the response. */
static enum as_err
pair_take(struct fetch *f, const struct as_imap_item *item)
{
	if (item->kind == AS_IMAP_OCTETS)
		return f->part == BODY ? octets_take(f, item->text) : AS_OK;
	if (item->kind == AS_IMAP_WHOLE || item->depth > 1 ||
	    item->kind == AS_IMAP_CLOSE)
		return AS_OK;
	if (!f->value && item->kind != AS_IMAP_WORD)
		return AS_ESYNTAX;
	f->value = !f->value;
	if (!f->value)
		return value_take(f, item);
	name_take(f, item->text);
	return AS_OK;
}

static enum as_err
on_fetch(void *ctx, const struct as_imap_item *item)
{
	struct fetch *f = ctx;

	if (item->kind == AS_IMAP_TAG)
		f->at_it = false;
	if (!f->at_it) {
		f->at_it = as_imap_is_word(item, 2, "FETCH");
		f->value = f->body = false;
		f->uid = f->octets = 0;
		return AS_OK;
	}
	if (item->kind == AS_IMAP_END)
		return mail_end(f);
	return item->depth > 0 ? pair_take(f, item) : AS_OK;
}

enum as_imap_end
as_imap_fetch(struct as_imap *s, struct as_str set, size_t n,
    const struct as_imap_mail_sink *sink)
{
	struct fetch f = {.sink = sink, .left = n};

	as_imap_begin(s, "UID FETCH " AS_STR_FMT " (UID BODY.PEEK[]<0.%llu>)",
	    AS_STR_ARG(set), (unsigned long long)AS_MAX_MAIL_OCTETS + 1);
	s->lex.literal_cap = (uint64_t)AS_MAX_MAIL_OCTETS + 1;
	s->answer_cap += n * s->lex.literal_cap;
	return as_imap_run(s, on_fetch, &f);
}

/* --- what becomes of them --- */

static enum as_imap_end
store_flag(struct as_imap *s, struct as_str set, struct as_str flag)
{
	as_imap_begin(s,
	    "UID STORE " AS_STR_FMT " +FLAGS.SILENT (" AS_STR_FMT ")",
	    AS_STR_ARG(set), AS_STR_ARG(flag));
	return as_imap_run(s, NULL, NULL);
}

enum as_imap_end
as_imap_flag(struct as_imap *s, struct as_str set, struct as_str flag)
{
	return store_flag(s, set, flag);
}

static enum as_imap_end
transfer(struct as_imap *s, struct as_str set, struct as_str folder)
{
	as_imap_begin(s, "UID %s " AS_STR_FMT " " AS_STR_FMT,
	    (s->can & AS_IMAP_CAN_MOVE) != 0 ? "MOVE" : "COPY", AS_STR_ARG(set),
	    AS_STR_ARG(folder));
	return as_imap_run(s, NULL, NULL);
}

/* The server would take it if the folder were there (RFC 3501 7.1). */
static enum as_imap_end
folder_make(struct as_imap *s, struct as_str folder)
{
	as_imap_begin(s, "CREATE " AS_STR_FMT, AS_STR_ARG(folder));
	return as_imap_run(s, NULL, NULL);
}

enum as_imap_end
as_imap_move(struct as_imap *s, struct as_str set, struct as_str folder)
{
	enum as_imap_end end = transfer(s, set, folder);

	if (end == AS_IMAP_NO && strncmp(s->text, "[TRYCREATE]", 11) == 0) {
		end = folder_make(s, folder);
		if (end == AS_IMAP_DONE)
			end = transfer(s, set, folder);
	}
	if (end != AS_IMAP_DONE || (s->can & AS_IMAP_CAN_MOVE) != 0)
		return end;
	end = store_flag(s, set, AS_STR("\\Deleted"));
	if (end != AS_IMAP_DONE || (s->can & AS_IMAP_CAN_UIDPLUS) == 0)
		return end;
	as_imap_begin(s, "UID EXPUNGE " AS_STR_FMT, AS_STR_ARG(set));
	return as_imap_run(s, NULL, NULL);
}
