/*
 * nss_server - an SMTP server whose TLS is Mozilla's NSS.
 *
 * usage: nss_server ROWS LOGS
 *
 * ROWS has a line for each place where it shall listen, of fields parted by
 * tabs: address, name, lowest and highest version (0x0301...), suites, groups
 * (numbers of their registries, comma between, in order), certificates (paths
 * without .der, comma between).  PATH.key.der is a PKCS #8 key, PATH.N.der the
 * chain from the leaf on, PATH.ocsp, if there, what is stapled.
 * LOGS/ADDRESS.log gets a line for each connection.
 *
 * For the lab only: built against the system's headers, run with the newer
 * NSS that a browser brings along, whose server side knows ML-KEM.
 */
#include <nspr/private/pprio.h>
#include <nss/cert.h>
#include <nss/nss.h>
#include <nss/pk11pub.h>
#include <nss/ssl.h>
#include <nss/sslexp.h>
#include <nss/sslproto.h>

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	ROWS_MAX = 32,
	LIST_MAX = 64,
	CHAIN_MAX = 8,
	PATIENCE_S = 60,
};

struct place {
	char address[64], name[128];
	int fd;
	PRFileDesc *model; /* its TLS settings, copied to each connection */
	FILE *log;
	unsigned serial;
};

struct visit {
	struct place *place;
	int fd;
};

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "nss_server: %s: NSS error %d\n", what, PR_GetError());
	exit(1);
}

static SECItem
read_file(const char *path)
{
	static unsigned char buffer[65536];
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		die(path);
	size_t n = fread(buffer, 1, sizeof(buffer), f);
	fclose(f);
	SECItem out = {siBuffer, malloc(n), (unsigned)n};
	if (out.data == NULL)
		die("memory");
	memcpy(out.data, buffer, n);
	return out;
}

static CERTCertificate *
read_cert(const char *base, int number)
{
	char path[512];
	snprintf(path, sizeof(path), "%s.%d.der", base, number);
	if (access(path, R_OK) != 0)
		return NULL;
	SECItem der = read_file(path);
	CERTCertificate *out = CERT_NewTempCertificate(
	    CERT_GetDefaultCertDB(), &der, NULL, PR_FALSE, PR_TRUE);
	if (out == NULL)
		die(path);
	return out;
}

static SECKEYPrivateKey *
read_key(const char *base)
{
	char path[512];
	snprintf(path, sizeof(path), "%s.key.der", base);
	SECItem der = read_file(path), nick = {siBuffer, NULL, 0};
	PK11SlotInfo *slot = PK11_GetInternalSlot();
	SECKEYPrivateKey *out = NULL;
	if (PK11_ImportDERPrivateKeyInfoAndReturnKey(slot, &der, &nick, NULL,
		PR_FALSE, PR_FALSE, KU_ALL, &out, NULL) != SECSuccess)
		die(path);
	PK11_FreeSlot(slot);
	return out;
}

/* What shall be stapled to this certificate, if anything. */
static const SECItemArray *
read_staple(const char *base)
{
	char path[512];
	snprintf(path, sizeof(path), "%s.ocsp", base);
	if (access(path, R_OK) != 0)
		return NULL;
	SECItem answer = read_file(path);
	SECItemArray *out = SECITEM_AllocArray(NULL, NULL, 1);
	if (out == NULL)
		die("memory");
	out->items[0] = answer;
	return out;
}

static void
use_certificate(PRFileDesc *model, const char *base)
{
	struct {
		CERTCertificateList list;
		SECItem more[CHAIN_MAX];
	} chain = {0};
	CERTCertificate *leaf = read_cert(base, 0);
	if (leaf == NULL)
		die(base);
	chain.list.certs = chain.more;
	CERTCertificate *c = leaf;
	for (int i = 0; c != NULL && i < CHAIN_MAX; c = read_cert(base, ++i))
		chain.more[chain.list.len++] = c->derCert;
	SSLExtraServerCertData extra = {.certChain = &chain.list,
	    .stapledOCSPResponses = read_staple(base)};
	if (SSL_ConfigServerCert(model, leaf, read_key(base), &extra,
		sizeof(extra)) != SECSuccess)
		die("SSL_ConfigServerCert");
}

static int
numbers(char *text, unsigned *out)
{
	int n = 0;
	char *rest = NULL;
	for (char *w = strtok_r(text, ",", &rest); w != NULL && n < LIST_MAX;
	     w = strtok_r(NULL, ",", &rest))
		out[n++] = (unsigned)strtoul(w, NULL, 0);
	return n;
}

static void
use_suites(PRFileDesc *model, char *text)
{
	unsigned list[LIST_MAX];
	PRUint16 order[LIST_MAX];
	for (unsigned i = 0; i < SSL_NumImplementedCiphers; i++)
		SSL_CipherPrefSet(model, SSL_ImplementedCiphers[i], PR_FALSE);
	int n = numbers(text, list);
	for (int i = 0; i < n; i++) {
		order[i] = (PRUint16)list[i];
		if (SSL_CipherPrefSet(model, order[i], PR_TRUE) != SECSuccess)
			die("unknown suite");
	}
	if (SSL_CipherSuiteOrderSet(model, order, (unsigned)n) != SECSuccess)
		die("SSL_CipherSuiteOrderSet");
}

static void
use_groups(PRFileDesc *model, char *text)
{
	unsigned list[LIST_MAX];
	SSLNamedGroup groups[LIST_MAX];
	int n = numbers(text, list);
	for (int i = 0; i < n; i++)
		groups[i] = (SSLNamedGroup)list[i];
	if (SSL_NamedGroupConfig(model, groups, (unsigned)n) != SECSuccess)
		die("SSL_NamedGroupConfig");
}

static void
listen_at(struct place *p)
{
	struct sockaddr_in where = {
	    .sin_family = AF_INET, .sin_port = htons(25)};
	int yes = 1;
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(p->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (inet_pton(AF_INET, p->address, &where.sin_addr) != 1 ||
	    bind(p->fd, (struct sockaddr *)&where, sizeof(where)) != 0 ||
	    listen(p->fd, 128) != 0) {
		perror(p->address);
		exit(1);
	}
}

static void
make_place(struct place *p, char *line, const char *logs)
{
	char *f[7], *rest = NULL, path[8192];
	for (int i = 0; i < 7; i++)
		if ((f[i] = strtok_r(i ? NULL : line, "\t\n", &rest)) == NULL)
			die("a row of fewer than seven fields");
	snprintf(p->address, sizeof(p->address), "%s", f[0]);
	snprintf(p->name, sizeof(p->name), "%s", f[1]);
	p->model = SSL_ImportFD(NULL, PR_NewTCPSocket());
	SSL_OptionSet(p->model, SSL_SECURITY, PR_TRUE);
	SSL_OptionSet(p->model, SSL_HANDSHAKE_AS_SERVER, PR_TRUE);
	SSL_OptionSet(p->model, SSL_HANDSHAKE_AS_CLIENT, PR_FALSE);
	SSL_OptionSet(p->model, SSL_ENABLE_SERVER_DHE, PR_TRUE);
	SSL_OptionSet(p->model, SSL_NO_CACHE, PR_TRUE);
	SSLVersionRange range = {
	    (PRUint16)strtoul(f[2], NULL, 0), (PRUint16)strtoul(f[3], NULL, 0)};
	if (SSL_VersionRangeSet(p->model, &range) != SECSuccess)
		die("SSL_VersionRangeSet");
	use_suites(p->model, f[4]);
	use_groups(p->model, f[5]);
	for (char *c = strtok_r(f[6], ",", &rest); c != NULL;
	     c = strtok_r(NULL, ",", &rest))
		use_certificate(p->model, c);
	snprintf(path, sizeof(path), "%s/%s.log", logs, p->address);
	if ((p->log = fopen(path, "a")) == NULL)
		die(path);
	setvbuf(p->log, NULL, _IOLBF, 0);
	listen_at(p);
}

static int
say(PRFileDesc *s, const char *text)
{
	return PR_Send(s, text, (int)strlen(text), 0,
		   PR_SecondsToInterval(PATIENCE_S)) > 0;
}

/* One line without its end; -1 when there is none. */
static int
read_line(PRFileDesc *s, char *out, int size)
{
	int n = 0;
	while (n < size - 1) {
		if (PR_Recv(s, out + n, 1, 0,
			PR_SecondsToInterval(PATIENCE_S)) != 1)
			return -1;
		if (out[n] == '\n')
			break;
		n++;
	}
	out[n] = '\0';
	return n;
}

static PRFileDesc *
secure(struct place *p, PRFileDesc *plain)
{
	PRFileDesc *s = SSL_ImportFD(p->model, plain);
	if (s == NULL)
		return NULL;
	if (SSL_ResetHandshake(s, PR_TRUE) != SECSuccess ||
	    SSL_ForceHandshakeWithTimeout(
		s, PR_SecondsToInterval(PATIENCE_S)) != SECSuccess) {
		fprintf(p->log, "no handshake: NSS error %d\n", PR_GetError());
		PR_Close(s);
		return NULL;
	}
	return s;
}

static void
talk(struct place *p, PRFileDesc *s)
{
	char line[1024], text[256];
	int is_secure = 0;
	snprintf(text, sizeof(text), "220 %s ESMTP\r\n", p->name);
	int open = say(s, text);
	while (open && read_line(s, line, sizeof(line)) >= 0) {
		if (strncasecmp(line, "EHLO", 4) == 0) {
			snprintf(text, sizeof(text),
			    "250-%s\r\n250-PIPELINING\r\n%s250 8BITMIME\r\n",
			    p->name, is_secure ? "" : "250-STARTTLS\r\n");
			open = say(s, text);
		} else if (strncasecmp(line, "STARTTLS", 8) == 0 &&
		    !is_secure) {
			if (!say(s, "220 2.0.0 Ready to start TLS\r\n"))
				break;
			if ((s = secure(p, s)) == NULL)
				return;
			is_secure = 1;
		} else if (strncasecmp(line, "QUIT", 4) == 0) {
			say(s, "221 2.0.0 Bye\r\n");
			break;
		} else {
			open = say(s, "502 5.5.2 not here\r\n");
		}
	}
	PR_Close(s);
}

static void *
serve(void *arg)
{
	struct visit *v = arg;
	PRFileDesc *s = PR_ImportTCPSocket(v->fd);
	if (s != NULL)
		talk(v->place, s);
	free(v);
	return NULL;
}

static void
take(struct place *p)
{
	pthread_t thread;
	struct visit *v = malloc(sizeof(*v));
	int fd = accept4(p->fd, NULL, NULL, SOCK_CLOEXEC);
	if (v == NULL || fd < 0) {
		free(v);
		return;
	}
	*v = (struct visit){p, fd};
	fprintf(p->log, "#%u client 127.0.0.1 connected to %s:25\n",
	    ++p->serial, p->address);
	if (pthread_create(&thread, NULL, serve, v) != 0) {
		close(fd);
		free(v);
		return;
	}
	pthread_detach(thread);
}

int
main(int argc, char **argv)
{
	static struct place places[ROWS_MAX];
	struct pollfd polled[ROWS_MAX];
	char line[4096];
	nfds_t n = 0;
	if (argc != 3)
		die("usage: nss_server ROWS LOGS");
	FILE *rows = fopen(argv[1], "r");
	if (rows == NULL || NSS_NoDB_Init(NULL) != SECSuccess)
		die("start");
	NSS_SetDomesticPolicy();
	while (n < ROWS_MAX && fgets(line, sizeof(line), rows) != NULL) {
		make_place(&places[n], line, argv[2]);
		polled[n] = (struct pollfd){places[n].fd, POLLIN, 0};
		n++;
	}
	fclose(rows);
	while (poll(polled, n, -1) > 0)
		for (nfds_t i = 0; i < n; i++)
			if (polled[i].revents != 0)
				take(&places[i]);
	return 0;
}
