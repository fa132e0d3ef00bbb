"""Stands between the daemon and a vLLM, and does what networks and other people's servers do."""

import array
import http.client
import http.server
import json
import shutil
import struct
import threading
from pathlib import Path

from daemon import UnixConnection


class Relay:
    """Hands requests on to the server at a socket.

    `cut_every`: each so-many-th reply to a completion ends half-way; every other time with a length that fits, as of
    a server that wrote bad JSON, every other time as a connection that breaks.
    `decoy`: a directory that is loaded in place of every adapter, under the name asked for.
    """

    def __init__(self, socket):
        self.socket = socket
        self.cut_every, self.decoy = 0, None
        self.seen = self.cut = self.swapped = 0
        self.lock = threading.Lock()
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                relay.hand_on(self, None)

            def do_POST(self):
                relay.hand_on(self, self.rfile.read(int(self.headers["Content-Length"])))

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def hand_on(self, handler, body):
        """Asks the server and gives its reply, or part of it."""
        if body and handler.path == "/v1/load_lora_adapter" and self.decoy:
            body = json.dumps({**json.loads(body), "lora_path": str(self.decoy)}).encode()
            self.swapped += 1
        try:
            connection = UnixConnection(self.socket, timeout=600)
            connection.request(handler.command, handler.path, body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            status, kind, data = reply.status, reply.getheader("Content-Type"), reply.read()
        except (OSError, http.client.HTTPException):
            handler.close_connection = True
            return
        length = len(data)
        if handler.path == "/v1/completions" and self.is_to_be_cut():
            data = data[: length // 2]
            if self.cut % 2:
                length = len(data)
            handler.close_connection = True
        try:
            handler.send_response(status)
            if kind:
                handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(length))
            handler.end_headers()
            handler.wfile.write(data)
        except OSError:
            handler.close_connection = True

    def is_to_be_cut(self):
        with self.lock:
            self.seen += 1
            is_cut = self.cut_every > 0 and self.seen % self.cut_every == 0
            self.cut += is_cut
            return is_cut

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def write_decoy(adapter, folder):
    """A copy of an adapter whose weights are all eight times larger and of the other sign: sound, and another one."""
    shutil.copytree(adapter, folder, dirs_exist_ok=True)
    path = Path(folder) / "adapter_model.safetensors"
    data = path.read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    weights = array.array("f", data[start:])
    path.write_bytes(data[:start] + array.array("f", (-8 * weight for weight in weights)).tobytes())
    return folder
