#include "std/rsa_weak.h"

#include "base/banned.h"

/* Trial division past this finds little; up to it costs microseconds. */
#define SMALL_PRIME_MOST 500
/* CVE-2022-26320: one step finds most such keys, 100 find all known. */
#define FERMAT_STEPS 100

static bool
is_prime(unsigned n)
{
	for (unsigned d = 2; d * d <= n; d++)
		if (n % d == 0)
			return false;
	return n > 1;
}

static bool
has_small_factor(const BIGNUM *n)
{
	for (unsigned p = 3; p < SMALL_PRIME_MOST; p += 2)
		if (is_prime(p) && BN_mod_word(n, p) == 0)
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
has_roca_form(const BIGNUM *n)
{
	for (unsigned p = 3; p <= 167; p += 2)
		if (is_prime(p) && !is_power((unsigned)BN_mod_word(n, p), p))
			return false;
	return true;
}

/* *root = the largest integer whose square is not over n (Newton). */
static bool
root_set(BIGNUM *root, const BIGNUM *n, BN_CTX *ctx)
{
	BIGNUM *next;
	bool ok;

	BN_CTX_start(ctx);
	next = BN_CTX_get(ctx);
	ok = next != NULL && BN_one(next) &&
	    BN_lshift(next, next, (BN_num_bits(n) + 1) / 2);
	do {
		ok = ok && BN_copy(root, next) != NULL &&
		    BN_div(next, NULL, n, root, ctx) &&
		    BN_add(next, next, root) && BN_rshift1(next, next);
	} while (ok && BN_cmp(next, root) < 0);
	BN_CTX_end(ctx);
	return ok;
}

/* Squares leave few remainders; this rules out all but one number in 2000. */
static bool
may_be_square(const BIGNUM *n)
{
	static const unsigned moduli[] = {64, 63, 65, 11, 17, 19, 23, 31};

	for (size_t i = 0; i < sizeof(moduli) / sizeof(*moduli); i++) {
		unsigned m = moduli[i], x = 0;
		unsigned r = (unsigned)BN_mod_word(n, m);
		while (x < m && x * x % m != r)
			x++;
		if (x == m)
			return false;
	}
	return true;
}

static bool
square_check(const BIGNUM *n, BIGNUM *root, BN_CTX *ctx, bool *square)
{
	*square = BN_is_zero(n);
	if (*square || BN_is_negative(n) || !may_be_square(n))
		return true;
	if (!root_set(root, n, ctx) || !BN_sqr(root, root, ctx))
		return false;
	*square = BN_cmp(root, n) == 0;
	return true;
}

/* Look for a, from the root of n upward, with a * a - n a square. */
static bool
fermat_run(const BIGNUM *n, BN_CTX *ctx, bool *found)
{
	BIGNUM *a = BN_CTX_get(ctx);
	BIGNUM *rest = BN_CTX_get(ctx);
	BIGNUM *root = BN_CTX_get(ctx);
	bool ok = root != NULL && root_set(a, n, ctx);

	for (int i = 0; ok && i < FERMAT_STEPS && !*found; i++)
		ok = BN_sqr(rest, a, ctx) && BN_sub(rest, rest, n) &&
		    square_check(rest, root, ctx, found) && BN_add_word(a, 1);
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
