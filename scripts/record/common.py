"""Loading, encoding, losses and decoding shared by the scripts that record reference numbers.

Everything runs in f32 with transformers; a GGUF file's quantised weights are widened exactly.
"""

import os
import platform
import re
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
os.environ.setdefault("TQDM_DISABLE", "1")

import numpy
import peft
import safetensors
import torch
import transformers
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer

ROOT = Path(__file__).resolve().parents[2]
GGUF = ROOT / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
FIXTURES = ROOT / "Tests" / "EngineTests" / "Fixtures"
MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

torch.set_num_threads(int(os.environ.get("RECORD_THREADS", "2")))


def versions():
    """What made the recordings."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "peft": peft.__version__,
        "safetensors": safetensors.__version__,
        "numpy": numpy.__version__,
    }


def readme(script, about):
    """The first line of a recording: what it is, what made it."""
    used = ", ".join(f"{name} {number}" for name, number in versions().items())
    return f"{about} Made by `python {script}` with {used}; f32 on the CPU."


def load(path=GGUF, dtype=torch.float32):
    """A model and its tokenizer, from a GGUF file or a Hugging Face directory."""
    path = Path(path)
    where = {"gguf_file": path.name} if path.is_file() else {}
    folder = path.parent if path.is_file() else path
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, **where)
    tokenizer = AutoTokenizer.from_pretrained(folder, **where)
    if where:
        # transformers ignores tokenizer.ggml.pre; "smollm" splits digits one by one before the byte level.
        tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
        )
    return model.eval(), tokenizer


def let_all_read(folder):
    """safetensors writes files for the owner alone; fixtures are for everyone."""
    for path in Path(folder).glob("*.safetensors"):
        path.chmod(0o644)


def encode(tokenizer, text):
    """Token ids of a text, nothing added."""
    return tokenizer(text, add_special_tokens=False).input_ids if text else []


def encode_sample(tokenizer, prompt, completion):
    """Ids of a sample with its end token, and where the completion starts."""
    ids = encode(tokenizer, prompt + completion) + [tokenizer.eos_token_id]
    return ids, len(encode(tokenizer, prompt))


def token_losses(model, ids):
    """Losses of tokens 1..., each predicted from those before it, in f32 arithmetic."""
    logits = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0, :-1].float()
    return torch.nn.functional.cross_entropy(logits, torch.tensor(ids[1:]), reduction="none")


def span_loss(model, ids, boundary, full=False):
    """Mean loss of the tokens from `boundary` on, or of all but the first."""
    losses = token_losses(model, ids)
    return losses.mean() if full else losses[max(boundary, 1) - 1:].mean()


def batch_loss(model, samples, weights, full=False):
    """Weighted mean over samples of each sample's mean token loss."""
    total = sum(weights)
    return sum(
        weight / total * span_loss(model, sample["ids"], sample["promptTokenCount"], full)
        for sample, weight in zip(samples, weights)
    )


def greedy(model, ids, count):
    """`count` greedy tokens and, for each, the lead of the best logit over the second."""
    chosen, leads = [], []
    with torch.no_grad():
        out = model(input_ids=torch.tensor([ids]), use_cache=True)
        for _ in range(count):
            best = out.logits[0, -1].float().topk(2)
            chosen.append(int(best.indices[0]))
            leads.append(float(best.values[0] - best.values[1]))
            out = model(
                input_ids=torch.tensor([chosen[-1:]]), past_key_values=out.past_key_values, use_cache=True
            )
    return chosen, leads


def complete(model, tokenizer, prefix, prompts, limit=64, temperature=0.0, seed=0, rows=64, stop="\n"):
    """Continues prefix + prompt for every prompt up to the stop string, the end token or the limit.

    Rows of equal length share a batch, so nothing is padded; the prefix runs once.
    """
    head = encode(tokenizer, prefix)
    tails = []
    for prompt in prompts:
        tail = encode(tokenizer, prompt)
        assert encode(tokenizer, prefix + prompt) == head + tail, "the prefix must end between tokens"
        tails.append(tail)
    groups = {}
    for index, tail in enumerate(tails):
        groups.setdefault(len(tail), []).append(index)
    source = torch.Generator().manual_seed(seed)
    texts = [""] * len(prompts)
    with torch.no_grad():
        for members in groups.values():
            for start in range(0, len(members), rows):
                part = members[start:start + rows]
                cache = None
                if head:
                    cache = model(input_ids=torch.tensor([head]), use_cache=True).past_key_values
                    cache.batch_repeat_interleave(len(part))
                ids = torch.tensor([tails[index] for index in part])
                written, done = [[] for _ in part], [False] * len(part)
                for _ in range(limit):
                    out = model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
                    cache, logits = out.past_key_values, out.logits[:, -1].float()
                    if temperature > 0:
                        chances = torch.softmax(logits / temperature, dim=-1)
                        ids = torch.multinomial(chances, 1, generator=source)
                    else:
                        ids = logits.argmax(dim=-1, keepdim=True)
                    for row, token in enumerate(ids[:, 0].tolist()):
                        if done[row]:
                            continue
                        if token == tokenizer.eos_token_id:
                            done[row] = True
                            continue
                        written[row].append(token)
                        done[row] = stop in tokenizer.decode(written[row])
                    if all(done):
                        break
                for row, index in enumerate(part):
                    texts[index] = tokenizer.decode(written[row]).split(stop)[0]
    return texts


NUMBER = re.compile(r"the answer is:?\s*\$?\s*([-+]?\d[\d,]*(?:\.\d+)?)", re.IGNORECASE)


def strict_answer(text):
    """The number after the first answer phrase before a new question, or nothing."""
    text = text.split("\nQ:")[0]
    phrase = re.search(r"the answer is", text, re.IGNORECASE)
    found = NUMBER.match(text, phrase.start()) if phrase else None
    if not found:
        return None
    number = found.group(1).replace(",", "")
    return float(number)
