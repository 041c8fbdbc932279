#include "std/dh_prime.h"

#include <openssl/sha.h>

#include "base/tsv.h"

#include "base/banned.h"

enum { HASH, BITS, NAME, CLASS, COLUMNS };

static const struct word {
	const char *word, *text;
} words[] = {
#define WORD(code, word, text) [AS_DH_##code] = {(word), (text)},
    AS_DH_CLASS_MAP(WORD)
#undef WORD
};

const char *
as_dh_class_name(enum as_dh_class c)
{
	return words[c].word;
}

const char *
as_dh_class_text(enum as_dh_class c)
{
	return words[c].text;
}

static void
hash_text(struct as_str prime, char hex[2 * SHA256_DIGEST_LENGTH])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char hash[SHA256_DIGEST_LENGTH];

	(void)SHA256((const unsigned char *)prime.p, prime.n, hash);
	for (size_t i = 0; i < sizeof(hash); i++) {
		hex[2 * i] = digits[hash[i] >> 4];
		hex[2 * i + 1] = digits[hash[i] & 15];
	}
}

static bool
read_row(const struct as_str cells[], struct as_dh_prime *out)
{
	uint64_t bits;
	unsigned class = 0;

	if (as_str_u64(cells[BITS], UINT32_MAX, &bits) != AS_OK)
		return false;
	while (class < sizeof(words) / sizeof(words[0]) &&
	    !as_str_is(cells[CLASS], words[class].word))
		class ++;
	if (class == sizeof(words) / sizeof(words[0]))
		return false;
	*out = (struct as_dh_prime){.name = cells[NAME],
	    .class = (enum as_dh_class) class,
	    .bits = (uint32_t)bits};
	return true;
}

bool
as_dh_prime_find(
    struct as_str table, struct as_str prime, struct as_dh_prime *out)
{
	struct as_tsv t = {.text = table};
	struct as_str cells[AS_TSV_COLUMNS];
	char hex[2 * SHA256_DIGEST_LENGTH];
	size_t n;

	while (prime.n > 0 && prime.p[0] == 0)
		prime = as_str_slice(prime, 1, prime.n);
	if (prime.n == 0)
		return false;
	hash_text(prime, hex);
	while ((n = as_tsv_next(&t, cells)) > 0)
		if (n >= COLUMNS &&
		    as_str_eq(cells[HASH], (struct as_str){hex, sizeof(hex)}))
			return read_row(cells, out);
	return false;
}
