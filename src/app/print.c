#include "app/print.h"

#include "base/limits.h"

#include "base/banned.h"

void
as_print_init(struct as_print *p, const struct as_form *form,
    struct as_run *run, unsigned most)
{
	*p = (struct as_print){.form = form,
	    .sheet = {.term = as_run_term(NULL, stdout, most),
		.verbose = run->verbose,
		.detail = AS_DETAIL_WHOLE,
		.alarm = &run->alarm},
	    .stream = stdout,
	    .name = "standard output"};
}

void
as_print_make(struct as_print *p, struct as_buf *b,
    const struct as_assessment *as, const struct as_facts *facts)
{
	p->sheet.term.out = b;
	p->form->domain(&p->sheet, as, facts);
}

/* Head and foot. */
static enum as_err
edge_print(struct as_print *p, void (*edge)(const struct as_sheet *s),
    struct as_why *why)
{
	enum as_err err;
	struct as_buf b;

	if (edge == NULL)
		return AS_OK;
	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	p->sheet.term.out = &b;
	edge(&p->sheet);
	err = as_run_write(p->stream, p->name, &b, why);
	as_buf_fini(&b);
	return err;
}

enum as_err
as_print_head(struct as_print *p, struct as_why *why)
{
	return edge_print(p, p->form->head, why);
}

enum as_err
as_print_part(struct as_print *p, struct as_buf *b, struct as_why *why)
{
	if (b->n > 0 && p->begun && fputs(p->form->between, p->stream) == EOF)
		b->n = 0; /* as_run_write tells */
	p->begun = p->begun || b->n > 0;
	return as_run_write(p->stream, p->name, b, why);
}

enum as_err
as_print_foot(struct as_print *p, struct as_why *why)
{
	return edge_print(p, p->form->foot, why);
}
