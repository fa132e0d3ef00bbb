"""Makes sizes.csv: which of two things is bigger, yes or no. Standard library only.

    python3 make.py            writes the file beside this script
    python3 make.py --check    says whether it is what it would write
"""

import csv
import io
import itertools
import random
import sys
from pathlib import Path

# From small to large; two of one line are not compared.
SIZES = {
    "tiny": "ant bee fly flea spider button coin pea seed needle pin ladybug".split(),
    "small": "mouse frog egg apple cup shoe spoon phone pencil sparrow lemon potato".split(),
    "medium": "cat dog goose chair suitcase bucket drum turkey fox guitar pillow rabbit".split(),
    "large": "horse cow car piano bear sofa tiger moose camel bed fridge boat".split(),
    "huge": "whale elephant house train ship airplane castle bridge tower mountain church dinosaur".split(),
}
SEED = 4
COUNT = 800


def named(word):
    return ("an " if word[0] in "aeiou" else "a ") + word


def sentence(word, size):
    words = named(word)
    return f"{words[0].upper()}{words[1:]} is {size}."


def text():
    """The file's text: as many yes as no."""
    place = {word: (rank, size) for rank, (size, words) in enumerate(SIZES.items()) for word in words}
    pairs = [pair for pair in itertools.permutations(place, 2) if place[pair[0]][0] != place[pair[1]][0]]
    source = random.Random(SEED)
    source.shuffle(pairs)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["question", "rationale", "answer"])
    left = {"yes": COUNT // 2, "no": COUNT // 2}
    seen = set()
    for one, two in pairs:
        answer = "yes" if place[one][0] > place[two][0] else "no"
        if not left[answer] or frozenset((one, two)) in seen:
            continue
        seen.add(frozenset((one, two)))
        left[answer] -= 1
        rationale = f" {sentence(one, place[one][1])} {sentence(two, place[two][1])} The answer is {answer}."
        writer.writerow([f"Is {named(one)} bigger than {named(two)}?", rationale, answer])
    return out.getvalue()


def main():
    path = Path(__file__).resolve().parent / "sizes.csv"
    if sys.argv[1:] == ["--check"]:
        if not path.exists() or path.read_text() != text():
            sys.exit(f"{path} is not what make.py writes; run make.py again")
    else:
        path.write_text(text())


if __name__ == "__main__":
    main()
