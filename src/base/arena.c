#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define BLOCK_SIZE ((size_t)16 * 1024)
#define ALIGN      alignof(max_align_t)
#define MAX_SPARE  64 /* blocks: what most jobs need */

struct block {
	struct block *next;
	size_t size; /* octets in data */
	alignas(max_align_t) unsigned char data[];
};

struct as_arena {
	struct block *blocks; /* the current one first */
	struct block *spare;  /* of BLOCK_SIZE, kept by a reset */
	size_t at;            /* next free octet in the current block */
	size_t used;
	size_t cap;
};

struct as_arena *
as_arena_new(size_t cap)
{
	struct as_arena *a = calloc(1, sizeof(*a));

	if (a != NULL)
		a->cap = cap;
	return a;
}

static void
blocks_free(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;
		free(b);
		b = next;
	}
}

void
as_arena_free(struct as_arena *a)
{
	if (a == NULL)
		return;
	blocks_free(a->blocks);
	blocks_free(a->spare);
	free(a);
}

void
as_arena_reset(struct as_arena *a)
{
	size_t n = 0;

	for (const struct block *b = a->spare; b != NULL; b = b->next)
		n++;
	while (a->blocks != NULL) {
		struct block *b = a->blocks;
		a->blocks = b->next;
		if (b->size == BLOCK_SIZE && n < MAX_SPARE) {
			b->next = a->spare;
			a->spare = b;
			n++;
		} else {
			free(b);
		}
	}
	a->at = 0;
	a->used = 0;
}

static struct block *
block_add(struct as_arena *a, size_t need)
{
	size_t size = need > BLOCK_SIZE ? need : BLOCK_SIZE;
	struct block *b;

	if (size > SIZE_MAX - sizeof(*b))
		return NULL;
	b = size == BLOCK_SIZE ? a->spare : NULL;
	if (b != NULL)
		a->spare = b->next;
	else
		b = malloc(sizeof(*b) + size);
	if (b == NULL)
		return NULL;
	b->size = size;
	b->next = a->blocks;
	a->blocks = b;
	a->at = 0;
	return b;
}

void *
as_arena_raw(struct as_arena *a, size_t size)
{
	struct block *b = a->blocks;
	void *p;

	if (size == 0)
		size = 1;
	if (size > a->cap || a->used > a->cap - size ||
	    size > SIZE_MAX - (ALIGN - 1))
		return NULL;
	size = (size + ALIGN - 1) & ~(ALIGN - 1);
	if (b == NULL || b->size - a->at < size)
		b = block_add(a, size);
	if (b == NULL)
		return NULL;
	p = b->data + a->at;
	a->at += size;
	a->used += size;
	return p;
}

void *
as_arena_alloc(struct as_arena *a, size_t size)
{
	void *p = as_arena_raw(a, size);

	if (p != NULL)
		memset(p, 0, size);
	return p;
}

void *
as_arena_array(struct as_arena *a, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	return as_arena_alloc(a, count * size);
}

char *
as_arena_copy(struct as_arena *a, const void *p, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		return NULL;
	copy = as_arena_raw(a, len + 1);
	if (copy == NULL)
		return NULL;
	if (len > 0)
		memcpy(copy, p, len);
	copy[len] = 0;
	return copy;
}

size_t
as_arena_used(const struct as_arena *a)
{
	return a->used;
}
