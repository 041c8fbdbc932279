#include <string.h>

#include "assess/rules.h"

#include "base/banned.h"

static enum as_judged
judge_handshake(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h)
{
	enum as_judged got = as_visit_encrypted(o, h);
	struct as_finding *f;

	(void)c;
	if (got != AS_JUDGED_SKIP || h->smtp->starttls != AS_STARTTLS_ACCEPTED)
		return got;
	f = as_say(o, AS_VERDICT_FAIL,
	    "The TLS handshake with " AS_STR_FMT " fails.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	if (h->tls->alert != 0)
		as_say_evidence(o, f, "TLS alert %u; " AS_STR_FMT,
		    h->tls->alert, AS_STR_ARG(as_say_esc(o, h->tls->detail)));
	else
		as_say_evidence(o, f, AS_STR_FMT,
		    AS_STR_ARG(as_say_esc(o, h->tls->detail)));
	return AS_JUDGED_SAID;
}

void
as_check_tls_handshake(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_handshake, "Every TLS handshake succeeds.",
	    "no mail server accepts STARTTLS");
}

static enum as_judged
judge_version(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got = as_visit_encrypted(o, h);
	struct as_finding *f;

	(void)c;
	if (got != AS_JUDGED_PASS)
		return got;
	if (as_str_is(h->tls->version, "TLSv1.3"))
		return AS_JUDGED_PASS;
	if (as_str_is(h->tls->version, "TLSv1.2")) {
		f = as_say(o, AS_VERDICT_INFO,
		    AS_STR_FMT " speaks TLS 1.2 but not 1.3.",
		    AS_STR_ARG(as_say_esc(o, m->host)));
		as_say_advice(o, f,
		    "Switch on TLS 1.3 when the mail server "
		    "is next updated; nothing is urgent.");
	} else {
		f = as_say(o, AS_VERDICT_FAIL,
		    AS_STR_FMT " offers nothing better than " AS_STR_FMT ".",
		    AS_STR_ARG(as_say_esc(o, m->host)),
		    AS_STR_ARG(as_say_esc(o, h->tls->version)));
	}
	as_say_evidence(o, f, AS_STR_FMT " with " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, h->tls->version)),
	    AS_STR_ARG(as_say_esc(o, h->tls->cipher)));
	return AS_JUDGED_SAID;
}

void
as_check_tls_version(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_version, "Every mail server speaks TLS 1.3.",
	    "no mail server could be met over TLS");
}

static enum as_judged
judge_secrecy(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got = as_visit_encrypted(o, h);
	struct as_finding *f;

	(void)c;
	if (got != AS_JUDGED_PASS || h->tls->forward_secrecy)
		return got;
	f = as_say(o, AS_VERDICT_WARN,
	    AS_STR_FMT " encrypts without forward secrecy.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(
	    o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, h->tls->cipher)));
	return AS_JUDGED_SAID;
}

void
as_check_tls_forward_secrecy(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_secrecy,
	    "Every mail server encrypts with forward secrecy.",
	    "no mail server could be met over TLS");
}

static bool
has_word(struct as_str s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.n; i++)
		if (memcmp(s.p + i, word, n) == 0)
			return true;
	return false;
}

/* IANA names: TLS_RSA_WITH_3DES_EDE_CBC_SHA, TLS_DH_anon_WITH_... */
static const char *
cipher_fault(struct as_str name)
{
	static const char *const faults[][2] = {
	    {"_NULL_", "does not encrypt at all"},
	    {"_anon_", "does not know whom it talks to"},
	    {"EXPORT", "was made weak on purpose"},
	    {"_RC4_", "uses RC4, which is broken"},
	    {"_DES_CBC_", "uses DES, which is broken"},
	    {"_DES40_", "uses DES, which is broken"},
	    {"_3DES_", "uses triple DES, which is outdated"},
	    {"_IDEA_", "uses IDEA, which is outdated"},
	    {"_MD5", "uses MD5, which is broken"},
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (has_word(name, faults[i][0]))
			return faults[i][1];
	return NULL;
}

static enum as_judged
judge_cipher(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got = as_visit_encrypted(o, h);
	const char *fault;
	struct as_finding *f;

	(void)c;
	if (got != AS_JUDGED_PASS)
		return got;
	fault = cipher_fault(h->tls->cipher);
	if (fault == NULL)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_FAIL, "The encryption of " AS_STR_FMT " %s.",
	    AS_STR_ARG(as_say_esc(o, m->host)), fault);
	as_say_evidence(
	    o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, h->tls->cipher)));
	return AS_JUDGED_SAID;
}

void
as_check_tls_cipher(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_cipher,
	    "Every mail server chose a sound cipher.",
	    "no mail server could be met over TLS");
}
