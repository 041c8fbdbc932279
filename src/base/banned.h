/*
 * base/banned - calls that do not compile here.
 *
 * Include it last in a .c file, after the system headers.
 */
#ifndef AS_BASE_BANNED_H
#define AS_BASE_BANNED_H

#ifdef __GNUC__
#undef alloca /* a macro of <stdlib.h>: poisoning it as such is an error */
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets
#pragma GCC poison strtok atoi atol atoll atof alloca
#endif

#endif
