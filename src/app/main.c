#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/cmd.h"
#include "base/utf8.h"
#include "net/tls.h"

#include "base/banned.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct command commands[] = {
    {"check", as_cmd_check, "what is wrong with a domain, and what to publish"},
    {"fix", as_cmd_fix, "the records to publish, judged before they are shown"},
    {"path", as_cmd_path, "will mail from one domain to another travel safely"},
    {"scan", as_cmd_scan, "many domains, one JSON document a line"},
    {"export", as_cmd_export, "the domains to which TLS may be forced"},
    {"tls", as_cmd_tls, "what TLS one mail server offers"},
    {"dmarc", as_cmd_dmarc, "what mail that fails as a domain would meet"},
    {"spf", as_cmd_spf, "may this server send for that domain, and why"},
    {"record", as_cmd_record,
	"what one record means and what is wrong with it"},
    {"sources", as_cmd_sources, "who sends mail as a domain, by the reports"},
    {"enforce", as_cmd_enforce,
	"may a domain move on to quarantine or reject, by the reports"},
    {"ingest", as_cmd_ingest, "reports that were received, into the database"},
    {"reports", as_cmd_reports, "the reports of the database, one by one"},
    {"history", as_cmd_history, "how a domain was judged, and as of any date"},
    {"estate", as_cmd_estate, "the domains that are yours, and whose they are"},
    {"serve", as_cmd_serve, "watch the domains of the estate"},
    {"changes", as_cmd_changes, "what was seen to change"},
    {"db", as_cmd_db, "migrate, back up, verify or copy the database"},
    {"rules", as_cmd_rules, "the rules that domains are judged by"},
    {"profiles", as_cmd_profiles, "what governments and others require"},
};

#define COMPLAINT_OCTETS 8192
#define N_COMMANDS       (sizeof(commands) / sizeof(commands[0]))

static void
usage(FILE *out)
{
	(void)fputs("Assay checks how well the mail of a domain is protected.\n"
		    "\n"
		    "  assay check example.gov     one domain, for people\n"
		    "  assay scan domains.txt      many domains, for programs\n"
		    "\n"
		    "Commands:\n",
	    out);
	for (size_t i = 0; i < N_COMMANDS; i++)
		(void)fprintf(
		    out, "  %-8s %s\n", commands[i].name, commands[i].help);
	(void)fputs(
	    "\n\"assay COMMAND --help\" shows examples and options.\n", out);
}

/* What we inherit may be odd: a closed standard stream, whose number a socket
 * would get, and with it what we print; children that nobody can wait for. */
static bool
process_prepare(void)
{
	int fd;

	/* Also: a reader that goes away is an error of write(2), not a signal. */
	as_tls_prepare();
	(void)signal(SIGCHLD, SIG_DFL);
	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

static bool
is_help(const char *arg)
{
	return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0 ||
	    strcmp(arg, "help") == 0;
}

static int
flush(void)
{
	int status = 0;

	(void)as_cmd_flush(NULL, &status);
	return status;
}

/* Who names a domain first is told where it belongs. */
static void
complain(const char *arg)
{
	struct as_buf b;

	as_buf_init(&b, COMPLAINT_OCTETS);
	as_buf_puts(&b, "assay: there is no command \"");
	as_term_add(&b, as_str_from(arg));
	as_buf_puts(&b, "\"");
	if (strchr(arg, '.') != NULL) {
		as_buf_puts(&b, "; to check a domain: assay check ");
		as_term_add(&b, as_str_from(arg));
	}
	as_buf_puts(&b, "\n\n");
	(void)fwrite(b.p, 1, b.n, stderr);
	as_buf_fini(&b);
	usage(stderr);
}

int
main(int argc, char **argv)
{
	char *help[] = {(char *)(uintptr_t) "--help", NULL};
	const struct command *command;

	if (!process_prepare())
		return EX_OSERR;
	if (argc == 1) {
		usage(stderr);
		return 2;
	}
	command = command_find(argv[1]);
	if (command != NULL)
		return command->run(argc - 2, argv + 2);
	if (strcmp(argv[1], "--version") == 0) {
		(void)puts("assay " AS_VERSION);
		return flush();
	}
	if (is_help(argv[1])) {
		command = argc > 2 ? command_find(argv[2]) : NULL;
		if (command != NULL)
			return command->run(1, help);
		usage(stdout);
		return flush();
	}
	complain(argv[1]);
	return 2;
}
