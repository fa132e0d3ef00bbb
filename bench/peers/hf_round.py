#!/usr/bin/env python3
"""One round as people write it with transformers and PEFT, on the example's questions; prints one JSON line.

    hf_round.py MODEL_DIR EXAMPLE_DIR --questions 24 --gate 50 [--dtype bfloat16]

The same settings as examples/arithmetic: 8 candidates at temperature 0.7, vote with at least three equal answers, DS
weight, the 80 % closest to the valid set's mean loss, LoRA rank 16, 2 epochs, gate before and after.
"""
import argparse
import json
import random
import re
import time
from collections import Counter
from pathlib import Path

import torch

from hf import finetune, generate, load, losses

CUE = "The answer is"


def answer(text):
    """The number after the cue."""
    found = re.search(r"-?\d[\d,]*\.?\d*", text.split(CUE)[-1]) if CUE in text else None
    return float(found.group().replace(",", "").rstrip(".")) if found else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("example", type=Path)
    parser.add_argument("--questions", type=int, default=24)
    parser.add_argument("--gate", type=int, default=50)
    parser.add_argument("--dtype", default="bfloat16")
    options = parser.parse_args()
    torch.manual_seed(1)

    def read(name):
        return [json.loads(line) for line in open(options.example / name, encoding="utf-8") if line.strip()]

    tokenizer, model = load(options.model, options.dtype)
    shots = (options.example / "shots.txt").read_text(encoding="utf-8").rstrip("\n") + "\n"
    train = random.Random(1).sample(read("train.jsonl"), options.questions)
    gate, valid = read("gate.jsonl")[:options.gate], read("valid.jsonl")
    seconds = {}

    def timed(name, work):
        start = time.monotonic()
        result = work()
        seconds[name] = time.monotonic() - start
        return result

    def prompt(row):
        return f"Q: {row['question']}\nA:"

    def accuracy(which):
        texts, _ = generate(tokenizer, which, [shots + prompt(r) for r in gate], [1] * len(gate), 40, 0, ["\n"])
        return sum(answer(t[0]) == float(r["answer"]) for t, r in zip(texts, gate)) / len(gate)

    def weigh(kept):
        reference, _ = losses(tokenizer, model, [dict(prompt=prompt(r), completion=r["rationale"]) for r in valid])
        mean = sum(reference) / len(reference)
        ratios = [mean / loss if loss > 0 else float("inf") for loss in losses(tokenizer, model, kept)[0]]
        return [max(ratio, 1 / ratio) for ratio in ratios]

    before = timed("evaluate before", lambda: accuracy(model))
    texts, tokens = timed("generate", lambda: generate(
        tokenizer, model, [shots + prompt(r) for r in train], [8] * len(train), 40, 0.7, ["\n"]))
    kept = []
    for row, group in zip(train, texts):
        answers = [answer(t) for t in group]
        votes = Counter(a for a in answers if a is not None).most_common(1)
        if votes and votes[0][1] >= 0.3 * len(group):
            kept += [dict(prompt=prompt(row), completion=t) for t, a in zip(group, answers) if a == votes[0][0]]
    weights = timed("weigh", lambda: weigh(kept))
    order = sorted(range(len(kept)), key=lambda i: weights[i])[:int(0.8 * len(kept))]
    chosen = [kept[i] for i in order]
    random.Random(1).shuffle(chosen)
    adapted, _, _ = timed("finetune", lambda: finetune(tokenizer, model, chosen, 16, 32, 2, 5e-4))
    after = timed("evaluate after", lambda: accuracy(adapted))
    print(json.dumps(dict(seconds=sum(seconds.values()), phases=seconds, items=8 * len(train), tokens=tokens,
                          selected=len(chosen), accuracyBefore=before, accuracyAfter=after)))


if __name__ == "__main__":
    main()
