/*
 * probe/host_private - what the files of the host probe share: probe_host.c
 * (names, records, the end), probe_host_visits.c (what is learnt by visits).
 */
#ifndef AS_PROBE_HOST_PRIVATE_H
#define AS_PROBE_HOST_PRIVATE_H

#include "net/smtp.h"
#include "probe/probe.h"

struct as_book;

struct as_host_probe {
	struct as_probing base;
	const struct as_probe *p;
	const struct as_job *job;
	struct as_arena *arena;
	struct as_book *book;
	struct as_host_facts *facts;
	struct as_ip ip;
	const char *forbidden;
	struct as_smtp_target target;
	struct as_smtp_visit *visit;
	as_probe_fn *fn;
	void *ctx;
	int64_t started; /* monotonic */
};

/* A book of questions whose end is told to `idle`; NULL: no memory. */
struct as_book *as_host_book(
    struct as_host_probe *h, void (*idle)(void *ctx)) AS_MUST_USE;

/* Visit, with the TLSA records and the base of h->target; ends the probe. */
void as_host_visit(struct as_host_probe *h);

/* The facts are complete, or memory ran out. */
void as_host_finish(struct as_host_probe *h);

#endif
