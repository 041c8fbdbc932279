/*
 * app/notify - a word to the service manager (sd_notify(3), spoken directly).
 */
#ifndef AS_APP_NOTIFY_H
#define AS_APP_NOTIFY_H

#include <stdint.h>

/* "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=...", lines of one message.  To
 * nobody when $NOTIFY_SOCKET names none. */
void as_notify(const char *text);

/* How often "WATCHDOG=1" has to be said, in milliseconds, with room to spare; 0:
 * it is not wanted of this process. */
uint32_t as_notify_watchdog_ms(void);

#endif
