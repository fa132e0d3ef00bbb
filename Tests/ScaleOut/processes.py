"""The programs that a daemon has started, found as the daemon finds them: by the mark in their environment."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "AUTODIDACT_CHILD"


@dataclass(frozen=True)
class Marked:
    """A living process with a mark."""

    pid: int
    # When it began, in ticks since the machine did: with the pid it names one process for ever.
    start: int
    session: int
    mark: str
    rank: str | None
    command: str

    def is_alive(self):
        return (found := look(self.pid)) is not None and found.start == self.start

    def send(self, number):
        """Sends a signal, unless it has ended meanwhile."""
        try:
            if self.is_alive():
                os.kill(self.pid, number)
        except ProcessLookupError:
            pass


def look(pid):
    """A marked process; None when there is none of this number, it has no mark, or only its exit status is left."""
    folder = Path("/proc") / str(pid)
    try:
        variables = dict(
            item.split("=", 1) for item in (folder / "environ").read_bytes().decode(errors="replace").split("\0")
            if "=" in item
        )
        # The name stands in parentheses and may hold anything.
        fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()
        command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return None
    if VARIABLE not in variables or fields[0] in "ZX":
        return None
    return Marked(pid, int(fields[19]), int(fields[3]), variables[VARIABLE], variables.get("RANK"), command)


def marked(state, kind=""):
    """Processes of the daemon of a state directory: all, or those of `server` or `trainer`."""
    each = (look(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [p for p in each if p and str(state) in p.mark and p.mark.startswith(kind)]


def in_session_of(process):
    """Every process of a session, marked or not: who lost the mark shows as the difference."""
    pids = []
    for path in Path("/proc").iterdir():
        try:
            if path.name.isdigit():
                fields = (path / "stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()
                if int(fields[3]) == process.session and fields[0] not in "ZX":
                    pids.append(int(path.name))
        except OSError:
            pass
    return pids


def wait_until_gone(processes, seconds):
    """Waits for processes to end; returns those that have not."""
    deadline = time.monotonic() + seconds
    while (left := [p for p in processes if p.is_alive()]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def clean(state):
    """Ends what is left of a state directory's programs; returns them."""
    left = marked(state)
    for process in left:
        process.send(signal.SIGKILL)
    return left
