/*
 * probe/book - the questions of one job, each asked once, and their answers.
 *
 * De-duplicates (name, type), follows CNAMEs, keeps a few questions of the job
 * in flight, and holds its budget: a number of queries, a deadline, and the
 * octets that answers may fill.  What the budget leaves out is answered
 * not-asked.  Callbacks run from the loop only, never inside as_book_ask.
 */
#ifndef AS_PROBE_BOOK_H
#define AS_PROBE_BOOK_H

#include "base/clock.h"
#include "model/facts.h"
#include "net/dns.h"

struct as_book;

struct as_book_config {
	struct as_loop *loop;
	struct as_dns *dns;
	struct as_clock clock;
	struct as_arena *scratch; /* shared by all books of a process */
	uint32_t max_queries;
	uint32_t deadline_ms; /* from as_book_new on */
	/* Nothing is pending any more and every callback has run: the place
	 * to ask more, or to finish.  Not called before the first question. */
	void (*idle)(void *ctx);
	void *ctx;
};

/* `ans` lives as long as the arena. */
typedef void as_book_fn(void *ctx, const struct as_answer *ans);

/* The book lives in `a`, and so do the answers.  NULL: no memory. */
struct as_book *as_book_new(
    struct as_arena *a, const struct as_book_config *config) AS_MUST_USE;
void as_book_close(struct as_book *b); /* accepts NULL; no callback follows */

enum as_book_keep {
	AS_BOOK_KEEP,
	AS_BOOK_KEEP_IF_ANY, /* NODATA and NXDOMAIN are not listed */
};

/* Ask; fn (may be NULL) gets the answer, also one that is there already.  The
 * name is copied; AS_STR_NULL stands for one that there was no memory for. */
void as_book_ask(struct as_book *b, struct as_str name, uint16_t type,
    enum as_book_keep keep, as_book_fn *fn, void *ctx);

/* Record that (name, type) was deliberately left out, and why. */
void as_book_skip(
    struct as_book *b, struct as_str name, uint16_t type, const char *why);

/* Note that a budget of the caller left something out. */
void as_book_set_reached(struct as_book *b);

/* Leave the answer to (name, type) out of as_book_answers. */
void as_book_forget(struct as_book *b, struct as_str name, uint16_t type);

/* Was (name, type) asked, or skipped? */
bool as_book_has(const struct as_book *b, struct as_str name, uint16_t type);

/* Is nothing asked, queued, or still to be called? */
bool as_book_is_idle(const struct as_book *b);

/* The finished answer to (name, type), or NULL. */
const struct as_answer *as_book_find(
    const struct as_book *b, struct as_str name, uint16_t type);

/* Is the budget used up: will further questions be answered not-asked? */
bool as_book_is_over(const struct as_book *b);

/* Was anything left out, or cut off by the deadline? */
bool as_book_budget_reached(const struct as_book *b);

/* Questions sent to the resolver, CNAME targets counted. */
uint32_t as_book_queries(const struct as_book *b);

/* Memory is out (of the arena, or of the process): end all, so that the job can
 * say so.  The book then answers nothing more and goes idle. */
void as_book_fail(struct as_book *b);

/* AS_OK, or AS_ENOMEM after as_book_fail. */
enum as_err as_book_error(const struct as_book *b);

/* The answers that are kept, in the order they were asked, in the arena. */
AS_MUST_USE enum as_err as_book_answers(
    const struct as_book *b, struct as_answer **out, size_t *n);

#endif
