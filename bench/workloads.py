"""Writes the benchmark's workloads as JSON, the same for everybody, from examples/arithmetic and a seed."""
import json
import random
from pathlib import Path

WORDS = ("time year people way day man thing woman life child world school state family student group country "
         "problem hand part place case week company system program question work number night point home water "
         "room mother area money story fact month lot right study book eye job word business issue side kind "
         "head house service friend father power hour game line end member law car city name team").split()


def read(path):
    return [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]


def prompt_256():
    """A prompt of 256 tokens: each word with its space is one token of the default model."""
    order = random.Random(7)
    return "Time" + "".join(" " + order.choice(WORDS) for _ in range(255))


def wave(example, questions, candidates):
    shots = (example / "shots.txt").read_text(encoding="utf-8")
    if not shots.endswith("\n"):
        shots += "\n"
    rows = read(example / "train.jsonl")[:questions]
    return dict(kind="generate", prefix=shots, maxNewTokens=40, temperature=0.7, stop=["\n"],
                requests=[dict(prompt=f"Q: {r['question']}\nA:", count=candidates) for r in rows])


def samples(example, count, per_question=4):
    """Samples of 20 to 200 tokens, `per_question` completions to a prompt; prompts carry 0 to 4 worked examples."""
    order = random.Random(11)
    shots = (example / "shots.txt").read_text(encoding="utf-8").strip().split("\nQ: ")
    shots = [shots[0]] + ["Q: " + s for s in shots[1:]]
    out = []
    for row in read(example / "train.jsonl"):
        head = "\n".join(order.sample(shots, order.randrange(5)))
        prompt = (head + "\n" if head else "") + f"Q: {row['question']}\nA:"
        numbers = [int(x) for x in row["question"].removeprefix("What is ").removesuffix("?").split(" + ")]
        for _ in range(per_question):
            slip = order.choice([0, 0, 0, 1, -1])
            first = numbers[0] + numbers[1]
            total = first + numbers[2] + slip
            tail = order.choice(["", f" Let me check. {first} + {numbers[2]} = {total}, so it holds."])
            text = f" {numbers[0]} + {numbers[1]} = {first}. {first} + {numbers[2]} = {total}.{tail}"
            out.append(dict(prompt=prompt, completion=f"{text} The answer is {total}."))
            if len(out) == count:
                return out
    return out


def write(directory, example):
    """Returns {name: path} of all workloads."""
    directory.mkdir(parents=True, exist_ok=True)
    many = samples(example, 1024)
    works = {
        "generation": dict(kind="generate", prefix="", maxNewTokens=96, temperature=1.0, stop=[],
                           requests=[dict(prompt=prompt_256(), count=64)]),
        "wave": wave(example, 32, 15),
        "scoring": dict(kind="score", samples=many),
        "finetune": dict(kind="finetune", samples=many[:128], rank=8, batch=32, epochs=1),
        # Slices of the same work for peers that need minutes for these alone; rates are compared.
        "wave_slice": wave(example, 4, 15),
        "scoring_slice": dict(kind="score", samples=many[:64]),
        "finetune_slice": dict(kind="finetune", samples=many[:64], rank=8, batch=32, epochs=1),
    }
    paths = {}
    for name, work in works.items():
        paths[name] = Path(directory) / f"{name}.json"
        paths[name].write_text(json.dumps(work), encoding="utf-8")
    return paths
