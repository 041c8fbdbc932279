#include "app/cmd.h"

#include <string.h>
#include <unistd.h>

#include "app/store_path.h"
#include "base/json_out.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "store/copy.h"
#include "store/verify.h"

#include "base/banned.h"

#define PRINT_OCTETS ((size_t)1024 * 1024)

static const char help[] =
    "Examples:\n"
    "  assay db migrate                             bring the tables up to "
    "date\n"
    "  assay db backup /backup/assay-today.db       while others write to it\n"
    "  assay db verify                              does all fit together?\n"
    "  assay db verify --store /backup/assay-today.db\n"
    "  assay db copy postgresql://assay@db.example/assay\n"
    "                                               from SQLite to PostgreSQL\n"
    "\n"
    "Usage: assay db migrate|backup FILE|verify|copy DATABASE [OPTION...]\n"
    "\n"
    "A backup is a database like the one that it was made of: give it to "
    "--store,\n"
    "or put it in its place when nobody uses that, and its -wal and -shm files "
    "are\n"
    "gone.  PostgreSQL is backed up with pg_dump.\n"
    "A copy that was interrupted goes on when it is started again; it is done\n"
    "when counts and checksums of all tables are equal on both sides.\n"
    "\n"
    "Exit status: 0; 2 usage; 64 and above: our fault; of verify and copy 65,\n"
    "something does not fit.\n";

struct db {
	const struct as_settings *settings;
	struct as_arena *a;
	enum as_format format;
	const char *path;
	struct as_buf b;
	struct as_json_out json;
	bool told; /* of the fault, in what is printed */
};

/* --- what is printed --- */

/* The beginning of a document: schema, and the database. */
static void
document_open(struct db *d, const char *schema)
{
	const char *shown = as_store_shown(d->a, d->path);

	d->json = (struct as_json_out){.b = &d->b,
	    .style =
		d->format == AS_FORMAT_JSON ? AS_JSON_PRETTY : AS_JSON_COMPACT};
	as_json_out_open(&d->json, '{');
	as_json_out_name(&d->json, "schema");
	as_json_out_str(&d->json, as_str_from(schema));
	as_json_out_name(&d->json, "database");
	as_json_out_str(&d->json, as_str_from(shown));
}

static void
document_close(struct db *d)
{
	as_json_out_close(&d->json, '}');
	as_buf_puts(&d->b, "\n");
}

static void
number_put(struct db *d, const char *name, uint64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	as_json_out_name(&d->json, name);
	as_json_out_word(&d->json, text);
}

static void
text_put(struct db *d, const char *name, const char *text)
{
	as_json_out_name(&d->json, name);
	as_json_out_str(&d->json, as_str_from(text));
}

static bool
is_text(const struct db *d)
{
	return d->format == AS_FORMAT_TEXT;
}

/* --- what is done --- */

static enum as_err
database_check(const struct db *d, struct as_why *why)
{
	if (!as_store_is_missing(d->path))
		return AS_OK;
	return as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
	    "there is no database: %.180s is missing", d->path);
}

static enum as_err
migrate(struct db *d, struct as_why *why)
{
	int from, to;

	AS_TRY(database_check(d, why));
	AS_TRY(as_store_migrate(d->path, &from, &to, why));
	if (!is_text(d)) {
		document_open(d, "assay.db-migrate/1");
		number_put(d, "from", (uint64_t)from);
		number_put(d, "to", (uint64_t)to);
		document_close(d);
	} else if (from == to) {
		as_buf_printf(
		    &d->b, "The tables are up to date (version %d).\n", to);
	} else {
		as_buf_printf(&d->b,
		    "The tables are of version %d now; they were of %d.\n", to,
		    from);
	}
	return AS_OK;
}

static enum as_err
backup(struct db *d, struct as_why *why)
{
	const char *file = d->settings->args[1];

	if (as_store_is_server(d->path))
		return as_why_set(why, AS_EUNSUPPORTED, AS_WHY_NOWHERE,
		    "PostgreSQL is backed up with its own tool: pg_dump "
		    "--format=custom --file=%.60s '%.100s'",
		    file, as_store_shown(d->a, d->path));
	AS_TRY(database_check(d, why));
	AS_TRY(as_store_backup(d->path, file, why));
	if (is_text(d)) {
		as_term_add(&d->b, as_str_from(file));
		as_buf_puts(&d->b,
		    " holds all of the database.  To look at it: assay db "
		    "verify --store FILE\n");
		return AS_OK;
	}
	document_open(d, "assay.db-backup/1");
	text_put(d, "file", file);
	document_close(d);
	return AS_OK;
}

static void
verified_print(
    struct db *d, const struct as_verified *v, const struct as_why *fault)
{
	if (is_text(d) && fault == NULL) {
		as_buf_printf(&d->b,
		    "All fits together: %llu reports, their rows and sums, and "
		    "%llu inputs by their SHA-256.\n",
		    (unsigned long long)v->reports,
		    (unsigned long long)v->octets);
	} else if (!is_text(d)) {
		document_open(d, "assay.db-verify/1");
		as_json_out_name(&d->json, "sound");
		as_json_out_word(&d->json, fault == NULL ? "true" : "false");
		as_json_out_name(&d->json, "fault");
		as_json_out_str_or_null(&d->json,
		    fault != NULL ? as_str_from(fault->text) : AS_STR_NULL);
		number_put(d, "reports", v->reports);
		number_put(d, "inputs", v->octets);
		document_close(d);
	}
}

static enum as_err
verify(struct db *d, struct as_why *why)
{
	struct as_verified v;
	struct as_store *s;
	enum as_err err;

	AS_TRY(database_check(d, why));
	AS_TRY(as_store_open(d->path, true, &s, why));
	err = as_store_verify_all(s, &v, why);
	as_store_close(s);
	if (err == AS_OK || err == AS_ESYNTAX)
		verified_print(d, &v, err == AS_OK ? NULL : why);
	d->told = err == AS_ESYNTAX;
	return err;
}

/* --- copy --- */

static enum as_err
table_print(void *ctx, const struct as_copy_table *t)
{
	struct db *d = ctx;

	if (is_text(d)) {
		as_buf_printf(&d->b, "%-16s %10llu rows  %.16s  ", t->name,
		    (unsigned long long)t->rows, t->sum);
		as_buf_printf(&d->b, "%llu written\n",
		    (unsigned long long)(t->added + t->changed + t->dropped));
		return AS_OK;
	}
	as_json_out_open(&d->json, '{');
	text_put(d, "name", t->name);
	number_put(d, "rows", t->rows);
	text_put(d, "sum", t->sum);
	number_put(d, "added", t->added);
	number_put(d, "changed", t->changed);
	number_put(d, "dropped", t->dropped);
	as_json_out_close(&d->json, '}');
	return AS_OK;
}

static void
rows_show(void *ctx, const char *table, uint64_t rows)
{
	(void)ctx;
	(void)fprintf(
	    stderr, "\r%-16s %10llu rows", table, (unsigned long long)rows);
}

static void
copied_print(struct db *d, const char *to, bool resumed)
{
	if (is_text(d)) {
		as_buf_printf(&d->b, "Equal on both sides%s: ",
		    resumed ? ", with what an earlier run had copied" : "");
		as_term_add(&d->b, as_str_from(to));
		as_buf_puts(&d->b, " can be used now (--store).\n");
		return;
	}
	as_json_out_close(&d->json, ']');
	text_put(d, "to", to);
	as_json_out_name(&d->json, "resumed");
	as_json_out_word(&d->json, resumed ? "true" : "false");
	document_close(d);
}

static enum as_err
copy(struct db *d, struct as_why *why)
{
	bool watched = isatty(STDERR_FILENO) == 1;
	const struct as_copy_sink sink = {.ctx = d,
	    .table = table_print,
	    .progress = watched ? rows_show : NULL};
	const char *to = d->settings->args[1];
	enum as_err err;
	bool resumed;

	AS_TRY(database_check(d, why));
	if (!is_text(d)) {
		document_open(d, "assay.db-copy/1");
		as_json_out_name(&d->json, "tables");
		as_json_out_open(&d->json, '[');
	}
	err = as_store_copy(d->path, to, &sink, &resumed, why);
	if (watched)
		(void)fputs("\r\033[K", stderr);
	if (err != AS_OK)
		return err;
	copied_print(d, as_store_shown(d->a, to), resumed);
	return AS_OK;
}

/* --- the command --- */

static const struct {
	const char *name;
	size_t args;
	const char *missing;
	enum as_err (*run)(struct db *d, struct as_why *why);
} actions[] = {
    {"migrate", 1, "", migrate},
    {"backup", 2, "into which file?", backup},
    {"verify", 1, "", verify},
    {"copy", 2, "into which database?", copy},
};

static enum as_err
action_run(struct db *d, struct as_why *why)
{
	const struct as_settings *s = d->settings;

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (s->n_args == 0 || strcmp(s->args[0], actions[i].name) != 0)
			continue;
		if (s->n_args < actions[i].args)
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE, "%s",
			    actions[i].missing);
		if (s->n_args > actions[i].args)
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "what is \"%.80s\"?", s->args[actions[i].args]);
		return actions[i].run(d, why);
	}
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "say what to do: migrate, backup, verify or copy");
}

/* What verify says of a fault is printed, too. */
static enum as_err
db_run(struct db *d, struct as_why *why)
{
	struct as_why inner = {0};
	enum as_err err, printed;

	AS_TRY(as_run_format(d->settings, AS_FORMAT_TEXT, &d->format, why));
	AS_TRY(as_store_path(d->a, d->settings, &d->path, why));
	as_buf_init(&d->b, PRINT_OCTETS);
	err = action_run(d, why);
	if (err != AS_OK && !d->told)
		as_buf_reset(&d->b);
	printed = as_cmd_print(&d->b, err == AS_OK ? why : &inner);
	return err != AS_OK ? err : printed;
}

int
as_cmd_db(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_why why = {0};
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "db", AS_FOR_DB, help, argc, argv, &s, &status)) {
		struct db d = {.settings = &s, .a = a};

		if (db_run(&d, &why) != AS_OK)
			status = as_cmd_fail("db", &why);
	}
	as_arena_free(a);
	return status;
}
