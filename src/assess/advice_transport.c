/*
 * Proposed records for TLS-RPT and MTA-STS.
 */
#include "assess/advice.h"

#include "base/clock.h"

#include "base/banned.h"

struct as_str
as_advice_tls_rpt(struct as_say *o, const struct as_str *rua, size_t n)
{
	struct as_tls_rpt *rpt;
	struct as_buf b;
	struct as_str text;

	as_buf_init(&b, AS_MAX_TXT_OCTETS);
	as_buf_puts(&b, "v=TLSRPTv1; rua=");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			as_buf_puts(&b, ",");
		as_buf_add_str(&b, rua[i]);
	}
	text = as_say_take(o, &b);
	if (o->err != AS_OK || !as_tls_rpt_is_record(text) ||
	    as_tls_rpt_parse(o->c->a, text, &rpt, NULL) != AS_OK)
		return AS_STR_NULL;
	return text;
}

/* Adds what is usable, not yet there and read by somebody. */
static void
rua_add(struct as_say *o, const struct as_tls_rpt *rpt, struct as_str *list,
    size_t *n)
{
	for (size_t i = 0; i < rpt->n_rua && *n < AS_MAX_REPORT_URIS; i++) {
		size_t k = 0;

		while (k < *n && !as_str_eq(list[k], rpt->rua[i]))
			k++;
		if (k == *n && !as_advice_is_withdrawn(o, rpt->rua[i]))
			list[(*n)++] = rpt->rua[i];
	}
}

struct as_str
as_advice_tls_rpt_merged(struct as_say *o, const struct as_txt_set *set)
{
	struct as_str list[AS_MAX_REPORT_URIS];
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++) {
		struct as_tls_rpt *rpt;
		enum as_err err =
		    as_tls_rpt_parse(o->c->a, set->texts[i], &rpt, NULL);

		if (err == AS_OK)
			rua_add(o, rpt, list, &n);
		else if (err == AS_ENOMEM)
			o->err = err;
	}
	return n > 0 ? as_advice_tls_rpt(o, list, n) : as_advice_tls_rpt_new(o);
}

struct as_str
as_advice_tls_rpt_new(struct as_say *o)
{
	struct as_str rua = as_advice_mailbox(o, "tls-reports");

	return as_advice_tls_rpt(o, &rua, 1);
}

/* An id that grows: the digits of the time of the assessment. */
struct as_str
as_advice_mta_sts_new(struct as_say *o)
{
	char buf[AS_TIME_TEXT], id[15];
	struct as_mta_sts *sts;
	struct as_str text;
	size_t n = 0;

	(void)as_time_text(o->c->options->now_ms, buf);
	for (const char *p = buf; *p != 0 && n < sizeof(id) - 1; p++)
		if (*p >= '0' && *p <= '9')
			id[n++] = *p;
	id[n] = 0;
	text = as_say_text(o, "v=STSv1; id=%s", n > 0 ? id : "1");
	if (o->err != AS_OK ||
	    as_mta_sts_parse(o->c->a, text, &sts, NULL) != AS_OK)
		return AS_STR_NULL;
	return text;
}

struct as_str
as_advice_policy(struct as_say *o, const char *mode)
{
	struct as_buf b;
	struct as_str text;

	as_buf_init(&b, AS_MAX_POLICY_OCTETS);
	as_buf_printf(&b, "\"version: STSv1\", \"mode: %s\"", mode);
	for (size_t i = 0; i < o->c->n_mx; i++) {
		as_buf_puts(&b, ", \"mx: ");
		as_buf_add_str(&b, as_say_esc(o, o->c->mx[i].host));
		as_buf_puts(&b, "\"");
	}
	as_buf_puts(&b, ", \"max_age: 1209600\"");
	text = as_say_take(o, &b);
	return as_str_is_null(text) ? AS_STR("(too many mail servers)") : text;
}
