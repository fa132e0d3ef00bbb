"""HTTP over the daemon's Unix socket, for programs in Python."""

import http.client
import json
import socket


class UnixConnection(http.client.HTTPConnection):
    """A connection to the socket at `path`."""

    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def get(path, target):
    """The JSON of a reply, over a new connection."""
    connection = UnixConnection(path)
    try:
        connection.request("GET", target)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
