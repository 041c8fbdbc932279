/*
 * render/form - the formats in which assessed domains are printed: each one a
 * struct of functions.
 *
 * A run is a head, a part a domain, `between` two parts that are not empty, and
 * a foot.  Parts may be made in another order than they are printed in.
 */
#ifndef AS_RENDER_FORM_H
#define AS_RENDER_FORM_H

#include "render/alarm.h"
#include "render/check.h"
#include "render/term.h"

/* X(code, name) */
#define AS_FORMAT_MAP(X) \
	X(AS_FORMAT_TEXT, "text") \
	X(AS_FORMAT_JSON, "json") \
	X(AS_FORMAT_NDJSON, "ndjson") \
	X(AS_FORMAT_CSV, "csv") \
	X(AS_FORMAT_SARIF, "sarif") \
	X(AS_FORMAT_HTML, "html") \
	X(AS_FORMAT_NAGIOS, "nagios")
AS_DECLARE_ENUM(format, AS_FORMAT_MAP);

/* What is printed, and where it goes: a part into an empty buffer. */
struct as_sheet {
	struct as_term term; /* its buffer takes the parts of all formats */
	struct as_str about; /* the domain, when there is one; octets of ours */
	bool verbose;        /* also evidence, sources and what passed */
	enum as_detail detail;
	struct as_alarm *alarm; /* of AS_FORMAT_NAGIOS: counts all domains */
};

struct as_form {
	void (*head)(const struct as_sheet *s); /* may be NULL */
	/* `facts` may be NULL: not shown. */
	void (*domain)(const struct as_sheet *s, const struct as_assessment *as,
	    const struct as_facts *facts);
	const char *between;
	void (*foot)(const struct as_sheet *s); /* may be NULL */
};

/* A check: everything about a few domains. */
const struct as_form *as_form_check(enum as_format format);

/* A scan: a line or a row a domain; NULL: not in this format. */
const struct as_form *as_form_scan(enum as_format format);

#endif
