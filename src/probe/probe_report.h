/*
 * probe/probe_report - may the targets of rua and ruf receive reports?
 *
 * A DMARC record that sends reports to another organization needs that one's
 * word: a TXT at `<policy domain>._report._dmarc.<host>` (RFC 9990 4).
 */
#ifndef AS_PROBE_PROBE_REPORT_H
#define AS_PROBE_PROBE_REPORT_H

#include "probe/book.h"

/* All `_dmarc` names of the tree walk are answered: find the record that
 * applies to `domain` (RFC 9989 4.10) and ask for the authorisation of its
 * foreign targets, at most AS_MAX_REPORT_URIS. */
void as_probe_report_ask(
    struct as_arena *a, struct as_book *book, struct as_str domain);

#endif
