#include <unistd.h>

#include "app/scan_list.h"
#include "harness.h"

static const char text[] = "\xef\xbb\xbf"
			   "domain,owner\r\n"
			   "# comment\n"
			   "\n"
			   "One.Example,The Owner\r\n"
			   "two.example ; x\n"
			   "\"three.example\",y\n"
			   "not a domain!\n"
			   "bad..example\n"
			   "http://four.example/\n"
			   "b\xc3\xbc"
			   "cher.example\n"
			   "last.example";

static void
test_pipe(void)
{
	struct as_scan_list l;
	struct as_str domain;
	struct as_why why = {0};
	int fds[2], was = dup(STDIN_FILENO);

	t_case("a pipe is not waited for");
	if (pipe(fds) != 0 || dup2(fds[0], STDIN_FILENO) != STDIN_FILENO)
		abort();
	T_INT(as_scan_list_open(&l, "-", &why), AS_OK);
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_LATER);
	T_INT(write(fds[1], "a.example\nb.exa", 15), 15);
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_NEXT);
	T_STR(domain, "a.example");
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_LATER);
	T_INT(write(fds[1], "mple\n\n#\nc.example", 18), 18);
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_NEXT);
	T_STR(domain, "b.example");
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_LATER);
	(void)close(fds[1]);
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_NEXT);
	T_STR(domain, "c.example");
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_END);
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_END);
	T_INT(as_scan_list_end(&l, &why), AS_OK);
	T_INT(l.total, 0);
	as_scan_list_close(&l);
	(void)dup2(was, STDIN_FILENO);
	(void)close(was);
	(void)close(fds[0]);
}

static void
test_long(void)
{
	char path[] = "/tmp/assay-test-XXXXXX";
	FILE *f = fdopen(mkstemp(path), "w");
	struct as_scan_list l;
	struct as_str domain;
	struct as_why why = {0};

	if (f == NULL)
		abort();
	(void)fprintf(f, "a.example\n");
	for (unsigned i = 0; i < 300000; i++)
		(void)fputc('x', f);
	(void)fprintf(f, "\nb.example,");
	for (unsigned i = 0; i < 60000; i++)
		(void)fputc('y', f);
	(void)fprintf(f, "\nc.example\n");
	(void)fclose(f);
	t_case("a line without end is refused once, its neighbours are read");
	T_INT(as_scan_list_open(&l, path, &why), AS_OK);
	T_INT(l.total, 3);
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_NEXT);
	T_STR(domain, "a.example");
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_NEXT);
	T_STR(domain, "b.example");
	T_INT(l.number, 3);
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_NEXT);
	T_STR(domain, "c.example");
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_END);
	T_INT(l.refused, 1);
	as_scan_list_close(&l);
	(void)unlink(path);

	t_case("what can be opened but not read is no empty list");
	T_INT(as_scan_list_open(&l, "/tmp", &why), AS_EIO);
	as_scan_list_close(&l);
}

int
main(void)
{
	static const char *const want[] = {"one.example", "two.example",
	    "three.example", "not", "xn--bcher-kva.example", "last.example"};
	char path[] = "/tmp/assay-test-XXXXXX";
	int fd = mkstemp(path);
	struct as_scan_list l;
	struct as_str domain;
	struct as_why why = {0};

	if (fd < 0 || write(fd, text, sizeof(text) - 1) != sizeof(text) - 1)
		return 1;
	(void)close(fd);
	t_case("lists as people have them");
	T_INT(as_scan_list_open(&l, path, &why), AS_OK);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		T_INT(as_scan_list_next(&l, &domain), AS_FLEET_NEXT);
		T_STR(domain, want[i]);
	}
	T_INT(as_scan_list_next(&l, &domain), AS_FLEET_END);
	t_case("what is no domain is counted, and stops nothing");
	T_INT(l.refused, 2);
	t_case("lines are counted for the progress bar");
	T_INT(l.total, 8);
	as_scan_list_close(&l);
	(void)unlink(path);
	t_case("a file that is not there");
	T_INT(as_scan_list_open(&l, path, &why), AS_EIO);
	T_OK(strstr(why.text, path) != NULL);
	as_scan_list_close(&l);
	test_pipe();
	test_long();
	return t_done();
}
