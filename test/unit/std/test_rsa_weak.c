/*
 * std/rsa_weak on moduli whose factors are known: Mersenne primes, and what is
 * made of them.
 */
#include "std/rsa_weak.h"

#include "harness.h"

#include "base/banned.h"

static const int exponents[] = {61, 89, 107, 127, 521, 607, 1279, 2203, 4423};
#define N_EXPONENTS (sizeof(exponents) / sizeof(*exponents))

static BIGNUM *
mersenne(int exponent)
{
	BIGNUM *n = BN_new();

	(void)(BN_set_bit(n, exponent) && BN_sub_word(n, 1));
	return n;
}

static bool
says(const BIGNUM *n, const char *part)
{
	const char *weak = "nothing";

	if (as_rsa_weak(n, &weak) != AS_OK)
		return false;
	if (weak == NULL || part == NULL)
		return weak == part;
	return strstr(weak, part) != NULL;
}

static bool
is_prime(unsigned p)
{
	for (unsigned i = 2; i * i <= p; i++)
		if (p % i == 0)
			return false;
	return true;
}

static void
test_small(void)
{
	for (size_t i = 0; i < N_EXPONENTS; i++) {
		bool all = true;

		t_case("2^%d - 1 times each odd prime below 500", exponents[i]);
		for (unsigned p = 3; p < 500; p += 2) {
			BIGNUM *n = mersenne(exponents[i]);

			(void)BN_mul_word(n, p);
			if (is_prime(p))
				all = all && says(n, "small prime");
			BN_free(n);
		}
		T_OK(all);
	}
}

static void
test_good(void)
{
	BN_CTX *ctx = BN_CTX_new();

	for (size_t i = 0; i + 1 < N_EXPONENTS; i++) {
		BIGNUM *p = mersenne(exponents[i]);
		BIGNUM *q = mersenne(exponents[i + 1]);

		t_case(
		    "2^%d - 1 times 2^%d - 1", exponents[i], exponents[i + 1]);
		(void)BN_mul(p, p, q, ctx);
		T_OK(says(p, NULL));
		BN_free(p);
		BN_free(q);
	}
	BN_CTX_free(ctx);
}

/* p and p + apart, of which neither has a small factor. */
static void
check_close(int exponent, BN_ULONG apart, BN_CTX *ctx)
{
	BIGNUM *p = mersenne(exponent), *q = mersenne(exponent);

	(void)BN_add_word(q, apart);
	while (says(q, "small prime")) {
		(void)BN_add_word(q, 4);
		apart += 4;
	}
	t_case("2^%d - 1 and %lu more", exponent, (unsigned long)apart);
	(void)BN_mul(p, p, q, ctx);
	T_OK(says(p, "too close"));
	BN_free(p);
	BN_free(q);
}

static void
test_close(void)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *n;

	for (size_t i = 0; i < N_EXPONENTS; i++) {
		check_close(exponents[i], 2, ctx);
		check_close(exponents[i], 100, ctx);
		check_close(exponents[i], 32768, ctx);
		t_case("the square of 2^%d - 1", exponents[i]);
		n = mersenne(exponents[i]);
		(void)BN_sqr(n, n, ctx);
		T_OK(says(n, "too close"));
		BN_free(n);
	}
	BN_CTX_free(ctx);
}

int
main(void)
{
	test_small();
	test_good();
	test_close();
	return t_done();
}
