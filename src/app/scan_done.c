#include "app/scan_done.h"

#include <errno.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"

#include "base/banned.h"

#define KEY_OCTETS  16
#define READ_OCTETS ((size_t)64 * 1024)

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

/* The lines that are whole, out of the buffer. */
static enum as_err
lines_take(struct as_scan_done *d, struct as_buf *b, size_t *number, long *keep,
    struct as_why *why)
{
	struct as_str all = as_buf_str(b);
	size_t at = 0, end;
	enum as_err err = AS_OK;

	while (err == AS_OK && (end = as_str_find(all, '\n', at)) < all.n) {
		++*number;
		err = line_add(d, as_str_slice(all, at, end), why);
		at = end + 1;
	}
	as_buf_drop(b, at);
	*keep += (long)at;
	return err;
}

/* A line may be as long as facts make it, and no longer: what is read may be
 * any file. */
static enum as_err
lines_add(struct as_scan_done *d, FILE *f, size_t *number, long *keep,
    struct as_why *why)
{
	enum as_err err = AS_OK;
	char part[READ_OCTETS];
	struct as_buf b;
	size_t n;

	as_buf_init(&b, AS_MAX_FACTS_OCTETS);
	while (err == AS_OK && (n = fread(part, 1, sizeof(part), f)) > 0) {
		as_buf_add(&b, part, n);
		err = lines_take(d, &b, number, keep, why);
		if (err == AS_OK && !as_buf_ok(&b)) {
			++*number;
			err = as_why_set(
			    why, AS_ELIMIT, AS_WHY_NOWHERE, "it is too long");
		}
	}
	as_buf_fini(&b);
	return err;
}

enum as_err
as_scan_done_read(FILE *f, const char *path, struct as_scan_done **out,
    long *keep, struct as_why *why)
{
	struct as_scan_done *d = calloc(1, sizeof(*d));
	struct as_why inner = {.text = "out of memory"};
	size_t number = 0;
	enum as_err err;

	if (d == NULL)
		return as_why_no_memory(why);
	*keep = 0;
	err = lines_add(d, f, &number, keep, &inner);
	if (err != AS_OK)
		(void)as_why_set(why, err, AS_WHY_NOWHERE,
		    "%.80s, line %zu, is not the output of an earlier scan: "
		    "%.90s",
		    path, number, inner.text);
	else if (ferror(f))
		err = as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%s: %s", path,
		    strerror(errno));
	if (err == AS_OK)
		*out = d;
	else
		as_scan_done_free(d);
	return err;
}
