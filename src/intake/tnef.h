/*
 * intake/tnef - what is attached to a winmail.dat of Outlook (MS-OXTNEF): a
 * stream of attributes, of which two matter here, an attachment's octets and the
 * property list of one that is a mail itself.
 *
 * Octets of an attachment are passed on as they come; a property list is held.
 */
#ifndef AS_INTAKE_TNEF_H
#define AS_INTAKE_TNEF_H

#include "intake/source.h"

struct as_tnef {
	struct as_peek *from;
	uint64_t left; /* octets of the attribute at hand */
	bool open;     /* its checksum was not passed */
	char title[256];
	size_t n_title;
	struct as_buf list;       /* a property list */
	struct as_memory content; /* of it */
	struct as_why why;        /* of an error of the source */
};

bool as_is_tnef(struct as_str start);

/* `from` must outlive it. */
void as_tnef_init(struct as_tnef *t, struct as_peek *from);
void as_tnef_fini(struct as_tnef *t);

/* The next attachment: its title, any octets, maybe empty; and its octets, which
 * are gone with the next call.  AS_EABSENT: there is none; AS_ESYNTAX: it is
 * damaged from here on; what the source of `from` returned; AS_ENOMEM. */
AS_MUST_USE enum as_err as_tnef_next(struct as_tnef *t, struct as_str *title,
    struct as_source *octets, struct as_why *why);

#endif
