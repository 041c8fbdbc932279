#include "std/rsa_weak.h"

#include <string.h>

#include "base/banned.h"

/* Of the primes that CVE-2017-15361 shows in. */
#define ROCA_PRIME_MOST 167
/* CVE-2022-26320: one step finds most such keys, 100 find all known. */
#define FERMAT_STEPS 100

static const unsigned primes[] = {3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41,
    43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
    127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197,
    199, 211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281,
    283, 293, 307, 311, 313, 317, 331, 337, 347, 349, 353, 359, 367, 373, 379,
    383, 389, 397, 401, 409, 419, 421, 431, 433, 439, 443, 449, 457, 461, 463,
    467, 479, 487, 491, 499};
#define N_PRIMES (sizeof(primes) / sizeof(*primes))

/* The remainders of a long number by each of the primes: those of a group of
 * primes come from one division by their product. */
static void
remainders_set(const BIGNUM *n, unsigned rest[N_PRIMES])
{
	for (size_t from = 0, to; from < N_PRIMES; from = to) {
		BN_ULONG product = 1, r;

		for (to = from;
		     to < N_PRIMES && product <= (BN_ULONG)-1 / primes[to];
		     to++)
			product *= primes[to];
		r = BN_mod_word(n, product);
		for (size_t i = from; i < to; i++)
			rest[i] = (unsigned)(r % primes[i]);
	}
}

static bool
has_small_factor(const unsigned rest[N_PRIMES])
{
	for (size_t i = 0; i < N_PRIMES; i++)
		if (rest[i] == 0)
			return true;
	return false;
}

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

/*
 * The generator behind CVE-2017-15361 made primes of the form k * M + (65537^a
 * mod M), M the product of the first primes; so n is a power of 65537 modulo
 * each of them.  For a random n that holds for all primes up to 167 about once
 * in 2^28 times.
 */
static bool
has_roca_form(const unsigned rest[N_PRIMES])
{
	for (size_t i = 0; i < N_PRIMES && primes[i] <= ROCA_PRIME_MOST; i++)
		if (!is_power(rest[i], primes[i]))
			return false;
	return true;
}

#define SMALL_BITS 52

/* The root of a number above 0 of at most SMALL_BITS, rounded up or one above
 * it. */
static uint64_t
small_root(uint64_t n)
{
	uint64_t root = UINT64_C(1) << (SMALL_BITS / 2), next;

	while ((next = (root + n / root) / 2) < root)
		root = next;
	return root + 1;
}

static bool root_set(BIGNUM *root, const BIGNUM *n, BN_CTX *ctx);

/* A number that is not below the root of n, and near it: the root of its first
 * half, rounded up, so that only one step or two are made with all of it. */
static bool
root_guess(BIGNUM *guess, const BIGNUM *n, BN_CTX *ctx)
{
	int bits = BN_num_bits(n), shift;
	BIGNUM *top;
	bool ok;

	if (bits <= SMALL_BITS)
		return BN_set_word(guess, small_root(BN_get_word(n)));
	shift = bits - bits / 2 > SMALL_BITS ? bits / 2 : bits - SMALL_BITS + 1;
	shift -= shift & 1;
	BN_CTX_start(ctx);
	top = BN_CTX_get(ctx);
	ok = top != NULL && BN_rshift(top, n, shift) &&
	    root_set(guess, top, ctx) && BN_add_word(guess, 1) &&
	    BN_lshift(guess, guess, shift / 2);
	BN_CTX_end(ctx);
	return ok;
}

/* *root = the largest integer whose square is not over n (Newton). */
static bool
root_set(BIGNUM *root, const BIGNUM *n, BN_CTX *ctx)
{
	BIGNUM *next;
	bool ok;

	BN_CTX_start(ctx);
	next = BN_CTX_get(ctx);
	ok = next != NULL && root_guess(next, n, ctx);
	do {
		ok = ok && BN_copy(root, next) != NULL &&
		    BN_div(next, NULL, n, root, ctx) &&
		    BN_add(next, next, root) && BN_rshift1(next, next);
	} while (ok && BN_cmp(next, root) < 0);
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
	if (!root_set(root, n, ctx) || !BN_sqr(root, root, ctx))
		return false;
	*square = BN_cmp(root, n) == 0;
	return true;
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
	bool ok = root != NULL && root_set(a, n, ctx);
	struct squares squares;
	uint64_t first, of_n;

	squares_init(&squares);
	if (!ok)
		return false;
	first = BN_mod_word(a, SQUARE_MODULUS);
	of_n = BN_mod_word(n, SQUARE_MODULUS);
	for (unsigned i = 0; ok && i < FERMAT_STEPS && !*found; i++) {
		if (may_be_square(&squares, rest_of(first, i, of_n)))
			ok = BN_sqr(rest, a, ctx) && BN_sub(rest, rest, n) &&
			    square_check(rest, root, ctx, found);
		ok = ok && BN_add_word(a, 1);
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
	unsigned rest[N_PRIMES];
	bool close;

	*weak = NULL;
	remainders_set(n, rest);
	if (has_small_factor(rest)) {
		*weak = "a small prime divides the modulus";
		return AS_OK;
	}
	if (has_roca_form(rest)) {
		*weak = "the modulus has the form of CVE-2017-15361 (ROCA)";
		return AS_OK;
	}
	AS_TRY(fermat_check(n, &close));
	if (close)
		*weak = "the factors of the modulus are too close to each "
			"other (CVE-2022-26320)";
	return AS_OK;
}
