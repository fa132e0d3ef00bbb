"""Question files and settings of a small round: the arithmetic example, cut to a few questions."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = ROOT / "examples/arithmetic"
MODEL = ROOT / "models/SmolLM2-135M-Instruct.Q4_1.gguf"
PLACE = ROOT / ".build-scaleout"
LINES = {"train": 8, "valid": 8, "gate": 6, "test": 2}
RANKS = 2
# Two processes on the CPU speak gloo. All else is as the daemon's default has it.
TRAINER = [
    str(PLACE / "trainer/bin/torchrun"), "--standalone", "--local-addr=127.0.0.1", "--max-restarts=0", f"--nproc-per-node={RANKS}",
    "-m", "autodidact_trainer", "{plan}",
]
# A short context and few sequences: less memory, a shorter warm-up.
SERVER = [
    str(PLACE / "server/bin/python"), "-m", "vllm.entrypoints.openai.api_server", "--model", "{model}",
    "--max-model-len", "1024", "--max-num-seqs", "32",
]
# What our own programs hand on to vLLM: a gigabyte for keys and values, nobody told that we run.
ENVIRONMENT = {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
SETTINGS = {
    "engine": {"kind": "scaleout", "precision": "f32"},
    "scaleout": {
        "server": SERVER, "trainer": TRAINER, "requestTimeout": 120, "startTimeout": 300, "stepTimeout": 120,
        "restarts": 3,
    },
    "prompt": {"shots": "shots.txt", "shotsInEvaluation": True, "answerCue": "The answer is"},
    "generate": {
        "candidates": 4, "temperature": 0.7, "maxNewTokens": 40, "stop": ["\n"], "waveQuestions": 4,
        "questionsPerRound": 8,
    },
    "vote": {"answerKind": "numeric", "minShare": 0.3},
    "finetune": {
        "rank": 8, "alpha": 16, "learningRate": 5.0e-4, "epochs": 3, "batch": 4, "saveEverySteps": 2,
    },
    # So few questions decide nothing: what runs is the point, so every sound checkpoint is promoted.
    "gate": {"tolerance": 1.0, "significance": 0.0, "minDiversity": 0.0, "patience": 1000},
    "loop": {"rounds": 1, "seed": 1},
}


def write(folder, **sections):
    """Writes question files and config.yaml; a section given replaces keys of the one above. JSON is YAML."""
    folder.mkdir(parents=True, exist_ok=True)
    for split, count in LINES.items():
        lines = (EXAMPLE / f"{split}.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / f"{split}.jsonl").write_text("".join(lines[:count]), encoding="utf-8")
    (folder / "shots.txt").write_text((EXAMPLE / "shots.txt").read_text(encoding="utf-8"), encoding="utf-8")
    settings = {
        "model": str(MODEL),
        "questions": {split: f"{split}.jsonl" for split in LINES},
        **{name: {**keys, **sections.pop(name, {})} for name, keys in SETTINGS.items()},
        **sections,
    }
    (folder / "config.yaml").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
