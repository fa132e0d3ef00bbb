"""What a person meets while a round runs at full load: a whole round through the daemon, its answers, the CLI's start."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
import control_socket


class Daemon:
    """autodidactd on examples/arithmetic in a state directory of its own."""

    def __init__(self, root, model, settings):
        self.root = root
        self.state = Path(tempfile.mkdtemp(prefix="autodidact-bench-"))
        self.socket = str(self.state / "control.sock")
        keys = {"MODEL": model, "LOOP_ROUNDS": 1, **settings}
        env = {**os.environ, **{f"AUTODIDACT_{k}": str(v) for k, v in keys.items()}}
        self.process = subprocess.Popen(
            [root / ".build/release/autodidactd", "--config", root / "examples/arithmetic/autodidact.yaml",
             "--state-dir", self.state, "--socket", self.socket],
            env=env, stdout=subprocess.DEVNULL, stderr=open(self.state / "log", "w"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.state, ignore_errors=True)

    def cli(self, *arguments):
        return subprocess.run([self.root / ".build/release/autodidact", *arguments], check=False, text=True,
                              capture_output=True, env={**os.environ, "AUTODIDACT_SOCKET": self.socket})

    def wait(self, phase, timeout=300):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                status = control_socket.get(self.socket, "/v1/status")
                if (status.get("progress") or {}).get("phase") == phase:
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise SystemExit(f"autodidactd did not reach {phase}: {self.log()}")

    def wait_for_round(self):
        """Waits until the first round has ended; a daemon that stops before is an error, not a wait for ever."""
        watch = subprocess.Popen([self.root / ".build/release/autodidact", "watch", "--wait", "--until-round", "1"],
                                 env={**os.environ, "AUTODIDACT_SOCKET": self.socket}, stdout=subprocess.DEVNULL)
        while watch.poll() is None:
            if self.process.poll() is not None:
                watch.kill()
                raise SystemExit(f"autodidactd stopped: {self.log()}")
            time.sleep(0.5)

    def log(self):
        return (self.state / "log").read_text()[-500:]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def control(root, model, requests=300, starts=30):
    """Milliseconds of a status request and of a start of the CLI while candidates are generated."""
    with Daemon(root, model, {"GENERATE_QUESTIONS_PER_ROUND": 400}) as daemon:
        daemon.wait("generate")
        status, version, whole = [], [], []
        for _ in range(requests):
            start = time.monotonic()
            control_socket.get(daemon.socket, "/v1/status")
            status.append((time.monotonic() - start) * 1000)
            time.sleep(0.02)
        for _ in range(starts):
            start = time.monotonic()
            daemon.cli("--version")
            version.append((time.monotonic() - start) * 1000)
            start = time.monotonic()
            daemon.cli("status", "--json")
            whole.append((time.monotonic() - start) * 1000)
    return dict(statusMilliseconds=dict(median=percentile(status, 0.5), p99=percentile(status, 0.99)),
                cliStartMilliseconds=dict(median=percentile(version, 0.5), p99=percentile(version, 0.99)),
                cliStatusMilliseconds=dict(median=percentile(whole, 0.5), p99=percentile(whole, 0.99)))


def one_round(root, model, questions, gate_path, test_path):
    """A round through the daemon; the seconds of its phases, the report on the test questions left out."""
    settings = {"GENERATE_QUESTIONS_PER_ROUND": questions, "QUESTIONS_GATE": gate_path, "QUESTIONS_TEST": test_path}
    with Daemon(root, model, settings) as daemon:
        daemon.wait_for_round()
        row = json.loads(daemon.cli("rounds", "--json").stdout)["rounds"][0]
    phases = {k: v for k, v in row["seconds_per_phase"].items() if k != "report"}
    return dict(seconds=sum(phases.values()), phases=phases, items=row["generated_count"],
                selected=row["selected_count"], accuracyBefore=row["gate"]["before"]["share"],
                accuracyAfter=row["gate"]["after"]["share"])
