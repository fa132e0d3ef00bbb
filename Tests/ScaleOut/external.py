"""Scenarios with one vLLM that others run, as scaleout.endpoints names it."""

import shutil
import signal

import inputs
import rounds
from daemon import Daemon, Failure
from relay import Relay, write_decoy
from supervised import expect_gone, has_steps, is_in, wait_for_requests

PATIENCE = 240


def endpoints(*addresses, **more):
    return {"endpoints": list(addresses), "requestTimeout": 60, **more}


def stops(check):
    """One round whose daemon is stopped in every phase that takes time: asked to, and killed."""
    baseline, server = check.baseline(), check.server()
    folder = check.folder("stops")
    inputs.write(folder, scaleout=endpoints(f"unix:{server.socket}"))
    moments = {
        "generate": lambda daemon: wait_for_requests(daemon, "generate", server.socket, PATIENCE),
        "weigh": lambda daemon: daemon.wait("weigh", is_in("weigh"), PATIENCE),
        "finetune": lambda daemon: daemon.wait("a step", has_steps(1), PATIENCE),
        "evaluate": lambda daemon: wait_for_requests(daemon, "evaluate", server.socket, PATIENCE),
    }
    with Daemon(folder) as daemon:
        daemon.start()
        for phase, wait in moments.items():
            # Weighing is over in a second: a phase that may be gone the second time is killed only.
            for number in (signal.SIGKILL,) if phase == "weigh" else (signal.SIGTERM, signal.SIGKILL):
                with check.line(f"{number.name} to the daemon in {phase}") as line:
                    wait(daemon)
                    children = daemon.stop(number)
                    if phase == "finetune":
                        line.note = kept_steps(daemon, number)
                    daemon.start()
                    expect_gone(children, "programs of the daemon before")
        with check.line("the round with these stops") as line:
            round_ = rounds.wait_for(daemon, 1, PATIENCE)
            rounds.expect_sound(daemon, round_)
            line.note = rounds.likeness(round_, baseline)
            daemon.stop()


def kept_steps(daemon, number):
    """What the trainer has saved; a stop that is asked for costs no step, so there must be something."""
    kept = sorted(path.name for path in daemon.state.glob("scaleout/jobs/*/saves/step-*"))
    if number == signal.SIGTERM and not kept:
        raise Failure("the trainer has saved nothing on SIGTERM")
    return f"saved: {kept[-1] if kept else 'nothing'}"


def cut_replies(check):
    """A relay that cuts every fifth reply; then, on the same state, one that has another adapter loaded."""
    baseline, server = check.baseline(), check.server()
    folder = check.folder("replies")
    relay = Relay(server.socket)
    relay.cut_every = 5
    try:
        inputs.write(folder, scaleout=endpoints(relay.address))
        with Daemon(folder) as daemon:
            with check.line("truncated replies") as line:
                daemon.start()
                round_ = rounds.wait_for(daemon, 1, PATIENCE)
                rounds.expect_sound(daemon, round_)
                if relay.cut < 3:
                    raise Failure(f"only {relay.cut} of {relay.seen} replies were cut: nothing was tried")
                line.note = f"{relay.cut} of {relay.seen} cut; {rounds.likeness(round_, baseline)}"
                daemon.stop()
            if round_.summary["outcome"] == "promoted":
                with check.line("another adapter under the right name") as line:
                    line.note = another_adapter(check, daemon, relay)
    finally:
        relay.stop()


def another_adapter(check, daemon, relay):
    """The second round starts from the first one's adapter, which the server is made to answer without."""
    adapter = next((daemon.state / "checkpoints").glob("**/adapter_model.safetensors")).parent
    relay.cut_every, relay.decoy = 0, write_decoy(adapter, check.folder("decoy"))
    inputs.write(daemon.folder, scaleout=endpoints(relay.address, restarts=1), loop={"rounds": 2, "seed": 1})
    daemon.start()
    round_ = rounds.wait_for(daemon, 2, PATIENCE)
    failure = round_.summary.get("failure") or ""
    if round_.summary["outcome"] != "failed" or "adapter" not in failure:
        raise Failure(f"round 2 ended as {round_.summary['outcome']} ({failure}), answered by another adapter")
    if not relay.swapped or round_.candidates:
        raise Failure(f"{relay.swapped} adapters swapped, {len(round_.candidates)} candidates taken from them")
    daemon.stop()
    return f"round 2 failed: {failure[:100]}"


def switch(check):
    """The other engine between two rounds of the same state, and back."""
    baseline, server = check.baseline(), check.server()
    folder = check.folder("switch")
    done = check.folder_of("stops") / "state"
    # What another scenario has done serves as the first round.
    if check.has_run("stops"):
        shutil.copytree(done, folder / "state")
    with Daemon(folder) as daemon:
        for number, kind in enumerate(("scaleout", "embedded", "scaleout"), 1):
            if number == 1 and daemon.state.exists():
                continue
            with check.line(f"round {number} by {kind}") as line:
                inputs.write(folder, engine={"kind": kind}, scaleout=endpoints(f"unix:{server.socket}"),
                             loop={"rounds": number, "seed": 1})
                daemon.start()
                line.note = restart(daemon, server) if number == 3 else ""
                round_ = rounds.wait_for(daemon, number, PATIENCE)
                rounds.expect_sound(daemon, round_)
                line.note += f"{round_.summary['outcome']}, from checkpoint {round_.summary['parent']}"
                if number == 1:
                    line.note += f", {rounds.likeness(round_, baseline)}"
                elif round_.summary["parent"] == 0:
                    raise Failure("the round did not start from the other engine's adapter")
                daemon.stop()


def restart(daemon, server):
    """Starts the server again behind the daemon's back, while the loop is paused: it has forgotten the adapter."""
    wait_for_requests(daemon, "generate", server.socket, PATIENCE)
    daemon.cli("pause")
    daemon.wait("pause", lambda status: status["state"] == "paused", 60)
    server.end()
    server.start()
    server.wait()
    daemon.cli("resume")
    return "vLLM restarted meanwhile; "
