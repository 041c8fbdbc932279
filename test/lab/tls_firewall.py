"""A firewall in front of a mail host: passes the first connections, then hangs up.

It lets the dialogue through as far as the answer to STARTTLS and closes when the
client says more, so that a hello seems to be refused.
"""
import socket
import threading


class Firewall:
    """Between `address`, port 25, and the same port of `behind`."""

    def __init__(self, address, behind, passes):
        self.behind, self.passes = behind, passes
        self.seen = 0
        self.listener = socket.create_server((address, 25))
        threading.Thread(target=self.serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.seen += 1
            threading.Thread(target=self.relay, daemon=True,
                             args=(client, self.seen <= self.passes)).start()

    def relay(self, client, passes):
        server = socket.create_connection((self.behind, 25))
        threading.Thread(target=pump, args=(server, client),
                         daemon=True).start()
        asked = False
        try:
            while data := client.recv(65536):
                if asked and not passes:
                    break
                asked = asked or data.upper().startswith(b"STARTTLS")
                server.sendall(data)
        except OSError:
            pass
        hang_up(client)
        hang_up(server)


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    hang_up(sink)


def hang_up(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
