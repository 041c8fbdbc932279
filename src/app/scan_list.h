/*
 * app/scan_list - the list of domains that a scan goes through.
 *
 * One domain a line; what follows the first comma, semicolon, tab or blank is
 * ignored, and so are empty lines, lines that start with "#" and a first line
 * "domain" (the head of a CSV file).  A line that holds no domain is
 * reported with its place and does not stop the others.  Reading never waits for
 * a pipe or a terminal.
 */
#ifndef AS_APP_SCAN_LIST_H
#define AS_APP_SCAN_LIST_H

#include "app/fleet.h"
#include "base/buf.h"

struct as_scan_list {
	int fd;
	const char *path; /* for messages */
	struct as_arena *line_arena;
	struct as_buf in; /* what was read; lines before `at` are used up */
	size_t at;
	bool ended;     /* nothing more can be read */
	int error;      /* errno that ended it; 0: the end of the file */
	bool too_long;  /* in a line that was refused for its length */
	bool counting;  /* only how many lines there are */
	size_t number;  /* lines read */
	size_t refused; /* lines without a domain */
	uint64_t total; /* lines that name something; 0: not known (a pipe) */
};

/* `path` "-": standard input.  AS_EIO when the file cannot be read.  Close it
 * also after an error. */
AS_MUST_USE enum as_err as_scan_list_open(
    struct as_scan_list *l, const char *path, struct as_why *why);
void as_scan_list_close(struct as_scan_list *l);

/* Next domain, canonical, valid until the next call. */
enum as_fleet_next as_scan_list_next(
    struct as_scan_list *l, struct as_str *domain);

/* Was the list read to its end?  AS_EIO: no, why says what stopped it. */
AS_MUST_USE enum as_err as_scan_list_end(
    const struct as_scan_list *l, struct as_why *why);

#endif
