/* net/imap_url: what is shown of a mailbox names the same mailbox and no
 * password; names of folders survive being written and read. */
#include <stdlib.h>

#include "base/utf8.h"
#include "net/imap_url.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
check_url(struct as_arena *a, const struct as_imap_url *u)
{
	struct as_imap_url again;

	if (u->user.n == 0 || u->host.n == 0 || u->port == 0 ||
	    !as_utf8_is_valid(u->folder))
		abort();
	if (as_imap_url_parse(a, u->shown, &again, NULL) != AS_OK) {
		if (u->shown.n <= 2000)
			abort();
		return;
	}
	if (!as_str_eq(again.shown, u->shown) ||
	    !as_str_eq(again.user, u->user) ||
	    !as_str_eq(again.folder, u->folder))
		abort();
}

static void
check_folder(struct as_arena *a, struct as_str name)
{
	struct as_str written, plain;

	(void)as_imap_folder_read(a, name);
	if (as_str_find(name, '"', 0) < name.n ||
	    as_str_find(name, '\\', 0) < name.n ||
	    as_imap_folder_write(a, name, &written) != AS_OK)
		return;
	for (size_t i = 0; i < written.n; i++)
		if (written.p[i] < ' ' || written.p[i] > '~')
			abort();
	plain = as_imap_folder_read(a, as_str_slice(written, 1, written.n - 1));
	if (!as_str_eq(plain, name))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_str s = {(const char *)p, n < 2000 ? n : 2000};
	struct as_arena *a = as_arena_new((size_t)1 << 20);
	struct as_imap_url u;

	if (a == NULL)
		return 0;
	if (as_imap_url_is(s) && as_imap_url_parse(a, s, &u, NULL) == AS_OK)
		check_url(a, &u);
	check_folder(a, s);
	as_arena_free(a);
	return 0;
}
