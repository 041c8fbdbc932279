/*
 * man-page - prints doc/assay.1 from the table of options, so that the manual
 * cannot name other options than the program knows.
 */
#include <stdio.h>

#include "app/settings.h"

#include "base/banned.h"

static const char head[] =
    ".\\\" Made by tools/man-page; change src/app/settings.h, then run"
    " make doc.\n"
    ".Dd November 25, 2026\n"
    ".Dt ASSAY 1\n"
    ".Os\n"
    ".Sh NAME\n"
    ".Nm assay\n"
    ".Nd check how well the mail of domains is protected\n"
    ".Sh SYNOPSIS\n"
    ".Nm assay check\n"
    ".Ar DOMAIN ...\n"
    ".Op Ar option ...\n"
    ".Nm assay scan\n"
    ".Op Ar FILE | -\n"
    ".Op Ar option ...\n"
    ".Nm assay rules\n"
    ".Op Ar ID\n"
    ".Op Ar option ...\n"
    ".Nm assay profiles\n"
    ".Op Ar ID | FILE\n"
    ".Op Ar option ...\n"
    ".Nm assay dmarc\n"
    ".Ar DOMAIN\n"
    ".Op Fl -align Ar NAME\n"
    ".Op Ar option ...\n"
    ".Nm assay record\n"
    ".Ar TYPE\n"
    ".Ar TEXT ... | -\n"
    ".Op Ar option ...\n"
    ".Nm assay spf\n"
    ".Fl -ip Ar ADDRESS\n"
    ".Op Fl -from Ar ADDRESS\n"
    ".Op Fl -helo Ar NAME\n"
    ".Op Ar DOMAIN\n"
    ".Op Ar option ...\n"
    ".Sh DESCRIPTION\n"
    ".Cm check\n"
    "asks DNS, the mail servers and the MTA-STS policy host of each domain,"
    " validates DNSSEC itself, and says what is wrong, why it matters and"
    " which record to publish.\n"
    ".Pp\n"
    ".Cm scan\n"
    "does so for a list, one domain a line, and writes one JSON document a"
    " line as domains finish.\n"
    ".Pp\n"
    ".Cm rules\n"
    "lists the rules that domains are judged by, or explains one.\n"
    ".Pp\n"
    ".Cm profiles\n"
    "lists what governments and others require of domains, or spells one"
    " profile out: each requirement, its level, its source, and the rules that"
    " decide it.\n"
    "With\n"
    ".Fl -profile\n"
    ".Cm check\n"
    "and\n"
    ".Cm scan\n"
    "say of each requirement whether it is met, not met, unknown, not"
    " applicable or not measurable from outside, with what decides it, and"
    " which requirements of several profiles contradict each other.\n"
    "A requirement that is not met counts for the exit status as a finding:"
    " must as fail, should as warn, may as info.\n"
    "A file of your own is a table with tabs between its cells, of rows\n"
    ".Cm about\n"
    ".Ar KEY TEXT\n"
    "and\n"
    ".Cm require\n"
    ".Ar ID LEVEL WHOM TESTS SOURCE WORDS NOTE ;\n"
    ".Pa doc/profiles.md\n"
    "tells the words.\n"
    ".Pp\n"
    ".Cm dmarc\n"
    "prints what mail that fails DMARC as a domain would meet: at receivers"
    " that walk up the DNS (RFC 9989), query by query, and at older ones that"
    " find the organization in a list of public suffixes (RFC 7489, RFC"
    " 9091).\n"
    "Of each report address it says whether it has agreed to take reports and"
    " takes mail.\n"
    "With\n"
    ".Fl -align\n"
    "it says whether mail that SPF or DKIM vouches for as another domain"
    " counts.\n"
    ".Pp\n"
    ".Cm record\n"
    "explains one record part by part, and lists what is wrong with it: how"
    " bad, at which octet, by which clause.\n"
    "It asks nothing of the net.\n"
    ".Ar TYPE\n"
    "is\n"
    ".Cm spf , dkim , dmarc , mta-sts , mta-sts-policy , tls-rpt , tlsa ,"
    " bimi\n"
    "(experimental) or\n"
    ".Cm caa .\n"
    "Several\n"
    ".Ar TEXT\n"
    "are the strings of one TXT record, the lines of a policy, or the words"
    " of a TLSA or CAA record; put\n"
    ".Cm --\n"
    "before one that starts with a hyphen.\n"
    "A lone\n"
    ".Cm -\n"
    "reads standard input and drops a final line feed.\n"
    "JSON has\n"
    ".Cm type , status ,\n"
    "which is\n"
    ".Cm valid , unusable\n"
    "(a conforming reader must discard it or return permerror) or\n"
    ".Cm not-this-type ,\n"
    ".Cm fields , problems\n"
    "with\n"
    ".Cm level\n"
    "(error, warn or info),\n"
    ".Cm at\n"
    "(the octet, counted from 0, or null),\n"
    ".Cm text\n"
    "and\n"
    ".Cm cite ,\n"
    "and\n"
    ".Cm explanation .\n"
    "Text counts octets from 1.\n"
    ".Pp\n"
    ".Cm spf\n"
    "prints the SPF verdict that a receiver would reach over mail from"
    " an address (RFC 7208), each term that led to it with its cost in"
    " lookups, and the explanation that the domain gives.\n"
    "With a\n"
    ".Ar DOMAIN\n"
    "alone the sender is its postmaster; with the null sender\n"
    ".Pq Fl -from Qq <>\n"
    "the HELO name is checked.\n"
    ".Pp\n"
    "What could not be tested (a resolver that failed, a server that did"
    " not answer) is said to be unknown and is never taken for a record"
    " that is missing.\n"
    ".Sh OPTIONS\n"
    "An option that not every command knows names those that do.\n"
    ".Bl -tag -width indent\n";

static const char tail[] =
    ".El\n"
    ".Sh FORMATS\n"
    ".Bl -tag -width indent\n"
    ".It Cm text\n"
    "for people; of a scan a line a domain.\n"
    ".It Cm json , ndjson\n"
    "one document a domain, spread over lines or on one line; what they hold is\n"
    "described by the JSON schemas in the folder\n"
    ".Pa schema .\n"
    ".It Cm csv\n"
    "RFC 4180, with a head; of a check a row a finding, of a scan a row a domain.\n"
    "No cell is a formula: where one could begin, an apostrophe stands before it.\n"
    ".It Cm sarif\n"
    "one log of SARIF 2.1.0: the rules, then a result a finding, at the logical\n"
    "location of a domain or mail server.\n"
    "What could not be tested has the kind open.\n"
    ".It Cm html\n"
    "one page for all domains, to be read, printed and sent: it loads nothing and\n"
    "runs nothing.\n"
    ".It Cm nagios\n"
    "one line and the exit status of a monitoring plugin: 0 OK, 1 WARNING,\n"
    "2 CRITICAL, 3 UNKNOWN, also for errors.\n"
    "A state is raised by a number of findings at or above a level:\n"
    ".Fl -warning Cm warn\n"
    "by any warning or worse,\n"
    ".Fl -critical Cm fail=2\n"
    "by more than two that failed.\n"
    "Ranges are those of the Monitoring Plugins Development Guidelines.\n"
    ".El\n"
    ".Pp\n"
    "What passed or does not apply is left out of csv and sarif, and folded in html,\n"
    "without\n"
    ".Fl -verbose .\n"
    ".Sh FILES\n"
    "Each option may stand in a configuration file as\n"
    ".Ql option = value ,\n"
    "flags with\n"
    ".Cm yes\n"
    "or\n"
    ".Cm no ,\n"
    "lists separated by commas.\n"
    "The command line goes before the file.\n"
    "The file is\n"
    ".Ev ASSAY_CONFIG ,\n"
    "or the first there is of\n"
    ".Pa ~/.config/assay/assay.conf\n"
    "and\n"
    ".Pa /etc/assay/assay.conf .\n"
    ".Sh ENVIRONMENT\n"
    ".Bl -tag -width indent\n"
    ".It Ev ASSAY_CONFIG\n"
    "The configuration file; it must be there.\n"
    ".It Ev XDG_CONFIG_HOME\n"
    "Used in place of\n"
    ".Pa ~/.config .\n"
    ".It Ev NO_COLOR\n"
    "No colour, also on a terminal.\n"
    ".El\n"
    ".Sh EXIT STATUS\n"
    ".Bl -tag -width indent\n"
    ".It 0\n"
    "Nothing at or above\n"
    ".Fl -fail-on .\n"
    ".It 1\n"
    "A finding at or above it.\n"
    ".It 2\n"
    "The command line was wrong.\n"
    ".It 3\n"
    "Something could not be tested, and nothing else was found;"
    " of\n"
    ".Cm spf ,\n"
    "temperror.\n"
    ".It 64 and above\n"
    "As in\n"
    ".Xr sysexits 3h :\n"
    "65 input is not what it should be, 66 a file cannot be read, 71 the"
    " system refused, 74 output failed.\n"
    ".El\n"
    ".Sh EXAMPLES\n"
    "What is wrong with a domain:\n"
    ".Dl assay check example.gov\n"
    "Would this zone be better?\n"
    ".Dl assay check example.gov --zone proposed.zone\n"
    "Does it meet what two governments require?\n"
    ".Dl assay check example.gov --profile uk-gov --profile bod-18-01\n"
    "What does a profile require, and what decides it?\n"
    ".Dl assay profiles uk-gov\n"
    "A whole estate, stopped and taken up again:\n"
    ".Dl assay scan estate.csv -o out.ndjson --resume\n"
    ".Pp\n"
    "A page to print, and a plugin for a monitoring system:\n"
    ".Dl assay check example.gov --format html > example.html\n"
    ".Dl assay check example.gov --format nagios --critical fail=2\n"
    "What do receivers do with mail that fails as this domain?\n"
    ".Dl assay dmarc example.gov\n"
    "And with mail from a name that somebody invented?\n"
    ".Dl assay dmarc invented.example.gov\n"
    "Does a signature of this domain count?\n"
    ".Dl assay dmarc example.gov --align news.example.gov\n"
    "What changes once this zone is published?\n"
    ".Dl assay dmarc example.gov --zone proposed.zone --json\n"
    "May this server send as news@example.gov, and which term says so?\n"
    ".Dl assay spf --ip 192.0.2.1 --from news@example.gov\n"
    "And bounces, for which the HELO name counts?\n"
    ".Dl assay spf --ip 192.0.2.1 --from '<>' --helo mx.example.gov\n"
    "What would receivers say once this zone is published?\n"
    ".Dl assay spf --ip 2001:db8::1 example.gov --zone proposed.zone\n"
    "The same for a program:\n"
    ".Dl assay spf --ip 192.0.2.1 example.gov --json\n"
    "What does this record mean, and what is wrong with it?\n"
    ".Dl assay record spf 'v=spf1 include:_spf.google.com -all'\n"
    ".Dl assay record dmarc 'v=DMARC1; p=quarantine;"
    " rua=mailto:dmarc@example.gov'\n"
    "A text of two strings, and records that are no TXT:\n"
    ".Dl assay record dkim 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQH'"
    " 'Og7hcvPapiMlrwIaaPcHURo='\n"
    ".Dl assay record tlsa 3 1 1"
    " 0C72AC70B745AC19998811B131D662C9AC69DBDBE7CB23E5B514B56664C5D3D6\n"
    ".Dl assay record caa 0 issue 'ca.example; validationmethods=dns-01'\n"
    "From standard input, for a program:\n"
    ".Dl echo 'v=spf1 -all' | assay record spf - --json\n"
    ".Sh STANDARDS\n"
    "RFC 7208 (SPF), RFC 6376 (DKIM), RFC 9989 (DMARC), RFC 8461 (MTA-STS),"
    " RFC 8460 (TLS-RPT), RFC 7672 (DANE), RFC 4035 (DNSSEC), RFC 8659 "
    "(CAA).\n";

static void
print_commands(unsigned commands)
{
	static const struct {
		unsigned bit;
		const char *name;
	} rows[] = {{AS_FOR_CHECK, "check"}, {AS_FOR_SCAN, "scan"},
	    {AS_FOR_RULES, "rules"}, {AS_FOR_PROFILES, "profiles"},
	    {AS_FOR_DMARC, "dmarc"}, {AS_FOR_TLS, "tls"}, {AS_FOR_SPF, "spf"},
	    {AS_FOR_RECORD, "record"}};
	const char *between = "For ";

	if (commands == AS_FOR_ALL)
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((commands & rows[i].bit) == 0)
			continue;
		(void)printf("%s%s", between, rows[i].name);
		between = ", ";
	}
	(void)printf(".\n");
}

/* Text, with the "-" of options and the "." of a line's start made safe. */
static void
print_text(const char *text)
{
	if (*text == '.' || *text == '\'')
		(void)printf("\\&");
	for (; *text != 0; text++)
		if (*text == '-')
			(void)printf("\\-");
		else
			(void)putchar(*text);
	(void)putchar('\n');
}

int
main(void)
{
	size_t n;
	const struct as_option *options = as_options(&n);

	(void)fputs(head, stdout);
	for (size_t i = 0; i < n; i++) {
		const struct as_option *o = &options[i];
		(void)printf(".It Fl -%s", o->flag);
		if (o->arg[0] != 0)
			(void)printf(" Ar %s", o->arg);
		(void)putchar('\n');
		print_text(o->help);
		print_commands(o->commands);
	}
	(void)fputs(tail, stdout);
	return ferror(stdout) || fflush(stdout) != 0;
}
