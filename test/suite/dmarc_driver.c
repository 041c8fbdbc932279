/*
 * Reads DMARC records for tools/dmarc-diff: one a line of standard input, octets
 * that are not plain as \DDD.  Each is answered with one line:
 *
 *	nothing         discarded, or of no effect
 *	P SP ADKIM ASPF FO PCT HOST...  policies as they apply, the hosts of the
 *	                usable rua URIs
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "std/dmarc.h"

#include "base/banned.h"

static void
record_print(struct as_arena *a, const struct as_dmarc *d)
{
	enum as_dmarc_policy p = as_dmarc_own_policy(d);

	if (p == AS_DMARC_ABSENT) {
		printf("nothing\n");
		return;
	}
	printf("%s %s %c %c %s" AS_STR_FMT " %u", as_dmarc_policy_text(p),
	    as_dmarc_policy_text(as_dmarc_sub_policy(d)), d->adkim, d->aspf,
	    d->fo.n == 0 ? "0" : "", AS_STR_ARG(as_str_escape(a, d->fo)),
	    d->pct);
	for (size_t i = 0; i < d->n_rua; i++)
		if (d->rua[i].usable)
			printf(" " AS_STR_FMT, AS_STR_ARG(d->rua[i].host));
	printf("\n");
}

static void
record_read(struct as_arena *a, struct as_str escaped)
{
	struct as_dmarc *d = NULL;
	struct as_str txt;

	if (as_str_unescape(a, escaped, &txt, NULL) != AS_OK)
		exit(2);
	if (as_dmarc_parse(a, txt, &d, NULL) == AS_OK)
		record_print(a, d);
	else
		printf("nothing\n");
}

int
main(void)
{
	static char buf[65536];
	struct as_arena *a = as_arena_new((size_t)1 << 20);

	if (a == NULL)
		return 1;
	while (fgets(buf, sizeof(buf), stdin) != NULL) {
		record_read(a, (struct as_str){buf, strcspn(buf, "\n")});
		as_arena_reset(a);
	}
	as_arena_free(a);
	return 0;
}
