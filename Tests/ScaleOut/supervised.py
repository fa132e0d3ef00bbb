"""Scenarios with a vLLM that the daemon starts and supervises itself."""

import signal
import time

import inputs
import processes
import rounds
import vllm
from daemon import Daemon, Failure

# A start of vLLM takes 40 s here, and a round needs two.
PATIENCE = 420


def is_in(phase):
    return lambda status: status.get("phase") == phase


def has_steps(count):
    """Whether fine-tuning has done so many steps in this process; the progress shown may still be of the phase before."""
    def holds(status):
        progress = status.get("progress") or {}
        return progress.get("phase") == "finetune" and progress.get("done_count", 0) >= count
    return holds


def wait_for_requests(daemon, phase, socket, seconds=PATIENCE):
    """Waits until the server works on requests of a phase."""
    daemon.wait(
        f"request of {phase}",
        lambda status: status.get("phase") == phase and vllm.requests_running(socket) > 0,
        seconds)


def expect_gone(children, what):
    if left := processes.wait_until_gone(children, 60):
        raise Failure(f"{what} still run: {[(p.pid, p.command[:40]) for p in left]}")


def undisturbed(check):
    """A whole round: what all others are compared with."""
    folder = check.folder("round")
    inputs.write(folder)
    with check.line("round") as line, Daemon(folder) as daemon:
        daemon.start()
        wait_for_requests(daemon, "generate", daemon.sockets / "control-vllm.sock")
        servers = processes.marked(daemon.state, "server")
        leader = next(p for p in servers if p.pid == p.session)
        lost = set(processes.in_session_of(leader)) - {p.pid for p in servers}
        if lost:
            raise Failure(f"processes of vLLM without the mark: {sorted(lost)}")
        with open(f"/proc/{leader.pid}/cmdline", "rb") as words:
            check.keep_server_words(words.read().decode().rstrip("\0").split("\0"))
        daemon.wait("step of fine-tuning", has_steps(1), PATIENCE)
        ranks = {p.rank for p in processes.marked(daemon.state, "trainer") if p.rank}
        if ranks != {str(rank) for rank in range(inputs.RANKS)}:
            raise Failure(f"ranks {sorted(ranks)} of the trainer run, {inputs.RANKS} were asked for")
        round_ = rounds.wait_for(daemon, 1, PATIENCE)
        rounds.expect_sound(daemon, round_)
        for program in ("server", "trainer"):
            log = daemon.state / f"scaleout/logs/round-000001-{program}.log"
            if not log.exists() or log.stat().st_size == 0:
                raise Failure(f"{log} is missing or empty")
        daemon.stop()
        check.keep_baseline(round_)
        seconds = {phase: round(value) for phase, value in round_.summary["seconds_per_phase"].items()}
        line.note = f"{round_.summary['outcome']}, seconds {seconds}"


def faults(check):
    """One round in which a program or the daemon comes to harm in each phase that uses them."""
    baseline = check.baseline()
    folder = check.folder("faults")
    inputs.write(folder, scaleout={"requestTimeout": 30})
    with Daemon(folder) as daemon:
        socket = daemon.sockets / "control-vllm.sock"
        with check.line("kill -9 of vLLM in generate"):
            daemon.start()
            wait_for_requests(daemon, "generate", socket)
            servers = processes.marked(daemon.state, "server")
            # Only the first one: what it leaves behind is the engine's to find.
            next(p for p in servers if p.pid == p.session).send(signal.SIGKILL)
            daemon.wait("weigh", is_in("weigh"), PATIENCE)
            expect_gone(servers, "processes of the killed server")
        with check.line("kill -9 of the daemon in weigh"):
            children = daemon.stop(signal.SIGKILL)
            daemon.start()
            expect_gone(children, "programs of the killed daemon")
        with check.line("kill -9 of a rank in finetune") as line:
            status = daemon.wait("second step", has_steps(2), PATIENCE)
            rank = next(p for p in processes.marked(daemon.state, "trainer") if p.rank == "1")
            rank.send(signal.SIGKILL)
            daemon.wait("evaluate", is_in("evaluate"), PATIENCE)
            line.note = f"after step {status['progress']['done_count']} of {status['progress']['total_count']}"
        with check.line("freeze of vLLM in evaluate"):
            wait_for_requests(daemon, "evaluate", socket)
            frozen = processes.marked(daemon.state, "server")
            for process in frozen:
                process.send(signal.SIGSTOP)
            # A round may end before it was noticed, where all answers were there; the answers tell.
            round_ = rounds.wait_for(daemon, 1, PATIENCE)
            expect_gone(frozen, "frozen processes")
        with check.line("the round with these faults") as line:
            rounds.expect_sound(daemon, round_)
            line.note = rounds.likeness(round_, baseline)
            started = time.monotonic()
            daemon.stop()
            line.note += f", the daemon stops in {time.monotonic() - started:.1f} s"
