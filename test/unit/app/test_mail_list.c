/* app/mail_list: how far each mail is, and where the next run begins. */
#include "app/mail_list.h"

#include "harness.h"

#include "base/banned.h"

static struct as_mail_list list;
static char text[200];

static void
add(uint32_t uid, enum as_mail_state state, bool is_stored)
{
	struct as_mail mail = {uid, (uint8_t)state, is_stored};

	T_OK(as_mail_list_add(&list, mail) == AS_OK);
}

/* States as digits, in the order of UIDs. */
static const char *
states(void)
{
	size_t n = list.n < sizeof(text) - 1 ? list.n : sizeof(text) - 1;

	for (size_t i = 0; i < n; i++)
		text[i] = (char)('0' + list.v[i].state);
	text[n] = 0;
	return text;
}

static const char *
take(enum as_mail_state from, enum as_mail_state to, size_t most, size_t want)
{
	struct as_buf set;

	as_buf_init(&set, sizeof(text));
	T_INT(as_mail_list_take(&list, from, to, most, &set), want);
	T_OK(as_buf_ok(&set) && set.n < sizeof(text));
	memcpy(text, set.n > 0 ? set.p : "", set.n);
	text[set.n] = 0;
	as_buf_fini(&set);
	return text;
}

static void
fill(const uint32_t *uids, size_t n)
{
	as_mail_list_init(&list);
	for (size_t i = 0; i < n; i++)
		add(uids[i], AS_MAIL_LISTED, false);
}

static void
check_order(void)
{
	t_case("in order, each once, a stored one before one that is not");
	as_mail_list_init(&list);
	add(9, AS_MAIL_LISTED, false);
	add(2, AS_MAIL_LISTED, false);
	add(2, AS_MAIL_KEPT, true);
	add(9, AS_MAIL_LISTED, false);
	add(5, AS_MAIL_LISTED, false);
	T_INT(as_mail_list_settle(&list, 100), 0);
	T_INT(list.n, 3);
	T_STR(as_str_from(states()), "500");
	T_INT(list.count[AS_MAIL_LISTED], 2);
	T_INT(list.count[AS_MAIL_KEPT], 1);
	T_INT(as_mail_list_find(&list, 5), 1);
	T_INT(as_mail_list_find(&list, 9), 2);
	T_INT(as_mail_list_find(&list, 4), 3);
	T_INT(as_mail_list_find(&list, 10), 3);
	as_mail_list_fini(&list);

	t_case("the newest are left out");
	fill((const uint32_t[]){4, 3, 2, 1}, 4);
	T_INT(as_mail_list_settle(&list, 3), 1);
	T_INT(list.n, 3);
	T_INT(list.v[2].uid, 3);
	as_mail_list_fini(&list);
}

static void
check_way(void)
{
	fill((const uint32_t[]){3, 4, 7, 8, 9}, 5);
	T_INT(as_mail_list_settle(&list, 100), 0);

	t_case("from the server");
	T_STR(as_str_from(take(AS_MAIL_LISTED, AS_MAIL_ASKED, 3, 3)), "3,4,7");
	T_STR(as_str_from(take(AS_MAIL_LISTED, AS_MAIL_ASKED, 3, 2)), "8,9");
	T_STR(as_str_from(take(AS_MAIL_LISTED, AS_MAIL_ASKED, 3, 0)), "");

	t_case("a lost connection: what did not come is asked for again");
	as_mail_list_set(&list, 1, AS_MAIL_HERE);
	as_mail_list_turn(&list, AS_MAIL_ASKED, AS_MAIL_LISTED);
	T_STR(as_str_from(states()), "02000");
	T_STR(
	    as_str_from(take(AS_MAIL_LISTED, AS_MAIL_ASKED, 9, 4)), "3,7,8,9");

	t_case("the next run begins at the first that has not ended");
	T_INT(as_mail_list_next(&list, 1), 3);
	T_INT(as_mail_list_next(&list, 5), 5);
	as_mail_list_set(&list, 1, AS_MAIL_ENDED);
	T_INT(as_mail_list_next(&list, 1), 3);
	as_mail_list_set(&list, 0, AS_MAIL_ENDED);
	T_INT(as_mail_list_next(&list, 1), 7);
	as_mail_list_set(&list, 2, AS_MAIL_MISSED);
	as_mail_list_set(&list, 4, AS_MAIL_LEFT);
	T_INT(as_mail_list_next(&list, 1), 8);
	as_mail_list_set(&list, 3, AS_MAIL_DONE);
	T_INT(as_mail_list_next(&list, 1), 10);

	t_case("back to the server");
	as_mail_list_turn(&list, AS_MAIL_ENDED, AS_MAIL_KEPT);
	T_STR(as_str_from(take(AS_MAIL_KEPT, AS_MAIL_TELLING, 1, 1)), "3");
	T_STR(as_str_from(take(AS_MAIL_KEPT, AS_MAIL_TELLING, 9, 1)), "4");
	as_mail_list_turn(&list, AS_MAIL_TELLING, AS_MAIL_DONE);
	T_INT(list.first, 2);
	T_INT(list.count[AS_MAIL_DONE], 3);
	as_mail_list_fini(&list);
}

static void
check_ends(void)
{
	t_case("nothing");
	fill(NULL, 0);
	T_INT(as_mail_list_settle(&list, 100), 0);
	T_STR(as_str_from(take(AS_MAIL_LISTED, AS_MAIL_ASKED, 3, 0)), "");
	T_INT(as_mail_list_next(&list, 1), 1);
	T_INT(as_mail_list_next(&list, 17), 17);
	as_mail_list_turn(&list, AS_MAIL_ASKED, AS_MAIL_LISTED);
	as_mail_list_fini(&list);

	t_case("the last UID there is");
	fill((const uint32_t[]){UINT32_MAX}, 1);
	T_INT(as_mail_list_settle(&list, 100), 0);
	as_mail_list_set(&list, 0, AS_MAIL_DONE);
	T_OK(as_mail_list_next(&list, 1) == UINT32_MAX);
	as_mail_list_fini(&list);
}

int
main(void)
{
	check_order();
	check_way();
	check_ends();
	return t_done();
}
