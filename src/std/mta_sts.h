/*
 * std/mta_sts - the MTA-STS record and policy (RFC 8461 3.1, 3.2, 4.1).
 */
#ifndef AS_STD_MTA_STS_H
#define AS_STD_MTA_STS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "std/reading.h"

/* Starts with "v=STSv1;" or is "v=STSv1": counts as a record (STS-1). */
bool as_mta_sts_is_record(struct as_str txt);

struct as_mta_sts {
	struct as_str id;
};
AS_MUST_USE enum as_err as_mta_sts_parse(struct as_arena *a, struct as_str txt,
    struct as_mta_sts **out, struct as_why *why);

/* The same for people (std/reading): *out comes with faults too, as far as it
 * was read, but for AS_EVERSION and AS_ENOMEM. */
AS_MUST_USE enum as_err as_mta_sts_read(struct as_arena *a, struct as_str txt,
    struct as_reading *rd, struct as_mta_sts **out, struct as_why *why);

enum as_mta_sts_mode {
	AS_MTA_STS_NONE,
	AS_MTA_STS_TESTING,
	AS_MTA_STS_ENFORCE,
};
const char *as_mta_sts_mode_text(enum as_mta_sts_mode mode);

struct as_mta_sts_policy {
	enum as_mta_sts_mode mode;
	uint32_t max_age; /* seconds */
	struct as_str *mx;
	size_t n_mx;
};

/* Parse the body of a policy file.  AS_ESYNTAX, AS_ERANGE (max_age over
 * 31557600), AS_EVERSION: unusable; why says which line. */
AS_MUST_USE enum as_err as_mta_sts_policy_parse(struct as_arena *a,
    struct as_str body, struct as_mta_sts_policy **out, struct as_why *why);

/* The same for people (std/reading), a line being a tag: *out comes with faults
 * too, as far as it was read, but for AS_ENOMEM and a body over
 * AS_MAX_POLICY_OCTETS. */
AS_MUST_USE enum as_err as_mta_sts_policy_read(struct as_arena *a,
    struct as_str body, struct as_reading *rd, struct as_mta_sts_policy **out,
    struct as_why *why);

/* Does a pattern match a host name (canonical)?  "*." stands for exactly one
 * leftmost label (4.1). */
bool as_mta_sts_mx_match(struct as_str pattern, struct as_str host);

#endif
