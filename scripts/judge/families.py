"""Tiny models of each family, in both directions, between transformers, this engine and llama.cpp."""

import json
import math
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import tiny_run
from judge.programs import LLAMA, OUT, PROGRAMS, PYTHON, ROOT, Refused, ours, theirs

# Perplexities of a pair differ by less than this share.
WITHIN = 0.005
# Where nothing is rounded, each text's loss by less than this.
CLOSE = 2e-3
# What llama.cpp cannot read, with a part of what it says; docs/models.md has the reasons.
REFUSED = {
    ("mistral3", "it on our export in llama.cpp"): "expect general.type to be 'adapter'",
    ("granitehybrid", "it on our export in llama.cpp"): "model arch and LoRA arch mismatch",
}
# A form that no published model has, and that the converter makes another model of.
NOT_JUDGED = {"granitehybrid-nope"}


def names():
    """The recorded families, from the script that has transformers, which is not imported here."""
    text = (ROOT / "scripts" / "record" / "families.py").read_text(encoding="utf-8")
    found = re.findall(r'^    "([\w.-]+)": \("', text, re.MULTILINE)
    return [name for name in found if name not in NOT_JUDGED]


def export(folder):
    """Lets the daemon write the base model as GGUF."""
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        tiny_run.write(place, generate="{candidates: 2, maxNewTokens: 2, waveQuestions: 2, questionsPerRound: 2}")
        text = (place / "config.yaml").read_text(encoding="utf-8")
        text = re.sub(r"^model: .*$", f"model: {folder / 'model'}", text, flags=re.MULTILINE)
        (place / "config.yaml").write_text(text, encoding="utf-8")
        socket = place / "s"
        with open(folder / "daemon.log", "w", encoding="utf-8") as log:
            daemon = subprocess.Popen(
                [PROGRAMS / "autodidactd", "--config", place / "config.yaml", "--state-dir", place / "state",
                 "--socket", socket], stdout=log, stderr=log,
            )
        try:
            for _ in range(200):
                if socket.exists() or daemon.poll() is not None:
                    break
                time.sleep(0.05)
            done = subprocess.run(
                [PROGRAMS / "autodidact", "export", "--round", "base", "--format", "gguf", "--name", "judge",
                 "--socket", socket], capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"},
            )
            if done.returncode:
                raise Refused(f"autodidact export: {done.stderr.strip().splitlines()[-1:]}")
            shutil.copy(place / "state" / "exports" / "judge" / "model.gguf", folder / "ours.gguf")
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(60)


def losses(program, folder, file, adapter):
    """Losses that a program computes from a file of the folder."""
    more = ["--precision", "f32", "--results"] if program is ours else ["--exact"]
    if adapter:
        more += ["--adapter", folder / adapter]
    return program(folder / file, folder / "work.json", *more, "--threads", "1")["losses"]


# What is compared with transformers: a name, who reads, which file, which adapter.
READINGS = [
    ("directory", ours, "model", None),
    ("export, read again", ours, "ours.gguf", None),
    ("export in llama.cpp", theirs, "ours.gguf", None),
    ("that in f32", theirs, "wide.gguf", None),
    ("llama.cpp's file in ours", ours, "theirs.gguf", None),
    ("it in llama.cpp", theirs, "theirs.gguf", None),
    ("PEFT's adapter", ours, "model", "adapter"),
    ("it on our export in llama.cpp", theirs, "wide.gguf", "adapter.gguf"),
]


def perplexity(losses, counts):
    """That of all tokens of the completions together."""
    return math.exp(sum(loss * count for loss, count in zip(losses, counts)) / sum(counts))


def difference(found, expected, counts, rounds):
    """The largest difference that counts, and whether it is too large.

    llama.cpp rounds what it multiplies with bf16 weights to bf16: there the perplexity over all texts counts,
    otherwise the loss of each text.
    """
    if len(found) != len(expected) or not all(map(math.isfinite, found)):
        return math.inf, True
    if rounds:
        off = abs(perplexity(found, counts) / perplexity(expected, counts) - 1)
        return off, off > WITHIN
    off = max(abs(a - b) for a, b in zip(found, expected))
    return off, off > CLOSE


def require(folder, file, reason):
    """Throws what a converter said where its file is missing."""
    if file is None or (folder / file).exists():
        return
    told = folder / reason
    raise Refused(f"converter: {told.read_text().strip()}" if told.exists() else f"there is no {file}")


def judge(name):
    """One family: a line of the table, and its faults."""
    folder = OUT / "families" / name
    reference = json.loads((folder / "transformers.json").read_text())
    counts = reference["counts"]
    row, faults = {"perplexity": perplexity(reference["losses"], counts)}, []
    for title, program, file, adapter in READINGS:
        try:
            require(folder, file, "refused.txt")
            require(folder, adapter, "refused-adapter.txt")
            expected = reference["adapterLosses" if adapter else "losses"]
            found = losses(program, folder, file, adapter)
            off, bad = difference(found, expected, counts, program is theirs and file == "ours.gguf")
            row[title] = off
            if bad:
                faults.append(f"{name}: {title} differs by {off:.2g}")
        except Refused as reason:
            row[title] = str(reason)
            known = REFUSED.get((name, title))
            if known is None or known not in str(reason):
                faults.append(f"{name}: {title}: {reason}")
    return row, faults


def run(wanted, _):
    """Makes, exports, converts and judges; prints a line each; returns the number of faults."""
    folder = OUT / "families"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([PYTHON, ROOT / "scripts/judge/make.py", folder, *wanted], check=True)
    faults = []
    for name in wanted:
        try:
            export(folder / name)
        except Refused as reason:
            faults.append(f"{name}: {reason}")
    with open(folder / "convert.log", "w", encoding="utf-8") as log:
        subprocess.run(
            [PYTHON, ROOT / "scripts/judge/convert.py", LLAMA, *(folder / name for name in wanted)],
            stdout=log, stderr=log, check=True,
        )
    rows = {}
    for name in wanted:
        rows[name], found = judge(name)
        faults += found
        cells = [f"{value:.1e}" if isinstance(value, float) else "refused" for value in list(rows[name].values())[1:]]
        print(f"{name:15}" + "  ".join(f"{title}: {cell}" for (title, *_), cell in zip(READINGS, cells)), flush=True)
        for value in rows[name].values():
            if isinstance(value, str):
                print(f"    {value}")
    (folder / "results.json").write_text(json.dumps(rows, indent=1) + "\n")
    for fault in faults:
        print(f"models-check: FAIL {fault}")
    print(f"models-check: {len(wanted)} families, {len(faults)} faults")
    return len(faults)
