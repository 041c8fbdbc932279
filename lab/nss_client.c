/*
 * nss_client - one full TLS handshake behind STARTTLS, by Mozilla's NSS.
 *
 * usage: nss_client ADDRESS GROUP
 *
 * Offers the one group (its number in the registry) and prints version, suite
 * and group that were agreed on, in hexadecimal.  It trusts any certificate:
 * it is there to show that a server of the lab really does the key exchange
 * that it names.
 */
#include <nspr/private/pprio.h>
#include <nss/cert.h>
#include <nss/nss.h>
#include <nss/ssl.h>
#include <nss/sslproto.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_S = 30 };

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "nss_client: %s: NSS error %d\n", what, PR_GetError());
	exit(1);
}

static int
call(const char *address)
{
	struct sockaddr_in where = {
	    .sin_family = AF_INET, .sin_port = htons(25)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || inet_pton(AF_INET, address, &where.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&where, sizeof(where)) != 0) {
		perror(address);
		exit(1);
	}
	return fd;
}

/* Wait for the last line of a reply. */
static void
expect(int fd, char first)
{
	char line[1024];
	do {
		size_t n = 0;
		while (n < sizeof(line) - 1 && read(fd, line + n, 1) == 1 &&
		    line[n] != '\n')
			n++;
		line[n] = '\0';
		if (line[0] != first)
			die("an answer that was not waited for");
	} while (line[3] == '-');
}

static void
starttls(int fd)
{
	expect(fd, '2');
	dprintf(fd, "EHLO probe.lab.test\r\n");
	expect(fd, '2');
	dprintf(fd, "STARTTLS\r\n");
	expect(fd, '2');
}

static SECStatus
trust_any(void *arg, PRFileDesc *s, PRBool check, PRBool server)
{
	(void)arg, (void)s, (void)check, (void)server;
	return SECSuccess;
}

int
main(int argc, char **argv)
{
	if (argc != 3 || NSS_NoDB_Init(NULL) != SECSuccess)
		die("usage: nss_client ADDRESS GROUP");
	SSLNamedGroup group = (SSLNamedGroup)strtoul(argv[2], NULL, 0);
	SSLVersionRange range = {
	    SSL_LIBRARY_VERSION_TLS_1_2, SSL_LIBRARY_VERSION_TLS_1_3};
	SSLChannelInfo info;
	int fd = call(argv[1]);
	starttls(fd);
	NSS_SetDomesticPolicy();
	PRFileDesc *s = SSL_ImportFD(NULL, PR_ImportTCPSocket(fd));
	if (s == NULL || SSL_VersionRangeSet(s, &range) != SECSuccess ||
	    SSL_NamedGroupConfig(s, &group, 1) != SECSuccess)
		die("settings");
	SSL_AuthCertificateHook(s, trust_any, NULL);
	SSL_SetURL(s, "pq.tls.test");
	SSL_ResetHandshake(s, PR_FALSE);
	if (SSL_ForceHandshakeWithTimeout(
		s, PR_SecondsToInterval(PATIENCE_S)) != SECSuccess)
		die("handshake");
	if (SSL_GetChannelInfo(s, &info, sizeof(info)) != SECSuccess)
		die("SSL_GetChannelInfo");
	printf("%04x %04x %04x\n", info.protocolVersion, info.cipherSuite,
	    (unsigned)info.keaGroup);
	PR_Close(s);
	return 0;
}
