#include "assess/senders.h"

#include "harness.h"

static const struct as_str table = {
    "# evidence\tdomain suffix\tservice\tcategory\tbasis\tnote\n"
    "spf\tmail.example\tPlain Mail\tmailbox\tchecked\t\n"
    "spf\tnews.mail.example\tNews\tmarketing\tknown\tby region\n"
    "dkim\tmail.example\tOther\tmailbox\tchecked\n"
    "spf\tshort.example\tNo category\n"
    "spf\t\tNobody\tmailbox\tchecked\t\n",
    0};

static const struct {
	const char *name;
	const char *evidence;
	const char *asked;
	const char *service; /* NULL: not found */
	const char *note;
} rows[] = {
    {"the suffix itself", "spf", "mail.example", "Plain Mail", ""},
    {"a name below it", "spf", "_spf.mail.example", "Plain Mail", ""},
    {"the longest suffix", "spf", "eu.news.mail.example", "News", "by region"},
    {"a final dot", "spf", "mail.example.", "Plain Mail", ""},
    {"another case", "spf", "MAIL.Example", "Plain Mail", ""},
    {"other evidence", "dkim", "x.mail.example", "Other", ""},
    {"not half a label", "spf", "email.example", NULL, NULL},
    {"a name above", "spf", "example", NULL, NULL},
    {"no name", "spf", "", NULL, NULL},
    {"the root", "spf", ".", NULL, NULL},
    {"no such evidence", "dkim-cname", "mail.example", NULL, NULL},
    {"a row without category", "spf", "short.example", NULL, NULL},
};

/* Each row of the shipped table is whole, and its suffix finds its service. */
static void
check_shipped(void)
{
	static char text[65536];
	char path[512];
	FILE *f;
	struct as_str all = {text, 0};
	struct as_sender s;

	t_case("the shipped table");
	(void)snprintf(path, sizeof(path), "%s/data/senders.tsv",
	    getenv("AS_SOURCE_ROOT"));
	f = fopen(path, "rb");
	if (!T_OK(f != NULL))
		return;
	all.n = fread(text, 1, sizeof(text), f);
	(void)fclose(f);
	T_OK(all.n > 1000 && all.n < sizeof(text));
	T_OK(as_sender_find(all, "spf", AS_STR("_spf.google.com"), &s));
	T_STR(s.service, "Google Workspace");
	T_OK(as_sender_find(
	    all, "spf", AS_STR("eu._netblocks.mimecast.com"), &s));
	T_STR(s.service, "Mimecast");
	T_STR(as_sender_trade(s.category), "mail filter");
	T_OK(as_sender_find(all, "ptr", AS_STR("mail-wr1-f41.google.com"), &s));
	T_STR(s.service, "Google Workspace");
	T_OK(!as_sender_find(
	    all, "ptr", AS_STR("1.2.0.192.bc.googleusercontent.com"), &s));
}

int
main(void)
{
	struct as_str all = as_str_from(table.p);
	struct as_sender s;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool found;
		t_case("%s", rows[i].name);
		found = as_sender_find(
		    all, rows[i].evidence, as_str_from(rows[i].asked), &s);
		T_INT(found, rows[i].service != NULL);
		if (!found || rows[i].service == NULL)
			continue;
		T_STR(s.service, rows[i].service);
		T_STR(s.note, rows[i].note);
	}
	t_case("trades in words");
	T_STR(
	    as_sender_trade(AS_STR("marketing")), "newsletters and marketing");
	T_STR(as_sender_trade(AS_STR("unheard")), "unheard");
	check_shipped();
	return t_done();
}
