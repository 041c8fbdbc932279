#include "intake/reader.h"

#include <stdlib.h>

#include "intake/aggregate.h"

#include "base/banned.h"

struct as_reader {
	struct as_aggregate *aggregate;
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
	free(r);
}

enum as_err
as_reader_feed(struct as_reader *r, struct as_str octets, struct as_why *why)
{
	return as_aggregate_feed(r->aggregate, octets, why);
}

enum as_err
as_reader_end(struct as_reader *r, struct as_why *why)
{
	return as_aggregate_end(r->aggregate, why);
}
