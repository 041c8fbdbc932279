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
		T_OK(as_scan_list_next(&l, &domain));
		T_STR(domain, want[i]);
	}
	T_OK(!as_scan_list_next(&l, &domain));
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
	return t_done();
}
