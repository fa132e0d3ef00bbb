#!/usr/bin/env python3
"""What transformers and PEFT do with a workload, in the way people write it; prints one JSON line.

    hf.py WORKLOAD MODEL_DIR [--dtype bfloat16|float32] [--rows 64]
"""
import argparse
import json
import time

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def load(path, dtype):
    tokenizer = AutoTokenizer.from_pretrained(path, padding_side="left")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(path, dtype=getattr(torch, dtype))
    return tokenizer, model.eval()


def generate(tokenizer, model, prompts, counts, max_new_tokens, temperature, stop, rows=64):
    """Texts per prompt, and tokens sampled. Prompts are batched so that about `rows` sequences run at once."""
    stops = [tokenizer(s, add_special_tokens=False)["input_ids"] for s in stop]
    ends = [tokenizer.eos_token_id] + [s[0] for s in stops if len(s) == 1]
    sampling = dict(do_sample=True, temperature=temperature, top_k=0) if temperature > 0 else dict(do_sample=False)
    texts, tokens, start = [], 0, 0
    while start < len(prompts):
        count = counts[start]
        size = max(1, rows // count)
        batch = tokenizer(prompts[start:start + size], return_tensors="pt", padding=True)
        with torch.no_grad():
            out = model.generate(**batch, max_new_tokens=max_new_tokens, num_return_sequences=count,
                                 eos_token_id=ends, pad_token_id=tokenizer.pad_token_id, **sampling)
        out = out[:, batch["input_ids"].shape[1]:]
        for first in range(0, len(out), count):
            group = []
            for row in out[first:first + count].tolist():
                length = next((i + 1 for i, token in enumerate(row) if token in ends), len(row))
                tokens += length
                group.append(tokenizer.decode(row[:length], skip_special_tokens=True).rstrip("\n"))
            texts.append(group)
        start += size
    return texts, tokens


def encode(tokenizer, samples):
    """Right-padded ids, mask and labels; the loss is over the completion and one end token."""
    rows = []
    for sample in samples:
        prompt = tokenizer(sample["prompt"])["input_ids"]
        full = tokenizer(sample["prompt"] + sample["completion"])["input_ids"] + [tokenizer.eos_token_id]
        rows.append((full, [-100] * len(prompt) + full[len(prompt):]))
    width = max(len(full) for full, _ in rows)
    ids = torch.tensor([full + [tokenizer.eos_token_id] * (width - len(full)) for full, _ in rows])
    mask = torch.tensor([[1] * len(full) + [0] * (width - len(full)) for full, _ in rows])
    labels = torch.tensor([label + [-100] * (width - len(label)) for _, label in rows])
    return ids, mask, labels


def losses(tokenizer, model, samples, rows=32):
    """Mean loss of each completion; batches of similar length. Also the tokens that carry no padding."""
    order = sorted(range(len(samples)), key=lambda i: len(samples[i]["prompt"]) + len(samples[i]["completion"]))
    out, tokens = [0.0] * len(samples), 0
    for start in range(0, len(order), rows):
        chosen = order[start:start + rows]
        ids, mask, labels = encode(tokenizer, [samples[i] for i in chosen])
        tokens += int(mask.sum())
        with torch.no_grad():
            logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1].float()
        each = torch.nn.functional.cross_entropy(logits.transpose(1, 2), labels[:, 1:], ignore_index=-100,
                                                 reduction="none")
        means = each.sum(1) / (labels[:, 1:] != -100).sum(1)
        for i, mean in zip(chosen, means.tolist()):
            out[i] = mean
    return out, tokens


def finetune(tokenizer, model, samples, rank, batch, epochs, rate=3e-4, side_by_side=8):
    """LoRA on all linear layers; returns the adapted model, losses and tokens.

    A batch of 32 at once takes up to 24 GB here, for the logits of every token are kept; eight at a time, with the
    gradients summed, is what people do then.
    """
    from peft import LoraConfig, get_peft_model
    model = get_peft_model(model, LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear",
                                             task_type="CAUSAL_LM"))
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=rate)
    model.train()
    seen, tokens = [], 0
    for _ in range(epochs):
        for start in range(0, len(samples), batch):
            chunk = samples[start:start + batch]
            total = 0.0
            for first in range(0, len(chunk), side_by_side):
                part = chunk[first:first + side_by_side]
                ids, mask, labels = encode(tokenizer, part)
                tokens += int(mask.sum())
                loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss * (len(part) / len(chunk))
                loss.backward()
                total += loss.item()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            seen.append(total)
    return model.eval(), seen, tokens


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("workload")
    parser.add_argument("model")
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--rows", type=int, default=64)
    options = parser.parse_args()
    torch.manual_seed(1)
    work = json.load(open(options.workload, encoding="utf-8"))
    tokenizer, model = load(options.model, options.dtype)
    start = time.monotonic()
    if work["kind"] == "generate":
        requests = work["requests"]
        texts, tokens = generate(tokenizer, model, [work["prefix"] + r["prompt"] for r in requests],
                                 [r["count"] for r in requests], work["maxNewTokens"], work["temperature"],
                                 work["stop"], options.rows)
        items = sum(len(group) for group in texts)
    elif work["kind"] == "score":
        values, tokens = losses(tokenizer, model, work["samples"])
        items = len(values)
    else:
        _, values, tokens = finetune(tokenizer, model, work["samples"], work["rank"], work["batch"], work["epochs"])
        items = len(work["samples"]) * work["epochs"]
    print(json.dumps(dict(seconds=time.monotonic() - start, items=items, tokens=tokens)))


if __name__ == "__main__":
    main()
