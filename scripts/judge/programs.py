"""The programs that the model checks run, and how they are run."""

import json
import os
import resource
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / ".build-models"
PEERS = ROOT / ".build-peers"
PROGRAMS = ROOT / ".build" / os.environ.get("CONFIGURATION", "release")
PYTHON = PEERS / "hf" / "bin" / "python"
LLAMA = PEERS / "llama" / "source" / "llama.cpp"
JUDGE = PEERS / "llama" / "llama-judge"


class Refused(Exception):
    """A program that ended with an error: its last line."""


def last_json(command, timeout=1800):
    """Runs a command whose last line is JSON."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=timeout, check=False, cwd=ROOT
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        # llama.cpp says first what is wrong, and last that something was.
        told = next((line for line in lines if "error" in line or "failed" in line), lines[-1] if lines else f"status {done.returncode}")
        raise Refused(told.strip()[:300])
    return json.loads(done.stdout.strip().splitlines()[-1])


def ours(model, work, *more):
    """autodidact-bench on a workload."""
    return last_json([PROGRAMS / "autodidact-bench", "run", "--model", model, "--workload", work, *more])


def theirs(model, work, *more):
    """llama.cpp on the same."""
    return last_json([JUDGE, model, work, *more])
