/*
 * base/banned - calls that do not compile here.
 *
 * Include it last in a .c file, after the system headers.
 */
#ifndef AS_BASE_BANNED_H
#define AS_BASE_BANNED_H

#ifdef __GNUC__
/* Macros of some C libraries and modes: poisoning a macro is an error. */
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef alloca
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets
#pragma GCC poison strtok atoi atol atoll atof alloca
#endif

#endif
