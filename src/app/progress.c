#include "app/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/banned.h"

#define BAR_WIDTH 24

void
as_progress_init(struct as_progress *p, struct as_clock clock, uint64_t total)
{
	*p = (struct as_progress){
	    .on = isatty(STDERR_FILENO) == 1,
	    .clock = clock,
	    .began_ms = clock.mono_ms(clock.ctx),
	    .total = total,
	    .noun = "domains",
	    .odd = "not fully tested",
	};
}

static void
bar(char out[BAR_WIDTH + 1], uint64_t done, uint64_t total)
{
	uint64_t full = done >= total ? BAR_WIDTH : done * BAR_WIDTH / total;

	for (unsigned i = 0; i < BAR_WIDTH; i++)
		out[i] = i < full ? '=' : ' ';
	out[BAR_WIDTH] = 0;
}

void
as_progress_show(const struct as_progress *p, unsigned in_flight)
{
	int64_t ms = p->clock.mono_ms(p->clock.ctx) - p->began_ms;
	double rate = ms > 0 ? (double)p->done * 1000.0 / (double)ms : 0;
	char cells[BAR_WIDTH + 1];

	if (!p->on)
		return;
	if (p->total > 0) {
		bar(cells, p->done, p->total);
		(void)fprintf(stderr, "\r[%s] %llu of %llu", cells,
		    (unsigned long long)p->done, (unsigned long long)p->total);
	} else {
		(void)fprintf(
		    stderr, "\r%llu %s", (unsigned long long)p->done, p->noun);
	}
	(void)fprintf(stderr, ", %.0f/s, %u in flight, %llu %s\x1b[K", rate,
	    in_flight, (unsigned long long)p->untested, p->odd);
	(void)fflush(stderr);
}

void
as_progress_clear(const struct as_progress *p)
{
	if (p->on)
		(void)fputs("\r\x1b[K", stderr);
}
