#include "net/address.h"

#include <netinet/in.h>
#include <string.h>

#include "base/banned.h"

socklen_t
as_address_socket(
    const struct as_ip *ip, uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
	struct sockaddr_in *four = (struct sockaddr_in *)out;

	*out = (struct sockaddr_storage){0};
	if (ip->len == 4) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		memcpy(&four->sin_addr, ip->b, 4);
		return sizeof(*four);
	}
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(port);
	memcpy(&six->sin6_addr, ip->b, 16);
	return sizeof(*six);
}
