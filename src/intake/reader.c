#include "intake/reader.h"

#include <stdlib.h>

#include "intake/aggregate.h"
#include "intake/tls.h"

#include "base/banned.h"

struct as_reader {
	struct as_aggregate *aggregate; /* one of the two */
	struct as_tls_reader *tls;
};

enum as_err
as_reader_new(enum as_report_kind kind, const struct as_report_sink *sink,
    struct as_reader **out)
{
	struct as_reader *r;
	enum as_err err = AS_EINVAL;

	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return AS_ENOMEM;
	if (kind == AS_REPORT_AGGREGATE)
		err = as_aggregate_new(sink, &r->aggregate);
	else if (kind == AS_REPORT_TLS)
		err = as_tls_reader_new(sink, &r->tls);
	if (err == AS_OK)
		*out = r;
	else
		as_reader_free(r);
	return err;
}

void
as_reader_free(struct as_reader *r)
{
	if (r == NULL)
		return;
	as_aggregate_free(r->aggregate);
	as_tls_reader_free(r->tls);
	free(r);
}

enum as_err
as_reader_feed(struct as_reader *r, struct as_str octets, struct as_why *why)
{
	if (r->tls != NULL)
		return as_tls_reader_feed(r->tls, octets, why);
	return as_aggregate_feed(r->aggregate, octets, why);
}

enum as_err
as_reader_end(struct as_reader *r, struct as_why *why)
{
	if (r->tls != NULL)
		return as_tls_reader_end(r->tls, why);
	return as_aggregate_end(r->aggregate, why);
}
