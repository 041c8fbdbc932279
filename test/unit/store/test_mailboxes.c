/* store/mailboxes: how far a mailbox is read survives, in one transaction with
 * what was read. */
#include "store/mailboxes.h"

#include "place.h"

#include "base/banned.h"

#define BOX   AS_STR("imaps://rua@mail.example/INBOX")
#define OTHER AS_STR("imaps://rua@mail.example/Other")

static char text[200];
static struct as_store *store;
static struct as_why why;

static enum as_err
on_mail(void *ctx, uint32_t uid, enum as_mailbox_mail what)
{
	size_t at = strlen(text);

	(void)ctx;
	(void)snprintf(text + at, sizeof(text) - at, " %u%c", uid,
	    what == AS_MAILBOX_MISSED ? '?' : '!');
	return AS_OK;
}

/* "UIDVALIDITY next mail..." */
static struct as_str
known(struct as_str name)
{
	struct as_mailbox_row row;
	char mails[sizeof(text)];

	text[0] = 0;
	T_OK(as_mailbox_read(store, name, &row, on_mail, NULL, &why) == AS_OK);
	memcpy(mails, text, sizeof(mails));
	(void)snprintf(text, sizeof(text), "%u %u%.150s", row.uid_validity,
	    row.next, mails);
	return as_str_from(text);
}

static void
keep(uint32_t uid_validity, uint32_t next)
{
	struct as_mailbox_row row = {uid_validity, next};

	T_OK(as_mailbox_keep(store, BOX, &row, &why) == AS_OK);
}

static void
mail(uint32_t uid, enum as_mailbox_mail what)
{
	T_OK(as_mailbox_mail_keep(store, BOX, uid, what, &why) == AS_OK);
}

static void
check(void)
{
	t_case("a mailbox that was never read");
	T_STR(known(BOX), "0 0");

	t_case("rows");
	keep(1700000000, 5);
	mail(4, AS_MAILBOX_TO_TELL);
	mail(2, AS_MAILBOX_MISSED);
	mail(UINT32_MAX, AS_MAILBOX_TO_TELL);
	T_OK(as_store_commit(store, &why) == AS_OK);
	T_STR(known(BOX), "1700000000 5 2? 4! 4294967295!");
	T_STR(known(OTHER), "0 0");

	t_case("what was not committed is not there");
	keep(1700000000, 9);
	mail(8, AS_MAILBOX_TO_TELL);
	as_store_rollback(store);
	T_STR(known(BOX), "1700000000 5 2? 4! 4294967295!");

	t_case("changes");
	keep(UINT32_MAX, UINT32_MAX);
	mail(2, AS_MAILBOX_TO_TELL);
	T_OK(as_mailbox_mail_drop(store, BOX, 4, &why) == AS_OK);
	T_OK(as_mailbox_mail_drop(store, BOX, 4, &why) == AS_OK);
	T_OK(as_store_commit(store, &why) == AS_OK);
	T_STR(known(BOX), "4294967295 4294967295 2! 4294967295!");

	t_case("another UIDVALIDITY");
	T_OK(as_mailbox_forget(store, OTHER, &why) == AS_OK);
	T_STR(known(BOX), "4294967295 4294967295 2! 4294967295!");
	T_OK(as_mailbox_forget(store, BOX, &why) == AS_OK);
	T_STR(known(BOX), "4294967295 4294967295");
	T_OK(as_store_commit(store, &why) == AS_OK);
}

int
main(void)
{
	path_new();
	if (as_store_open(path, false, &store, &why) != AS_OK)
		return 1;
	check();
	as_store_close(store);
	path_drop();
	return t_done();
}
