/*
 * app/scan_list - the list of domains that a scan goes through.
 *
 * One domain a line; what follows the first comma, semicolon, tab or blank is
 * ignored, and so are empty lines, lines that start with "#" and a first line
 * "domain" (the head of a CSV file).  A line that holds no domain is
 * reported with its place and does not stop the others.
 */
#ifndef AS_APP_SCAN_LIST_H
#define AS_APP_SCAN_LIST_H

#include <stdio.h>

#include "base/arena.h"
#include "base/str.h"

struct as_scan_list {
	FILE *f;
	const char *path; /* for messages; "-": standard input */
	struct as_arena *line_arena;
	char *line; /* getline's */
	size_t room;
	size_t number;  /* lines read */
	size_t refused; /* lines without a domain */
	uint64_t total; /* lines that name something; 0: not known (a pipe) */
};

/* AS_EIO when the file cannot be read. */
AS_MUST_USE enum as_err as_scan_list_open(
    struct as_scan_list *l, const char *path, struct as_why *why);
void as_scan_list_close(struct as_scan_list *l);

/* Next domain, canonical, valid until the next call; false at the end. */
bool as_scan_list_next(struct as_scan_list *l, struct as_str *domain);

#endif
