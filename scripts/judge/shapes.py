"""GGUF files of random weights in real sizes: loading, generation, scoring and fine-tuning beside llama.cpp."""

import json
import math
import os
import statistics
import subprocess
import sys
import time

from judge.programs import JUDGE, OUT, PROGRAMS, PYTHON, ROOT, Refused

# Perplexities on the same file differ by less than this share.
WITHIN = 0.005
# By size. What computing costs is that of the published model; rotary scaling is left out.
SHAPES = {
    "gemma-3-270m": dict(
        architecture="gemma3", width=640, inner=2048, layers=18, heads=4, key_heads=1, head=256, vocabulary=262144,
        base=1e6, context=32768, window=512, head_norms=["attn_q_norm", "attn_k_norm"],
        norms_after=["post_attention_norm", "post_ffw_norm"],
    ),
    "qwen2.5-0.5b": dict(
        architecture="qwen2", width=896, inner=4864, layers=24, heads=14, key_heads=2, head=64, vocabulary=151936,
        base=1e6, context=32768, biases=True,
    ),
    "qwen3-0.6b": dict(
        architecture="qwen3", width=1024, inner=3072, layers=28, heads=16, key_heads=8, head=128, vocabulary=151936,
        base=1e6, context=40960, head_norms=["attn_q_norm", "attn_k_norm"],
    ),
    "llama-3.2-1b": dict(
        architecture="llama", width=2048, inner=8192, layers=16, heads=32, key_heads=8, head=64, vocabulary=128256,
        base=5e5, context=131072,
    ),
    "qwen2.5-1.5b": dict(
        architecture="qwen2", width=1536, inner=8960, layers=28, heads=12, key_heads=2, head=128, vocabulary=151936,
        base=1e6, context=32768, biases=True,
    ),
}


def names():
    """The shapes that there are, the smallest first."""
    return list(SHAPES)


def digits(count, seed):
    """A text of so many tokens: the tiny tokenizer keeps digits apart."""
    return "".join(str((place * place * 7 + place + seed) % 10) for place in range(count))


def work():
    """What everybody does: small enough for two cores."""
    def samples(prompts):
        return [
            {"prompt": digits(64, prompt), "completion": digits(64, 3 * prompt + answer)}
            for prompt in range(prompts) for answer in range(4)
        ]
    return {
        "generation": {"kind": "generate", "maxNewTokens": 32, "temperature": 1.0, "stop": [],
                       "requests": [{"prompt": digits(256, 1), "count": 32}]},
        "scoring": {"kind": "score", "samples": samples(6)},
        "finetune": {"kind": "finetune", "samples": samples(2), "rank": 8, "batch": 8, "epochs": 1},
    }


def measured(command):
    """Runs a command; its JSON line with the seconds before and after the work, and its peak memory."""
    start = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = process.stdout.read(), process.stderr.read()
    # wait4 has the peak of this child alone.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        lines = [line for line in err.splitlines() if line.strip()]
        raise Refused(lines[-1][:200] if lines else f"status {process.returncode}")
    report = json.loads(out.strip().splitlines()[-1])
    elapsed = time.monotonic() - start
    report["around"] = elapsed - report["seconds"]
    # Of the cores' time: below the count of threads where other work took its part.
    report["cores"] = (usage.ru_utime + usage.ru_stime) / elapsed
    report["peakMB"] = usage.ru_maxrss / 1024
    return report


def contenders(model, path, kind, threads):
    """Who does it, and with what."""
    tool = [PROGRAMS / "autodidact-bench", "run", "--model", model, "--workload", path, "--threads", threads]
    if kind == "scoring":
        tool.append("--results")
    if kind == "finetune":
        # llama.cpp trains no LoRA.
        return {"autodidact": tool}
    return {"autodidact": tool, "llama.cpp": [JUDGE, model, path, "--threads", threads]}


def off(scores):
    """How far the perplexities of all who scored are apart, as a share; None with one alone."""
    means = [statistics.mean(found["losses"]) for found in scores.values()]
    return math.expm1(max(means) - min(means)) if len(means) > 1 else None


def measure(name, turns, threads):
    """One shape: {work: {who: figures}}."""
    folder = OUT / "shapes"
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / f"{name}.gguf"
    (folder / "shape.json").write_text(json.dumps(SHAPES[name] | {"name": name}))
    if not model.exists():
        part = model.with_suffix(".part")
        subprocess.run([PYTHON, ROOT / "scripts/judge/random_weights.py", folder / "shape.json", part], check=True)
        part.rename(model)
    table = {"bytes": model.stat().st_size, "threads": threads}
    for kind, task in work().items():
        path = folder / f"{kind}.json"
        path.write_text(json.dumps(task))
        runs = {}
        for _ in range(turns):
            for who, command in contenders(model, path, kind, threads).items():
                try:
                    runs.setdefault(who, []).append(measured(command))
                except Refused as reason:
                    table.setdefault("faults", []).append(f"{name}: {kind}: {who}: {reason}")
        table[kind] = {
            who: {
                "tokensPerSecond": statistics.median(run["tokens"] / run["seconds"] for run in found),
                "perCore": statistics.median(run["tokens"] / run["seconds"] / run["cores"] for run in found),
                "around": statistics.median(run["around"] for run in found),
                "peakMB": max(run["peakMB"] for run in found), "turns": len(found),
                "losses": found[0].get("losses"),
            }
            for who, found in runs.items()
        }
        for who, found in table[kind].items():
            print(f"{name:14} {kind:11} {who:11} {found['tokensPerSecond']:8.1f} tokens/s, {found['perCore']:8.1f} "
                  f"per core's second, {found['around']:5.1f} s besides, "
                  f"{found['peakMB']:6.0f} MB", flush=True)
    table["off"] = off(table["scoring"])
    if table["off"] is not None:
        print(f"{name:14} perplexities differ by {100 * table['off']:.3f} %", flush=True)
        if not table["off"] <= WITHIN:
            table.setdefault("faults", []).append(f"{name}: perplexities differ by {100 * table['off']:.3f} %")
    return table


def run(wanted, settings):
    """Measures; prints a line each; returns the number of programs that ended with an error."""
    faults = []
    path = OUT / "shapes" / "results.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    for name in wanted:
        results[name] = measure(name, settings.turns, settings.threads)
        faults += results[name].get("faults", [])
        path.write_text(json.dumps(results, indent=1) + "\n")
        if not settings.keep:
            (OUT / "shapes" / f"{name}.gguf").unlink()
    for fault in faults:
        print(f"models-check: FAIL {fault}", file=sys.stderr)
    print(f"models-check: {len(wanted)} shapes, {len(faults)} faults")
    return len(faults)
