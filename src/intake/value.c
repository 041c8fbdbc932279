#include "intake/value.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "model/report.h"

#include "base/banned.h"

#define TIME_FIRST  INT64_C(946684800)      /* 2000-01-01 */
#define TIME_LAST   INT64_C(253402300799)   /* 9999-12-31 */
#define TIME_MILLIS UINT64_C(1000000000000) /* 2001 in milliseconds */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct as_str
as_value_trim(struct as_str s)
{
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

/* "010.001.000.009" without the zeros; false when it is no such thing. */
static bool
without_zeros(struct as_str s, char out[AS_IP_TEXT], struct as_str *text)
{
	size_t n = 0;

	if (s.n >= AS_IP_TEXT)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool first =
		    i == 0 || s.p[i - 1] == '.' || n == 0 || out[n - 1] == '.';
		if (first && s.p[i] == '0' && i + 1 < s.n &&
		    is_digit(s.p[i + 1]))
			continue;
		out[n++] = s.p[i];
	}
	*text = (struct as_str){out, n};
	return n < s.n;
}

/* "[2001:db8::1]:25", "192.0.2.1:25", "fe80::1%eth0": the address alone. */
static struct as_str
bare_address(struct as_str s)
{
	size_t colon = as_str_find(s, ':', 0), close;

	if (s.n > 0 && s.p[0] == '[') {
		close = as_str_find(s, ']', 0);
		s = as_value_trim(as_str_slice(s, 1, close));
	} else if (colon < s.n && as_str_find(s, ':', colon + 1) == s.n &&
	    as_str_find(s, '.', 0) < colon) {
		s = as_str_slice(s, 0, colon);
	}
	return as_str_slice(s, 0, as_str_find(s, '%', 0));
}

/* An IPv4 address inside IPv6 (RFC 4291 2.5.5.2), of a socket that takes both. */
static bool
unmap(struct as_ip *ip)
{
	static const uint8_t mapped[12] = {
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	struct as_ip inner = {.len = 4};

	if (ip->len != 16 || memcmp(ip->b, mapped, sizeof(mapped)) != 0)
		return false;
	memcpy(inner.b, ip->b + 12, 4);
	*ip = inner;
	return true;
}

enum as_value
as_value_address(struct as_str s, struct as_ip *ip)
{
	struct as_str bare = bare_address(s), text;
	char zeros[AS_IP_TEXT];
	bool repaired = bare.n != s.n;

	*ip = (struct as_ip){0};
	if (as_ip_parse(bare, ip) != AS_OK) {
		*ip = (struct as_ip){0};
		if (!without_zeros(bare, zeros, &text) ||
		    as_ip_parse(text, ip) != AS_OK || ip->len != 4) {
			*ip = (struct as_ip){0};
			return AS_VALUE_UNREAD;
		}
		repaired = true;
	}
	repaired = unmap(ip) || repaired;
	return repaired ? AS_VALUE_REPAIRED : AS_VALUE_OK;
}

/* Leading digits as a number, saturating; *n is how many. */
static uint64_t
digits(struct as_str s, size_t *n)
{
	uint64_t v = 0;

	for (*n = 0; *n < s.n && is_digit(s.p[*n]); (*n)++)
		v = v > UINT64_MAX / 10 - 1
		    ? UINT64_MAX - 10
		    : v * 10 + (uint64_t)(s.p[*n] - '0');
	return v;
}

/* "1,234,567". */
static bool
read_groups(struct as_str s, uint64_t *v)
{
	size_t n;

	*v = digits(s, &n);
	if (n == 0 || n > 3)
		return false;
	for (size_t i = n; i < s.n; i += 4) {
		uint64_t group;
		if (s.p[i] != ',' || i > 16)
			return false;
		group = digits(as_str_slice(s, i + 1, i + 4), &n);
		if (n != 3)
			return false;
		*v = *v * 1000 + group;
	}
	return true;
}

/* ".0": a fraction without value; ".5" too where it may be cut off. */
static bool
is_fraction(struct as_str s, bool zeros)
{
	if (s.n < 2 || s.p[0] != '.')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_digit(s.p[i]) || (zeros && s.p[i] != '0'))
			return false;
	return true;
}

enum as_value
as_value_count(struct as_str s, uint64_t *count)
{
	size_t n;
	uint64_t v = digits(s, &n);
	bool whole = n > 0 && n == s.n;

	*count = AS_REPORT_NO_COUNT;
	if (!whole && !read_groups(s, &v)) {
		v = digits(s, &n);
		if (n == 0 || !is_fraction(as_str_slice(s, n, s.n), true))
			return AS_VALUE_UNREAD;
	}
	if (v > AS_MAX_REPORT_COUNT)
		return AS_VALUE_UNREAD;
	*count = v;
	return whole ? AS_VALUE_OK : AS_VALUE_REPAIRED;
}

static bool
time_fits(int64_t t)
{
	return t >= TIME_FIRST && t <= TIME_LAST;
}

enum as_value
as_value_time(struct as_str s, int64_t *time)
{
	size_t n;
	uint64_t v = digits(s, &n);
	bool whole = n > 0 && n == s.n;
	int64_t t;

	*time = AS_REPORT_NO_TIME;
	if (n > 0 && (whole || is_fraction(as_str_slice(s, n, s.n), false))) {
		whole = whole && v < TIME_MILLIS;
		if (v >= TIME_MILLIS)
			v /= 1000;
		if (v > (uint64_t)TIME_LAST)
			return AS_VALUE_UNREAD;
		t = (int64_t)v;
	} else {
		if (s.n == 0 || s.p[0] == '@' || as_time_parse(s, &t) != AS_OK)
			return AS_VALUE_UNREAD;
		t /= 1000;
	}
	if (!time_fits(t))
		return AS_VALUE_UNREAD;
	*time = t;
	return whole ? AS_VALUE_OK : AS_VALUE_REPAIRED;
}

/* RFC 7489 appendix C and RFC 9990 (the words that either has), RFC 8460 4.3. */
static const char *const words_policy[] = {
    "none", "quarantine", "reject", NULL};
static const char *const words_disposition[] = {
    "none", "quarantine", "reject", "pass", NULL};
static const char *const words_evaluated[] = {"pass", "fail", NULL};
static const char *const words_dkim[] = {"pass", "fail", "none", "policy",
    "neutral", "temperror", "permerror", NULL};
static const char *const words_spf[] = {"pass", "fail", "softfail", "none",
    "neutral", "policy", "temperror", "permerror", NULL};
static const char *const words_scope[] = {"mfrom", "helo", NULL};
static const char *const words_reason[] = {"local_policy", "forwarded",
    "mailing_list", "trusted_forwarder", "sampled_out", "policy_test_mode",
    "other", NULL};
static const char *const words_alignment[] = {"r", "s", NULL};
static const char *const words_yes_no[] = {"y", "n", NULL};
static const char *const words_discovery[] = {"psl", "treewalk", NULL};
static const char *const words_tls_policy[] = {
    "sts", "tlsa", "no-policy-found", NULL};
static const char *const words_tls_result[] = {"starttls-not-supported",
    "certificate-host-mismatch", "certificate-expired",
    "certificate-not-trusted", "validation-failure", "tlsa-invalid",
    "dnssec-invalid", "dane-required", "sts-policy-fetch-error",
    "sts-policy-invalid", "sts-webpki-invalid", NULL};

static const char *const no_words[] = {NULL};

static const char *const *
word_list(enum as_words words)
{
	switch (words) {
	case AS_WORDS_ANY: break;
	case AS_WORDS_POLICY: return words_policy;
	case AS_WORDS_DISPOSITION: return words_disposition;
	case AS_WORDS_EVALUATED: return words_evaluated;
	case AS_WORDS_DKIM: return words_dkim;
	case AS_WORDS_SPF: return words_spf;
	case AS_WORDS_SCOPE: return words_scope;
	case AS_WORDS_REASON: return words_reason;
	case AS_WORDS_ALIGNMENT: return words_alignment;
	case AS_WORDS_YES_NO: return words_yes_no;
	case AS_WORDS_DISCOVERY: return words_discovery;
	case AS_WORDS_TLS_POLICY: return words_tls_policy;
	case AS_WORDS_TLS_RESULT: return words_tls_result;
	}
	return no_words;
}

struct as_str
as_value_word(enum as_words words, struct as_str s)
{
	for (const char *const *w = word_list(words); *w != NULL; w++)
		if (as_str_is_case(s, *w))
			return as_str_from(*w);
	return AS_STR_NULL;
}
