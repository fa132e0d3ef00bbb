"""How a round ended, and whether another ended alike."""

import json
from dataclasses import asdict, dataclass

from daemon import Failure

ENDED = ("promoted", "rejected")


@dataclass
class Round:
    """A finished round as the CLI tells it."""

    summary: dict
    candidates: list

    def verdicts(self):
        return {(c["question"], c["index"]): (c.get("answer"), c.get("verdict"), c.get("reason")) for c in self.candidates}

    def texts(self):
        return {(c["question"], c["index"]): c["text"] for c in self.candidates}

    def save(self, path):
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @staticmethod
    def load(path):
        return Round(**json.loads(path.read_text(encoding="utf-8")))


def wait_for(daemon, number, seconds):
    """Waits until a round has ended and returns it."""
    daemon.wait(f"end of round {number}", lambda status: status["finished_round_count"] >= number, seconds)
    summary = next(r for r in daemon.cli("rounds")["rounds"] if r["id"] == number)
    return Round(summary, daemon.cli("candidates", str(number), "--limit", "1000")["candidates"])


def expect_sound(daemon, round_, outcomes=ENDED):
    """The round has one of the outcomes, its checkpoint is there, and nothing in the state contradicts itself."""
    outcome = round_.summary.get("outcome")
    if outcome not in outcomes:
        raise Failure(f"round {round_.summary['id']} ended as {outcome}: {round_.summary.get('failure')}")
    if outcome in ENDED:
        checkpoints = [c["id"] for c in daemon.cli("checkpoints")["checkpoints"]]
        if round_.summary.get("checkpoint") not in checkpoints:
            raise Failure(f"no checkpoint of round {round_.summary['id']} among {checkpoints}")
        trained, selected = round_.summary.get("trained_count"), round_.summary.get("selected_count")
        if not trained or trained != selected:
            raise Failure(f"{trained} candidates were trained on, {selected} were selected")
    violations = daemon.cli("verify", str(daemon.state), check=False)["violations"]
    if violations:
        raise Failure(f"verify finds {violations[:3]}")


def likeness(mine, other):
    """How many texts and verdicts are the other round's, in words.

    A server promises no more than that the same seed gives the same text where what shares its batch does not change
    the arithmetic, so that a few may differ; many would mean that seeds went astray.
    """
    texts, verdicts = ((a(mine), a(other)) for a in (Round.texts, Round.verdicts))
    count = len(texts[1])
    if texts[0].keys() != texts[1].keys():
        raise Failure(f"{len(texts[0])} candidates, undisturbed there are {count}")
    same, alike = (sum(a[key] == b[key] for key in b) for a, b in (texts, verdicts))
    if same < count * 3 / 4:
        raise Failure(f"only {same} of {count} texts are those of the undisturbed round")
    return f"{same} of {count} texts and {alike} verdicts as undisturbed"
