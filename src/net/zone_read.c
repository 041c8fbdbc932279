#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "net/zone_set.h"

#include "base/banned.h"

/* One file being read. */
struct reader {
	struct as_arena *a;
	struct as_why *why;
	struct zone_set *set;
	size_t room; /* in set->rrs */
	FILE *f;
	char *text; /* a copy that ends in a line feed */
	size_t n;
	size_t at;     /* start of the logical line */
	uint32_t line; /* its number, from 1 */
	uint32_t ttl;
	ldns_rdf *origin;
	ldns_rdf *previous;
	ldns_buffer *rdata;
	bool has_soa;
};

#define DEFAULT_TTL 3600

static enum as_err
refuse(const struct reader *r, uint32_t line, const char *what)
{
	return as_why_set(
	    r->why, AS_ESYNTAX, AS_WHY_NOWHERE, "line %u: %s", line, what);
}

static enum as_err
rr_make_room(struct reader *r)
{
	size_t room = r->room == 0 ? 64 : r->room * 2;
	struct zone_rr *rrs;

	if (r->set->n < r->room)
		return AS_OK;
	rrs = realloc(r->set->rrs, room * sizeof(*rrs));
	if (rrs == NULL)
		return AS_ENOMEM;
	r->set->rrs = rrs;
	r->room = room;
	return AS_OK;
}

/* Records of one name mostly stand together: they share the key. */
static enum as_err
rr_key(struct reader *r, ldns_rr *rr, struct as_str *key)
{
	char room[ZONE_KEY_OCTETS];
	ldns_rdf *owner = ldns_rr_owner(rr);
	struct as_str k;

	if (ldns_rdf_size(owner) > AS_WIRE_NAME_OCTETS)
		return refuse(r, r->line, "a name of more than 255 octets");
	k = as_zone_key(ldns_rdf_data(owner), ldns_rdf_size(owner), room);
	if (r->set->n > 0 && as_str_eq(r->set->rrs[r->set->n - 1].key, k)) {
		*key = r->set->rrs[r->set->n - 1].key;
		return AS_OK;
	}
	*key = as_str_dup(r->a, k);
	return as_str_is_null(*key) ? AS_ELIMIT : AS_OK;
}

static enum as_err
soa_seen(struct reader *r, ldns_rr *rr, struct as_str key)
{
	struct as_buf text;

	if (r->has_soa)
		return refuse(r, r->line, "a second SOA");
	r->has_soa = true;
	r->set->whole = true;
	r->set->apex_key = key;
	as_buf_init(&text, 4 * AS_WIRE_NAME_OCTETS);
	as_wire_name_text(ldns_rdf_data(ldns_rr_owner(rr)),
	    ldns_rdf_size(ldns_rr_owner(rr)), &text);
	r->set->apex = as_str_dup(r->a, as_buf_str(&text));
	as_buf_fini(&text);
	return as_str_is_null(r->set->apex) ? AS_ELIMIT : AS_OK;
}

static enum as_err
rr_add(struct reader *r, ldns_rr *rr)
{
	struct zone_rr row = {.line = r->line,
	    .ttl = ldns_rr_ttl(rr),
	    .type = (uint16_t)ldns_rr_get_type(rr)};
	size_t n;

	if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
		return refuse(r, r->line, "a class other than IN");
	ldns_rr2canonical(rr);
	ldns_buffer_clear(r->rdata);
	if (ldns_rr_rdata2buffer_wire(r->rdata, rr) != LDNS_STATUS_OK ||
	    (n = ldns_buffer_position(r->rdata)) > UINT16_MAX)
		return refuse(r, r->line, "more data than a record holds");
	AS_TRY(rr_make_room(r));
	AS_TRY(rr_key(r, rr, &row.key));
	row.rdata = (const uint8_t *)as_arena_copy(
	    r->a, ldns_buffer_begin(r->rdata), n);
	if (row.rdata == NULL)
		return AS_ELIMIT;
	row.rdata_n = (uint16_t)n;
	r->set->rrs[r->set->n++] = row;
	return row.type == ZONE_SOA ? soa_seen(r, rr, row.key) : AS_OK;
}

/* ldns passes over blank lines and comments on its way to a record: so do we,
 * to name the line where it begins. */
static void
skip_blank(struct reader *r, size_t end)
{
	bool comment = false;

	for (; r->at < end; r->at++) {
		char c = r->text[r->at];

		if (c == '\n') {
			comment = false;
			r->line++;
		} else if (c == ';') {
			comment = true;
		} else if (!comment && c != ' ' && c != '\t' && c != '\r') {
			return;
		}
	}
}

/* The logical line that ends before `end`. */
static struct as_str
raw_line(const struct reader *r, size_t end)
{
	struct as_str s = {r->text + r->at, end - r->at};

	s = as_str_slice(s, 0, as_str_find(s, ';', 0));
	s = as_str_slice(s, 0, as_str_find(s, '\n', 0));
	return as_str_slice(s, 0, as_str_find(s, '\r', 0));
}

/* ldns takes the name after $ORIGIN for a whole one; without a final dot it is
 * relative to the origin so far (RFC 1035 5.1). */
static enum as_err
origin_change(struct reader *r, ldns_rdf *before, size_t end)
{
	struct as_str line = as_str_trim(raw_line(r, end));
	ldns_rdf *joined;

	if (r->origin == NULL)
		return AS_ENOMEM;
	if (before == NULL || line.n == 0 || line.p[line.n - 1] == '.')
		return AS_OK;
	joined = ldns_dname_cat_clone(r->origin, before);
	if (joined == NULL)
		return refuse(r, r->line, "$ORIGIN makes too long a name");
	ldns_rdf_deep_free(r->origin);
	r->origin = joined;
	return AS_OK;
}

static enum as_err
line_failed(const struct reader *r, ldns_status status)
{
	return refuse(r, r->line, ldns_get_errorstr_by_id(status));
}

/* One logical line: a record, a directive or nothing. */
static enum as_err
line_take(struct reader *r)
{
	ldns_rdf *before = NULL;
	ldns_rr *rr = NULL;
	enum as_err err = AS_OK;
	ldns_status status;
	size_t end;

	if (r->origin != NULL && (before = ldns_rdf_clone(r->origin)) == NULL)
		return AS_ENOMEM;
	status = ldns_rr_new_frm_fp_l(
	    &rr, r->f, &r->ttl, &r->origin, &r->previous, NULL);
	end = (size_t)ftell(r->f);
	if (end > r->n || end <= r->at)
		end = r->n;
	skip_blank(r, end);
	if (status == LDNS_STATUS_OK && rr == NULL)
		err = AS_ENOMEM; /* not all of ldns says so */
	else if (status == LDNS_STATUS_OK)
		err = rr_add(r, rr);
	else if (status == LDNS_STATUS_SYNTAX_ORIGIN)
		err = origin_change(r, before, end);
	else if (status == LDNS_STATUS_SYNTAX_INCLUDE)
		err = refuse(r, r->line, "$INCLUDE is not followed");
	else if (status == LDNS_STATUS_MEM_ERR)
		err = AS_ENOMEM;
	else if (status != LDNS_STATUS_SYNTAX_TTL &&
	    status != LDNS_STATUS_SYNTAX_EMPTY)
		err = line_failed(r, status);
	if (status == LDNS_STATUS_OK && rr != NULL)
		ldns_rr_free(rr);
	if (before != NULL)
		ldns_rdf_deep_free(before);
	for (; r->at < end; r->at++)
		r->line += r->text[r->at] == '\n';
	return err;
}

static int
rr_cmp(const void *pa, const void *pb)
{
	const struct zone_rr *a = pa, *b = pb;
	int d = as_str_cmp(a->key, b->key);

	if (d == 0)
		d = (a->type > b->type) - (a->type < b->type);
	if (d == 0)
		d = as_str_cmp(
		    (struct as_str){(const char *)a->rdata, a->rdata_n},
		    (struct as_str){(const char *)b->rdata, b->rdata_n});
	if (d == 0)
		d = (a->line > b->line) - (a->line < b->line);
	return d;
}

/* The same record twice is one record (RFC 2181 5). */
static void
rr_unique(struct zone_set *set)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->n; i++) {
		const struct zone_rr *last = &set->rrs[kept - (kept > 0)];
		const struct zone_rr *rr = &set->rrs[i];

		if (kept > 0 && last->type == rr->type &&
		    last->rdata_n == rr->rdata_n &&
		    as_str_eq(last->key, rr->key) &&
		    memcmp(last->rdata, rr->rdata, rr->rdata_n) == 0)
			continue;
		set->rrs[kept++] = *rr;
	}
	set->n = kept;
}

/* RFC 2181 10.1: a CNAME stands alone at its name, DNSSEC's own excepted. */
static bool
beside_cname(const struct zone_rr *rr)
{
	return rr->type != ZONE_RRSIG && rr->type != ZONE_NSEC;
}

static enum as_err
check_cnames(const struct reader *r)
{
	const struct zone_rr *rrs = r->set->rrs;

	for (size_t i = 0; i < r->set->n; i++) {
		size_t first = i, other = 0, cnames = 0;

		for (; i < r->set->n && as_str_eq(rrs[i].key, rrs[first].key);
		     i++) {
			if (rrs[i].type == ZONE_CNAME)
				cnames++;
			else if (beside_cname(&rrs[i]))
				other = i + 1;
		}
		i--;
		if (cnames > 0 && cnames + (other != 0) > 1)
			return refuse(r, rrs[other != 0 ? other - 1 : i].line,
			    "a CNAME and other data at one name");
	}
	return AS_OK;
}

static enum as_err
check_bounds(const struct reader *r)
{
	const struct zone_set *set = r->set;

	for (size_t i = 0; i < set->n; i++)
		if (set->rrs[i].key.n < set->apex_key.n ||
		    memcmp(set->rrs[i].key.p, set->apex_key.p,
			set->apex_key.n) != 0)
			return as_why_set(r->why, AS_ESYNTAX, AS_WHY_NOWHERE,
			    "line %u: outside the zone " AS_STR_FMT,
			    set->rrs[i].line, AS_STR_ARG(set->apex));
	return AS_OK;
}

static enum as_err
reader_run(struct reader *r)
{
	const char *nul = memchr(r->text, 0, r->n);

	if (nul != NULL)
		return as_why_set(r->why, AS_ESYNTAX, (size_t)(nul - r->text),
		    "an octet 0 in a zone file");
	while (r->at < r->n)
		AS_TRY(line_take(r));
	if (r->set->n == 0)
		return as_why_set(
		    r->why, AS_ESYNTAX, AS_WHY_NOWHERE, "no record in it");
	qsort(r->set->rrs, r->set->n, sizeof(*r->set->rrs), rr_cmp);
	rr_unique(r->set);
	AS_TRY(check_cnames(r));
	return r->set->whole ? check_bounds(r) : AS_OK;
}

static enum as_err
reader_open(struct reader *r, struct as_str text, struct as_str origin)
{
	uint8_t wire[AS_WIRE_NAME_OCTETS];
	size_t n = 0;

	if (!as_str_is_null(origin) &&
	    (n = as_wire_name_parse(origin, wire)) == 0)
		return as_why_set(r->why, AS_EINVAL, AS_WHY_NOWHERE,
		    "the origin is not a name");
	if (n == 0) {
		wire[0] = 0;
		n = 1;
	}
	r->n = text.n + 1;
	r->text = malloc(r->n);
	r->set = as_arena_alloc(r->a, sizeof(*r->set));
	r->origin = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, n, wire);
	r->rdata = ldns_buffer_new(LDNS_MIN_BUFLEN);
	if (r->text == NULL || r->set == NULL || r->origin == NULL ||
	    r->rdata == NULL)
		return AS_ENOMEM;
	if (text.n > 0)
		memcpy(r->text, text.p, text.n);
	r->text[text.n] = '\n';
	r->f = fmemopen(r->text, r->n, "r");
	return r->f == NULL ? AS_ENOMEM : AS_OK;
}

static void
reader_close(struct reader *r)
{
	if (r->f != NULL)
		(void)fclose(r->f);
	free(r->text);
	if (r->origin != NULL)
		ldns_rdf_deep_free(r->origin);
	if (r->previous != NULL)
		ldns_rdf_deep_free(r->previous);
	if (r->rdata != NULL)
		ldns_buffer_free(r->rdata);
}

enum as_err
as_zone_read(struct as_arena *a, struct as_str text, struct as_str origin,
    struct zone_set **out, struct as_why *why)
{
	struct reader r = {.a = a, .why = why, .line = 1, .ttl = DEFAULT_TTL};
	enum as_err err;

	if (text.n > AS_MAX_ZONE_OCTETS)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "a zone file of more than %zu octets",
		    (size_t)AS_MAX_ZONE_OCTETS);
	err = reader_open(&r, text, origin);
	if (err == AS_OK)
		err = reader_run(&r);
	reader_close(&r);
	if (err != AS_OK)
		as_zone_set_free(r.set);
	else
		*out = r.set;
	if (err == AS_ELIMIT)
		(void)as_why_set(
		    why, err, AS_WHY_NOWHERE, "the zones need too much memory");
	return err;
}

void
as_zone_set_free(struct zone_set *set)
{
	if (set == NULL)
		return;
	free(set->rrs);
	set->rrs = NULL;
	set->n = 0;
}
