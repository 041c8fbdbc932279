/*
 * net/address - an address and a port as the sockets want them.
 */
#ifndef AS_NET_ADDRESS_H
#define AS_NET_ADDRESS_H

#include <sys/socket.h>

#include "base/ip.h"

/* Fills in *out; returns its length. */
socklen_t as_address_socket(
    const struct as_ip *ip, uint16_t port, struct sockaddr_storage *out);

#endif
