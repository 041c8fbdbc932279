#include "assess/role.h"

#include "base/banned.h"

/* Terms that could let someone pass; a redirect is followed apart. */
static bool
authorises(const struct as_spf *spf)
{
	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];

		if (t->kind == AS_SPF_REDIRECT || t->kind == AS_SPF_EXP ||
		    t->kind == AS_SPF_UNKNOWN_MODIFIER)
			continue;
		if (t->kind == AS_SPF_ALL)
			return t->qualifier != '-';
		if (t->qualifier != '-')
			return true;
	}
	return false;
}

enum as_tri
as_role_spf_denies(const struct as_case *c)
{
	const struct as_spf_node *node = c->cost.root;

	if (c->spf == NULL)
		return c->spf_set.found == AS_FOUND_UNKNOWN ? AS_UNSURE : AS_NO;
	while (node != NULL) {
		if (node->spf == NULL)
			return node->unknown ? AS_UNSURE : AS_NO;
		if (authorises(node->spf))
			return AS_NO;
		if (node->spf->all != NULL)
			return AS_YES;
		if (node->spf->redirect == NULL)
			return AS_NO; /* ends neutral */
		if (node->child == NULL)
			return AS_UNSURE; /* a macro names the target */
		node = node->child;
	}
	return AS_NO;
}

bool
as_role_is_silent(enum as_role role)
{
	return role == AS_ROLE_RECEIVES_ONLY || role == AS_ROLE_PARKED ||
	    role == AS_ROLE_LEGACY;
}

/* Without MX the address serves (RFC 5321 5.1), but a web server mostly does
 * not speak SMTP: a visit that was answered decides. */
static enum as_tri
implicit_receives(const struct as_case *c)
{
	const struct as_mx *m = &c->mx[0];

	for (size_t i = 0; i < m->n_visits; i++)
		if (m->visits[i]->smtp != NULL &&
		    m->visits[i]->smtp->outcome == AS_SMTP_OK)
			return AS_YES;
	return AS_NO;
}

static enum as_tri
receives_find(const struct as_case *c)
{
	switch (c->mail) {
	case AS_MAIL_LISTED:
	case AS_MAIL_NULL_MIXED: return AS_YES;
	case AS_MAIL_IMPLICIT: return implicit_receives(c);
	case AS_MAIL_UNKNOWN: return AS_UNSURE;
	default: return AS_NO;
	}
}

/* No SPF record at all: a domain that receives is taken to send as well, one
 * that does not is taken to be silent. */
static enum as_tri
sends_find(const struct as_case *c)
{
	if (c->mail == AS_MAIL_NO_NAME)
		return AS_NO;
	if (c->spf_set.found == AS_FOUND_UNKNOWN)
		return AS_UNSURE;
	if (c->spf_set.found == AS_FOUND_NONE)
		return c->receives;
	switch (as_role_spf_denies(c)) {
	case AS_YES: return AS_NO;
	case AS_NO: return AS_YES;
	default: return AS_UNSURE;
	}
}

static void
override_apply(struct as_case *c)
{
	c->role = c->options->role;
	c->overridden = true;
	c->sends = as_role_is_silent(c->role) ? AS_NO : AS_YES;
	if (c->role == AS_ROLE_FULL || c->role == AS_ROLE_RECEIVES_ONLY)
		c->receives = AS_YES;
	else if (c->role != AS_ROLE_LEGACY)
		c->receives = AS_NO;
}

static enum as_role
role_of(const struct as_case *c)
{
	enum as_tri receives = c->receives, sends = c->sends;

	if (c->mail == AS_MAIL_NO_NAME || receives == AS_UNSURE ||
	    sends == AS_UNSURE)
		return AS_ROLE_UNKNOWN;
	if (receives == AS_YES)
		return sends == AS_YES ? AS_ROLE_FULL : AS_ROLE_RECEIVES_ONLY;
	return sends == AS_YES ? AS_ROLE_SENDS_ONLY : AS_ROLE_PARKED;
}

static const char *
mail_words(const struct as_case *c)
{
	switch (c->mail) {
	case AS_MAIL_LISTED: return "MX records name mail servers";
	case AS_MAIL_NULL: return "a null MX says that it takes no mail";
	case AS_MAIL_NULL_MIXED:
		return "MX records name mail servers beside a null MX";
	case AS_MAIL_IMPLICIT:
		return c->receives == AS_YES
		    ? "no MX, but its own address answers as a mail server"
		    : "no MX, its own address is not known to take mail";
	case AS_MAIL_NONE: return "neither MX nor address";
	case AS_MAIL_NO_NAME: return "the name does not exist";
	default: return "the MX records could not be read";
	}
}

static const char *
spf_words(const struct as_case *c)
{
	if (c->spf_set.found == AS_FOUND_UNKNOWN)
		return "the SPF record could not be read";
	if (c->spf_set.found == AS_FOUND_NONE)
		return "no SPF record";
	switch (as_role_spf_denies(c)) {
	case AS_YES: return "SPF lets nobody send";
	case AS_NO: return "SPF does not refuse everyone";
	default: return "the SPF record could not be followed to its end";
	}
}

static struct as_str
why_text(const struct as_case *c)
{
	if (c->overridden)
		return as_str_printf(c->a,
		    "Set by you; the evidence: %s, and %s.", mail_words(c),
		    spf_words(c));
	if (c->mail == AS_MAIL_NO_NAME)
		return AS_STR("the name does not exist.");
	return as_str_printf(c->a, "%s, and %s.", mail_words(c), spf_words(c));
}

enum as_err
as_role_find(struct as_case *c)
{
	c->receives = receives_find(c);
	c->sends = sends_find(c);
	if (c->options->role != AS_ROLE_UNKNOWN)
		override_apply(c);
	else
		c->role = role_of(c);
	c->role_why = why_text(c);
	return as_str_is_null(c->role_why) ? AS_ENOMEM : AS_OK;
}
