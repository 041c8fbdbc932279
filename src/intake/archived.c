#include "intake/archived.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define TAR_MAGIC_AT 257

struct as_archive {
	struct archive *a;
	struct as_peek *from;
	struct as_budget *budget;
	char part[AS_PEEK_OCTETS]; /* that libarchive looks at */
	bool packed;               /* as a whole, by xz, bzip2 or zstd */
	enum as_err err;           /* of the source */
	struct as_why why;
};

bool
as_is_zip(struct as_str s)
{
	return s.n >= 4 && s.p[0] == 'P' && s.p[1] == 'K' &&
	    ((s.p[2] == 3 && s.p[3] == 4) || (s.p[2] == 5 && s.p[3] == 6));
}

bool
as_is_tar(struct as_str s)
{
	return s.n >= TAR_MAGIC_AT + 5 &&
	    memcmp(s.p + TAR_MAGIC_AT, "ustar", 5) == 0;
}

bool
as_is_packed(struct as_str s)
{
	return s.n >= 6 &&
	    (memcmp(s.p,
		 "\xfd"
		 "7zXZ\0",
		 6) == 0 ||
		(memcmp(s.p, "BZh", 3) == 0 && s.p[3] >= '1' &&
		    s.p[3] <= '9') ||
		memcmp(s.p, "\x28\xb5\x2f\xfd", 4) == 0);
}

static la_ssize_t
archive_pull(struct archive *a, void *ctx, const void **out)
{
	struct as_archive *ar = ctx;
	struct as_source from = as_peek_source(ar->from);
	size_t got = 0;

	ar->err = from.read(from.ctx, ar->part, sizeof(ar->part), &got);
	if (ar->err != AS_OK) {
		archive_set_error(a, -1, "the source failed");
		return -1;
	}
	*out = ar->part;
	return (la_ssize_t)got;
}

/* What unpacks tells little of why it could not. */
static enum as_err
damaged(const struct as_archive *ar, struct as_why *why, size_t at,
    const char *where)
{
	return as_why_set(why, AS_ESYNTAX, at, "the archive is damaged%s%s",
	    where,
	    ar->packed ? ", or takes more memory to unpack than it may" : "");
}

enum as_err
as_archive_new(struct as_peek *from, struct as_budget *budget,
    struct as_archive **out, struct as_why *why)
{
	struct as_archive *ar = calloc(1, sizeof(*ar));
	struct as_str start;

	*out = NULL;
	if (ar == NULL)
		return as_why_no_memory(why);
	ar->from = from;
	ar->budget = budget;
	ar->a = archive_read_new();
	if (ar->a == NULL) {
		free(ar);
		return as_why_no_memory(why);
	}
	(void)archive_read_support_format_tar(ar->a);
	(void)archive_read_support_format_zip_streamable(ar->a);
	ar->packed = as_peek_look(from, &start) == AS_OK && as_is_packed(start);
	if (ar->packed) {
		(void)archive_read_support_filter_xz(ar->a);
		(void)archive_read_support_filter_bzip2(ar->a);
		(void)archive_read_support_filter_zstd(ar->a);
		(void)archive_read_support_format_raw(ar->a);
	}
	if (archive_read_open(ar->a, ar, NULL, archive_pull, NULL) <
	    ARCHIVE_WARN) {
		enum as_err err =
		    ar->err != AS_OK ? ar->err : damaged(ar, why, 0, "");

		as_archive_free(ar);
		return err;
	}
	*out = ar;
	return AS_OK;
}

void
as_archive_free(struct as_archive *ar)
{
	if (ar == NULL)
		return;
	(void)archive_read_free(ar->a);
	free(ar);
}

static enum as_err
member_read(void *ctx, void *to, size_t n, size_t *got)
{
	struct as_archive *ar = ctx;
	la_ssize_t rc = archive_read_data(
	    ar->a, to, n < AS_PEEK_OCTETS ? n : AS_PEEK_OCTETS);

	*got = 0;
	if (ar->err != AS_OK)
		return ar->err;
	if (rc < 0)
		return damaged(
		    ar, &ar->why, AS_WHY_NOWHERE, " inside this file");
	*got = (size_t)rc;
	return as_budget_out(ar->budget, *got, &ar->why);
}

enum as_err
as_archive_next(struct as_archive *ar, struct as_str *name,
    struct as_source *octets, struct as_why *why)
{
	struct archive_entry *e;
	const char *path;
	int rc;

	do {
		rc = archive_read_next_header(ar->a, &e);
		if (rc == ARCHIVE_EOF)
			return AS_EABSENT;
		if (ar->err != AS_OK)
			return ar->err;
		if (rc < ARCHIVE_WARN)
			return damaged(ar, why, AS_WHY_NOWHERE, "");
		AS_TRY(as_budget_member(ar->budget, why));
	} while (archive_entry_filetype(e) != AE_IFREG);
	path = archive_entry_pathname(e);
	*name = as_str_from(path != NULL ? path : "");
	*octets = (struct as_source){member_read, ar};
	if (archive_entry_is_encrypted(e))
		return as_why_set(
		    why, AS_EUNSUPPORTED, AS_WHY_NOWHERE, "it is encrypted");
	return AS_OK;
}

const struct as_why *
as_archive_why(const struct as_archive *ar)
{
	return &ar->why;
}
