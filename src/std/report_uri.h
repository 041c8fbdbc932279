/*
 * std/report_uri - one URI that reports are sent to (RFC 3986, RFC 6068), as
 * rua and ruf tags of DMARC and TLS-RPT hold it.
 */
#ifndef AS_STD_REPORT_URI_H
#define AS_STD_REPORT_URI_H

#include "base/str.h"

enum as_uri_scheme { AS_URI_MAILTO, AS_URI_HTTPS, AS_URI_OTHER };

struct as_report_uri {
	enum as_uri_scheme scheme;
	struct as_str host; /* as written; of mailto: and https: */
};

/* NULL, or what is wrong: not a URI, a character that must be %-encoded ("!"
 * in particular), a mailto: without one address, an https: without a host.
 * *fault_at is the octet in `text`. */
const char *as_report_uri_read(
    struct as_str text, struct as_report_uri *out, size_t *fault_at);

#endif
