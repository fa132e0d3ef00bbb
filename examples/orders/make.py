"""Makes orders.jsonl: sentences about what somebody buys, and the JSON that says the same. Standard library only.

    python3 make.py            writes the file beside this script
    python3 make.py --check    says whether it is what it would write
"""

import json
import random
import sys
from pathlib import Path

NAMES = "Anna Ben Clara David Emma Frank Grace Henry Ida Jack Kate Leo Mia Noah Olga Paul Rosa Sam Tina Will".split()
ITEMS = "apples pens books cups lamps shirts plates chairs candles towels bottles stamps".split()
COLOURS = "red blue green black white yellow".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
WORDS = "two three four five six seven eight nine ten eleven twelve".split()
FORMS = [
    "{name} ordered {count} {colour} {item} on {day}.",
    "On {day}, {name} bought {count} {colour} {item}.",
    "{count} {colour} {item} were sent to {name} on {day}.",
    "{name} wants {count} {item} in {colour}, to be delivered on {day}.",
    "Please send {name} {count} {item} by {day}; they must be {colour}.",
    "It was {day} when {name} asked for {count} {colour} {item}.",
]
SEED = 7
COUNT = 800


def text():
    """The file's text."""
    source = random.Random(SEED)
    lines, seen = [], set()
    while len(lines) < COUNT:
        count = source.randint(2, 12)
        said = WORDS[count - 2] if source.random() < 0.5 else str(count)
        name, item, colour, day = (source.choice(each) for each in (NAMES, ITEMS, COLOURS, DAYS))
        sentence = source.choice(FORMS).format(name=name, count=said, colour=colour, item=item, day=day)
        sentence = sentence[0].upper() + sentence[1:]
        key = (name, count, colour, item)
        if key in seen:
            continue
        seen.add(key)
        answer = json.dumps({"name": name, "item": item, "count": count, "colour": colour, "day": day})
        row = {"question": sentence, "rationale": f" The answer is {answer}.", "answer": answer}
        lines.append(json.dumps(row))
    return "\n".join(lines) + "\n"


def main():
    path = Path(__file__).resolve().parent / "orders.jsonl"
    if sys.argv[1:] == ["--check"]:
        if not path.exists() or path.read_text() != text():
            sys.exit(f"{path} is not what make.py writes; run make.py again")
    else:
        path.write_text(text())


if __name__ == "__main__":
    main()
