/*
 * fuzz/readings - a record read for people says the same as one that is parsed.
 */
#ifndef AS_FUZZ_READINGS_H
#define AS_FUZZ_READINGS_H

#include <string.h>

#include "base/limits.h"
#include "must.h"
#include "std/reading.h"

/* `parsed` and `read` are what the two came to on text of n octets. */
static inline void
must_read_alike(const struct as_reading *r, enum as_err parsed,
    const struct as_why *why, enum as_err read, const struct as_why *read_why,
    size_t n)
{
	MUST(parsed == read);
	MUST(r->n_tags <= AS_MAX_RECORD_TAGS);
	MUST(r->n_faults <= AS_MAX_RECORD_NOTES);
	for (size_t i = 0; i < r->n_faults; i++) {
		const struct as_fault *f = &r->faults[i];
		MUST(f->at == AS_WHY_NOWHERE || f->at <= n);
		MUST(f->text.n > 0);
	}
	for (size_t i = 0; i < r->n_tags; i++) {
		const struct as_tag *t = &r->tags[i];
		MUST(t->at + t->name.n <= n);
		MUST(t->value_at + t->value.n <= n);
	}
	if (parsed == AS_OK) {
		MUST(r->first.code == AS_OK);
		return;
	}
	must_explain(why, parsed, n);
	MUST(strcmp(why->text, read_why->text) == 0);
	MUST(why->at == read_why->at);
}

/* Memory of one comparison: records that were parsed fit many times. */
#define READINGS_OCTETS ((size_t)8 << 20)

/* Parse and read with the functions of one noun and compare. */
#define MUST_READ_ALIKE(noun, type, txt) \
	do { \
		struct as_arena *a_ = as_arena_new(READINGS_OCTETS); \
		struct as_reading rd_; \
		struct as_why why_ = {0}, read_why_ = {0}; \
		struct type *parsed_ = NULL, *read_ = NULL; \
		enum as_err err_, read_err_; \
		MUST(a_ != NULL && as_reading_init(&rd_, a_) == AS_OK); \
		err_ = as_##noun##_parse(a_, (txt), &parsed_, &why_); \
		read_err_ = \
		    as_##noun##_read(a_, (txt), &rd_, &read_, &read_why_); \
		must_read_alike( \
		    &rd_, err_, &why_, read_err_, &read_why_, (txt).n); \
		MUST((parsed_ != NULL) == (err_ == AS_OK)); \
		as_arena_free(a_); \
	} while (0)

#endif
