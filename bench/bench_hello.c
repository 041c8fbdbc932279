/*
 * bench_hello: how many server flights a second are read, and does any fault
 * the reader?  Flights of real servers are mutated, on the wire or within their
 * messages, and read in pieces; a sanitizer's build makes this a test.
 *
 *	bench_hello DIRECTORY [FLIGHTS [SEED]]
 *
 * The same seed gives the same flights.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../test/hello_same.h"
#include "base/clock.h"

#include "base/banned.h"

#define MAX_BASES    256
#define MAX_OCTETS   ((size_t)65536)
#define SAME_ROUNDS  64 /* each so often is read twice */
#define REPORT_ROUND 1000000

struct bench {
	struct as_arena *keep, *a; /* `a` is emptied by each round */
	struct as_str bases[MAX_BASES];
	size_t n_bases;
	struct as_buf flight, wire;
	uint64_t state; /* xorshift64* */
	uint64_t ends[AS_HELLO_NO_MEMORY + 1];
	uint64_t octets;
};

static uint64_t
draw(struct bench *b, uint64_t below)
{
	b->state ^= b->state >> 12;
	b->state ^= b->state << 25;
	b->state ^= b->state >> 27;
	return (b->state * UINT64_C(0x2545f4914f6cdd1d) >> 11) % below;
}

static bool
load_file(struct bench *b, const char *directory, const char *name)
{
	char path[4096], *p = as_arena_alloc(b->keep, MAX_OCTETS);
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	f = fopen(path, "rb");
	if (f == NULL || p == NULL)
		return false;
	n = fread(p, 1, MAX_OCTETS, f);
	(void)fclose(f);
	if (n > 0)
		b->bases[b->n_bases++] = (struct as_str){p, n};
	return true;
}

static int
by_name(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

/* In the order of names, so that a seed means the same on each machine. */
static bool
load(struct bench *b, const char *directory)
{
	DIR *d = opendir(directory);
	char *names[MAX_BASES];
	size_t n = 0;
	struct dirent *e;

	while (d != NULL && n < MAX_BASES && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			names[n++] = as_arena_copy(
			    b->keep, e->d_name, strlen(e->d_name));
	if (d == NULL)
		return false;
	(void)closedir(d);
	qsort(names, n, sizeof(names[0]), by_name);
	for (size_t i = 0; i < n; i++)
		if (!load_file(b, directory, names[i]))
			return false;
	return b->n_bases > 0;
}

static struct as_str
any_base(struct bench *b)
{
	return b->bases[draw(b, b->n_bases)];
}

/* The bodies of a flight's records, one after the other. */
static void
unwrap(struct as_buf *out, struct as_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t at = 0; at + 5 <= s.n;) {
		size_t n = (size_t)p[at + 3] << 8 | p[at + 4];

		as_buf_add_str(out, as_str_slice(s, at + 5, at + 5 + n));
		at += 5 + n;
	}
}

static void
wrap(struct bench *b, struct as_str s)
{
	size_t most = draw(b, 4) == 0 ? draw(b, 64) + 1 : draw(b, 16384) + 1;

	for (size_t at = 0; at < s.n && as_buf_ok(&b->wire); at += most) {
		struct as_str part = as_str_slice(s, at, at + most);
		const char header[5] = {
		    22, 3, 3, (char)(part.n >> 8), (char)part.n};

		as_buf_add(&b->wire, header, sizeof(header));
		as_buf_add_str(&b->wire, part);
	}
}

static void
delete_part(struct bench *b, struct as_buf *f)
{
	size_t at = draw(b, f->n), n = draw(b, 32) + 1;

	if (n > f->n - at)
		n = f->n - at;
	memmove(f->p + at, f->p + at + n, f->n - at - n);
	f->n -= n;
}

/* A part of another flight takes the place of the end, or follows it. */
static void
splice(struct bench *b, struct as_buf *f)
{
	struct as_str other = any_base(b);
	size_t from = draw(b, other.n);

	if (draw(b, 2) == 0)
		f->n = draw(b, f->n) + 1;
	as_buf_add_str(f, as_str_slice(other, from, from + draw(b, 4096) + 1));
}

static void
mutate(struct bench *b, struct as_buf *f)
{
	static const unsigned char edges[] = {
	    0, 1, 2, 3, 4, 0x14, 0x15, 0x16, 0x17, 0x7f, 0x80, 0xff};
	size_t at;

	if (f->n == 0)
		return;
	at = draw(b, 2) == 0 ? draw(b, f->n < 96 ? f->n : 96) : draw(b, f->n);
	switch (draw(b, 8)) {
	case 0: f->p[at] = (char)draw(b, 256); break;
	case 1: f->p[at] = (char)(f->p[at] ^ (1 << draw(b, 8))); break;
	case 2:
	case 3: f->p[at] = (char)edges[draw(b, sizeof(edges))]; break;
	case 4: f->p[at] = (char)(f->p[at] + (draw(b, 2) == 0 ? 1 : -1)); break;
	case 5: delete_part(b, f); break;
	case 6: splice(b, f); break;
	default:
		if (draw(b, 4) == 0)
			f->n = at + 1;
		else
			f->p[at] = (char)draw(b, 256);
	}
}

/* A flight of this round, in b->wire. */
static void
make(struct bench *b)
{
	struct as_str base = any_base(b);
	bool within = draw(b, 2) == 0;
	uint64_t n = draw(b, 6);

	as_buf_reset(&b->flight);
	as_buf_reset(&b->wire);
	if (within)
		unwrap(&b->flight, base);
	else
		as_buf_add_str(&b->flight, base);
	for (uint64_t i = 0; i <= n; i++)
		mutate(b, &b->flight);
	if (within)
		wrap(b, as_buf_str(&b->flight));
	else
		as_buf_add_str(&b->wire, as_buf_str(&b->flight));
}

static bool
round_run(struct bench *b, uint64_t i)
{
	struct as_str s;
	const struct as_hello_answer *an;
	bool close;

	make(b);
	s = as_buf_str(&b->wire);
	close = draw(b, 2) == 0;
	as_arena_reset(b->a);
	an = hello_read_in(
	    b->a, s, draw(b, 3) == 0 ? draw(b, 64) + 1 : 0, true, close);
	if (an == NULL || an->end == AS_HELLO_NO_MEMORY)
		return false;
	b->ends[an->end]++;
	b->octets += an->octets;
	return i % SAME_ROUNDS != 0 ||
	    hello_same(an, hello_read_in(b->a, s, 1, true, close));
}

static void
report(const struct bench *b, uint64_t n, int64_t ms)
{
	printf("%llu flights, %.1f MB read, %.1f s, %.0f flights/s\n",
	    (unsigned long long)n, (double)b->octets / 1e6, (double)ms / 1000,
	    (double)n * 1000 / (double)(ms > 0 ? ms : 1));
	for (size_t i = 0; i <= AS_HELLO_NO_MEMORY; i++)
		if (b->ends[i] > 0)
			printf("%-12s %10llu\n",
			    as_hello_end_name((enum as_hello_end)i),
			    (unsigned long long)b->ends[i]);
}

static bool
run(struct bench *b, uint64_t flights)
{
	struct as_clock clock = as_clock_system();
	int64_t start = clock.mono_ms(clock.ctx);

	for (uint64_t i = 0; i < flights; i++) {
		if (!round_run(b, i)) {
			printf("flight %llu is read two ways\n",
			    (unsigned long long)i);
			return false;
		}
		if ((i + 1) % REPORT_ROUND == 0)
			(void)fprintf(
			    stderr, "%llu\n", (unsigned long long)i + 1);
	}
	report(b, flights, clock.mono_ms(clock.ctx) - start);
	return true;
}

int
main(int argc, char **argv)
{
	struct bench b = {.keep = as_arena_new((size_t)64 << 20),
	    .a = as_arena_new((size_t)8 << 20)};
	uint64_t flights = argc > 2 ? strtoull(argv[2], NULL, 10) : 200000;
	bool ok;

	b.state = argc > 3 ? strtoull(argv[3], NULL, 10) | 1 : 1;
	as_buf_init(&b.flight, MAX_OCTETS);
	as_buf_init(&b.wire, MAX_OCTETS * 8);
	if (argc < 2 || b.keep == NULL || b.a == NULL || !load(&b, argv[1])) {
		(void)fprintf(
		    stderr, "bench_hello DIRECTORY [FLIGHTS [SEED]]\n");
		return 2;
	}
	ok = run(&b, flights);
	as_buf_fini(&b.flight);
	as_buf_fini(&b.wire);
	as_arena_free(b.a);
	as_arena_free(b.keep);
	return ok ? 0 : 1;
}
