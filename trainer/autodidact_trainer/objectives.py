"""What fine-tuning minimises: the twin of Sources/Loop/Training/Objective.swift, with the same golden vectors.

A step is made of groups. An objective looks at one group's sequences and says by which coefficient each sequence's token
losses go into the gradient, and what the group's loss is: with l[i] the sum of sequence i's scored log-probabilities,
grad L = sum of c[i] * grad(-l[i]), c[i] = -dL/dl[i].

An objective is a class with `name`, `needs_log_probabilities`, `terms(group)` and `divisor(groups)`, and a line in
OBJECTIVES; `configured(settings)` gives it a plan's `objectiveSettings`. No torch here: these are numbers.
"""
import math
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
    """sft, weighted, sodMix: L = sum of w[i] * mean token loss of i / sum of |w[i]|, so c[i] = w[i] / n[i]."""

    needs_log_probabilities = False

    def __init__(self, name="sft"):
        self.name = name

    def terms(self, group):
        """Coefficients, and the group's loss; None where log-probabilities are not measured."""
        coefficients = [s.weight / max(s.token_count, 1) for s in group]
        if any(s.log_probability is None for s in group):
            return coefficients, None
        return coefficients, sum(-c * s.log_probability for c, s in zip(coefficients, group))

    def divisor(self, groups):
        """The step's weight; magnitudes, should weights be advantages."""
        return sum(abs(s.weight) for group in groups for s in group)


def log_sigmoid_loss(x):
    """-log sigmoid(x), without overflow at either end."""
    return max(-x, 0.0) + math.log1p(math.exp(-abs(x)))


def log_sigmoid_slope(x):
    """sigmoid(-x): how fast that loss falls."""
    return math.exp(-x) / (1 + math.exp(-x)) if x >= 0 else 1 / (1 + math.exp(x))


class PairPreference:
    """scpo, scpoDs, spinVote: L = -w log sigmoid(m) - alpha w / n[1] l[1], m = beta (gain of the chosen - of the rejected)."""

    needs_log_probabilities = True

    def __init__(self, name, beta, alpha):
        self.name, self.beta, self.alpha = name, beta, alpha

    def configured(self, settings):
        """With a plan's beta, 0 for the objective's own; alpha is that of ScPO alone."""
        alpha = 0.0 if self.name == "spinVote" else settings.get("nllWeight", self.alpha)
        return PairPreference(self.name, settings.get("beta") or self.beta, alpha)

    def terms(self, group):
        """Coefficients and loss of a pair; the chosen member has a weight above zero, the rejected one below."""
        if len(group) != 2 or group[0].weight * group[1].weight >= 0:
            raise ValueError(f"objective {self.name} got a group of {len(group)} with weights {[s.weight for s in group]}")
        chosen, rejected = sorted(group, key=lambda s: -s.weight)
        margin = self.beta * (chosen.gain() - rejected.gain())
        pull = chosen.weight * self.beta * log_sigmoid_slope(margin)
        anchor = self.alpha * chosen.weight / max(chosen.token_count, 1)
        loss = chosen.weight * log_sigmoid_loss(margin) - anchor * chosen.log_probability
        return [pull + anchor if s.weight > 0 else -pull for s in group], loss

    def divisor(self, groups):
        """The number of pairs."""
        return len(groups)


class RejectionOnly:
    """negOnly: L = -w log sigmoid(-beta gain) with w the magnitude of the weight, each text for itself."""

    name = "negOnly"
    needs_log_probabilities = True

    def __init__(self, beta=0.5):
        self.beta = beta

    def configured(self, settings):
        """With a plan's beta, 0 for the objective's own."""
        return RejectionOnly(settings.get("beta") or self.beta)

    def terms(self, group):
        """Coefficients, and the group's loss."""
        margins = [-self.beta * s.gain() for s in group]
        return ([-abs(s.weight) * self.beta * log_sigmoid_slope(m) for s, m in zip(group, margins)],
                sum(abs(s.weight) * log_sigmoid_loss(m) for s, m in zip(group, margins)))

    def divisor(self, groups):
        """The number of texts."""
        return sum(len(group) for group in groups)


class VoteAdvantage:
    """ttrl: L = -min(r A, clip(r, 1 - e, 1 + e) A), r = exp(gain / n), A the weight; with e 0, L = -A l / n."""

    name = "ttrl"

    def __init__(self, clip_ratio=0.2):
        self.clip_ratio = clip_ratio
        self.needs_log_probabilities = clip_ratio > 0

    def configured(self, settings):
        """With a plan's clip ratio."""
        return VoteAdvantage(settings.get("clipRatio", self.clip_ratio))

    def terms(self, group):
        """Coefficients, and the group's loss; None where log-probabilities are not measured."""
        if self.clip_ratio == 0:
            return CrossEntropy().terms(group)
        coefficients, loss = [], 0.0
        for s in group:
            count = max(s.token_count, 1)
            ratio = math.exp(s.gain() / count)
            free, clipped = ratio * s.weight, min(max(ratio, 1 - self.clip_ratio), 1 + self.clip_ratio) * s.weight
            coefficients.append(free / count if free <= clipped else 0.0)
            loss -= min(free, clipped)
        return coefficients, loss

    def divisor(self, groups):
        """The number of texts."""
        return sum(len(group) for group in groups)


OBJECTIVES = {objective.name: objective for objective in (
    CrossEntropy(),
    CrossEntropy("weighted"),
    PairPreference("scpo", 0.5, 1.0),
    PairPreference("scpoDs", 0.5, 1.0),
    RejectionOnly(),
    PairPreference("spinVote", 0.1, 0.0),
    CrossEntropy("sodMix"),
    VoteAdvantage(),
)}


def named(name, settings=None):
    """The objective of a plan's name, with the plan's settings for it."""
    if name not in OBJECTIVES:
        raise ValueError(f"there is no objective {name}; this trainer knows {', '.join(OBJECTIVES)}")
    objective = OBJECTIVES[name]
    return objective.configured(settings or {}) if hasattr(objective, "configured") else objective


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
