/*
 * test/fds - how many descriptors are open, to see that none is left over.
 */
#ifndef AS_TEST_FDS_H
#define AS_TEST_FDS_H

#include <dirent.h>
#include <stddef.h>

static inline size_t
count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	if (d != NULL)
		(void)closedir(d);
	return n;
}

#endif
