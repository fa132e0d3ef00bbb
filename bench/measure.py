"""Runs contenders in turns and sums up what they did."""
import json
import os
import signal
import statistics
import subprocess
import sys
import time


class Missing(Exception):
    """A contender that cannot run here, with its reason."""


def run_once(command, env=None, timeout=900):
    """Runs a command whose last line of output is JSON; adds its largest process's resident size in MB."""
    started = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env={**os.environ, **(env or {})}, start_new_session=True)
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        # Peers leave children behind that hold the pipes; they share the new session's group.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise Missing(f"took longer than {timeout} s") from None
    if process.returncode != 0:
        lines = [line for line in err.strip().splitlines() if line.strip()]
        raise Missing(lines[-1][:200] if lines else f"ended with status {process.returncode}")
    report = json.loads(out.strip().splitlines()[-1])
    report["wall"] = time.monotonic() - started
    return report


def with_memory(command):
    """The command under a parent that adds the peak resident size of its largest process to the JSON line."""
    code = ("import json,resource,subprocess,sys;"
            "p=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE,text=True);"
            "p.returncode and sys.exit(p.returncode);"
            "r=json.loads(p.stdout.strip().splitlines()[-1]);"
            "r['peakMB']=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024;"
            "print(json.dumps(r))")
    return [sys.executable, "-c", code, *map(str, command)]


class Contender:
    """Somebody who does a workload, in one or several variants (a number format, say); the fastest variant counts."""

    def __init__(self, name, variants, rate="tokens"):
        self.name = name
        self.variants = dict(variants)
        self.rate = rate
        self.best = None
        self.runs = {label: [] for label in self.variants}
        self.missing = {}

    def turn(self, workload):
        """One turn: all variants in the first, the best one from then on."""
        labels = [self.best] if self.best else list(self.variants)
        for label in labels:
            try:
                report = run_once(with_memory(self.variants[label]))
            except Missing as reason:
                self.missing[label] = str(reason)
                print(f"  {workload}: {self.name} {label}: {reason}", flush=True)
                continue
            report["rate"] = report[self.rate] / report["seconds"]
            self.runs[label].append(report)
            print(f"  {workload}: {self.name} {label}: {report['rate']:.1f} {self.rate}/s, "
                  f"{report.get('peakMB', 0):.0f} MB", flush=True)
        if self.best is None:
            done = [label for label in self.variants if self.runs[label]]
            self.best = max(done, key=lambda label: self.median(label), default=None)

    def median(self, label):
        return statistics.median(r["rate"] for r in self.runs[label])

    def summary(self):
        if self.best is None:
            return dict(missing="; ".join(f"{k}: {v}" for k, v in self.missing.items()) or "not installed")
        rates = [r["rate"] for r in self.runs[self.best]]
        return dict(variant=self.best, median=statistics.median(rates), low=min(rates), high=max(rates),
                    runs=len(rates), unit=f"{self.rate}/s", peakMB=max(r["peakMB"] for r in self.runs[self.best]),
                    others={k: self.median(k) for k in self.variants if k != self.best and self.runs[k]},
                    missing=self.missing or None)


def compare(workload, contenders, turns):
    """All contenders in turns (A B A B ...); returns summaries by name."""
    for _ in range(turns):
        for contender in contenders:
            if contender.variants and not (contender.best is None and contender.missing):
                contender.turn(workload)
    return {c.name: c.summary() for c in contenders}
