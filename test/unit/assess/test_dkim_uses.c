#include "assess/dkim_uses.h"

#include <string.h>

#include "harness.h"

static struct as_dkim_use
use(const char *domain, const char *selector, uint8_t key)
{
	struct as_dkim_use u = {
	    .domain = as_str_from(domain), .selector = as_str_from(selector)};

	memset(u.sha256, 7, sizeof(u.sha256));
	u.sha256[AS_DKIM_HASH_OCTETS - 1] = key;
	return u;
}

/* DKIM-11 */
int
main(void)
{
	struct as_dkim_use v[] = {use("b.example", "s1", 2),
	    use("a.example", "s9", 3), use("a.example", "s2", 2),
	    use("a.example", "s1", 2), use("c.example", "s1", 1),
	    use("b.example", "s2", 4), use("b.example", "s3", 4)};
	size_t n = sizeof(v) / sizeof(v[0]), at = 0;

	t_case("none");
	as_dkim_uses_sort(NULL, 0);
	T_INT(as_dkim_uses_next(NULL, 0, &at), 0);
	T_INT(as_dkim_uses_domains(NULL, 0), 0);

	t_case("a key of two domains, in order");
	as_dkim_uses_sort(v, n);
	T_INT(as_dkim_uses_next(v, n, &at), 3);
	T_INT(at, 1);
	T_STR(v[1].domain, "a.example");
	T_STR(v[1].selector, "s1");
	T_STR(v[2].selector, "s2");
	T_STR(v[3].domain, "b.example");
	T_INT(as_dkim_uses_domains(v + at, 3), 2);

	t_case("a key of two selectors of one domain");
	at += 3;
	T_INT(as_dkim_uses_next(v, n, &at), 2);
	T_INT(at, 5);
	T_INT(as_dkim_uses_domains(v + at, 2), 1);

	t_case("then no other");
	at += 2;
	T_INT(as_dkim_uses_next(v, n, &at), 0);
	return t_done();
}
