#include "app/scan_done.h"
#include "harness.h"

static FILE *
file_of(const char *text)
{
	FILE *f = tmpfile();

	if (f == NULL || fputs(text, f) < 0)
		exit(1);
	rewind(f);
	return f;
}

static void
many(void)
{
	struct as_scan_done *d;
	struct as_why why = {0};
	FILE *f = tmpfile();
	unsigned found = 0;
	long keep;

	for (unsigned i = 0; i < 5000; i++)
		(void)fprintf(f, "{\"domain\":\"d%u.example\"}\n", i);
	rewind(f);
	t_case("five thousand names, and not one more");
	T_INT(as_scan_done_read(f, "x", &d, &keep, &why), AS_OK);
	T_INT(as_scan_done_count(d), 5000);
	for (unsigned i = 0; i < 10000; i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "d%u.example", i);
		found += as_scan_done_has(d, as_str_from(name));
	}
	T_INT(found, 5000);
	as_scan_done_free(d);
	(void)fclose(f);
}

int
main(void)
{
	struct as_scan_done *d;
	struct as_why why = {0};
	FILE *f;
	long keep;

	t_case("a line that was cut is not counted and not kept");
	f = file_of("{\"domain\":\"a.test\",\"x\":1}\n{\"domain\":\"b.te");
	T_INT(as_scan_done_read(f, "x", &d, &keep, &why), AS_OK);
	T_OK(as_scan_done_has(d, AS_STR("a.test")));
	T_OK(!as_scan_done_has(d, AS_STR("b.test")));
	T_INT(keep, 26);
	as_scan_done_free(d);
	(void)fclose(f);

	t_case("an empty file");
	f = file_of("");
	T_INT(as_scan_done_read(f, "x", &d, &keep, &why), AS_OK);
	T_OK(!as_scan_done_has(d, AS_STR("a.test")));
	T_INT(keep, 0);
	as_scan_done_free(d);
	(void)fclose(f);

	t_case("a file of somebody else is refused");
	f = file_of("{\"domain\":\"a.test\"}\n{\"name\":\"b\"}\n");
	T_INT(as_scan_done_read(f, "out", &d, &keep, &why), AS_ESYNTAX);
	T_OK(strstr(why.text, "out, line 2") != NULL);
	(void)fclose(f);

	t_case("a file that is not JSON is refused");
	f = file_of("hello\n");
	T_INT(as_scan_done_read(f, "out", &d, &keep, &why), AS_ESYNTAX);
	(void)fclose(f);
	t_case("a line without an end is refused before it fills the memory");
	f = fopen("/dev/zero", "re");
	T_INT(as_scan_done_read(f, "zero", &d, &keep, &why), AS_ELIMIT);
	T_OK(strstr(why.text, "zero, line 1") != NULL);
	(void)fclose(f);
	many();
	return t_done();
}
