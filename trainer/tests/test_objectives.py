"""Objectives against the golden vectors that the Swift tests read, too. Run: python -m unittest.

All but the comparison with autograd needs no torch.
"""
import json
import math
import sys
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "trainer"))
from autodidact_trainer import objectives  # noqa: E402

try:
    import torch
except ImportError:
    torch = None

GOLDEN = json.loads((ROOT / "Tests/LoopTests/Fixtures/objectives.json").read_text(encoding="utf-8"))


class Pair:
    """The tests' own objective, after SPIN and ScPO: -w log sigmoid(beta (gain of the first - gain of the second))."""

    name = "pair"
    needs_log_probabilities = True

    def terms(self, group):
        chosen, rejected = group
        margin = GOLDEN["beta"] * (chosen.gain() - rejected.gain())
        coefficient = chosen.weight * GOLDEN["beta"] / (1 + math.exp(margin))
        return [coefficient, -coefficient], chosen.weight * math.log1p(math.exp(-margin))

    def divisor(self, groups):
        return len(groups)


def samples(groups):
    """A case's groups as a plan's samples, five prompt tokens each, with their log-probabilities by index."""
    rows, measured = [], {}
    for number, group in enumerate(groups):
        for member in group:
            row = dict(index=len(rows), tokens=[1] * (5 + member["tokenCount"]), promptCount=5, weight=member["weight"],
                       group=number)
            if "reference" in member:
                row["reference"] = member["reference"]
            measured[row["index"]] = member.get("logProbability")
            rows.append(row)
    return rows, measured


def written_pair(beta, alpha):
    """-w log sigmoid(beta (gain of the chosen - of the rejected)) - alpha w / n l of the chosen, by torch."""
    def loss(group, settings):
        factor, anchor = settings.get("beta", beta), settings.get("nllWeight", alpha)
        (w, n, chosen, chosen_reference), (_, _, rejected, rejected_reference) = sorted(group, key=lambda m: -m[0])
        margin = factor * ((chosen - chosen_reference) - (rejected - rejected_reference))
        return -w * torch.nn.functional.logsigmoid(margin) - anchor * w / n * chosen
    return loss


def written_advantage(group, settings):
    """Clipped per sequence, by torch."""
    clip, total = settings.get("clipRatio", 0.2), 0.0
    for weight, count, value, reference in group:
        if clip == 0:
            total = total - weight * value / count
        else:
            ratio = torch.exp((value - reference) / count)
            total = total - torch.minimum(ratio * weight, ratio.clamp(1 - clip, 1 + clip) * weight)
    return total


def written_entropy(group, _):
    """Weighted mean token losses, by torch."""
    return sum(-weight * value / count for weight, count, value, _ in group)


WRITTEN = {
    "sft": written_entropy, "weighted": written_entropy, "sodMix": written_entropy, "ttrl": written_advantage,
    "scpo": written_pair(0.5, 1.0), "scpoDs": written_pair(0.5, 1.0), "spinVote": written_pair(0.1, 0.0),
    "pair": written_pair(GOLDEN["beta"], 0.0),
    "negOnly": lambda group, settings: sum(
        -abs(w) * torch.nn.functional.logsigmoid(-settings.get("beta", 0.5) * (value - reference))
        for w, _, value, reference in group),
}


class ObjectiveTests(unittest.TestCase):
    def setUp(self):
        patch = mock.patch.dict(objectives.OBJECTIVES, {"pair": Pair()})
        patch.start()
        self.addCleanup(patch.stop)

    def test_golden_vectors(self):
        for case in GOLDEN["cases"]:
            with self.subTest(case["name"]):
                rows, measured = samples(case["groups"])

                coefficients, divisor, loss = objectives.step_terms(
                    rows, objectives.named(case["objective"], case.get("settings")), "answer_only", measured)

                expected = [value for group in case["coefficients"] for value in group]
                self.assertEqual(len(coefficients), len(expected))
                for index, value in enumerate(expected):
                    self.assertAlmostEqual(coefficients[index], value, places=11)
                self.assertEqual(divisor, case["divisor"])
                if "loss" in case:
                    self.assertAlmostEqual(loss, case["loss"], places=11)
                else:
                    self.assertIsNone(loss)

    def test_every_objective_has_golden_vectors(self):
        self.assertEqual({case["objective"] for case in GOLDEN["cases"]}, set(objectives.OBJECTIVES))

    def test_coefficients_are_the_derivatives_of_the_loss(self):
        step = 1e-5
        for case in GOLDEN["cases"]:
            if "loss" not in case:
                continue
            rows, measured = samples(case["groups"])
            objective = objectives.named(case["objective"], case.get("settings"))

            def loss(index, change):
                moved = dict(measured)
                moved[index] += change
                return objectives.step_terms(rows, objective, "answer_only", moved)[2]

            coefficients, divisor, _ = objectives.step_terms(rows, objective, "answer_only", measured)
            for index in measured:
                with self.subTest(case["name"], index=index):
                    slope = (loss(index, step) - loss(index, -step)) / (2 * step)
                    self.assertAlmostEqual(-slope, coefficients[index] / divisor, places=8)

    @unittest.skipIf(torch is None, "torch is not installed")
    def test_coefficients_carry_the_gradient_of_a_model_as_autograd_does(self):
        for name in objectives.OBJECTIVES:
            for case in GOLDEN["cases"]:
                if case["objective"] == name and "loss" in case:
                    with self.subTest(case["name"]):
                        self.compare_with_autograd(case)

    def compare_with_autograd(self, case):
        """Two gradients of one tiny model: of the loss as the paper writes it, and of token losses times coefficients."""
        torch.manual_seed(1)
        model = torch.nn.Sequential(torch.nn.Embedding(11, 6), torch.nn.Tanh(), torch.nn.Linear(6, 11)).double()
        groups = [[dict(member) for member in group] for group in case["groups"]]
        texts = [[torch.randint(11, (member["tokenCount"] + 1,)) for member in group] for group in groups]

        def log_probability(tokens):
            return -torch.nn.functional.cross_entropy(model(tokens[:-1]), tokens[1:], reduction="sum")

        for group, rows in zip(groups, texts):
            for member, tokens in zip(group, rows):
                gain = member["logProbability"] - member["reference"] if "reference" in member else None
                member["logProbability"] = log_probability(tokens).item()
                if gain is not None:
                    member["reference"] = member["logProbability"] - gain
        rows, measured = samples(groups)
        objective = objectives.named(case["objective"], case.get("settings"))
        coefficients, divisor, known = objectives.step_terms(rows, objective, "answer_only", measured)

        model.zero_grad()
        whole = sum(WRITTEN[case["objective"]](
            [(m["weight"], m["tokenCount"], log_probability(t), m.get("reference")) for m, t in zip(group, row)],
            case.get("settings", {})) for group, row in zip(groups, texts)) / divisor
        whole.backward()
        expected = [parameter.grad.clone() for parameter in model.parameters()]
        model.zero_grad()
        flat = [tokens for row in texts for tokens in row]
        sum(-log_probability(tokens) * coefficients[i] / divisor for i, tokens in enumerate(flat)).backward()

        self.assertAlmostEqual(whole.item(), known, places=9)
        for parameter, gradient in zip(model.parameters(), expected):
            self.assertTrue(torch.allclose(parameter.grad, gradient, rtol=1e-9, atol=1e-11))

    def test_samples_without_a_group_are_groups_of_their_own(self):
        rows = [dict(index=i, tokens=[1] * (4 + i), promptCount=2, weight=1 + i) for i in (7, 3)]

        coefficients, divisor, loss = objectives.step_terms(rows, objectives.named("sft"), "answer_only")

        self.assertEqual(coefficients, {7: 8 / 9, 3: 4 / 5})
        self.assertEqual((divisor, loss), (12, None))

    def test_the_full_sequence_has_every_token_but_the_first(self):
        rows = [dict(index=0, tokens=[1] * 6, promptCount=4, weight=1)]

        self.assertEqual(objectives.step_terms(rows, objectives.named("sft"), "full_sequence")[0], {0: 1 / 5})
        self.assertEqual(objectives.step_terms(rows, objectives.named("sft"), "answer_only")[0], {0: 1 / 2})

    def test_a_missing_reference_is_an_error_and_not_a_zero(self):
        rows, measured = samples([[dict(weight=1, tokenCount=2, logProbability=-1),
                                   dict(weight=-1, tokenCount=2, logProbability=-1)]])

        with self.assertRaisesRegex(ValueError, "reference"):
            objectives.step_terms(rows, objectives.named("pair"), "answer_only", measured)

    def test_an_unknown_objective_is_named_with_the_known_ones(self):
        with self.assertRaisesRegex(ValueError, "no objective dpo.*sft"):
            objectives.named("dpo")


if __name__ == "__main__":
    unittest.main()
