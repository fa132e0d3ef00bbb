"""Opens an exported adapter with transformers + PEFT on the same base weights and checks it.

    python scripts/peft_check.py ADAPTER --expect 0.745
        greedy accuracy on examples/arithmetic/test.jsonl, without worked examples unless --shots
        names a file; exits with 1 when it differs from the expected one by more than --within (0.02)
    python scripts/peft_check.py ADAPTER --losses SAMPLES
        losses of the samples: a JSON array or JSONL of {"prompt", "completion"}, or a recording
        that holds "samples"; one JSON line each

ADAPTER is a PEFT adapter directory, or `none` for the base model. Needs torch, transformers, peft and gguf.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "record"))

import common
import recordings
from peft import PeftModel


def read_samples(path):
    """Prompts with completions."""
    text = Path(path).read_text(encoding="utf-8")
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(found, dict):
        found = found.get("samples", [found])
    return [(row["prompt"], row["completion"]) for row in found]


def measure(model, tokenizer, test, shots, limit):
    """Greedy accuracy: the strict number of each answer against the row's."""
    rows = [json.loads(line) for line in Path(test).read_text(encoding="utf-8").splitlines()]
    prefix = Path(shots).read_text(encoding="utf-8") if shots else ""
    prompts = [f"Q: {row['question']}\nA:" for row in rows]
    written = common.complete(model, tokenizer, prefix, prompts, limit=limit)
    right = sum(common.strict_answer(text) == float(row["answer"]) for text, row in zip(written, rows))
    return {"count": len(rows), "right": right, "accuracy": right / len(rows)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("adapter", help="adapter directory, or none")
    parser.add_argument("--model", default=common.GGUF, help="GGUF file or Hugging Face directory")
    parser.add_argument("--test", default=common.ROOT / "examples" / "arithmetic" / "test.jsonl")
    parser.add_argument("--shots", help="file of worked examples put before every question")
    parser.add_argument("--limit", type=int, default=64, help="new tokens")
    parser.add_argument("--expect", type=float, help="accuracy that must be reached")
    parser.add_argument("--within", type=float, default=0.02)
    parser.add_argument("--losses", help="print losses of these samples instead")
    settings = parser.parse_args()
    model, tokenizer = common.load(settings.model)
    if settings.adapter != "none":
        model = PeftModel.from_pretrained(model, settings.adapter).eval()
    if settings.losses:
        for row in recordings.record_losses(model, tokenizer, read_samples(settings.losses)):
            print(json.dumps({key: row[key] for key in (
                "answerLoss", "fullLoss", "answerTokenCount", "tokenCount")}))
        return
    found = measure(model, tokenizer, settings.test, settings.shots, settings.limit)
    if settings.expect is not None:
        found["expected"] = settings.expect
        found["equal"] = abs(found["accuracy"] - settings.expect) <= settings.within + 1e-9
    print(json.dumps(found))
    sys.exit(0 if found.get("equal", True) else 1)


if __name__ == "__main__":
    main()
