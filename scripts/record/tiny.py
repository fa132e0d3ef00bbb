"""Makes a tiny Llama that adds a little, and records reference numbers of it.

    python scripts/record/tiny.py

writes tiny/ (a Hugging Face directory), tiny-adapter/, tiny.json and tiny.safetensors into
Tests/EngineTests/Fixtures.
"""

import random
import shutil
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

import common
import recordings
import texts

FOLDER = common.FIXTURES / "tiny"
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
STEPS = 550


def problem(source):
    """One worked sum."""
    return "".join(texts.sum3(*(source.randint(1, 9) for _ in range(3))))


def make_tokenizer(source):
    """Byte-level BPE with the digits kept apart, as the real model has it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )
    words = [problem(source) for _ in range(200)] + [texts.PROSE]
    tokenizer.train_from_iterator(words, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=SPECIAL[2], bos_token=SPECIAL[1], pad_token=SPECIAL[2],
        unk_token=SPECIAL[0],
    )


def make_model(tokenizer):
    """Two layers, an output matrix of its own."""
    torch.manual_seed(2)
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=1024, rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, tie_word_embeddings=False,
        bos_token_id=1, eos_token_id=2, pad_token_id=2,
    ))


def train(model, tokenizer, source):
    """Teaches the format and some of the sums; batches of worked sums after up to six examples."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=STEPS)
    model.train()
    for step in range(STEPS):
        count = step % 4 * 2 + 1
        lines = [
            common.encode(tokenizer, "\n".join(problem(source) for _ in range(count)))
            + [tokenizer.eos_token_id]
            for _ in range(32 // count)
        ]
        width = max(map(len, lines))
        ids = torch.tensor([line + [2] * (width - len(line)) for line in lines])
        labels = torch.tensor([line + [-100] * (width - len(line)) for line in lines])
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 200 == 0 or step == STEPS - 1:
            print("tiny", step, round(float(loss.detach()), 4), flush=True)
    return model.eval()


def accuracy(model, tokenizer, shots, temperature):
    """Share of one hundred sums answered rightly."""
    source = random.Random(77)
    asked = [[source.randint(1, 9) for _ in range(3)] for _ in range(100)]
    written = common.complete(
        model, tokenizer, shots, [texts.sum3(*sum_)[0] for sum_ in asked], temperature=temperature
    )
    return sum(common.strict_answer(text) == sum(sum_) for text, sum_ in zip(written, asked)) / 100


def make():
    source = random.Random(3)
    tokenizer = make_tokenizer(source)
    model = train(make_model(tokenizer), tokenizer, source)
    shutil.rmtree(FOLDER, ignore_errors=True)
    model.save_pretrained(FOLDER)
    tokenizer.save_pretrained(FOLDER)
    common.let_all_read(FOLDER)


def main():
    if "--keep" not in sys.argv:
        make()
    model, tokenizer = common.load(FOLDER)
    right = {
        f"{name} T {temperature}": accuracy(model, tokenizer, shots, temperature)
        for name, shots in (("shots", texts.SHOTS), ("no shots", "")) for temperature in (0.0, 0.7, 1.0)
    }
    print(right)
    recording = {
        "readme": common.readme("scripts/record/tiny.py", "Reference numbers of the tiny model in tiny/."),
        "accuracy": right,
    }
    prompts, logits, tensors = recordings.record_prompts(
        model, tokenizer, texts.PROMPTS, texts.EVERY, stride=1, greedy_count=64
    )
    rows = recordings.record_losses(model, tokenizer, texts.samples())
    adapter, gradients, curve, more = recordings.record_adapter(
        model, tokenizer, rows, "tiny", common.FIXTURES / "tiny-adapter", rank=4, alpha=8, all_gradients=True
    )
    recording |= {
        "prompts": prompts, "logits": logits, "samples": rows, "adapter": adapter, "gradients": gradients,
        "curve": curve,
    }
    recordings.write("tiny", recording, tensors | more)


if __name__ == "__main__":
    main()
