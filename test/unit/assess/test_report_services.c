#include "assess/report_services.h"

#include "base/clock.h"
#include "harness.h"
#include "vectors.h"

static const char table[] = "# domain suffix\tservice\tstate\tsince\tnote\n"
			    "gone.example\tGone\twithdrawn\t2026-01-31\twhy\n"
			    "old.gone.example\tOlder\twithdrawn\t2020-01-01\n"
			    "here.example\tHere\tworking\t2020-01-01\t\n"
			    "vague.example\tVague\twithdrawn\tonce\t\n"
			    "\tNobody\twithdrawn\t2020-01-01\t\n"
			    "short.example\tShort\twithdrawn\n";

static const struct {
	const char *name, *host, *now;
	const char *service; /* NULL: not found */
	const char *note;
} rows[] = {
    {"the suffix itself", "gone.example", "2026-02-01", "Gone", "why"},
    {"a name below it", "rua.gone.example", "2026-02-01", "Gone", "why"},
    {"on that day", "gone.example", "2026-01-31", "Gone", "why"},
    {"before that day", "gone.example", "2026-01-30", NULL, NULL},
    {"another row may hold before", "old.gone.example", "2026-01-30", "Older",
	""},
    {"not half a label", "begone.example", "2026-02-01", NULL, NULL},
    {"a name above", "example", "2026-02-01", NULL, NULL},
    {"one that works", "here.example", "2026-02-01", NULL, NULL},
    {"no date", "vague.example", "2026-02-01", NULL, NULL},
    {"a short row", "short.example", "2026-02-01", NULL, NULL},
    {"no name", "", "2026-02-01", NULL, NULL},
};

/* Each row of the shipped table is whole. */
static void
check_shipped(void)
{
	struct as_arena *a = as_arena_new(65536);
	struct as_str all = t_report_services(a);
	struct as_report_service s;
	size_t lines = 0;

	t_case("the shipped table");
	T_OK(!as_str_is_null(all));
	for (size_t at = 0; at < all.n;) {
		size_t end = as_str_find(all, '\n', at);
		struct as_str line = as_str_slice(all, at, end);
		struct as_str suffix =
		    as_str_slice(line, 0, as_str_find(line, '\t', 0));

		at = end + 1;
		if (line.p[0] == '#')
			continue;
		lines++;
		T_OK(
		    as_report_service_is_withdrawn(all, suffix, INT64_MAX, &s));
		T_OK(s.service.n > 0 && s.since.n == 10);
	}
	T_OK(lines >= 2);
	as_arena_free(a);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct as_report_service s;
		int64_t now = 0;
		bool found;

		t_case("report service: %s", rows[i].name);
		T_INT(as_time_parse(as_str_from(rows[i].now), &now), AS_OK);
		found = as_report_service_is_withdrawn(
		    AS_STR(table), as_str_from(rows[i].host), now, &s);
		T_INT(found, rows[i].service != NULL);
		if (!found || rows[i].service == NULL)
			continue;
		T_STR(s.service, rows[i].service);
		T_STR(s.note, rows[i].note);
	}
	check_shipped();
	return t_done();
}
