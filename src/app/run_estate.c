#include "app/run.h"
#include "app/store_path.h"

#include "base/banned.h"

#define ESTATE_OCTETS ((size_t)1024 * 1024 * 1024)

static enum as_err
book_read(struct as_run *run, const char *path, struct as_why *why)
{
	struct as_store *store;
	enum as_err err;

	AS_TRY(as_store_open(path, true, &store, why));
	err = as_estate_book_read(&run->estate, store, why);
	as_store_close(store);
	return err;
}

enum as_err
as_run_estate(
    struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	const struct as_estate_filter filter = {
	    s->tag.v, s->tag.n, s->organisation, s->group};
	const char *path;

	if (!s->estate) {
		if (s->tag.n > 0 || s->organisation != NULL || s->group != NULL)
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "--tag, --organisation and --group need --estate");
		return AS_OK;
	}
	AS_TRY(as_store_path(run->arena, s, &path, why));
	if (as_store_is_missing(path))
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "there is no estate yet: %.150s is missing", path);
	run->estate_arena = as_arena_new(ESTATE_OCTETS);
	if (run->estate_arena == NULL)
		return as_why_no_memory(why);
	as_estate_book_init(&run->estate, run->estate_arena);
	AS_TRY(book_read(run, path, why));
	as_estate_book_keep(&run->estate, &filter);
	return AS_OK;
}
