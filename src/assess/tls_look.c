#include "assess/tls_gates.h"

#include <string.h>

#include "base/banned.h"

const char *
as_tls_version_find(struct as_str version)
{
	static const char *const words[][2] = {{"SSLv2", "SSL 2.0"},
	    {"SSLv3", "SSL 3.0"}, {"TLSv1", "TLS 1.0"}, {"TLSv1.0", "TLS 1.0"},
	    {"TLSv1.1", "TLS 1.1"}, {"TLSv1.2", "TLS 1.2"},
	    {"TLSv1.3", "TLS 1.3"}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (as_str_is(version, words[i][0]))
			return words[i][1];
	return NULL;
}

const char *
as_tls_version_words(struct as_str version)
{
	const char *words = as_tls_version_find(version);

	return words != NULL ? words : "an unknown version";
}

/* Words of our own go through unharmed; those of the network are names that the
 * prober took from a table, or hexadecimal numbers, and are cleaned anyway. */
void
as_tls_seen_put(struct as_buf *seen, struct as_str item)
{
	for (size_t i = 0; i < item.n && i < 200; i++) {
		unsigned char c = (unsigned char)item.p[i];

		if (c < ' ' || c > '~')
			as_buf_printf(seen, "\\%03u", c);
		else
			as_buf_add(seen, &item.p[i], 1);
	}
}

void
as_tls_seen_add(struct as_buf *seen, struct as_str item)
{
	if (seen == NULL || item.n == 0)
		return;
	if (seen->n > 0)
		as_buf_puts(seen, ", ");
	as_tls_seen_put(seen, item);
}

/* --- versions, features, classes --- */

enum as_offer
as_tls_version_offer(const struct as_tls_server *s, const char *version)
{
	const char *words = as_tls_version_words(as_str_from(version));

	/* "TLSv1" and "TLSv1.0" are one. */
	for (size_t i = 0; i < s->n_versions; i++)
		if (strcmp(as_tls_version_words(s->versions[i].version),
			words) == 0)
			return s->versions[i].offered;
	return AS_OFFER_NOT_ASKED;
}

enum as_offer
as_tls_feature_offer(const struct as_tls_server *s, const char *feature)
{
	for (size_t i = 0; i < s->n_features; i++)
		if (as_str_is(s->features[i].name, feature))
			return s->features[i].offered;
	return AS_OFFER_NOT_ASKED;
}

const struct as_offer_version *
as_tls_newest(const struct as_tls_server *s)
{
	for (size_t i = 0; i < s->n_versions; i++)
		if (s->versions[i].offered == AS_OFFER_YES)
			return &s->versions[i];
	return NULL;
}

enum as_offer
as_tls_class_offer(
    const struct as_tls_server *s, const char *class, struct as_str *first)
{
	enum as_offer got = AS_OFFER_NOT_ASKED;

	*first = AS_STR("");
	for (size_t i = 0; i < s->n_versions; i++) {
		const struct as_offer_version *v = &s->versions[i];

		for (size_t k = 0; k < v->n_classes; k++) {
			const struct as_offer_class *c = &v->classes[k];

			if (v->offered != AS_OFFER_YES ||
			    !as_str_is(c->class, class))
				continue;
			if (c->offered == AS_OFFER_YES) {
				*first = c->first;
				return AS_OFFER_YES;
			}
			if (got != AS_OFFER_UNKNOWN)
				got = c->offered;
		}
	}
	return got;
}
