"""What is left of the engine's speed while other programs want the cores, beside what is its fair share.

The fair share of a cell is what one-thread processes get, one per core, which wait for nobody: started together, at the
same priority, beside the same busy processes. It needs no peer; the default model will do.
"""
import json
import os
import subprocess
import sys

from measure import run_once

BUSY = "x = 0\nwhile True: x += 1"
UNITS = {"generation": "tokens", "scoring": "items", "finetune": "items"}


def sizes(paths):
    """Work short enough for a tenth of the machine."""
    read = {name: json.loads(paths[name].read_text()) for name in UNITS}
    return {
        "generation": {**read["generation"], "maxNewTokens": 32},
        "scoring": {**read["scoring"], "samples": read["scoring"]["samples"][:96]},
        "finetune": {**read["finetune"], "samples": read["finetune"]["samples"][:32]},
    }


class Crowd:
    """Processes that do nothing but count."""

    def __init__(self, count):
        self.count = count

    def __enter__(self):
        self.processes = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(self.count)]

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()


def rates(command, nice, unit, count=1):
    """Work per second of `count` processes started together, added up.

    All in one session: the system may share out the processor by sessions first.
    """
    code = ("import json,subprocess,sys;"
            "ps=[subprocess.Popen(sys.argv[3:],stdout=subprocess.PIPE,text=True) for _ in range(int(sys.argv[1]))];"
            "rs=[json.loads(p.communicate()[0].strip().splitlines()[-1]) for p in ps];"
            "print(json.dumps(dict(rate=sum(r[sys.argv[2]]/r['seconds'] for r in rs))))")
    return run_once([sys.executable, "-c", code, count, unit, "nice", "-n", nice, *command], timeout=600)["rate"]


def measure(tool, model, paths, cores, turns, crowds=(0, 1, 2, 4)):
    """A row per cell: phase, busy processes, nice, our rate, the fair share's rate, and their ratio."""
    rows = []
    for name, work in sizes(paths).items():
        path = paths[name].parent / f"company-{name}.json"
        path.write_text(json.dumps(work))
        command = [tool, "run", "--model", model, "--workload", path]
        for busy in crowds:
            for nice in (0, 10) if busy else (0,):
                ours, fair = [], []
                with Crowd(busy):
                    for _ in range(turns):
                        ours.append(rates(command, nice, UNITS[name]))
                        fair.append(rates([*command, "--threads", 1], nice, UNITS[name], cores))
                rate, share = sorted(ours)[turns // 2], sorted(fair)[turns // 2]
                rows.append(dict(phase=name, busy=busy, nice=nice, rate=rate, fair=share, share_of_fair=rate / share,
                                 unit=f"{UNITS[name]}/s", turns=turns))
                print(f"  company: {name}, {busy} busy, nice {nice}: {rate:.1f} of {share:.1f} {UNITS[name]}/s, "
                      f"{rate / share:.2f} of the fair share", flush=True)
    return dict(rows=rows, load=os.getloadavg()[0])
