/* base/arena: what is handed out is zero, aligned, apart from all else, and
 * within the cap.  Input: octets of cap, then one operation each two octets. */
#include <stdalign.h>
#include <string.h>

#include "base/arena.h"
#include "must.h"

#include "base/banned.h"

#define KEPT 64

struct piece {
	unsigned char *p;
	size_t n;
	unsigned char mark;
};

static void
piece_check(const struct piece *piece)
{
	for (size_t i = 0; i < piece->n; i++)
		MUST(piece->p[i] == piece->mark);
}

static void
piece_take(struct as_arena *a, size_t cap, size_t n, struct piece *piece)
{
	size_t before = as_arena_used(a);

	*piece = (struct piece){as_arena_alloc(a, n), n, 0};
	if (piece->p == NULL) {
		MUST(n > cap || before > cap - n || n == 0);
		MUST(as_arena_used(a) == before);
		piece->n = 0;
		return;
	}
	MUST(before <= cap && n <= cap - before);
	MUST((uintptr_t)piece->p % alignof(max_align_t) == 0);
	piece_check(piece);
	piece->mark = (unsigned char)(before * 31 + n + 1);
	memset(piece->p, piece->mark, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	size_t cap = n < 2 ? 0 : ((size_t)p[0] << 8 | p[1]) * 16;
	struct as_arena *a = as_arena_new(cap);
	struct piece kept[KEPT] = {0};

	if (a == NULL)
		return 0;
	for (size_t i = 2; i + 1 < n; i += 2) {
		/* Mostly small; every eighth may pass a block. */
		size_t size =
		    (p[i] % 8 == 7 ? 97u : 1u) * ((p[i] >> 4) * 16u + p[i + 1]);
		struct piece *piece = &kept[i / 2 % KEPT];
		piece_check(piece);
		if (p[i] == 0x13) {
			as_arena_reset(a);
			MUST(as_arena_used(a) == 0);
			memset(kept, 0, sizeof(kept));
		} else {
			piece_take(a, cap, size, piece);
		}
	}
	for (size_t i = 0; i < KEPT; i++)
		piece_check(&kept[i]);
	as_arena_free(a);
	return 0;
}
