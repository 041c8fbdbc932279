/* An exchange of the caller's in place of a handshake.  Part of net/smtp. */
#include "base/limits.h"
#include "net/smtp_private.h"

#include "base/banned.h"

static void
put(struct as_smtp_visit *v, struct as_str s)
{
	as_buf_add(&v->out, s.p, s.n);
	if (as_buf_ok(&v->out))
		as_smtp_flush(v);
	else
		as_smtp_end_no_memory(v);
}

void
as_smtp_begin_hello(struct as_smtp_visit *v)
{
	as_smtp_enter(v, AS_SMTP_STATE_SHAKE);
	put(v, v->target.hello->octets);
}

void
as_smtp_on_hello(struct as_smtp_visit *v, const char *p, size_t n)
{
	const struct as_smtp_hello *hello = v->target.hello;

	v->shake_octets += n;
	if (hello->read(hello->ctx, p, n)) {
		v->view->handshake = AS_VISIT_SHAKE_READ;
		if (hello->farewell.n > 0)
			put(v, hello->farewell);
		as_smtp_end(v);
	} else if (v->shake_octets > AS_MAX_SHAKE_OCTETS) {
		v->view->handshake = AS_VISIT_SHAKE_FAILED;
		as_smtp_end(v);
		as_smtp_keep(v, &v->view->handshake_detail, "the answer",
		    " does not end", AS_STR_NULL);
	}
}
