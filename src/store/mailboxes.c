#include "store/mailboxes.h"

#include "store/sql.h"

#include "base/banned.h"

/* A number of a row, which is from outside like any other. */
static enum as_err
uid_read(struct as_query *q, int at, uint32_t *out, struct as_why *why)
{
	int64_t n = as_sql_column_int(q, at);

	*out = 0;
	if (n < 0 || n > UINT32_MAX)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "the database is damaged: a mailbox holds a number that "
		    "is no UID");
	*out = (uint32_t)n;
	return AS_OK;
}

static enum as_err
row_read(struct as_store *s, struct as_str name, struct as_mailbox_row *out,
    struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err = as_sql_prepare(s,
	    "SELECT uid_validity, next_uid FROM mailbox WHERE name = ?1", &q,
	    why);

	*out = (struct as_mailbox_row){.next = 0};
	if (err == AS_OK) {
		as_sql_bind_text(q, 1, name);
		err = as_sql_row(q, &found, why);
	}
	if (err == AS_OK && found)
		err = uid_read(q, 0, &out->uid_validity, why);
	if (err == AS_OK && found)
		err = uid_read(q, 1, &out->next, why);
	as_sql_free(q);
	return err;
}

static enum as_err
mail_read(
    struct as_query *q, as_mailbox_mail_fn *fn, void *ctx, struct as_why *why)
{
	uint32_t uid;

	AS_TRY(uid_read(q, 0, &uid, why));
	return fn(ctx, uid,
	    as_sql_column_int(q, 1) == AS_MAILBOX_MISSED ? AS_MAILBOX_MISSED
							 : AS_MAILBOX_TO_TELL);
}

enum as_err
as_mailbox_read(struct as_store *s, struct as_str name,
    struct as_mailbox_row *out, as_mailbox_mail_fn *fn, void *ctx,
    struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = true;
	enum as_err err;

	AS_TRY(row_read(s, name, out, why));
	err = as_sql_prepare(s,
	    "SELECT uid, state FROM mailbox_mail WHERE name = ?1 ORDER BY uid",
	    &q, why);
	if (err == AS_OK)
		as_sql_bind_text(q, 1, name);
	while (err == AS_OK && found) {
		err = as_sql_row(q, &found, why);
		if (err == AS_OK && found)
			err = mail_read(q, fn, ctx, why);
	}
	as_sql_free(q);
	return err;
}

/* One statement about a mailbox with up to two numbers. */
static enum as_err
change(struct as_store *s, const char *sql, struct as_str name,
    const int64_t numbers[2], struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err;

	AS_TRY(as_sql_begin(s, why));
	err = as_sql_prepare(s, sql, &q, why);
	if (err == AS_OK) {
		as_sql_bind_text(q, 1, name);
		for (int i = 0; i < 2 && numbers[i] >= 0; i++)
			as_sql_bind_int(q, i + 2, numbers[i]);
		err = as_sql_run(q, why);
	}
	as_sql_free(q);
	return err;
}

enum as_err
as_mailbox_keep(struct as_store *s, struct as_str name,
    const struct as_mailbox_row *row, struct as_why *why)
{
	return change(s,
	    "INSERT INTO mailbox(name, uid_validity, next_uid)"
	    " VALUES(?1, ?2, ?3) ON CONFLICT(name) DO UPDATE SET"
	    " uid_validity = excluded.uid_validity,"
	    " next_uid = excluded.next_uid",
	    name, (const int64_t[]){row->uid_validity, row->next}, why);
}

enum as_err
as_mailbox_mail_keep(struct as_store *s, struct as_str name, uint32_t uid,
    enum as_mailbox_mail what, struct as_why *why)
{
	return change(s,
	    "INSERT INTO mailbox_mail(name, uid, state) VALUES(?1, ?2, ?3)"
	    " ON CONFLICT(name, uid) DO UPDATE SET state = excluded.state",
	    name, (const int64_t[]){uid, what}, why);
}

enum as_err
as_mailbox_mail_drop(
    struct as_store *s, struct as_str name, uint32_t uid, struct as_why *why)
{
	return change(s,
	    "DELETE FROM mailbox_mail WHERE name = ?1 AND uid = ?2", name,
	    (const int64_t[]){uid, -1}, why);
}

enum as_err
as_mailbox_forget(struct as_store *s, struct as_str name, struct as_why *why)
{
	return change(s, "DELETE FROM mailbox_mail WHERE name = ?1", name,
	    (const int64_t[]){-1, -1}, why);
}
