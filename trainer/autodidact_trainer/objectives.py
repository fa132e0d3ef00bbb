"""What fine-tuning minimises: the twin of Sources/Loop/Training/Objective.swift, with the same golden vectors.

A step is made of groups. An objective looks at one group's sequences and says by which coefficient each sequence's token
losses go into the gradient, and what the group's loss is: with l[i] the sum of sequence i's scored log-probabilities,
grad L = sum of c[i] * grad(-l[i]), c[i] = -dL/dl[i].

An objective is a class with `name`, `needs_log_probabilities`, `terms(group)` and `divisor(groups)`, and a line in
OBJECTIVES. No torch here: these are numbers.
"""
from dataclasses import dataclass


@dataclass
class Sequence:
    """A group's member: weight, number of scored tokens, sum of their log-probabilities now and in the round's start model."""

    weight: float
    token_count: int
    log_probability: float | None = None
    reference: float | None = None

    def gain(self):
        """How much likelier the sequence has become since the round began, nats."""
        if self.log_probability is None or self.reference is None:
            raise ValueError("a sample has no log-probability or no reference, which this objective compares with")
        return self.log_probability - self.reference


class CrossEntropy:
    """sft: L = sum of w[i] * mean token loss of i / sum of |w[i]|, so c[i] = w[i] / n[i]."""

    name = "sft"
    needs_log_probabilities = False

    def terms(self, group):
        """Coefficients, and the group's loss; None where log-probabilities are not measured."""
        coefficients = [s.weight / max(s.token_count, 1) for s in group]
        if any(s.log_probability is None for s in group):
            return coefficients, None
        return coefficients, sum(-c * s.log_probability for c, s in zip(coefficients, group))

    def divisor(self, groups):
        """The step's weight; magnitudes, should weights be advantages."""
        return sum(abs(s.weight) for group in groups for s in group)


OBJECTIVES = {objective.name: objective for objective in (
    CrossEntropy(),
)}


def named(name):
    """The objective of a plan's name."""
    if name not in OBJECTIVES:
        raise ValueError(f"there is no objective {name}; this trainer knows {', '.join(OBJECTIVES)}")
    return OBJECTIVES[name]


def first_scored(sample, span):
    """Place of a sample's first token that carries loss; the first of all never does."""
    return max(sample["promptCount"], 1) if span == "answer_only" else 1


def step_terms(samples, objective, span, log_probabilities=None):
    """Coefficients by index of the sample, the divisor, and the step's loss, None where the step itself measures it.

    Groups come in order of their first sample; a sample without a group is one of its own.
    """
    groups = {}
    for sample in samples:
        key = ("group", sample["group"]) if "group" in sample else ("alone", sample["index"])
        groups.setdefault(key, []).append(sample)
    measured = [[Sequence(s["weight"], len(s["tokens"]) - first_scored(s, span),
                          None if log_probabilities is None else log_probabilities[s["index"]], s.get("reference"))
                 for s in group] for group in groups.values()]
    coefficients, losses = {}, []
    for group, members in zip(groups.values(), measured):
        found, loss = objective.terms(members)
        coefficients.update({s["index"]: c for s, c in zip(group, found, strict=True)})
        losses.append(loss)
    divisor = objective.divisor(measured)
    return coefficients, divisor, None if None in losses else sum(losses) / divisor
