"""A vLLM that the check runs itself: what scaleout.endpoints names."""

import http.client
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import inputs
from daemon import Failure, UnixConnection


def requests_running(path):
    """Requests that the server at a socket works on; 0 while it does not answer."""
    try:
        connection = UnixConnection(path, timeout=5)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
    except (OSError, http.client.HTTPException):
        return 0
    return sum(float(value) for value in re.findall(r"^vllm:num_requests_running\{.*\} (\S+)$", text, re.M))


class Server:
    """vLLM with the very arguments that the daemon gives its own."""

    def __init__(self, words, log):
        self.folder = Path(tempfile.mkdtemp(prefix="autodidact-"))
        self.socket, self.log = self.folder / "vllm.sock", log
        self.words = list(words)
        self.words[self.words.index("--uds") + 1] = str(self.socket)
        self.start()

    def start(self):
        environment = {
            **os.environ, **inputs.ENVIRONMENT, "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "True", "HF_HUB_OFFLINE": "1",
        }
        self.socket.unlink(missing_ok=True)
        with open(self.log, "a", encoding="utf-8") as file:
            self.process = subprocess.Popen(
                self.words, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file)

    def wait(self, seconds=300):
        """Waits until it answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failure(f"vLLM ended with {self.process.returncode} before it answered")
            try:
                connection = UnixConnection(self.socket, timeout=5)
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.25)
        raise Failure(f"vLLM does not answer within {seconds} s")

    def end(self):
        """Ends it in order, which ends its own children, too."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def stop(self):
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)
