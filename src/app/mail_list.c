#include "app/mail_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

void
as_mail_list_init(struct as_mail_list *l)
{
	*l = (struct as_mail_list){.n = 0};
}

void
as_mail_list_fini(struct as_mail_list *l)
{
	free(l->v);
	as_mail_list_init(l);
}

enum as_err
as_mail_list_add(struct as_mail_list *l, struct as_mail mail)
{
	if (l->n == l->room) {
		size_t room = l->room > 0 ? l->room * 2 : 256;
		struct as_mail *v = realloc(l->v, room * sizeof(*v));

		if (v == NULL)
			return AS_ENOMEM;
		l->v = v;
		l->room = room;
	}
	l->v[l->n++] = mail;
	return AS_OK;
}

static int
by_uid(const void *a, const void *b)
{
	const struct as_mail *x = a, *y = b;

	if (x->uid != y->uid)
		return x->uid < y->uid ? -1 : 1;
	return (int)y->is_stored - (int)x->is_stored;
}

size_t
as_mail_list_settle(struct as_mail_list *l, size_t most)
{
	size_t n = 0, over;

	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_uid);
	for (size_t i = 0; i < l->n; i++)
		if (n == 0 || l->v[n - 1].uid != l->v[i].uid)
			l->v[n++] = l->v[i];
	over = n > most ? n - most : 0;
	l->n = n - over;
	memset(l->count, 0, sizeof(l->count));
	for (size_t i = 0; i < l->n; i++)
		l->count[l->v[i].state]++;
	return over;
}

size_t
as_mail_list_find(const struct as_mail_list *l, uint32_t uid)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->v[middle].uid < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->n && l->v[low].uid == uid ? low : l->n;
}

void
as_mail_list_set(struct as_mail_list *l, size_t at, enum as_mail_state state)
{
	l->count[l->v[at].state]--;
	l->v[at].state = (uint8_t)state;
	l->count[state]++;
	if (state == AS_MAIL_LISTED && at < l->listed)
		l->listed = at;
	while (l->listed < l->n && l->v[l->listed].state != AS_MAIL_LISTED)
		l->listed++;
	while (l->first < l->n && l->v[l->first].state == AS_MAIL_DONE)
		l->first++;
}

void
as_mail_list_turn(
    struct as_mail_list *l, enum as_mail_state from, enum as_mail_state to)
{
	for (size_t i = l->first; i < l->n && l->count[from] > 0; i++)
		if (l->v[i].state == from)
			as_mail_list_set(l, i, to);
}

size_t
as_mail_list_take(struct as_mail_list *l, enum as_mail_state from,
    enum as_mail_state to, size_t most, struct as_buf *set)
{
	size_t n = 0, i = from == AS_MAIL_LISTED ? l->listed : l->first;

	for (; i < l->n && n < most && l->count[from] > 0; i++) {
		if (l->v[i].state != from)
			continue;
		as_buf_printf(set, n > 0 ? ",%u" : "%u", l->v[i].uid);
		as_mail_list_set(l, i, to);
		n++;
	}
	return n;
}

uint32_t
as_mail_list_next(const struct as_mail_list *l, uint32_t at_least)
{
	size_t i = l->first;
	uint32_t next;

	while (i < l->n && l->v[i].state > AS_MAIL_HERE)
		i++;
	if (i < l->n)
		next = l->v[i].uid;
	else if (l->n > 0 && l->v[l->n - 1].uid < UINT32_MAX)
		next = l->v[l->n - 1].uid + 1;
	else
		next = l->n > 0 ? UINT32_MAX : 1;
	return next > at_least ? next : at_least;
}
