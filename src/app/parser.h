/*
 * app/parser - the process that reads what the world sends in.
 *
 * Forked by the parent, never exec'd.  Octets of one input come in on a socket,
 * events of the reports in them go out (model/report_wire); it has no network
 * and opens no file.  An input that ends it costs that input alone: the parent
 * starts another.
 */
#ifndef AS_APP_PARSER_H
#define AS_APP_PARSER_H

#include "probe/prober.h"

/* Parent to parser: an input begins (its length in eight octets of this machine,
 * 0 when it is not known), octets of it, its end. */
#define AS_FRAME_INPUT  'I'
#define AS_FRAME_OCTETS 'O'
#define AS_FRAME_END    'E'

/* Parser to parent: it is ready; events; the input is done.  The payload of
 * DONE is empty, or a diagnosis of the input as a whole. */
#define AS_FRAME_PARSING 'R'
#define AS_FRAME_EVENTS  'V'
#define AS_FRAME_DONE_IN 'D'

/* Serve inputs on fd until end of file; returns the exit status of the process
 * (0 fine, sysexits else).  Of the configuration the limit of memory counts. */
int as_parser_main(const struct as_prober_config *config, int fd) AS_MUST_USE;

#endif
