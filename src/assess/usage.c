#include "assess/usage_private.h"

#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

#define DAY_MS        INT64_C(86400000)
#define MAX_ADDRESSES ((size_t)200000) /* kept apart; more count together */
#define MAX_FROMS     ((size_t)500)    /* author domains */
#define MAX_VOUCHERS  ((size_t)16)     /* of one address */
#define MAX_LIST      ((size_t)10000)  /* reporters, keys, words */

const char *
as_day_text(int64_t day, char buf[AS_DAY_TEXT])
{
	char text[AS_TIME_TEXT];

	(void)as_time_text(day * DAY_MS, text);
	memcpy(buf, text, AS_DAY_TEXT - 1);
	buf[AS_DAY_TEXT - 1] = 0;
	if (text[0] == '-')
		buf[1] = 0;
	return buf;
}

bool
as_usage_is_legitimate(const struct as_usage_source *s)
{
	return s->class == AS_USAGE_OURS || s->class == AS_USAGE_THIRD_PARTY;
}

static void
count_add(struct as_usage_count *c, const struct as_usage_judged *j, uint64_t n)
{
	c->messages += n;
	c->passed += j->passed ? n : 0;
	c->dkim += j->passed && j->dkim ? n : 0;
	c->spf += j->passed && j->spf ? n : 0;
	c->stopped += j->stopped ? n : 0;
}

/* --- author domains --- */

static struct as_usage_from *
from_find(struct as_usage_work *w, struct as_str name)
{
	struct as_usage_from *f;

	if (name.n == 0)
		name = w->options.domain;
	for (f = w->froms; f != NULL; f = f->next)
		if (as_str_eq_case(f->name, name))
			return f;
	/* Past the cap, names below count as one. */
	if (w->n_froms >= MAX_FROMS)
		name = AS_STR("...");
	for (f = w->froms; w->n_froms >= MAX_FROMS && f != NULL; f = f->next)
		if (as_str_eq(f->name, name))
			return f;
	f = AS_NEW(w->a, struct as_usage_from);
	if (f == NULL)
		return NULL;
	f->name = as_str_lower(w->a, name);
	f->below = !as_str_eq(f->name, w->options.domain);
	f->next = w->froms;
	w->froms = f;
	w->n_froms++;
	return as_str_is_null(f->name) ? NULL : f;
}

/* --- addresses --- */

static size_t
hash_of(const void *p, size_t n)
{
	const unsigned char *b = p;
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * UINT64_C(1099511628211);
	return (size_t)((h ^ h >> 32) & (AS_USAGE_BUCKETS - 1));
}

static struct as_usage_address *
address_find(struct as_usage_work *w, const struct as_report_row *row)
{
	bool ip = row->ip.len > 0;
	size_t at = ip ? hash_of(row->ip.b, row->ip.len)
		       : hash_of(row->source_ip.p, row->source_ip.n);
	struct as_usage_address *x;

	for (x = w->buckets[at]; x != NULL; x = x->same_hash)
		if (ip ? as_ip_eq(&x->ip, &row->ip)
		       : x->ip.len == 0 && as_str_eq(x->text, row->source_ip))
			return x;
	if (w->n_addresses >= MAX_ADDRESSES)
		return &w->beyond;
	x = AS_NEW(w->a, struct as_usage_address);
	if (x == NULL)
		return NULL;
	x->ip = row->ip;
	x->text = as_str_dup(
	    w->a, ip || row->source_ip.n == 0 ? AS_STR("") : row->source_ip);
	x->host = AS_STR("");
	x->next = w->addresses;
	w->addresses = x;
	x->same_hash = w->buckets[at];
	w->buckets[at] = x;
	w->n_addresses++;
	return as_str_is_null(x->text) ? NULL : x;
}

static struct as_usage_cell *
cell_find(struct as_usage_work *w, struct as_usage_address *x,
    const struct as_usage_from *from)
{
	struct as_usage_cell *c;

	for (c = x->cells; c != NULL; c = c->next)
		if (c->from == from)
			return c;
	c = AS_NEW(w->a, struct as_usage_cell);
	if (c == NULL)
		return NULL;
	c->from = from;
	c->next = x->cells;
	x->cells = c;
	return c;
}

static enum as_err
voucher_add(struct as_usage_work *w, struct as_usage_address *x,
    struct as_usage_vouch v)
{
	struct as_usage_voucher *o;

	for (o = x->vouchers; o != NULL; o = o->next)
		if (o->v.by_dkim == v.by_dkim && o->v.aligned == v.aligned &&
		    o->v.passed == v.passed &&
		    as_str_eq_case(o->v.domain, v.domain) &&
		    as_str_eq_case(o->v.selector, v.selector)) {
			o->v.messages += v.messages;
			return AS_OK;
		}
	if (x->n_vouchers >= MAX_VOUCHERS)
		return AS_OK;
	o = AS_NEW(w->a, struct as_usage_voucher);
	if (o == NULL)
		return AS_ENOMEM;
	o->v = v;
	o->v.domain = as_str_lower(w->a, v.domain);
	o->v.selector = as_str_lower(w->a, v.selector);
	if (as_str_is_null(o->v.domain) || as_str_is_null(o->v.selector))
		return AS_ENOMEM;
	o->next = x->vouchers;
	x->vouchers = o;
	x->n_vouchers++;
	return AS_OK;
}

static struct as_str
present(struct as_str s)
{
	return as_str_is_null(s) ? AS_STR("") : s;
}

/* Those that pass, and those of the domain itself that do not. */
static enum as_err
vouchers_add(struct as_usage_work *w, struct as_usage_address *x,
    const struct as_usage_row *u)
{
	struct as_str author =
	    u->row->header_from.n > 0 ? u->row->header_from : w->options.domain;

	for (size_t i = 0; i < u->row->n_dkims; i++) {
		const struct as_report_dkim *d = &u->row->dkims[i];
		struct as_usage_vouch v = {.by_dkim = true,
		    .domain = present(d->domain),
		    .selector = present(d->selector),
		    .messages = u->messages};

		v.aligned =
		    as_usage_aligns(w, u->head->adkim, author, d->domain);
		v.passed =
		    as_report_verdict(d->result) == AS_REPORT_VERDICT_PASS;
		if (v.passed || v.aligned)
			AS_TRY(voucher_add(w, x, v));
	}
	for (size_t i = 0; i < u->row->n_spfs; i++) {
		const struct as_report_spf *s = &u->row->spfs[i];
		struct as_usage_vouch v = {.domain = present(s->domain),
		    .selector = AS_STR(""),
		    .passed = true,
		    .messages = u->messages};

		v.aligned =
		    as_usage_aligns(w, u->head->aspf, author, s->domain);
		if (as_report_verdict(s->result) == AS_REPORT_VERDICT_PASS)
			AS_TRY(voucher_add(w, x, v));
	}
	return AS_OK;
}

/* Days come in the order of reports: mostly that of the last. */
static enum as_err
failing_add(struct as_usage_work *w, struct as_usage_address *x, int64_t day,
    uint64_t messages, bool stopped)
{
	struct as_usage_failing *f = x->failing;

	while (f != NULL && f->day != day)
		f = f->next;
	if (f == NULL) {
		f = AS_NEW(w->a, struct as_usage_failing);
		if (f == NULL)
			return AS_ENOMEM;
		f->day = day;
		f->next = x->failing;
		x->failing = f;
	}
	f->messages += messages;
	f->stopped += stopped ? messages : 0;
	return AS_OK;
}

/* --- what stands over all rows --- */

static bool
copy(struct as_usage_work *w, struct as_str from, struct as_str *to)
{
	*to = as_str_lower(w->a, present(from));
	return !as_str_is_null(*to);
}

static bool
is_policy(const struct as_usage_policy *p, const struct as_report_head *h)
{
	return as_str_eq_case(p->p, present(h->p)) &&
	    as_str_eq_case(p->sp, present(h->sp)) &&
	    as_str_eq_case(p->np, present(h->np));
}

/* The newest policy, and the last day on which another was seen. */
static enum as_err
policy_see(struct as_usage_work *w, const struct as_usage_row *u)
{
	struct as_usage_policy *p = &w->u->policy;
	const struct as_report_head *h = u->head;

	if (h->p.n == 0 || is_policy(p, h)) {
		if (h->p.n > 0 && u->day > w->policy_day)
			w->policy_day = u->day;
		return AS_OK;
	}
	if (p->p.n > 0 && u->day <= w->policy_day) {
		if (u->day > w->changed_day)
			w->changed_day = u->day;
		return AS_OK;
	}
	if (p->p.n > 0 && w->policy_day > w->changed_day)
		w->changed_day = w->policy_day;
	w->policy_day = u->day;
	return copy(w, h->p, &p->p) && copy(w, h->sp, &p->sp) &&
		copy(w, h->np, &p->np) && copy(w, h->pct, &p->pct) &&
		copy(w, h->testing, &p->testing)
	    ? AS_OK
	    : AS_ENOMEM;
}

/* The reporter of most disputes is near enough: a majority vote. */
static enum as_err
dispute_see(struct as_usage_work *w, const struct as_usage_row *u, bool we_pass)
{
	*(we_pass ? &w->u->we_pass : &w->u->they_pass) += u->messages;
	if (as_str_eq(w->disputer, present(u->reporter))) {
		w->disputer_messages += u->messages;
		return AS_OK;
	}
	if (w->disputer_messages >= u->messages) {
		w->disputer_messages -= u->messages;
		return AS_OK;
	}
	w->disputer_messages = u->messages - w->disputer_messages;
	w->disputer = as_str_dup(w->a, present(u->reporter));
	return as_str_is_null(w->disputer) ? AS_ENOMEM : AS_OK;
}

/* --- the sink --- */

static enum as_err
take_row(void *ctx, const struct as_usage_row *u)
{
	struct as_usage_work *w = ctx;
	struct as_usage_judged j;
	struct as_usage_from *from;
	struct as_usage_address *x;
	struct as_usage_cell *cell;
	int64_t at = u->day - w->options.from;

	if (u->messages == 0 || u->day < w->options.from ||
	    u->day > w->options.to)
		return AS_OK;
	from = from_find(w, u->row->header_from);
	x = address_find(w, u->row);
	cell = from != NULL && x != NULL ? cell_find(w, x, from) : NULL;
	if (cell == NULL)
		return AS_ENOMEM;
	j = as_usage_judge(w, u);
	count_add(&cell->count, &j, u->messages);
	from->passed += j.passed ? u->messages : 0;
	x->passed += j.passed ? u->messages : 0;
	if (!j.passed)
		AS_TRY(failing_add(w, x, u->day, u->messages, j.stopped));
	x->messages += u->messages;
	x->forwarded += j.forwarded ? u->messages : 0;
	x->broken += j.broken ? u->messages : 0;
	x->days[at / 64] |= UINT64_C(1) << (at % 64);
	if (j.disputed)
		AS_TRY(dispute_see(w, u, j.dkim || j.spf));
	AS_TRY(policy_see(w, u));
	return x == &w->beyond ? AS_OK : vouchers_add(w, x, u);
}

/* One more of a list that grows by doubling in the arena; AS_ELIMIT at its
 * end. */
static enum as_err
list_more(struct as_arena *a, void **list, size_t n, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 64 : *room * 2;
	void *v;

	if (n < *room)
		return AS_OK;
	if (n >= MAX_LIST)
		return AS_ELIMIT;
	v = as_arena_array(a, more, size);
	if (v == NULL)
		return AS_ENOMEM;
	if (n > 0)
		memcpy(v, *list, n * size);
	*list = v;
	*room = more;
	return AS_OK;
}

static enum as_err
take_reporter(void *ctx, const struct as_usage_reporter *r)
{
	struct as_usage_work *w = ctx;
	void *list = w->u->reporters;
	struct as_usage_reporter *to;

	AS_TRY(list_more(
	    w->a, &list, w->u->n_reporters, &w->room_reporters, sizeof(*r)));
	w->u->reporters = list;
	to = &w->u->reporters[w->u->n_reporters++];
	*to = *r;
	to->org = as_str_dup(w->a, present(r->org));
	return as_str_is_null(to->org) ? AS_ENOMEM : AS_OK;
}

static enum as_err
take_key(void *ctx, const struct as_usage_key *k)
{
	struct as_usage_work *w = ctx;
	void *list = w->u->keys;
	struct as_usage_key *to;

	AS_TRY(list_more(w->a, &list, w->u->n_keys, &w->room_keys, sizeof(*k)));
	w->u->keys = list;
	to = &w->u->keys[w->u->n_keys++];
	*to = *k;
	to->signer = as_str_dup(w->a, present(k->signer));
	to->selector = as_str_dup(w->a, present(k->selector));
	to->result = as_str_dup(w->a, present(k->result));
	return as_str_is_null(to->signer) || as_str_is_null(to->selector) ||
		as_str_is_null(to->result)
	    ? AS_ENOMEM
	    : AS_OK;
}

static enum as_err
take_word(void *ctx, const struct as_usage_word *word)
{
	struct as_usage_work *w = ctx;
	void *list = w->words;

	AS_TRY(
	    list_more(w->a, &list, w->n_words, &w->room_words, sizeof(*word)));
	w->words = list;
	w->words[w->n_words] = *word;
	w->words[w->n_words].source = as_str_dup(w->a, word->source);
	return as_str_is_null(w->words[w->n_words++].source) ? AS_ENOMEM
							     : AS_OK;
}

static enum as_err
take_host(void *ctx, const struct as_usage_host *h)
{
	struct as_usage_work *w = ctx;
	struct as_usage_address *x = w->buckets[hash_of(h->ip.b, h->ip.len)];

	while (x != NULL && !as_ip_eq(&x->ip, &h->ip))
		x = x->same_hash;
	if (x == NULL)
		return AS_OK;
	x->host_asked = true;
	return copy(w, h->name, &x->host) ? AS_OK : AS_ENOMEM;
}

struct as_usage_sink
as_usage_take(struct as_usage_work *w)
{
	return (struct as_usage_sink){
	    w, take_row, take_reporter, take_key, take_word, take_host};
}

enum as_err
as_usage_begin(struct as_arena *a, const struct as_usage_options *options,
    struct as_usage_work **out)
{
	struct as_usage_work *w;

	if (options->to < options->from ||
	    options->to - options->from >= AS_USAGE_DAYS)
		return AS_ERANGE;
	w = AS_NEW(a, struct as_usage_work);
	if (w == NULL)
		return AS_ENOMEM;
	w->a = a;
	w->options = *options;
	w->policy_day = w->changed_day = options->from - 1;
	w->disputer = w->beyond.text = w->beyond.host = AS_STR("");
	w->u = AS_NEW(a, struct as_usage);
	if (w->u == NULL)
		return AS_ENOMEM;
	*w->u = (struct as_usage){.domain = options->domain,
	    .from = options->from,
	    .to = options->to,
	    .first = options->to + 1,
	    .last = options->from - 1,
	    .new_since = options->new_since > 0
		? options->new_since
		: options->to - AS_USAGE_NEW_DAYS + 1,
	    .policy = {AS_STR(""), AS_STR(""), AS_STR(""), AS_STR(""),
		AS_STR(""), options->from},
	    .disputes = AS_STR("")};
	*out = w;
	return AS_OK;
}
