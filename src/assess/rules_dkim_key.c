/*
 * The rules on the DKIM keys found, each judged by its own record.
 */
#include "assess/rules_dkim.h"

#include "base/banned.h"

/* Judge every key; all of them get one verdict. */
static void
judge(const struct as_case *c, struct as_say *o, enum as_verdict verdict,
    as_dkim_fault *fault, const char *const words[3])
{
	struct as_dkim_faults l;

	if (!as_dkim_need_keys(c, o))
		return;
	l = as_dkim_faults_find(o, c->keys, c->n_keys, fault);
	if (l.names.n > 0)
		(void)as_dkim_say_faults(o, verdict, &l, words[0], words[1]);
	else
		as_dkim_say_none(c, o, words[2]);
}

/* Of several records dkim.multiple tells. */
static struct as_str
fault_syntax(struct as_say *o, const struct as_dkim_probe *p)
{
	(void)o;
	if (p->n > 1 || p->key != NULL || p->cut)
		return AS_STR_NULL;
	return p->why;
}

void
as_check_dkim_syntax(const struct as_case *c, struct as_say *o)
{
	static const char *const words[] = {"cannot be used", "cannot be used",
	    "Every DKIM key found can be read."};

	judge(c, o, AS_VERDICT_FAIL, fault_syntax, words);
}

static struct as_str
fault_weak(struct as_say *o, const struct as_dkim_probe *p)
{
	const struct as_dkim_key *k = p->key;

	if (!as_dkim_is_live(p) || k->alg != AS_DKIM_RSA)
		return AS_STR_NULL;
	if (k->exponent == 1)
		return as_say_text(
		    o, "RSA, %u bits: exponent 1, anyone can sign", k->bits);
	if (k->weak != NULL)
		return as_say_text(o, "RSA, %u bits: %s", k->bits, k->weak);
	if (k->bits < 2048)
		return as_say_text(o, "RSA, %u bits", k->bits);
	return AS_STR_NULL;
}

/* Is there a key that others can sign with today, or that is refused? */
static bool
is_broken(const struct as_case *c)
{
	for (size_t i = 0; i < c->n_keys; i++) {
		const struct as_dkim_key *k = c->keys[i].key;

		if (as_dkim_is_live(&c->keys[i]) && k->alg == AS_DKIM_RSA &&
		    (k->bits < 1024 || k->exponent == 1 || k->weak != NULL))
			return true;
	}
	return false;
}

void
as_check_dkim_weak_key(const struct as_case *c, struct as_say *o)
{
	static const char *const words[] = {"is too weak", "are too weak",
	    "Every DKIM key found is strong enough."};

	judge(c, o, is_broken(c) ? AS_VERDICT_FAIL : AS_VERDICT_WARN,
	    fault_weak, words);
}

#define RSA_BITS_BORNE 4096 /* by every verifier, RFC 8301 3.2 */

static struct as_str
fault_large(struct as_say *o, const struct as_dkim_probe *p)
{
	if (!as_dkim_is_live(p) || p->key->alg != AS_DKIM_RSA ||
	    p->key->bits <= RSA_BITS_BORNE)
		return AS_STR_NULL;
	return as_say_text(o, "RSA, %u bits", p->key->bits);
}

/* DKIM-4 */
void
as_check_dkim_large_key(const struct as_case *c, struct as_say *o)
{
	static const char *const words[] = {
	    "is larger than verifiers must bear",
	    "are larger than verifiers must bear",
	    "No DKIM key found is larger than verifiers must bear."};

	judge(c, o, AS_VERDICT_WARN, fault_large, words);
}

static struct as_str
fault_revoked(struct as_say *o, const struct as_dkim_probe *p)
{
	(void)o;
	return p->key != NULL && p->key->revoked ? AS_STR("revoked (empty p)")
						 : AS_STR_NULL;
}

void
as_check_dkim_revoked(const struct as_case *c, struct as_say *o)
{
	struct as_dkim_faults l;
	struct as_finding *f;

	if (!as_need_sender(c, o) || !as_dkim_need_keys(c, o))
		return;
	l = as_dkim_faults_find(o, c->keys, c->n_keys, fault_revoked);
	if (l.names.n == 0) {
		as_dkim_say_none(c, o, "No DKIM key found is revoked.");
		return;
	}
	if (l.names.n == c->n_keys)
		f = as_dkim_say_faults(o, AS_VERDICT_WARN, &l,
		    "is revoked, and no other was found",
		    "are revoked, and no other was found");
	else
		f = as_dkim_say_faults(
		    o, AS_VERDICT_INFO, &l, "is revoked", "are revoked");
	as_say_advice(o, f, "%s", o->rule->advice);
}

static struct as_str
fault_testing(struct as_say *o, const struct as_dkim_probe *p)
{
	(void)o;
	return as_dkim_is_live(p) && p->key->testing ? AS_STR("t=y")
						     : AS_STR_NULL;
}

void
as_check_dkim_testing(const struct as_case *c, struct as_say *o)
{
	static const char *const words[] = {"is in test mode",
	    "are in test mode", "No DKIM key found is in test mode."};

	judge(c, o, AS_VERDICT_WARN, fault_testing, words);
}

static struct as_str
fault_sha1(struct as_say *o, const struct as_dkim_probe *p)
{
	(void)o;
	return as_dkim_is_live(p) && p->key->sha1_only ? AS_STR("h=sha1")
						       : AS_STR_NULL;
}

void
as_check_dkim_sha1_only(const struct as_case *c, struct as_say *o)
{
	static const char *const words[] = {"allows only SHA-1",
	    "allow only SHA-1", "Every DKIM key found allows SHA-256."};

	judge(c, o, AS_VERDICT_FAIL, fault_sha1, words);
}

static struct as_str
fault_strict(struct as_say *o, const struct as_dkim_probe *p)
{
	(void)o;
	return as_dkim_is_live(p) && p->key->strict ? AS_STR("t=s")
						    : AS_STR_NULL;
}

/* DKIM-8 */
void
as_check_dkim_strict(const struct as_case *c, struct as_say *o)
{
	static const char *const words[] = {"signs for no subdomain",
	    "sign for no subdomain",
	    "Every DKIM key found may sign for subdomains."};

	judge(c, o, AS_VERDICT_INFO, fault_strict, words);
}

static struct as_str
fault_use(struct as_say *o, const struct as_dkim_probe *p)
{
	(void)o;
	if (!as_dkim_is_live(p) || p->key->for_email)
		return AS_STR_NULL;
	return p->key->for_tlsrpt ? AS_STR("for TLS reports only (s=tlsrpt)")
				  : AS_STR("s names no e-mail");
}

/* DKIM-8: such a key, as for TLS reports, is right beside others. */
void
as_check_dkim_not_for_mail(const struct as_case *c, struct as_say *o)
{
	static const char *const words[] = {"does not count for ordinary mail",
	    "do not count for ordinary mail",
	    "Every DKIM key found counts for ordinary mail."};
	bool other = false;

	for (size_t i = 0; i < c->n_keys; i++)
		other |=
		    !as_dkim_is_live(&c->keys[i]) || c->keys[i].key->for_email;
	judge(
	    c, o, other ? AS_VERDICT_INFO : AS_VERDICT_WARN, fault_use, words);
}

static struct as_str
fault_old(struct as_say *o, const struct as_dkim_probe *p)
{
	if (!as_dkim_is_live(p) || !p->key->has_g)
		return AS_STR_NULL;
	if (p->key->g.n == 0)
		return AS_STR(
		    "g is empty: to old verifiers it fits no address");
	return as_say_text(
	    o, "g=" AS_STR_FMT, AS_STR_ARG(as_say_esc(o, p->key->g)));
}

/* A g that old verifiers would refuse some address by. */
static bool
is_narrow(const struct as_case *c)
{
	for (size_t i = 0; i < c->n_keys; i++)
		if (as_dkim_is_live(&c->keys[i]) && c->keys[i].key->has_g &&
		    !as_str_is(c->keys[i].key->g, "*"))
			return true;
	return false;
}

/* DKIM-2 */
void
as_check_dkim_old_tags(const struct as_case *c, struct as_say *o)
{
	static const char *const words[] = {"carries the abolished tag g",
	    "carry the abolished tag g",
	    "No DKIM key found carries an abolished tag."};

	judge(c, o, is_narrow(c) ? AS_VERDICT_WARN : AS_VERDICT_INFO, fault_old,
	    words);
}

static struct as_str
fault_multiple(struct as_say *o, const struct as_dkim_probe *p)
{
	if (p->n > 1)
		return as_say_text(o, "%zu key records at one name", p->n);
	if (p->answer->n_txt > 1)
		return as_say_text(o, "%zu other TXT records beside the key",
		    p->answer->n_txt - 1);
	return AS_STR_NULL;
}

/* DKIM-1 */
void
as_check_dkim_multiple(const struct as_case *c, struct as_say *o)
{
	static const char *const words[] = {
	    "is not the only TXT record of its selector",
	    "are not the only TXT records of their selectors",
	    "Every DKIM key found is alone at its selector."};
	bool several = false;

	for (size_t i = 0; i < c->n_keys; i++)
		several |= c->keys[i].n > 1;
	judge(c, o, several ? AS_VERDICT_FAIL : AS_VERDICT_WARN, fault_multiple,
	    words);
}
