#include "store/store.h"

#include "store/engine.h"

#include "base/banned.h"

bool
as_store_is_server(const char *where)
{
	struct as_str s = as_str_from(where);

	return as_str_has_prefix(s, "postgresql://") ||
	    as_str_has_prefix(s, "postgres://");
}

enum as_err
as_store_open(
    const char *path, bool read_only, struct as_store **out, struct as_why *why)
{
	const struct as_engine *engine =
	    as_store_is_server(path) ? &as_engine_postgres : &as_engine_sqlite;
	struct as_store *s = NULL;
	enum as_err err = engine->open(path, read_only, &s, why);

	*out = NULL;
	if (err == AS_OK)
		err = as_schema_migrate(s, why);
	if (err != AS_OK) {
		as_store_close(s);
		return err;
	}
	*out = s;
	return AS_OK;
}

void
as_store_close(struct as_store *s)
{
	if (s == NULL)
		return;
	as_store_rollback(s);
	s->engine->close(s);
}

enum as_err
as_store_commit(struct as_store *s, struct as_why *why)
{
	if (!s->in_transaction)
		return AS_OK;
	AS_TRY(s->engine->exec(s, "COMMIT", why));
	s->in_transaction = false;
	return AS_OK;
}

void
as_store_rollback(struct as_store *s)
{
	s->engine->rollback(s);
}

enum as_err
as_store_verify(struct as_store *s, struct as_why *why)
{
	return s->engine->verify(s, why);
}
