"""Objectives against the golden vectors that the Swift tests read, too; needs no torch. Run: python -m unittest."""
import json
import math
import sys
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "trainer"))
from autodidact_trainer import objectives  # noqa: E402

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
                    rows, objectives.named(case["objective"]), "answer_only", measured)

                expected = [value for group in case["coefficients"] for value in group]
                self.assertEqual(len(coefficients), len(expected))
                for index, value in enumerate(expected):
                    self.assertAlmostEqual(coefficients[index], value, places=11)
                self.assertEqual(divisor, case["divisor"])
                if "loss" in case:
                    self.assertAlmostEqual(loss, case["loss"], places=11)
                else:
                    self.assertIsNone(loss)

    def test_coefficients_are_the_derivatives_of_the_loss(self):
        case = next(case for case in GOLDEN["cases"] if len(case["groups"]) == 2 and case["objective"] == "pair")
        rows, measured = samples(case["groups"])
        objective, step = objectives.named("pair"), 1e-5

        def loss(index, change):
            moved = dict(measured)
            moved[index] += change
            return objectives.step_terms(rows, objective, "answer_only", moved)[2]

        coefficients, divisor, _ = objectives.step_terms(rows, objective, "answer_only", measured)
        for index in measured:
            slope = (loss(index, step) - loss(index, -step)) / (2 * step)
            self.assertAlmostEqual(-slope, coefficients[index] / divisor, places=8)

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
