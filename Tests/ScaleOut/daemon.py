"""autodidactd in a directory of its own: started, asked, stopped, and started again on the same state."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import inputs
import processes

PROGRAMS = Path(os.environ.get("BIN", inputs.ROOT / ".build/release")).resolve()


class Failure(Exception):
    """What did not hold, in words."""


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path, timeout=30):
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Daemon:
    """One state directory and the daemon on it."""

    def __init__(self, folder):
        self.folder = folder
        self.state = folder / "state"
        # A socket's path may have 107 bytes, wherever the checkout lies.
        self.sockets = Path(tempfile.mkdtemp(prefix="autodidact-"))
        self.socket = self.sockets / "control.sock"
        self.process = None
        self.environment = {**os.environ, **inputs.ENVIRONMENT, "AUTODIDACT_SOCKET": str(self.socket)}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        processes.clean(self.state)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def start(self):
        with open(self.folder / "daemon.log", "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [PROGRAMS / "autodidactd", "--config", self.folder / "config.yaml", "--state-dir", self.state,
                 "--socket", self.socket],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait("the daemon to answer", lambda status: True, 120)

    def stop(self, number=signal.SIGTERM, seconds=60):
        """Ends it; returns the programs that it had running."""
        children = processes.marked(self.state)
        self.process.send_signal(number)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"the daemon still runs {seconds} s after {signal.Signals(number).name}") from error
        expected = 0 if number == signal.SIGTERM else -number
        if status != expected:
            raise Failure(f"the daemon ended with {status} on {signal.Signals(number).name}: {self.log()}")
        if number == signal.SIGTERM and (left := processes.marked(self.state)):
            raise Failure(f"left running by a daemon that was asked to stop: {[p.command[:40] for p in left]}")
        return children

    def status(self):
        """What it does; None while it does not answer."""
        try:
            connection = UnixConnection(self.socket)
            connection.request("GET", "/v1/status")
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return None

    def wait(self, what, holds, seconds):
        """Waits until something holds of the status, which it returns."""
        deadline = time.monotonic() + seconds
        status = None
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failure(f"the daemon ended with {self.process.returncode} before {what}: {self.log()}")
            if (status := self.status()) and holds(status):
                return status
            time.sleep(0.05)
        told = {key: (status or {}).get(key) for key in ("state", "detail", "round", "phase", "progress")}
        raise Failure(f"no {what} within {seconds} s; the daemon is at {json.dumps(told)}")

    def cli(self, *arguments, check=True):
        """Runs the CLI; returns what it prints, as JSON."""
        result = subprocess.run([PROGRAMS / "autodidact", *arguments, "--json"], check=False, text=True,
                                capture_output=True, env=self.environment)
        if check and result.returncode != 0:
            raise Failure(f"autodidact {' '.join(arguments)} ended with {result.returncode}: {result.stderr.strip()}")
        return json.loads(result.stdout)

    def log(self):
        """The last words of its log."""
        return (self.folder / "daemon.log").read_text(encoding="utf-8", errors="replace")[-600:]
