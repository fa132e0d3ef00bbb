"""Makes the tiny models that llama.cpp judges, and what transformers computes on them.

    python scripts/judge/make.py FOLDER NAME ...

writes for each name FOLDER/NAME/model (config.json, model.safetensors in bf16, tokenizer.json), the same texts as
everybody gets (FOLDER/NAME/work.json), an adapter that PEFT wrote (FOLDER/NAME/adapter), and
FOLDER/NAME/transformers.json: the loss of each completion with its end token, in f32, without the adapter and with it.

The models are those of scripts/record/families.py.
"""

import json
import random
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "record"))

import common
import families
import recordings
import texts
import torch
from transformers import AutoTokenizer

TOKENIZER = common.FIXTURES / "tiny"
# What llama.cpp or its converter knows in the form alone that published models have (docs/models.md).
AS_PUBLISHED = {
    # It has no window for these two, and takes LongRoPE's divisors for long texts as soon as its context is longer than
    # the first.
    "mistral": {"sliding_window": 512},
    "phi3": {"sliding_window": 512, "max_position_embeddings": 1024, "original_max_position_embeddings": 512},
    # A head's width is that of the model divided by the count of heads.
    "granite": {"head_dim": 8},
    "exaone4": {"head_dim": 8},
    "olmo2": {"head_dim": 8},
    # Its files say neither which layers have windows nor the base of those.
    "gemma3": {
        "num_hidden_layers": 7, "layer_types": ["sliding_attention"] * 5 + ["full_attention", "sliding_attention"],
    },
    "hunyuan-dense": {"max_position_embeddings": 262144},
    # The converter names the width of experts that there are not.
    "granitehybrid": {"intermediate_size": 40},
    # The converter writes four times the model's width for its MLP, whatever config.json says.
    "phi2": {"intermediate_size": 256},
}
# What transformers saves in other words than those of published models, which the converter knows.
AS_WRITTEN = {
    "granitehybrid": {"layer_types": ["attention"] * 3},
}
# The same of rotary positions.
ROTARY = {
    "phi3": {"original_max_position_embeddings": 512},
    "gemma3": {"sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}},
    "hunyuan-dense": {"alpha": 1000.0},
}
# Texts of so many tokens, of which the completion has so many.
LENGTHS = [(12, 6), (30, 10), (60, 40), (110, 100), (240, 200), (400, 380), (400, 380)]


def samples(tokenizer):
    """Texts cut into a prompt and a completion."""
    # Without control tokens, which our engine does not read in a completion.
    words = [word for word in (texts.PROSE + " " + " ".join(texts.PROMPTS)).split() if "<|" not in word]
    order = random.Random(5)
    found = []
    for length, answer in LENGTHS:
        line = []
        while len(common.encode(tokenizer, " ".join(line))) < length:
            line.append(order.choice(words))
        # Ends before the last word, so that no text is longer than wanted.
        line = line[:-1]
        cut = len(line)
        while cut > 1 and len(common.encode(tokenizer, " " + " ".join(line[cut:]))) < answer:
            cut -= 1
        found.append({"prompt": " ".join(line[:cut]), "completion": " " + " ".join(line[cut:])})
    return found


def losses(model, tokenizer, found):
    """What transformers computes, and of how many tokens."""
    out, counts = [], []
    with torch.no_grad():
        for sample in found:
            ids, start = common.encode_sample(tokenizer, sample["prompt"], sample["completion"])
            out.append(float(common.span_loss(model, ids, start).double()))
            counts.append(len(ids) - start)
    return {"losses": out, "counts": counts}


def make(folder, name):
    """One model."""
    kind, settings = families.FAMILIES[name]
    targets = settings.get("targets", families.TARGETS)
    settings = {key: value for key, value in settings.items() if key != "targets"} | AS_PUBLISHED.get(name, {})
    if name in ROTARY:
        settings["rope_parameters"] = settings["rope_parameters"] | ROTARY[name]
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "model").mkdir(parents=True)
    model = families.make(kind, settings)
    families.write(model, kind, settings, folder / "model")
    path = folder / "model" / "config.json"
    config = json.loads(path.read_text())
    # A published model says it; one that was never saved as a whole does not.
    config.setdefault("architectures", None)
    config["architectures"] = config["architectures"] or [type(model).__name__]
    config |= AS_WRITTEN.get(name, {})
    path.write_text(json.dumps(config, indent=2) + "\n")
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(TOKENIZER / file, folder / "model" / file)
    tokenizer = AutoTokenizer.from_pretrained(folder / "model")
    found = samples(tokenizer)
    (folder / "work.json").write_text(json.dumps({"kind": "score", "samples": found}))
    computed = losses(model, tokenizer, found)
    # Of one rank and scale, since llama.cpp's converter reads no patterns.
    adapted = families.add_adapter(model, None, target_modules=targets)
    recordings.save_adapter(adapted, folder / "adapter")
    computed["adapterLosses"] = losses(adapted, tokenizer, found)["losses"]
    (folder / "transformers.json").write_text(json.dumps(computed))


if __name__ == "__main__":
    for name in sys.argv[2:]:
        make(Path(sys.argv[1]) / name, name)
