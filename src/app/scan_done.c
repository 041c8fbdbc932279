#include "app/scan_done.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"

#include "base/banned.h"

#define KEY_OCTETS 16

struct key {
	uint8_t b[KEY_OCTETS]; /* all 0: free */
};

/* Open addressing; at most half full. */
struct as_scan_done {
	struct key *keys;
	size_t room; /* a power of two */
	size_t n;
};

static struct key
key_of(struct as_str domain)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	struct key k;

	(void)SHA256((const unsigned char *)domain.p, domain.n, digest);
	memcpy(k.b, digest, sizeof(k.b));
	k.b[0] |= 1; /* never the free one */
	return k;
}

static size_t
slot_find(const struct as_scan_done *d, const struct key *k)
{
	static const struct key empty;
	size_t i;

	memcpy(&i, k->b + 8, sizeof(i));
	for (i &= d->room - 1;; i = (i + 1) & (d->room - 1))
		if (memcmp(&d->keys[i], k, sizeof(*k)) == 0 ||
		    memcmp(&d->keys[i], &empty, sizeof(empty)) == 0)
			return i;
}

static enum as_err
grow(struct as_scan_done *d)
{
	struct as_scan_done bigger = {
	    .room = d->room == 0 ? 1024 : d->room * 2, .n = d->n};
	static const struct key empty;

	bigger.keys = calloc(bigger.room, sizeof(*bigger.keys));
	if (bigger.keys == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < d->room; i++)
		if (memcmp(&d->keys[i], &empty, sizeof(empty)) != 0)
			bigger.keys[slot_find(&bigger, &d->keys[i])] =
			    d->keys[i];
	free(d->keys);
	*d = bigger;
	return AS_OK;
}

static enum as_err
add(struct as_scan_done *d, struct as_str domain)
{
	struct key k = key_of(domain);
	size_t i;

	if (d->n * 2 >= d->room)
		AS_TRY(grow(d));
	i = slot_find(d, &k);
	if (memcmp(&d->keys[i], &k, sizeof(k)) != 0) {
		d->keys[i] = k;
		d->n++;
	}
	return AS_OK;
}

bool
as_scan_done_has(const struct as_scan_done *d, struct as_str domain)
{
	struct key k = key_of(domain);

	return d->room > 0 &&
	    memcmp(&d->keys[slot_find(d, &k)], &k, sizeof(k)) == 0;
}

size_t
as_scan_done_count(const struct as_scan_done *d)
{
	return d->n;
}

void
as_scan_done_free(struct as_scan_done *d)
{
	if (d == NULL)
		return;
	free(d->keys);
	free(d);
}

static enum as_err
line_add(struct as_scan_done *d, struct as_str line, struct as_why *why)
{
	struct as_str domain;
	json_t *doc;
	enum as_err err;

	AS_TRY(as_json_parse(line, AS_MAX_FACTS_OCTETS, &doc, why));
	domain = as_json_get_str(json_object_get(doc, "domain"));
	if (domain.n == 0)
		err = as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "there is no \"domain\" in it");
	else
		err = add(d, domain);
	json_decref(doc);
	return err;
}

static enum as_err
lines_add(struct as_scan_done *d, FILE *f, const char *path, long *keep,
    struct as_why *why)
{
	struct as_why inner = {.text = "out of memory"};
	enum as_err err = AS_OK;
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t n;

	*keep = 0;
	while (err == AS_OK && (n = getline(&line, &room, f)) > 0 &&
	    line[n - 1] == '\n') {
		number++;
		err = line_add(d, (struct as_str){line, (size_t)n}, &inner);
		*keep += n;
	}
	free(line);
	if (err != AS_OK)
		return as_why_set(why, err, AS_WHY_NOWHERE,
		    "%.80s, line %zu, is not the output of an earlier scan: "
		    "%.90s",
		    path, number, inner.text);
	return AS_OK;
}

enum as_err
as_scan_done_read(FILE *f, const char *path, struct as_scan_done **out,
    long *keep, struct as_why *why)
{
	struct as_scan_done *d = calloc(1, sizeof(*d));
	enum as_err err;

	if (d == NULL)
		return as_why_set(
		    why, AS_ENOMEM, AS_WHY_NOWHERE, "out of memory");
	err = lines_add(d, f, path, keep, why);
	if (err == AS_OK)
		*out = d;
	else
		as_scan_done_free(d);
	return err;
}
