/*
 * What DNS publishes of one key, and what follows from it.
 */
#include "assess/key_use_private.h"
#include "assess/senders.h"

#include "base/banned.h"

#define RECENT_DAYS 14   /* before the newest report: still in use */
#define BITS_LEAST  1024 /* RFC 8301 3.2: verifiers refuse shorter ones */
#define BITS_GOOD   2048

static enum as_err
say(struct as_key_use *k, bool act, struct as_str text)
{
	k->act = act;
	k->text = text;
	return as_str_is_null(text) ? AS_ENOMEM : AS_OK;
}

/* --- DNS --- */

static enum as_err
key_read(struct as_arena *a, struct as_str txt, struct as_key_use *k)
{
	struct as_dkim_key *key = NULL;
	struct as_why why = {0};
	enum as_err err = as_dkim_key_parse(a, txt, &key, &why);

	if (err == AS_ENOMEM)
		return err;
	if (err != AS_OK) {
		k->state = AS_KEY_UNUSABLE;
		return say(k, true,
		    as_str_printf(a,
			"what DNS publishes is no key: %.200s. Publish it anew",
			why.text));
	}
	k->state = key->revoked ? AS_KEY_REVOKED : AS_KEY_PUBLISHED;
	k->alg = as_str_escape(a, key->k);
	k->bits = key->bits;
	k->testing = key->testing;
	return as_str_is_null(k->alg) ? AS_ENOMEM : AS_OK;
}

static void
alias_read(
    struct as_str senders, const struct as_answer *ans, struct as_key_use *k)
{
	struct as_sender sender;

	for (size_t i = 0; i < ans->n_chain; i++)
		if (as_sender_find(
			senders, "dkim-cname", ans->chain[i], &sender))
			k->service = sender.service;
}

enum as_err
as_key_use_read(struct as_arena *a, struct as_str senders,
    const struct as_answer *ans, struct as_key_use *k)
{
	alias_read(senders, ans, k);
	if (ans->outcome == AS_DNS_NOT_ASKED)
		return AS_OK;
	k->state = AS_KEY_UNKNOWN;
	if (!as_case_known(ans))
		return AS_OK;
	for (size_t i = 0; i < ans->n_txt; i++)
		if (as_dkim_key_is_like(ans->txt[i].text))
			return ans->txt[i].cut
			    ? AS_OK
			    : key_read(a, ans->txt[i].text, k);
	if (!ans->cut)
		k->state = AS_KEY_ABSENT;
	return AS_OK;
}

/* --- sentences --- */

static enum as_err
absent_say(struct as_arena *a, const struct as_usage *u, struct as_key_use *k)
{
	char day[AS_DAY_TEXT];

	(void)as_day_text(k->last, day);
	if (k->passed == 0)
		return say(k, false,
		    as_str_printf(a,
			"DNS has no such key, and nothing signed with it "
			"passed: a forger's, or a server that signs with a "
			"key that was never published"));
	if (u->last - k->last < RECENT_DAYS)
		return say(k, true,
		    as_str_printf(a,
			"no longer in DNS, though mail signed with it was seen "
			"until %s: publish it again, or move what still signs "
			"with it to another key",
			day));
	return say(k, false,
	    as_str_printf(
		a, "no longer in DNS, and not seen since %s: retired", day));
}

static enum as_err
revoked_say(struct as_arena *a, const struct as_usage *u, struct as_key_use *k)
{
	bool used = k->first <= k->last && u->last - k->last < RECENT_DAYS;

	return say(k, used,
	    as_str_printf(a, "revoked (p is empty)%s",
		used ? ", but servers still sign with it: give them another "
		       "key"
		     : ""));
}

static enum as_err
published_say(
    struct as_arena *a, const struct as_usage *u, struct as_key_use *k)
{
	bool unseen = k->first > k->last, rsa = as_str_is_case(k->alg, "rsa");
	bool idle = !unseen && u->last - k->last >= RECENT_DAYS;
	bool weak = rsa && k->bits < BITS_GOOD;
	char day[AS_DAY_TEXT];
	struct as_str use = AS_STR("");

	if (unseen)
		use = AS_STR("; in no report of these days: if nothing signs "
			     "with it any more, revoke it (p=) and take it out "
			     "later");
	else if (idle)
		use = as_str_printf(a,
		    "; not seen since %s: if it is retired, revoke it",
		    as_day_text(k->last, day));
	else if (k->passed == 0)
		use = AS_STR("; nothing signed with it passed: does the server "
			     "hold the other half of this key?");
	if (as_str_is_null(use))
		return AS_ENOMEM;
	return say(k, weak || k->testing || unseen || idle || k->passed == 0,
	    as_str_printf(a,
		"published: " AS_STR_FMT ", %u bits%s%s" AS_STR_FMT,
		AS_STR_ARG(k->alg), k->bits,
		!weak                      ? ""
		    : k->bits < BITS_LEAST ? ", which verifiers refuse: make "
					     "one of 2048"
					   : ", too short today: make one of "
					     "2048",
		k->testing ? ", in test mode (t=y): take that out once it works"
			   : "",
		AS_STR_ARG(use)));
}

enum as_err
as_key_use_say(
    struct as_arena *a, const struct as_usage *u, struct as_key_use *k)
{
	switch (k->state) {
	case AS_KEY_NOT_ASKED:
		return k->own && k->selector.n == 0
		    ? say(k, false, AS_STR("the reporter left out which key"))
		    : AS_OK;
	case AS_KEY_UNKNOWN:
		return say(k, false, AS_STR("DNS gave no clear answer"));
	case AS_KEY_ABSENT: return absent_say(a, u, k);
	case AS_KEY_UNUSABLE: return AS_OK; /* said already */
	case AS_KEY_REVOKED: return revoked_say(a, u, k);
	case AS_KEY_PUBLISHED: return published_say(a, u, k);
	}
	return AS_OK;
}
