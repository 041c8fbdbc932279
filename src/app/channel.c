#include "app/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"

#include "base/banned.h"

#define READ_OCTETS ((size_t)64 * 1024)
#define OUT_HIGH    ((size_t)32 * 1024)
#define IN_CAP      (AS_MAX_FRAME_OCTETS + READ_OCTETS + 16)

enum as_err
as_channel_open(struct as_channel *c, int fd)
{
	int flags = fcntl(fd, F_GETFL);

	*c = (struct as_channel){.fd = fd};
	as_buf_init(&c->in, IN_CAP);
	as_buf_init(&c->out, AS_MAX_FRAME_OCTETS + OUT_HIGH + 16);
	return flags >= 0 && fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0
	    ? AS_OK
	    : AS_ESYS;
}

void
as_channel_close(struct as_channel *c)
{
	as_buf_fini(&c->in);
	as_buf_fini(&c->out);
}

static enum as_err
out_flush(struct as_channel *c)
{
	for (size_t at = 0; at < c->out.n;) {
		ssize_t n = write(c->fd, c->out.p + at, c->out.n - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return AS_EOUTPUT;
		at += (size_t)n;
	}
	as_buf_reset(&c->out);
	return AS_OK;
}

/* Whoever waits has told all that is known. */
enum as_err
as_channel_wait(struct as_channel *c, struct as_frame *out)
{
	char chunk[READ_OCTETS];
	enum as_err err;

	while ((err = as_frame_find(&c->in, c->dropped, out)) == AS_EABSENT) {
		ssize_t n;

		if (out_flush(c) != AS_OK)
			return AS_EABSENT;
		as_buf_drop(&c->in, c->dropped);
		c->dropped = 0;
		n = read(c->fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return AS_EABSENT;
		as_buf_add(&c->in, chunk, (size_t)n);
		if (!as_buf_ok(&c->in))
			return AS_ENOMEM;
	}
	return err;
}

void
as_channel_drop(struct as_channel *c, const struct as_frame *f)
{
	c->dropped += as_frame_octets(f);
}

enum as_err
as_channel_add(struct as_channel *c, uint8_t type, struct as_str payload)
{
	as_frame_write(&c->out, type, payload);
	if (!as_buf_ok(&c->out))
		return AS_ENOMEM;
	return c->out.n >= OUT_HIGH ? out_flush(c) : AS_OK;
}

enum as_err
as_channel_send(struct as_channel *c, uint8_t type, struct as_str payload)
{
	AS_TRY(as_channel_add(c, type, payload));
	return out_flush(c);
}
