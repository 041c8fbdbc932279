#include "std/rsa_weak.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "base/banned.h"

/* Of the primes that CVE-2017-15361 shows in. */
#define ROCA_PRIME_MOST 167
/* CVE-2022-26320: one step finds most such keys, 100 find all known. */
#define FERMAT_STEPS   100
#define WORD_ROOT_BITS 30 /* of a root that is found in a word */

static const unsigned primes[] = {3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41,
    43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
    127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197,
    199, 211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281,
    283, 293, 307, 311, 313, 317, 331, 337, 347, 349, 353, 359, 367, 373, 379,
    383, 389, 397, 401, 409, 419, 421, 431, 433, 439, 443, 449, 457, 461, 463,
    467, 479, 487, 491, 499};
#define N_PRIMES (sizeof(primes) / sizeof(*primes))

/* --- small factors --- */

#define DIGITS_MOST (AS_RSA_BITS_MOST / 32)

/* Primes whose product fits 32 bits.  `inverse` is that of the product modulo
 * 2^32. */
struct group {
	size_t from, to; /* of the primes */
	uint32_t product, inverse;
	uint32_t rest; /* see has_small_factor */
};

/* Newton: an odd number is its own inverse modulo 8, and each step doubles the
 * bits that are right. */
static uint32_t
inverse_of(uint32_t odd)
{
	uint32_t x = odd;

	for (unsigned i = 0; i < 4; i++)
		x *= 2 - odd * x;
	return x;
}

static size_t
groups_init(struct group groups[N_PRIMES])
{
	size_t n = 0;

	for (size_t from = 0, to = 0; from < N_PRIMES; from = to) {
		uint32_t product = 1;

		for (; to < N_PRIMES && product <= UINT32_MAX / primes[to];
		     to++)
			product *= primes[to];
		groups[n++] =
		    (struct group){from, to, product, inverse_of(product), 0};
	}
	return n;
}

static bool
divides_rest(const struct group *g)
{
	for (size_t i = g->from; i < g->to; i++)
		if (g->rest % primes[i] == 0)
			return true;
	return false;
}

/*
 * Exact division from the lowest digit up (Hensel), by all groups at once: it
 * ends with a `rest` that is -n / 2^(32 * digits) modulo the product, so that a
 * prime of the group divides it just when it divides n.  No step divides.
 */
static bool
has_small_factor(const BIGNUM *n)
{
	uint32_t digits[DIGITS_MOST];
	struct group groups[N_PRIMES];
	size_t n_groups = groups_init(groups);
	int n_digits = (BN_num_bits(n) + 31) / 32;

	if (BN_bn2lebinpad(n, (unsigned char *)digits, n_digits * 4) < 0)
		return false;
	for (int i = 0; i < n_digits; i++) {
		uint32_t digit = le32toh(digits[i]);

		for (size_t k = 0; k < n_groups; k++) {
			struct group *g = &groups[k];
			uint32_t q = (digit - g->rest) * g->inverse;

			g->rest = (uint32_t)((uint64_t)q * g->product >> 32) +
			    (digit < g->rest);
		}
	}
	for (size_t k = 0; k < n_groups; k++)
		if (divides_rest(&groups[k]))
			return true;
	return false;
}

/* --- ROCA --- */

/* Is r a power of 65537 modulo p? */
static bool
is_power(unsigned r, unsigned p)
{
	unsigned v = 1;

	do {
		if (v == r)
			return true;
		v = v * (65537 % p) % p;
	} while (v != 1);
	return false;
}

/* Of the primes from there on, of as many as fit a word. */
static BN_ULONG
product_from(size_t i)
{
	BN_ULONG product = 1;

	for (; i < N_PRIMES && product <= (BN_ULONG)-1 / primes[i]; i++)
		product *= primes[i];
	return product;
}

/*
 * The generator behind CVE-2017-15361 made primes of the form k * M + (65537^a
 * mod M), M the product of the first primes; so n is a power of 65537 modulo
 * each of them.  For a random n that holds for all primes up to 167 about once
 * in 2^28 times.
 */
static bool
has_roca_form(const BIGNUM *n)
{
	BN_ULONG product = 1, rest = 0;

	for (size_t i = 0; i < N_PRIMES && primes[i] <= ROCA_PRIME_MOST; i++) {
		if (product % primes[i] != 0) {
			product = product_from(i);
			rest = BN_mod_word(n, product);
		}
		if (!is_power((unsigned)(rest % primes[i]), primes[i]))
			return false;
	}
	return true;
}

/* --- close factors --- */

/* The root, rounded down, of n below 4^bits. */
static uint64_t
word_root(uint64_t n, int bits)
{
	uint64_t root = UINT64_C(1) << bits, next;

	while ((next = (root + n / root) / 2) < root)
		root = next;
	return root;
}

/*
 * *root = the largest integer whose square is not over n, or the one above it.
 * Newton's method, with at each step so much of n as the root has bits for: it
 * begins with what fits a word, and each step doubles the bits of the root.
 */
static bool
root_near(BIGNUM *root, const BIGNUM *n, BN_CTX *ctx)
{
	int all = (BN_num_bits(n) - 1) / 2; /* bits of the root but the first */
	int halvings = 0, have, had;
	BIGNUM *part = BN_CTX_get(ctx);
	bool ok;

	while (all >> halvings > WORD_ROOT_BITS)
		halvings++;
	have = all >> halvings;
	ok = part != NULL && BN_rshift(part, n, 2 * (all - have)) &&
	    BN_set_word(root, word_root(BN_get_word(part), have + 1));
	while (ok && halvings-- > 0) {
		had = have;
		have = all >> halvings;
		ok = BN_rshift(part, n, 2 * all - had - have + 1) &&
		    BN_div(part, NULL, part, root, ctx) &&
		    BN_lshift(root, root, have - had - 1) &&
		    BN_add(root, root, part);
	}
	return ok;
}

/* *root = the largest integer whose square is not over n; *exact: it is n. */
static bool
root_set(BIGNUM *root, const BIGNUM *n, BN_CTX *ctx, bool *exact)
{
	BIGNUM *square;
	bool ok;

	BN_CTX_start(ctx);
	square = BN_CTX_get(ctx);
	ok = square != NULL && root_near(root, n, ctx) &&
	    BN_sqr(square, root, ctx);
	if (ok && BN_cmp(square, n) > 0)
		ok = BN_sub_word(root, 1) && BN_sqr(square, root, ctx);
	*exact = ok && BN_cmp(square, n) == 0;
	BN_CTX_end(ctx);
	return ok;
}

/* Squares leave few remainders: these moduli rule out all but one number in
 * 300.  SQUARE_MODULUS is their product; its square fits 64 bits. */
static const unsigned square_moduli[] = {64, 63, 65, 11, 17, 19};
#define SQUARE_MODULUS UINT64_C(931170240)

#define N_MODULI     (sizeof(square_moduli) / sizeof(*square_moduli))
#define MODULUS_MOST 65

/* For each modulus, which remainders a square can have. */
struct squares {
	bool may[N_MODULI][MODULUS_MOST];
};

static void
squares_init(struct squares *s)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < N_MODULI; i++)
		for (unsigned x = 0; x < square_moduli[i]; x++)
			s->may[i][x * x % square_moduli[i]] = true;
}

static bool
may_be_square(const struct squares *s, uint64_t rest)
{
	for (size_t i = 0; i < N_MODULI; i++)
		if (!s->may[i][rest % square_moduli[i]])
			return false;
	return true;
}

static bool
square_check(const BIGNUM *n, BIGNUM *root, BN_CTX *ctx, bool *square)
{
	*square = BN_is_zero(n);
	if (*square || BN_is_negative(n))
		return true;
	return root_set(root, n, ctx, square);
}

/* (first + step)^2 - n, of the remainders by SQUARE_MODULUS. */
static uint64_t
rest_of(uint64_t first, uint64_t step, uint64_t n)
{
	uint64_t a = (first + step) % SQUARE_MODULUS;

	return (a * a + SQUARE_MODULUS - n) % SQUARE_MODULUS;
}

/* Look for a, from the root of n upward, with a * a - n a square. */
static bool
fermat_run(const BIGNUM *n, BN_CTX *ctx, bool *found)
{
	BIGNUM *a = BN_CTX_get(ctx);
	BIGNUM *rest = BN_CTX_get(ctx);
	BIGNUM *root = BN_CTX_get(ctx);
	bool exact, ok = root != NULL && root_set(a, n, ctx, &exact);
	struct squares squares;
	uint64_t first, of_n;

	squares_init(&squares);
	if (!ok)
		return false;
	first = BN_mod_word(a, SQUARE_MODULUS);
	of_n = BN_mod_word(n, SQUARE_MODULUS);
	for (unsigned i = 0; ok && i < FERMAT_STEPS && !*found; i++) {
		if (may_be_square(&squares, rest_of(first, i, of_n)))
			ok = BN_copy(root, a) != NULL && BN_add_word(root, i) &&
			    BN_sqr(rest, root, ctx) && BN_sub(rest, rest, n) &&
			    square_check(rest, root, ctx, found);
	}
	return ok;
}

static enum as_err
fermat_check(const BIGNUM *n, bool *found)
{
	BN_CTX *ctx = BN_CTX_new();
	bool ok;

	*found = false;
	if (ctx == NULL)
		return AS_ENOMEM;
	BN_CTX_start(ctx);
	ok = fermat_run(n, ctx, found);
	BN_CTX_end(ctx);
	BN_CTX_free(ctx);
	return ok ? AS_OK : AS_ENOMEM;
}

enum as_err
as_rsa_weak(const BIGNUM *n, const char **weak)
{
	bool close;

	assert(BN_num_bits(n) <= AS_RSA_BITS_MOST);
	*weak = NULL;
	if (has_small_factor(n)) {
		*weak = "a small prime divides the modulus";
		return AS_OK;
	}
	if (has_roca_form(n)) {
		*weak = "the modulus has the form of CVE-2017-15361 (ROCA)";
		return AS_OK;
	}
	AS_TRY(fermat_check(n, &close));
	if (close)
		*weak = "the factors of the modulus are too close to each "
			"other (CVE-2022-26320)";
	return AS_OK;
}
