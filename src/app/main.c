#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/cmd.h"
#include "net/tls.h"

#include "base/banned.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct command commands[] = {
    {"check", as_cmd_check, "what is wrong with a domain, and what to publish"},
    {"scan", as_cmd_scan, "many domains, one JSON document a line"},
    {"dmarc", as_cmd_dmarc, "what mail that fails as a domain would meet"},
    {"spf", as_cmd_spf, "may this server send for that domain, and why"},
    {"record", as_cmd_record,
	"what one record means and what is wrong with it"},
    {"rules", as_cmd_rules, "the rules that domains are judged by"},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

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

int
main(int argc, char **argv)
{
	if (!process_prepare())
		return EX_OSERR;
	if (argc >= 2)
		for (size_t i = 0; i < N_COMMANDS; i++)
			if (strcmp(argv[1], commands[i].name) == 0)
				return commands[i].run(argc - 2, argv + 2);
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		(void)puts("assay " AS_VERSION);
		return 0;
	}
	if (argc == 2 &&
	    (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
		usage(stdout);
		return 0;
	}
	if (argc > 1)
		(void)fprintf(
		    stderr, "assay: there is no command \"%s\"\n\n", argv[1]);
	usage(stderr);
	return 2;
}
