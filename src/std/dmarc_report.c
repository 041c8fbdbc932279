#include "std/dmarc_report.h"

#include "base/limits.h"

#include "base/banned.h"

static const char *const texts_of[] = {
    [AS_DMARC_CONSENT_UNKNOWN] = "unknown",
    [AS_DMARC_CONSENT_GIVEN] = "given",
    [AS_DMARC_CONSENT_MOVED] = "moved",
    [AS_DMARC_CONSENT_ELSEWHERE] = "elsewhere",
    [AS_DMARC_CONSENT_REFUSED] = "refused",
    [AS_DMARC_CONSENT_IMPOSSIBLE] = "impossible",
};

const char *
as_dmarc_consent_text(enum as_dmarc_consent c)
{
	return texts_of[c];
}

bool
as_dmarc_consent_is_given(enum as_dmarc_consent c)
{
	return c == AS_DMARC_CONSENT_GIVEN || c == AS_DMARC_CONSENT_MOVED;
}

/* EXT-2 */
enum as_err
as_dmarc_consent_name(struct as_arena *a, struct as_str policy_domain,
    struct as_str host, struct as_str *out)
{
	*out = as_str_printf(a, AS_STR_FMT "._report._dmarc." AS_STR_FMT,
	    AS_STR_ARG(policy_domain), AS_STR_ARG(host));
	if (as_str_is_null(*out))
		return AS_ENOMEM;
	return out->n <= AS_MAX_NAME_OCTETS ? AS_OK : AS_ELIMIT;
}

/* The addresses that the record puts in place of the one that led here. */
static enum as_dmarc_consent
replaced(
    const struct as_dmarc *d, enum as_dmarc_report kind, struct as_str host)
{
	const struct as_dmarc_uri *uri = kind == AS_DMARC_RUA ? d->rua : d->ruf;
	size_t n = kind == AS_DMARC_RUA ? d->n_rua : d->n_ruf;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (!uri[i].usable)
			continue;
		if (!as_str_eq(uri[i].host, host))
			return AS_DMARC_CONSENT_ELSEWHERE;
		any = true;
	}
	return any ? AS_DMARC_CONSENT_MOVED : AS_DMARC_CONSENT_GIVEN;
}

enum as_err
as_dmarc_consent_read(struct as_arena *a, const struct as_str *texts, size_t n,
    bool cut, enum as_dmarc_report kind, struct as_str host,
    enum as_dmarc_consent *out, const struct as_dmarc **instead)
{
	bool found = false;

	*out = cut ? AS_DMARC_CONSENT_UNKNOWN : AS_DMARC_CONSENT_REFUSED;
	*instead = NULL;
	for (size_t i = 0; i < n; i++) {
		enum as_dmarc_consent said = AS_DMARC_CONSENT_GIVEN;
		struct as_dmarc *d = NULL;
		enum as_err err;

		if (!as_dmarc_is_like(texts[i]))
			continue;
		err = as_dmarc_parse(a, texts[i], &d, NULL);
		if (err == AS_ENOMEM)
			return err;
		if (err == AS_OK)
			said = replaced(d, kind, host);
		if (found && said <= *out)
			continue;
		found = true;
		*out = said;
		*instead = said == AS_DMARC_CONSENT_MOVED ? d : NULL;
	}
	return AS_OK;
}
