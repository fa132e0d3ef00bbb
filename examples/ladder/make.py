"""Makes the questions of this example: sums of two to eight numbers, a level for each count. Standard library only.

    python3 make.py            writes the files beside this script
    python3 make.py --check    says whether they are what it would write
"""

import argparse
import json
import random
import sys
from pathlib import Path

SEED = 22
LEVELS = range(2, 9)  # a level is the count of numbers; train, gate and test have all
TAUGHT = (2, 3)       # the levels with worked answers
HIGHEST_FIRST, HIGHEST = 60, 9
SHOTS = 3             # per taught level
SIZES = {"valid": 16, "gate": 150, "test": 150, "train": 120}  # per level


def draw(source, level, count, taken=()):
    """`count` lists of `level` numbers, no two with the same numbers in any order, none of `taken`."""
    seen, lists = set(taken), []
    while len(lists) < count:
        numbers = [source.randint(1, HIGHEST_FIRST)] + [source.randint(1, HIGHEST) for _ in range(level - 1)]
        if tuple(sorted(numbers)) not in seen:
            seen.add(tuple(sorted(numbers)))
            lists.append(numbers)
    return lists


def question(numbers):
    return f"What is {' + '.join(map(str, numbers))}?"


def rationale(numbers):
    """The worked answer, as it follows `A:`. What is left of the sum stands in it, so that a chain ends in time."""
    steps = [sum(numbers[: count + 1]) for count in range(len(numbers))]
    sums = [" + ".join(map(str, [step] + numbers[count + 1 :])) for count, step in enumerate(steps)]
    return f" {' = '.join(sums)}. The answer is {steps[-1]}."


def files():
    """Every file's name and text."""
    source = random.Random(SEED)
    rows = {name: [] for name in SIZES}
    shown = [draw(source, level, SHOTS) for level in TAUGHT]
    # What a worked example begins with is worked out in it.
    taken = {tuple(sorted(numbers[:count])) for part in shown for numbers in part for count in LEVELS}
    for level in LEVELS:
        sizes = SIZES if level in TAUGHT else {k: v for k, v in SIZES.items() if k != "valid"}
        lists = iter(draw(source, level, sum(sizes.values()), taken))
        for split, size in sizes.items():
            for numbers in (next(lists) for _ in range(size)):
                row = {"question": question(numbers)}
                if split == "valid":
                    row["rationale"] = rationale(numbers)
                if split != "train":
                    row["answer"] = str(sum(numbers))
                rows[split].append(row | {"level": level})
    # Both kinds of worked examples by turns, so that the last ones are not all of one level.
    shots = [f"Q: {question(each)}\nA:{rationale(each)}\n" for pair in zip(*shown) for each in pair]
    texts = {f"{split}.jsonl": "".join(json.dumps(row) + "\n" for row in part) for split, part in rows.items()}
    return texts | {"shots.txt": "".join(shots)}


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
