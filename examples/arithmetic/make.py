"""Makes the questions of this example: a number up to 24 plus two digits. Standard library only.

    python3 make.py            writes the files beside this script
    python3 make.py --check    says whether they are what it would write
"""

import argparse
import json
import random
import sys
from pathlib import Path

HIGHEST = (24, 9, 9)  # of each operand; the lowest is 1
SEED = 20
SIZES = {"shots": 6, "valid": 32, "gate": 100, "test": 200, "train": 400}


def draw(source, highest, count):
    """`count` triples, no two with the same operands in any order."""
    seen, triples = set(), []
    while len(triples) < count:
        triple = [source.randint(1, most) for most in highest]
        operands = tuple(sorted(triple))
        if operands not in seen:
            seen.add(operands)
            triples.append(triple)
    return triples


def question(triple):
    return f"What is {triple[0]} + {triple[1]} + {triple[2]}?"


def rationale(triple):
    """The worked answer, as it follows `A:`."""
    a, b, c = triple
    return f" {a} + {b} = {a + b}. {a + b} + {c} = {a + b + c}. The answer is {a + b + c}."


def files(highest=HIGHEST, seed=SEED, sizes=SIZES):
    """Every file's name and text."""
    triples = draw(random.Random(seed), highest, sum(sizes.values()))
    texts, start = {}, 0
    for split, size in sizes.items():
        part, start = triples[start:start + size], start + size
        if split == "shots":
            texts["shots.txt"] = "".join(f"Q: {question(each)}\nA:{rationale(each)}\n" for each in part)
            continue
        rows = []
        for each in part:
            row = {"question": question(each)}
            if split == "valid":
                row["rationale"] = rationale(each)
            rows.append(row | {"answer": str(sum(each))})
        texts[f"{split}.jsonl"] = "".join(json.dumps(row) + "\n" for row in rows)
    return texts


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    folder = Path(__file__).resolve().parent
    for name, text in files().items():
        path = folder / name
        if not check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            sys.exit(f"{path} is not what make.py writes; run make.py again")


if __name__ == "__main__":
    main()
