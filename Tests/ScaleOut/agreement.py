"""Whether two engines say the same: statistics of answers, losses and orders, without any library."""

import random
import re
from collections import Counter

CUE = "The answer is"


def answer(text):
    """The number after the cue; None where there is none."""
    found = re.search(r"-?\d[\d,]*(?:\.\d+)?", text.split(CUE)[-1]) if CUE in text else None
    return float(found.group().replace(",", "")) if found else None


def votes(texts, count):
    """Per question the winning answer, ties to the earliest; None where no answer can be read."""
    groups = (texts[i:i + count] for i in range(0, len(texts), count))
    return [next(iter(Counter(a for a in map(answer, g) if a is not None).most_common(1)), (None,))[0] for g in groups]


def distance(one, other):
    """Total variation between two questions' answers, 0 to 1."""
    a, b = Counter(one), Counter(other)
    return sum(abs(a[key] / len(one) - b[key] / len(other)) for key in a.keys() | b.keys()) / 2


def permutation_test(one, other, count, turns=2000):
    """How probable so large a distance is when both engines draw from the same distribution.

    The statistic is the mean total variation over questions; under the hypothesis, which engine wrote a candidate is
    exchangeable within its question. Returns the statistic and its p-value.
    """
    pairs = [(list(map(answer, one[i:i + count])), list(map(answer, other[i:i + count]))) for i in range(0, len(one), count)]
    seen = sum(distance(a, b) for a, b in pairs) / len(pairs)
    order, larger = random.Random(1), 0
    for _ in range(turns):
        total = 0
        for a, b in pairs:
            both = a + b
            order.shuffle(both)
            total += distance(both[:len(a)], both[len(a):])
        larger += total / len(pairs) >= seen
    return seen, (larger + 1) / (turns + 1)


def ranks(values):
    """Ranks from 1; equal values share their mean rank."""
    order = sorted(range(len(values)), key=values.__getitem__)
    out, start = [0.0] * len(values), 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in range(start, end + 1):
            out[order[place]] = (start + end) / 2 + 1
        start = end + 1
    return out


def spearman(one, other):
    """Correlation of the ranks."""
    a, b = ranks(one), ranks(other)
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    product = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    squares = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return product / squares ** 0.5


def ds_weights(losses, valid_losses):
    """The distribution-shift weights of losses: at least 1, by the ratio to the valid set's mean."""
    mean = sum(valid_losses) / len(valid_losses)
    return [max(loss / mean, mean / loss) for loss in losses]


def accuracy(texts, rows):
    return sum(answer(text) == float(row["answer"]) for text, row in zip(texts, rows)) / len(rows)
