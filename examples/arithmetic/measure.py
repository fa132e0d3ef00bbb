"""Measures the base model on this example, to choose the family and the temperature.

    python measure.py family 12,12,12 24,9,9     greedy accuracy with the examples, operands from 1
    python measure.py test shots none            greedy accuracy on test.jsonl, with and without examples
    python measure.py vote 0.6 0.7 --questions 40    one candidate and vote of eight on train.jsonl

Needs torch, transformers and peft, as scripts/record does; autodidact itself needs none of them.
"""

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "scripts" / "record"))

import common
import make


def rows_of(text):
    return [json.loads(line) for line in text.splitlines()]


def ask(model, tokenizer, shots, rows, **settings):
    """The strict answer to every row's question."""
    prompts = [f"Q: {row['question']}\nA:" for row in rows]
    written = common.complete(model, tokenizer, shots, prompts, limit=48, **settings)
    return [common.strict_answer(text) for text in written]


def right(answers, rows):
    return sum(answer == float(row["answer"]) for answer, row in zip(answers, rows)) / len(rows)


def family(model, tokenizer, highest, count):
    """Greedy accuracy on a fresh draw of the family."""
    made = make.files(highest=highest, sizes={"shots": 6, "test": count})
    rows = rows_of(made["test.jsonl"])
    answers = ask(model, tokenizer, made["shots.txt"], rows)
    return {"highest": highest, "count": count, "greedy": right(answers, rows)}


def test(model, tokenizer, prefix):
    """Greedy accuracy on the test split after the prefix."""
    rows = rows_of((HERE / "test.jsonl").read_text())
    return {
        "count": len(rows),
        "greedy": right(ask(model, tokenizer, prefix, rows), rows),
        "examples": bool(prefix),
    }


def vote(model, tokenizer, temperature, count, size=8):
    """Accuracy of one candidate and of the majority vote on train questions; ties to the earliest."""
    rows = rows_of((HERE / "train.jsonl").read_text())[:count]
    shots = (HERE / "shots.txt").read_text()
    asked = [row for row in rows for _ in range(size)]
    answers = ask(model, tokenizer, shots, asked, temperature=temperature, seed=1)
    won, shares = [], []
    for index in range(count):
        found = [answer for answer in answers[index * size:(index + 1) * size] if answer is not None]
        best = Counter(found).most_common(1)
        won.append(best[0][0] if best else None)
        shares.append(best[0][1] / size if best else 0)
    return {
        "temperature": temperature, "questions": count, "one": right(answers, asked), "vote": right(won, rows),
        "parsed": sum(answer is not None for answer in answers) / len(asked),
        "meanShare": sum(shares) / count,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["family", "test", "vote"])
    parser.add_argument("values", nargs="+", help="highest operands, temperatures, or shots and none")
    parser.add_argument("--questions", type=int, default=100)
    settings = parser.parse_args()
    model, tokenizer = common.load()
    for value in settings.values:
        began = time.time()
        if settings.what == "family":
            found = family(model, tokenizer, tuple(map(int, value.split(","))), settings.questions)
        elif settings.what == "test":
            found = test(model, tokenizer, (HERE / "shots.txt").read_text() if value == "shots" else "")
        else:
            found = vote(model, tokenizer, float(value), settings.questions)
        print(json.dumps(found | {"seconds": round(time.time() - began)}), flush=True)


if __name__ == "__main__":
    main()
