/*
 * What to change in Postfix, Exim and Exchange: only what the remarks call for.
 */
#include "assess/tls_gates.h"
#include "assess/tls_parts.h"

#include "base/banned.h"

#define MAX_STEPS    12
#define LINES_OCTETS 4096

bool
as_tls_remarked(const struct as_tls_verdict *v, const char *id)
{
	for (size_t i = 0; i < v->n_remarks; i++)
		if (as_str_is(as_str_from(v->remarks[i].id), id))
			return true;
	return false;
}

struct maker {
	struct as_arena *a;
	const struct as_tls_verdict *v;
	struct as_tls_change *to;
	struct as_buf lines;
	enum as_err err;
};

static bool
is(const struct maker *m, const char *id)
{
	return as_tls_remarked(m->v, id);
}

/* A step with the lines gathered so far. */
static void
step(struct maker *m, const char *words)
{
	struct as_str lines =
	    m->lines.n > 0 ? as_buf_str(&m->lines) : AS_STR("");

	lines = as_str_dup(m->a, lines);
	as_buf_reset(&m->lines);
	if (as_str_is_null(lines))
		m->err = AS_ENOMEM;
	else if (m->to->n_steps < MAX_STEPS)
		m->to->steps[m->to->n_steps++] =
		    (struct as_tls_step){words, lines};
}

static void
line(struct maker *m, const char *text)
{
	as_buf_puts(&m->lines, text);
	as_buf_puts(&m->lines, "\n");
}

/* --- what is wrong --- */

static bool
is_too_old(const struct maker *m)
{
	return is(m, "version.ssl") || is(m, "version.only-ssl") ||
	    is(m, "version.outdated");
}

static bool
lacks_new(const struct maker *m)
{
	return is(m, "version.no-1.2") || is(m, "version.no-1.3") ||
	    is(m, "version.only-ssl") || is(m, "version.outdated");
}

static bool
has_suite(const struct maker *m, const char *part)
{
	const struct as_tls_server *s = m->v->server;

	for (size_t i = 0; i < s->n_versions; i++) {
		const struct as_offer_version *v = &s->versions[i];

		for (size_t k = 0; k < v->n_suites; k++)
			if (as_str_has_prefix(v->suites[k], "TLS_") &&
			    as_str_has(v->suites[k], as_str_from(part)))
				return true;
		for (size_t k = 0; k < v->n_classes; k++)
			if (as_str_has(v->classes[k].first, as_str_from(part)))
				return true;
	}
	return false;
}

static bool
has_bad_dhe(const struct maker *m)
{
	return is(m, "dhe.broken") || is(m, "dhe.short") ||
	    is(m, "dhe.subgroup") || is(m, "dhe.shared");
}

/* The client's order rules, and there is something to be picked wrongly. */
static bool
wants_order(const struct maker *m)
{
	const struct as_offer_version *v = as_tls_newest(m->v->server);

	return v != NULL && v->order == AS_OFFER_ORDER_CLIENT &&
	    (is(m, "suite.weak") || is(m, "suite.no-secrecy") ||
		is(m, "suite.cbc") || is(m, "suite.forbidden"));
}

/* OpenSSL's words for what is to go, each behind `before`; returns how many. */
static size_t
openssl_words(struct maker *m, const char *first, const char *before)
{
	static const struct {
		const char *part, *word;
	} all[] = {{"_anon_", "aNULL"}, {"_NULL_", "eNULL"},
	    {"EXPORT", "EXPORT"}, {"_RC4_", "RC4"}, {"_RC2_", "RC2"},
	    {"_DES_CBC", "DES"}, {"_3DES_", "3DES"}, {"_IDEA_", "IDEA"},
	    {"_SEED_", "SEED"}, {"_DSS_", "aDSS"}, {"TLS_RSA_", "kRSA"}};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (has_suite(m, all[i].part))
			as_buf_printf(&m->lines, "%s%s",
			    n++ == 0 ? first : before, all[i].word);
	if (n > 0)
		as_buf_puts(&m->lines, "\n");
	return n;
}

/* Old versions are the only ones to go, and senders may still need them. */
static bool
is_gentle(const struct maker *m)
{
	return is(m, "version.old") && !is_too_old(m);
}

/* --- Postfix --- */

static const char *
versions_words(const struct maker *m)
{
	if (is_gentle(m))
		return "Accept TLS 1.2 and later only, once the log shows no "
		       "sender that needs TLS 1.0 or 1.1.";
	return "Accept TLS 1.2 and 1.3, and nothing older; 1.3 needs OpenSSL "
	       "1.1.1 or later.";
}

static bool
wants_versions(const struct maker *m)
{
	return is_too_old(m) || lacks_new(m) || is(m, "version.old");
}

static void
postfix(struct maker *m)
{
	if (is(m, "starttls.missing")) {
		line(m, "smtpd_tls_security_level = may");
		line(m,
		    "smtpd_tls_chain_files = /etc/postfix/KEY-AND-CHAIN.pem");
		step(m, "Switch STARTTLS on, with a key and its certificates.");
	}
	if (wants_versions(m)) {
		line(m,
		    "# before Postfix 3.6: !SSLv2, !SSLv3, !TLSv1, !TLSv1.1");
		line(m, "smtpd_tls_protocols = >=TLSv1.2");
		line(m, "smtpd_tls_mandatory_protocols = >=TLSv1.2");
		step(m, versions_words(m));
	}
	if (openssl_words(m, "smtpd_tls_exclude_ciphers = ", ", ") > 0)
		step(m, "Leave out suites that nobody should use.");
	if (is(m, "secrecy.none")) {
		line(m, "smtpd_tls_eecdh_grade = auto");
		step(m, "Switch on ECDHE, which gives forward secrecy.");
	}
	if (has_bad_dhe(m)) {
		line(m, "# openssl dhparam -out /etc/postfix/dh2048.pem 2048");
		line(
		    m, "smtpd_tls_dh1024_param_file = /etc/postfix/dh2048.pem");
		step(m,
		    "Use a Diffie-Hellman prime of 2048 bits (the name of the "
		    "setting is older than the advice).");
	}
	if (wants_order(m)) {
		line(m, "tls_preempt_cipherlist = yes");
		step(m, "Let the order of the server rule.");
	}
	if (is(m, "group.weak")) {
		line(
		    m, "tls_eecdh_auto_curves = X25519, prime256v1, secp384r1");
		step(m, "Offer only groups in use.");
	}
	if (is(m, "compression.on")) {
		line(m, "tls_ssl_options = NO_COMPRESSION");
		step(m, "Switch compression off.");
	}
}

/* --- Exim --- */

static void
exim_suites(struct maker *m)
{
	bool versions = wants_versions(m), order = wants_order(m);

	if (!versions && !order && !has_suite(m, "_3DES_") &&
	    !has_suite(m, "_RC4_") && !has_suite(m, "TLS_RSA_"))
		return;
	as_buf_puts(&m->lines, "tls_require_ciphers = NORMAL");
	if (versions)
		as_buf_puts(&m->lines, ":-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2");
	if (has_suite(m, "_3DES_"))
		as_buf_puts(&m->lines, ":-3DES-CBC");
	if (has_suite(m, "_RC4_"))
		as_buf_puts(&m->lines, ":-ARCFOUR-128");
	if (has_suite(m, "TLS_RSA_"))
		as_buf_puts(&m->lines, ":-RSA");
	if (order)
		as_buf_puts(&m->lines, ":%SERVER_PRECEDENCE");
	as_buf_puts(&m->lines, "\n");
	step(m,
	    is_gentle(m)
		? "Built with GnuTLS (as Debian does); the versions only once "
		  "the log shows no sender that needs TLS 1.0 or 1.1."
		: "Built with GnuTLS (as Debian does).");
}

static void
exim_openssl(struct maker *m)
{
	if (wants_versions(m))
		line(m,
		    "openssl_options = +no_sslv2 +no_sslv3 +no_tlsv1 "
		    "+no_tlsv1_1");
	(void)openssl_words(m, "tls_require_ciphers = DEFAULT:!", ":!");
	if (m->lines.n > 0)
		step(m, "Built with OpenSSL: the same.");
}

static void
exim(struct maker *m)
{
	if (is(m, "starttls.missing")) {
		line(m, "tls_advertise_hosts = *");
		line(m, "tls_certificate = /etc/exim4/CHAIN.pem");
		line(m, "tls_privatekey = /etc/exim4/KEY.pem");
		step(m, "Switch STARTTLS on, with a key and its certificates.");
	}
	exim_suites(m);
	exim_openssl(m);
	if (has_bad_dhe(m)) {
		line(m, "tls_dhparam = ffdhe2048");
		step(m, "Use a Diffie-Hellman prime of RFC 7919.");
	}
}

/* --- Exchange --- */

static void
exchange_versions(struct maker *m)
{
	static const char *const old[] = {"SSLv2", "SSLv3", "TLSv1", "TLSv1.1"};

	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		if (as_tls_version_offer(m->v->server, old[i]) == AS_OFFER_YES)
			as_buf_printf(&m->lines, "%s\\Server\n",
			    as_tls_version_words(as_str_from(old[i])));
	if (m->lines.n > 0)
		step(m,
		    "In the registry, under HKLM\\SYSTEM\\CurrentControlSet\\"
		    "Control\\SecurityProviders\\SCHANNEL\\Protocols, set "
		    "Enabled (DWORD) to 0 in these keys, and start the machine "
		    "again.");
	if (lacks_new(m))
		step(m,
		    "TLS 1.2 needs Windows Server 2012 or later, TLS 1.3 "
		    "Windows Server 2022 with Exchange 2019 CU15 or later.");
}

static bool
is_unwanted(struct as_str suite)
{
	static const char *const parts[] = {"_NULL_", "_RC4_", "_3DES_",
	    "_DES_CBC", "EXPORT", "_anon_", "_DSS_", "TLS_RSA_"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (as_str_has(suite, as_str_from(parts[i])))
			return true;
	return false;
}

/* Each once: those of an older version are mostly those of the newer one. */
static void
exchange_suites(struct maker *m)
{
	const struct as_tls_server *s = m->v->server;
	const struct as_str *told[16];
	size_t n = 0;

	for (size_t i = 0; i < s->n_versions; i++)
		for (size_t k = 0; k < s->versions[i].n_suites; k++) {
			const struct as_str *name = &s->versions[i].suites[k];
			size_t t = 0;

			while (t < n && !as_str_eq(*told[t], *name))
				t++;
			if (t < n || n == sizeof(told) / sizeof(told[0]) ||
			    !as_str_has_prefix(*name, "TLS_") ||
			    !is_unwanted(*name))
				continue;
			told[n++] = name;
			as_buf_printf(&m->lines,
			    "Disable-TlsCipherSuite -Name " AS_STR_FMT "\n",
			    AS_STR_ARG(*name));
		}
	if (n > 0)
		step(m,
		    "In PowerShell, leave out suites that nobody should "
		    "use.");
}

static void
exchange(struct maker *m)
{
	if (is(m, "starttls.missing")) {
		line(m,
		    "Enable-ExchangeCertificate -Thumbprint THUMBPRINT "
		    "-Services SMTP");
		step(m, "Give SMTP a certificate; STARTTLS is offered then.");
	}
	exchange_versions(m);
	exchange_suites(m);
	if (has_bad_dhe(m)) {
		line(m, "Diffie-Hellman: ServerMinKeyBitLength = 2048");
		step(m,
		    "In the registry, under SCHANNEL\\KeyExchangeAlgorithms, "
		    "as a DWORD:");
	}
}

/* --- any server --- */

static void
certificate(struct maker *m)
{
	if (is(m, "cert.dates") || is(m, "cert.expires-soon") ||
	    is(m, "cert.expires-week"))
		step(m,
		    "Renew the certificate, and see that this is done by "
		    "itself from now on; with DANE, publish the TLSA record of "
		    "the new key first.");
	if (is(m, "cert.key-broken") || is(m, "cert.key-short"))
		step(m,
		    "Make a new key: ECDSA on P-256, or RSA with 2048 bits or "
		    "more.");
	if (is(m, "cert.signature"))
		step(m, "Get a certificate that is signed with SHA-256.");
	if (is(m, "cert.untrusted") || is(m, "cert.name"))
		step(m,
		    "For MTA-STS, get a certificate for this host name from a "
		    "public authority and send the intermediate one with it; "
		    "for DANE alone, the present one will do.");
	if (is(m, "cert.incomplete"))
		step(m,
		    "Have the server send the whole chain (often the file "
		    "\"fullchain\"); where the authority is your own, MTA-STS "
		    "needs a certificate of a public one.");
	if (is(m, "cert.revoked"))
		step(m, "Get a certificate with a new key.");
	if (is(m, "cert.dane"))
		step(m,
		    "Publish a TLSA record for each certificate of the server, "
		    "RSA and ECDSA, at every address.");
	if (is(m, "cert.staple"))
		step(m,
		    "Renew the response that the server staples, or switch "
		    "stapling off where the certificate does not demand it.");
	if (is(m, "cert.order"))
		step(m,
		    "Put the server's certificate first in the file, then "
		    "each one that vouches for the one before.");
	if (is(m, "hello.big") || is(m, "starttls.injection"))
		step(m,
		    "Look at the firewall or mail filter in front of the "
		    "server: it breaks into the conversation.");
	if (is(m, "starttls.command-injection"))
		step(m,
		    "Update the mail server, or the filter in front of it: it "
		    "must forget what came before TLS began.");
	if (is(m, "renegotiation.insecure") || is(m, "ems.missing") ||
	    is(m, "tls.not-offered"))
		step(m, "Update the TLS library of the server.");
}

static const struct {
	const char *name, *banner;
	void (*make)(struct maker *m);
} products[] = {
    {"Postfix", "Postfix", postfix},
    {"Exim", "Exim", exim},
    {"Exchange", "Microsoft", exchange},
    {"any server", NULL, certificate},
};

#define PRODUCTS (sizeof(products) / sizeof(products[0]))

enum as_err
as_tls_changes_make(struct as_arena *a, struct as_tls_verdict *v)
{
	struct maker m = {.a = a, .v = v};
	const struct as_smtp_facts *smtp = v->server->smtp;

	v->changes = as_arena_array(a, PRODUCTS, sizeof(*v->changes));
	if (v->changes == NULL)
		return AS_ENOMEM;
	as_buf_init(&m.lines, LINES_OCTETS);
	for (size_t i = 0; i < PRODUCTS && m.err == AS_OK; i++) {
		m.to = &v->changes[v->n_changes];
		m.to->product = products[i].name;
		m.to->named = smtp != NULL && products[i].banner != NULL &&
		    as_str_has(smtp->banner, as_str_from(products[i].banner));
		m.to->general = products[i].banner == NULL;
		m.to->n_steps = 0;
		m.to->steps =
		    as_arena_array(a, MAX_STEPS, sizeof(*m.to->steps));
		if (m.to->steps == NULL) {
			m.err = AS_ENOMEM;
			break;
		}
		products[i].make(&m);
		v->n_changes += m.to->n_steps > 0;
	}
	as_buf_fini(&m.lines);
	return m.err;
}
