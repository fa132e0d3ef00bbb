"""What is recorded of a model: logits, greedy texts, losses, gradients, a training curve."""

import copy
import json
import math
import random
import shutil
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save_file

import common


def record_prompts(model, tokenizer, prompts, every, stride, greedy_count):
    """Token ids, logits and greedy continuations of prompts, and the tensors kept beside them.

    Without a stride all logits of the prompts in `every` are kept, else those of 256 seeded ids.
    """
    size = model.config.vocab_size
    some = sorted(random.Random(256).sample(range(size), 256)) if stride > 1 else list(range(size))
    rows, last, tensors = [], [], {}
    for index, prompt in enumerate(prompts):
        ids = common.encode(tokenizer, prompt)
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float()
        top = logits[-1].topk(20)
        chosen, leads = common.greedy(model, ids, greedy_count)
        last.append(logits[-1, ::stride].clone())
        if index in every:
            tensors[f"logits.every.{index}"] = logits[:, some].contiguous()
        rows.append({
            "text": prompt,
            "ids": ids,
            "topIDs": top.indices.tolist(),
            "topLogits": top.values.tolist(),
            "greedy": chosen,
            "greedyText": tokenizer.decode(chosen),
            "smallestLead": min(leads),
            "smallestLeadAt": leads.index(min(leads)),
        })
        print(f"prompt {index}: {len(ids)} tokens, smallest lead {min(leads):.2g} {rows[-1]['greedyText'][:60]!r}")
    tensors["logits.last"] = torch.stack(last)
    about = {
        "lastTensor": "logits.last",
        "lastStride": stride,
        "every": [{"prompt": index, "tensor": f"logits.every.{index}"} for index in every],
        "everyVocabularyIDs": some if stride > 1 else None,
    }
    return rows, about, tensors


def record_losses(model, tokenizer, texts):
    """Losses of prompts with completions."""
    rows = []
    for prompt, completion in texts:
        ids, boundary = common.encode_sample(tokenizer, prompt, completion)
        with torch.no_grad():
            losses = common.token_losses(model, ids).double()
        rows.append({
            "prompt": prompt,
            "completion": completion,
            "ids": ids,
            "promptTokenCount": boundary,
            "answerLoss": float(losses[boundary - 1:].mean()),
            "fullLoss": float(losses.mean()),
            "answerTokenCount": len(ids) - boundary,
            "tokenCount": len(ids),
        })
    return rows


def add_adapter(model, rank, alpha, name, seed=4):
    """A LoRA adapter on all seven layers with seeded, non-zero A and B."""
    config = LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=0.0, bias="none", task_type="CAUSAL_LM",
        target_modules=list(common.MODULES),
    )
    adapted = get_peft_model(model, config)
    adapted.peft_config["default"].base_model_name_or_path = name
    source = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for key, weight in adapted.named_parameters():
            if "lora_A" in key:
                bound = 1 / math.sqrt(weight.shape[1])
                weight.copy_((torch.rand(weight.shape, generator=source) * 2 - 1) * bound)
            elif "lora_B" in key:
                weight.copy_(torch.randn(weight.shape, generator=source) * 0.02)
    return adapted.eval()


def save_adapter(adapted, folder):
    """Writes PEFT's own adapter directory, without the model card."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    adapted.save_pretrained(folder, save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text())
    if isinstance(config["target_modules"], list):
        config["target_modules"].sort()  # PEFT writes a set, in a new order every time
    path.write_text(json.dumps(config, indent=2) + "\n")
    common.let_all_read(folder)


def file_name(key):
    """A parameter's name in an adapter file."""
    return key.replace(".default.", ".")


def trainable(adapted):
    """The adapter's parameters by their names in an adapter file."""
    return {file_name(key): weight for key, weight in adapted.named_parameters() if weight.requires_grad}


def record_gradients(adapted, rows, indices, weights, full, prefix):
    """Gradients of a weighted batch: L = sum_i w_i mean_t(loss_it) / sum_i w_i."""
    adapted.zero_grad()
    loss = common.batch_loss(adapted, [rows[index] for index in indices], weights, full)
    loss.backward()
    tensors = {f"{prefix}{key}": weight.grad.clone() for key, weight in trainable(adapted).items()}
    norm = math.sqrt(sum(float(gradient.double().pow(2).sum()) for gradient in tensors.values()))
    about = {
        "samples": indices, "weights": weights, "lossSpan": "full" if full else "answerOnly",
        "tensorPrefix": prefix, "loss": float(loss.detach()), "norm": norm,
    }
    return about, tensors


def learning_rate(step, peak, warmup, total):
    """Linear warm-up, then a half cosine."""
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))


def record_curve(adapted, rows, seed=10, peak=5e-4, warmup=2, total=10, clip=1.0):
    """Ten AdamW steps on fixed batches of four: the loss before each step."""
    source = random.Random(seed)
    batches = [source.sample(range(len(rows)), 4) for _ in range(total)]
    weights = [[1, 1, 1, 1] if step % 3 else [2, 1, 1, 3] for step in range(total)]
    parameters = trainable(adapted)
    optimizer = torch.optim.AdamW(
        parameters.values(), lr=peak, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, foreach=False
    )
    losses, norms, rates = [], [], []
    for step in range(total):
        optimizer.zero_grad()
        loss = common.batch_loss(adapted, [rows[index] for index in batches[step]], weights[step])
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters.values(), clip)))
        rates.append(learning_rate(step, peak, warmup, total))
        optimizer.param_groups[0]["lr"] = rates[-1]
        optimizer.step()
        losses.append(float(loss.detach()))
    print("curve", [round(loss, 4) for loss in losses], "norms", [round(norm, 3) for norm in norms])
    return {
        "optimizer": "AdamW", "peakLearningRate": peak, "betas": [0.9, 0.999], "epsilon": 1e-8,
        "weightDecay": 0.0, "clipNorm": clip, "warmupSteps": warmup, "totalSteps": total,
        "lossSpan": "answerOnly", "batches": batches, "weights": weights, "learningRates": rates,
        "losses": losses, "gradientNormsBeforeClipping": norms,
        "finalNorms": {key: float(weight.detach().double().norm()) for key, weight in parameters.items()},
    }


def record_adapter(model, tokenizer, rows, name, folder, rank, alpha, all_gradients):
    """Losses under an adapter PEFT wrote, its gradients and a curve from it."""
    adapted = add_adapter(model, rank, alpha, name)
    save_adapter(adapted, folder)
    batch, weights = [0, 1, 26, 35], [1, 3, 1, 2]
    under = [
        {key: row[key] for key in ("answerLoss", "fullLoss")} | {"sample": index}
        for index, row in enumerate(
            record_losses(adapted, tokenizer, [(row["prompt"], row["completion"]) for row in rows])
        )
    ]
    gradients, tensors = record_gradients(adapted, rows, batch, weights, False, "gradient.answer.")
    found = [gradients]
    if all_gradients:
        gradients, more = record_gradients(adapted, rows, batch, weights, True, "gradient.full.")
        found.append(gradients)
        tensors |= more
    curve = record_curve(adapted, rows)
    if all_gradients:
        tensors |= {f"final.{key}": weight.detach().clone() for key, weight in trainable(adapted).items()}
    about = {"folder": Path(folder).name, "rank": rank, "alpha": alpha, "losses": under}
    return about, found, curve, tensors


def record_perplexity(model, tokenizer, text):
    """Perplexity of a text in f32 and with weights and arithmetic in bf16."""
    ids = common.encode(tokenizer, text)
    narrow = copy.deepcopy(model).to(torch.bfloat16)
    with torch.no_grad():
        exact, rounded = (common.token_losses(each, ids).double().mean() for each in (model, narrow))
    return {"text": text, "ids": ids, "f32": math.exp(exact), "bf16": math.exp(rounded)}


def write(name, recording, tensors):
    """Writes a recording and its tensors side by side."""
    common.FIXTURES.mkdir(parents=True, exist_ok=True)
    lines = [f'{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}' for key, value in recording.items()]
    (common.FIXTURES / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    save_file({key: value.float().contiguous() for key, value in tensors.items()},
              common.FIXTURES / f"{name}.safetensors")
    common.let_all_read(common.FIXTURES)
