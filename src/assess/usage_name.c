/*
 * What an address counts under: the service behind it, who vouches for its
 * mail, its own name where that is forward-confirmed, or its network.
 */
#include <string.h>

#include "assess/senders.h"
#include "assess/suffix.h"
#include "assess/usage_private.h"

#include "base/banned.h"

#define V4_BITS      24
#define V6_BITS      48
#define NETWORK_NAME 60 /* octets shown of who runs it */

/* The service that a name that passed belongs to. */
static bool
service_find(const struct as_usage_work *w, const struct as_usage_address *x,
    struct as_sender *out)
{
	for (const struct as_usage_voucher *o = x->vouchers; o != NULL;
	     o = o->next) {
		if (!o->v.passed || o->v.aligned || o->v.domain.n == 0)
			continue;
		if (as_sender_find(
			w->options.senders, "dkim", o->v.domain, out) ||
		    as_sender_find(w->options.senders, "spf", o->v.domain, out))
			return true;
	}
	return false;
}

/* The domain that vouches for most and is not ours. */
const struct as_usage_voucher *
as_usage_other_find(const struct as_usage_voucher *list)
{
	const struct as_usage_voucher *best = NULL;

	for (const struct as_usage_voucher *o = list; o != NULL; o = o->next)
		if (o->v.passed && !o->v.aligned && o->v.domain.n > 0 &&
		    (best == NULL || o->v.messages > best->v.messages))
			best = o;
	return best;
}

static struct as_str
network_name(struct as_arena *a, const struct as_usage_address *x)
{
	struct as_ip ip = x->ip;
	unsigned bits = ip.len == 4 ? V4_BITS : V6_BITS;
	char text[AS_IP_TEXT];

	if (ip.len == 0)
		return x->text.n > 0 ? x->text : AS_STR("no address told");
	memset(ip.b + bits / 8, 0, ip.len - bits / 8);
	return as_str_printf(a, "%s/%u", as_ip_text(&ip, text), bits);
}

/* The longest prefix of the operator that holds the address. */
static const struct as_usage_word *
word_of_address(const struct as_usage_work *w, const struct as_ip *ip)
{
	const struct as_usage_word *best = NULL;
	unsigned bits = 0;

	for (size_t i = 0; ip->len > 0 && i < w->n_words; i++) {
		struct as_prefix p;

		if (as_prefix_parse(w->words[i].source, &p) != AS_OK ||
		    !as_prefix_has(&p, ip))
			continue;
		if (best == NULL || p.bits >= bits) {
			best = &w->words[i];
			bits = p.bits;
		}
	}
	return best;
}

static const struct as_usage_word *
word_of_name(const struct as_usage_work *w, struct as_str name)
{
	for (size_t i = 0; i < w->n_words; i++)
		if (as_str_eq_case(w->words[i].source, name))
			return &w->words[i];
	return NULL;
}

static struct as_str
organization(const struct as_usage_work *w, struct as_str name)
{
	struct as_str o = as_suffix_organization(w->options.psl, name);

	return o.n > 0 ? o : name;
}

static struct as_str
place_name(struct as_arena *a, const struct as_usage_place *p)
{
	struct as_str who = as_str_slice(p->network, 0, NETWORK_NAME);

	return as_str_printf(a, "AS%u%s" AS_STR_FMT, (unsigned)p->asn,
	    who.n > 0 ? " " : "", AS_STR_ARG(who));
}

/* May it be counted with all others of its operator?  Not one whose mail passes,
 * as it has neighbours that are not ours; nor one that keeps sending, as it may
 * be ours, and they are not. */
static bool
is_passing_by(const struct as_usage_address *x)
{
	unsigned days = 0;

	for (size_t i = 0; i < AS_USAGE_DAY_WORDS; i++)
		days += (unsigned)__builtin_popcountll(x->days[i]);
	return x->passed == 0 &&
	    (days < AS_USAGE_STEADY_DAYS ||
		x->messages < AS_USAGE_STEADY_MESSAGES);
}

/* By what DNS calls it.  The name of a service, or one of our own, says
 * enough. */
static bool
host_name_of(const struct as_usage_work *w, const struct as_usage_address *x,
    struct as_usage_name *n)
{
	struct as_sender sender;

	if (x->host.n == 0)
		return false;
	if (as_sender_find(w->options.senders, "ptr", x->host, &sender)) {
		n->service = n->by_host = true;
		n->text = sender.service;
		n->category = sender.category;
		return true;
	}
	if (!n->own && !is_passing_by(x))
		return false;
	n->pooled = !n->own;
	n->text = organization(w, x->host);
	return true;
}

static void
observed_name_of(const struct as_usage_work *w,
    const struct as_usage_address *x, struct as_usage_name *n)
{
	const struct as_usage_voucher *other = as_usage_other_find(x->vouchers);
	struct as_sender sender;

	if (service_find(w, x, &sender)) {
		n->service = true;
		n->text = sender.service;
		n->category = sender.category;
	} else if (other != NULL) {
		n->text = organization(w, other->v.domain);
	} else if (!host_name_of(w, x, n)) {
		n->pooled = n->place.asn != 0 && is_passing_by(x);
		n->text = n->pooled ? place_name(w->a, &n->place)
				    : network_name(w->a, x);
	}
}

static const struct as_usage_range *
range_of(const struct as_usage_work *w, const struct as_ip *ip)
{
	for (size_t i = 0; ip->len > 0 && i < w->options.n_ranges; i++)
		if (as_prefix_has(&w->options.ranges[i].ip, ip))
			return &w->options.ranges[i];
	return NULL;
}

struct as_usage_name
as_usage_name_of(
    const struct as_usage_work *w, const struct as_usage_address *x)
{
	struct as_usage_name n = {
	    .category = AS_STR(""), .place.network = AS_STR("")};

	if (w->options.place != NULL && x->ip.len > 0)
		w->options.place(w->options.place_ctx, &x->ip, &n.place);
	n.own = x->host.n > 0 &&
	    as_str_eq_case(
		organization(w, x->host), organization(w, w->options.domain));
	n.range = range_of(w, &x->ip);
	n.word = word_of_address(w, &x->ip);
	observed_name_of(w, x, &n);
	if (n.word != NULL)
		n.text = n.word->source;
	else
		n.word = word_of_name(w, n.text);
	return n;
}
