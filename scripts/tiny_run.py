"""A run of the tests' tiny model: questions like those it has learned, and settings for a round in a second."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The first number of each split's questions, far enough apart that no question is in two splits.
FIRST = {"train": 0, "valid": 100, "gate": 200, "test": 300}
COUNTS = {"train": 24, "valid": 8, "gate": 16, "test": 6}
SETTINGS = {
    "engine": "{threads: 1, rows: 16}",
    "generate": "{candidates: 4, temperature: 0.8, maxNewTokens: 40, waveQuestions: 4, questionsPerRound: 12}",
    "finetune": "{rank: 4, alpha: 8, learningRate: 2.0e-3, epochs: 1, batch: 8, saveEverySteps: 1}",
    "gate": "{tolerance: 1.0, significance: 0.0, minDiversity: 0.0, patience: 1000}",
    "loop": "{rounds: 3, seed: 5}",
}


def question(number, is_worked):
    """A sum of three digits as a line of a question file; all numbers below 729 give different sums."""
    place = (number * 7 + 3) % 729
    a, b, c = place // 81 + 1, place // 9 % 9 + 1, place % 9 + 1
    line = {"question": f"What is {a} + {b} + {c}?", "answer": str(a + b + c)}
    if is_worked:
        line["rationale"] = f" {a} + {b} = {a + b}. {a + b} + {c} = {a + b + c}. The answer is {a + b + c}."
    return json.dumps(line) + "\n"


def write_questions(folder, counts):
    """Writes a question file for each split."""
    for split, count in counts.items():
        lines = [question(FIRST[split] + number, split == "valid") for number in range(count)]
        (folder / f"{split}.jsonl").write_text("".join(lines), encoding="utf-8")


def write(folder, counts=None, **settings):
    """Writes question files and config.yaml; `settings` replace whole sections."""
    write_questions(folder, {**COUNTS, **(counts or {})})
    text = f"model: {ROOT}/Tests/EngineTests/Fixtures/tiny\n"
    text += "questions: {train: train.jsonl, valid: valid.jsonl, gate: gate.jsonl, test: test.jsonl}\n"
    text += "".join(f"{section}: {value}\n" for section, value in {**SETTINGS, **settings}.items())
    (folder / "config.yaml").write_text(text, encoding="utf-8")
