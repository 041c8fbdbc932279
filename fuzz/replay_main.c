/*
 * Runs a fuzz target over its stored corpus (files of the folders given), so
 * that every input that ever mattered is a plain test.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define MAX_FILE_OCTETS ((size_t)16 * 1024 * 1024)

static int
run_file(const char *path, unsigned number)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p;
	size_t n;

	if (f == NULL) {
		printf("not ok %u - %s: cannot read\n", number, path);
		return 1;
	}
	p = malloc(MAX_FILE_OCTETS);
	n = p == NULL ? 0 : fread(p, 1, MAX_FILE_OCTETS, f);
	(void)fclose(f);
	if (p != NULL) {
		/* An exact-size copy, so that a sanitizer sees the edge. */
		uint8_t *exact = realloc(p, n == 0 ? 1 : n);
		(void)LLVMFuzzerTestOneInput(exact, n);
		free(exact);
	}
	printf("ok %u - %s\n", number, path);
	return 0;
}

int
main(int argc, char **argv)
{
	unsigned number = 0;
	int bad = 0;

	for (int i = 1; i < argc; i++) {
		DIR *d = opendir(argv[i]);
		struct dirent *e;
		while (d != NULL && (e = readdir(d)) != NULL) {
			char path[4096];
			if (e->d_name[0] == '.')
				continue;
			(void)snprintf(
			    path, sizeof(path), "%s/%s", argv[i], e->d_name);
			bad |= run_file(path, ++number);
		}
		if (d != NULL)
			(void)closedir(d);
	}
	if (number == 0) {
		printf("not ok 1 - the corpus is empty\n");
		number = bad = 1;
	}
	printf("1..%u\n", number);
	return bad;
}
