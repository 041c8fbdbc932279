#include "intake/tree.h"

#include <stddef.h>
#include <string.h>

#include "base/banned.h"

#define NAME(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}
#define PART(name, node) \
	{ \
		NAME(name), AS_NODE_##node, AS_WORDS_ANY, 0 \
	}
#define TEXT(type, in, member, words) \
	{ \
		NAME(#member), AS_NODE_##in, AS_WORDS_##words, \
		    offsetof(struct as_report_##type, member) \
	}

// clang-format off
static const struct as_element in_top[] = {
	PART("feedback", FEEDBACK),
};
static const struct as_element in_feedback[] = {
	PART("record", RECORD),
	PART("report_metadata", METADATA),
	PART("policy_published", POLICY),
	TEXT(head, IN_HEAD, version, ANY),
};
static const struct as_element in_metadata[] = {
	TEXT(head, IN_HEAD, org_name, ANY),
	TEXT(head, IN_HEAD, email, ANY),
	TEXT(head, IN_HEAD, extra_contact_info, ANY),
	TEXT(head, IN_HEAD, report_id, ANY),
	TEXT(head, IN_HEAD, generator, ANY),
	PART("date_range", RANGE),
	PART("error", ERROR),
};
static const struct as_element in_range[] = {
	PART("begin", BEGIN),
	PART("end", END),
};
static const struct as_element in_policy[] = {
	PART("domain", DOMAIN),
	TEXT(head, IN_HEAD, adkim, ALIGNMENT),
	TEXT(head, IN_HEAD, aspf, ALIGNMENT),
	TEXT(head, IN_HEAD, p, POLICY),
	TEXT(head, IN_HEAD, sp, POLICY),
	TEXT(head, IN_HEAD, np, POLICY),
	TEXT(head, IN_HEAD, fo, ANY),
	TEXT(head, IN_HEAD, pct, ANY),
	TEXT(head, IN_HEAD, testing, YES_NO),
	TEXT(head, IN_HEAD, discovery_method, DISCOVERY),
};
static const struct as_element in_record[] = {
	PART("row", ROW),
	PART("identifiers", IDENTIFIERS),
	PART("auth_results", RESULTS),
	PART("identities", IDENTIFIERS), /* so written by some */
};
static const struct as_element in_row[] = {
	PART("source_ip", SOURCE_IP),
	PART("count", COUNT),
	PART("policy_evaluated", EVALUATED),
};
static const struct as_element in_evaluated[] = {
	TEXT(row, IN_ROW, disposition, DISPOSITION),
	TEXT(row, IN_ROW, dkim, EVALUATED),
	TEXT(row, IN_ROW, spf, EVALUATED),
	PART("reason", REASON),
};
static const struct as_element in_reason[] = {
	TEXT(reason, IN_REASON, type, REASON),
	TEXT(reason, IN_REASON, comment, ANY),
};
static const struct as_element in_identifiers[] = {
	TEXT(row, IN_ROW, header_from, ANY),
	TEXT(row, IN_ROW, envelope_from, ANY),
	TEXT(row, IN_ROW, envelope_to, ANY),
};
static const struct as_element in_results[] = {
	PART("dkim", DKIM),
	PART("spf", SPF),
};
static const struct as_element in_dkim[] = {
	TEXT(dkim, IN_DKIM, domain, ANY),
	TEXT(dkim, IN_DKIM, selector, ANY),
	TEXT(dkim, IN_DKIM, result, DKIM),
	TEXT(dkim, IN_DKIM, human_result, ANY),
};
static const struct as_element in_spf[] = {
	TEXT(spf, IN_SPF, domain, ANY),
	TEXT(spf, IN_SPF, scope, SCOPE),
	TEXT(spf, IN_SPF, result, SPF),
	TEXT(spf, IN_SPF, human_result, ANY),
};

#define LIST(node, list) [AS_NODE_##node] = {list, sizeof(list) / sizeof(list[0])}
static const struct {
	const struct as_element *list;
	size_t n;
} lists[AS_NODE_COUNT + 1] = {
	LIST(TOP, in_top), LIST(FEEDBACK, in_feedback), LIST(METADATA, in_metadata),
	LIST(RANGE, in_range), LIST(POLICY, in_policy), LIST(RECORD, in_record),
	LIST(ROW, in_row), LIST(EVALUATED, in_evaluated), LIST(REASON, in_reason),
	LIST(IDENTIFIERS, in_identifiers), LIST(RESULTS, in_results),
	LIST(DKIM, in_dkim), LIST(SPF, in_spf),
};
// clang-format on

const struct as_element *
as_element_find(enum as_node parent, struct as_str name)
{
	for (size_t i = 0; i < lists[parent].n; i++) {
		const struct as_element *e = &lists[parent].list[i];
		if (e->name.n == name.n &&
		    memcmp(e->name.p, name.p, name.n) == 0)
			return e;
	}
	return NULL;
}

bool
as_node_is_text(enum as_node node)
{
	return node >= AS_NODE_IN_HEAD;
}

bool
as_node_is_part(enum as_node node)
{
	return node >= AS_NODE_FEEDBACK && node <= AS_NODE_RESULTS;
}
