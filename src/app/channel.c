#include "app/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"

#include "base/banned.h"

#define READ_OCTETS ((size_t)64 * 1024)
#define IN_CAP      (AS_MAX_FRAME_OCTETS + READ_OCTETS + 16)

enum as_err
as_channel_open(struct as_channel *c, int fd)
{
	int flags = fcntl(fd, F_GETFL);

	*c = (struct as_channel){.fd = fd};
	as_buf_init(&c->in, IN_CAP);
	as_buf_init(&c->out, AS_MAX_FRAME_OCTETS + 16);
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

enum as_err
as_channel_wait(struct as_channel *c, struct as_frame *out)
{
	char chunk[READ_OCTETS];
	enum as_err err;

	while ((err = as_frame_read(&c->in, out)) == AS_EABSENT) {
		ssize_t n = read(c->fd, chunk, sizeof(chunk));

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
	as_frame_drop(&c->in, f);
}

enum as_err
as_channel_send(struct as_channel *c, uint8_t type, struct as_str payload)
{
	size_t at = 0;

	as_buf_reset(&c->out);
	as_frame_write(&c->out, type, payload);
	if (!as_buf_ok(&c->out))
		return AS_ENOMEM;
	while (at < c->out.n) {
		ssize_t n = write(c->fd, c->out.p + at, c->out.n - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return AS_EOUTPUT;
		at += (size_t)n;
	}
	return AS_OK;
}
