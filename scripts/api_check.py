"""Starts a daemon with the tiny model of the tests and checks its answers against its own OpenAPI document.

scripts/api-check runs it and passes arguments to schemathesis. It ends with 1 if an answer is not as documented, if
the daemon does not end in order, or if `verify` finds something afterwards.
"""

import json
import os
import re
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import jsonschema_rs

import tiny_run
from control_socket import UnixConnection, get

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / ".build" / "release"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method,allow_header_conformance"
)
# 503 is documented: busy, stopping, too many event streams. An event stream does not end, so it is cut soon. Its request
# has two headers of its own; schemathesis then takes any other header for wrong, which HTTP does not.
SETTINGS = """
max-stream-events = 20
request-timeout = 30

[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 503]

[checks.negative_data_rejection]
expected-statuses = [400, 404, 409, 413, 422]

[[operations]]
include-path = "/v1/events"
request-timeout = 0.5
generation.max-examples = 5
generation.allow-extra-parameters = false
"""


def wait_until_completed(path, daemon, seconds=120):
    """Waits for the rounds asked for, so that there is something to ask about."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and daemon.poll() is None:
        try:
            if get(path, "/v1/status")["state"] == "completed":
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise SystemExit("api-check: the daemon did not complete its rounds; its log is above")


def relay(path):
    """Schemathesis only speaks TCP: takes connections on a free port of this machine and forwards them."""

    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            with socket.socket(socket.AF_UNIX) as inner:
                inner.connect(path)
                back = threading.Thread(target=copy, args=(inner, self.request), daemon=True)
                back.start()
                copy(self.request, inner)
                back.join()

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def validator(document, name):
    """Checks values against one of the document's schemas."""
    return jsonschema_rs.validator_for(
        {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    )


def check_events(path, document):
    """Checks replayed events: their order, and their data, which the document describes inside a text."""
    connection = UnixConnection(path)
    connection.request("GET", "/v1/events", headers={"Last-Event-ID": "0"})
    response = connection.getresponse()
    newest = get(path, "/v1/status")["events"][-1]["id"]
    is_event, ids, findings = validator(document, "EventItem"), [], []
    block = {}
    while not ids or ids[-1] < newest:
        line = response.readline().decode().rstrip("\n")
        if line:
            name, _, value = line.partition(": ")
            block[name] = value
            continue
        if "id" in block:
            event = json.loads(block["data"])
            ids.append(event["id"])
            findings += [f"event {event['id']}: {error.message}" for error in is_event.iter_errors(event)]
            if block["id"] != str(event["id"]) or block["event"] != event["kind"]:
                findings.append(f"event {event['id']} differs from its block {block}")
        block = {}
    if ids != sorted(set(ids)):
        findings.append(f"events out of order: {ids}")
    print(f"api-check: {len(ids)} events replayed")
    return findings


def check_metrics(path):
    """Lines that are neither comments nor samples; returns the findings."""
    connection = UnixConnection(path)
    connection.request("GET", "/v1/metrics")
    sample = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (NaN|[+-]Inf|-?[0-9.e+-]+)')
    lines = connection.getresponse().read().decode().splitlines()
    return [f"metrics: {line}" for line in lines if not line.startswith("# ") and not sample.fullmatch(line)]


def run(folder, arguments):
    """Runs all checks with a running daemon; returns the findings."""
    path = str(folder / "state" / "control.sock")
    with open(folder / "log", "w", encoding="utf-8") as log:
        daemon = subprocess.Popen(
            [PROGRAMS / "autodidactd", "--config", folder / "config.yaml", "--state-dir", folder / "state"],
            stdout=log,
            stderr=log,
        )
    try:
        wait_until_completed(path, daemon)
        url = f"http://127.0.0.1:{relay(path)}"
        command = [Path(sys.executable).parent / "schemathesis", "--config-file", folder / "schemathesis.toml", "run"]
        command += [f"{url}/v1/openapi.json", "--url", url, "--checks", CHECKS, "--generation-database", "none"]
        status = subprocess.run(command + arguments, cwd=folder, check=False).returncode
        findings = [f"schemathesis ended with {status}"] if status else []
        if daemon.poll() is not None:
            return findings + [f"the daemon ended with {daemon.returncode}"]
        document = get(path, "/v1/openapi.json")
        findings += check_events(path, document) + check_metrics(path)
        findings += [f"verify: {violation}" for violation in get(path, "/v1/verify")["violations"]]
        daemon.send_signal(signal.SIGTERM)
        if daemon.wait(30) != 0:
            findings.append(f"the daemon ended with {daemon.returncode}")
        return findings
    finally:
        if daemon.poll() is None:
            daemon.kill()
            daemon.wait()
        failures = [line for line in (folder / "log").read_text().splitlines() if "request failed" in line]
        print(*failures[-20:], sep="\n")


def main():
    with tempfile.TemporaryDirectory(prefix="autodidact-api-") as name:
        folder = Path(name)
        tiny_run.write(folder)
        (folder / "schemathesis.toml").write_text(SETTINGS, encoding="utf-8")
        os.environ.pop("AUTODIDACT_SOCKET", None)
        findings = run(folder, sys.argv[1:])
    for finding in findings:
        print(f"api-check: {finding}")
    print("api-check: failed" if findings else "api-check: every answer is as documented")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
