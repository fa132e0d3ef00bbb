#!/usr/bin/env python3
"""Record what transformers and tokenizers make of many strings, for Tests/EngineTests/Tokenizer.

Usage: python3 scripts/record/tokens.py [MODEL.gguf]

Writes into Tests/EngineTests/Fixtures:
  tokens.json               1,000 strings with the ids of the SmolLM2 tokenizer
  tokenizer-tiny.json       a byte-level BPE of 300 merges in the Hugging Face format
  tokens-tiny.json          100 strings with its ids, also under the patterns of Llama 3 and Qwen 2

transformers (5.x) builds a GGUF tokenizer without its pre-tokenizer: it ignores tokenizer.ggml.pre. For "smollm" the
model's own tokenizer.json has Digits (one by one), then ByteLevel without a prefix space; this script puts that back.
"""

import json
import pathlib
import random
import sys

import tokenizers
import transformers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests/EngineTests/Fixtures"
MODEL = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "models/SmolLM2-135M-Instruct.Q4_1.gguf"
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace("{1,3}", "")

WORDS = (
    "the answer is what sum of and three seven nine plus minus apples Anna has gives left how many total "
    "I'm don't they've we'll it's he'd you're SHE'S I'LL O'Brien rock'n'roll naïve façade Straße ﬁne ſ'ſ "
    "Привет мир вопрос ответ Ελλάδα ἀρχή שלום مَرْحَبًا سلام नमस्ते दुनिया สวัสดี 你好世界 日本語 ひらがな カタカナ 한국어 "
    "ქართული Հայերեն አማርኛ ᠮᠣᠩᠭᠣᠯ ꦗꦮ ភាសាខ្មែរ 𝔘𝔫𝔦 𐌰𐌱 𒀀𒀁 𓀀 ǅ ʰ ª º"
).split(" ")
NUMBERS = "0 7 10 42 2024 3.14 1,000,000 -5 1e9 ٣٤٥ ४२ ๑๒ 一二三 Ⅷ ½ ² ₃ ㊿ 𝟘𝟙 0xFF 12:30 ௧௨ ፩".split(" ")
SPACES = [" ", "  ", "   ", "\t", "\t\t", "\n", "\n\n", "\r\n", " \n ", "\u00a0", "\u200b", "\u2003", "\u3000", "\u2028",
          "\u0085", "\ufeff", "\u202f", "\u1680", "        ", "\v", "\f", "\u200d", "\u2060"]
MARKS = ["e\u0301", "\u0301", "a\u0308\u0323", "\u20e3", "1\ufe0f\u20e3", "Z\u0351\u036b\u0343", "\u0915\u094d\u0937", "\u0e33",
         "A\u030a", "\u1100\u1161\u11a8", "\u202eabc\u202c", "\U000e0001"]
EMOJI = ["😀", "👩‍👩‍👧‍👦", "👍🏽", "🏳️‍🌈", "🇩🇪🇫🇷", "❤️", "🧑🏿‍🚀", "☺", "✔️", "©", "🤷🏻‍♀️"]
SYMBOLS = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") + ["...", "==", "!=", "->", "«»", "„“", "—", "…", "€", "×", "÷", "≤",
           "∑", "''", "'s", "'S", "'t", "' s", "('re)", "??!", "###", "</s>", "\x00", "\x1b[0m", "\x7f", "a\x04b", "\x13", "\U00050000"]
CONTROL = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<repo_name>", "<file_sep>", "<|im_start|>user\n", "<|im_end|>\n",
           "<|im_start", "|im_end|>", "<|im_start|><|im_end|>", "<<|im_end|>>", "<|IM_END|>", "<empty_output>"]
CODE = ["def f(x):\n    return x + 1\n", "for (int i = 0; i < 10; ++i) {\n\ta[i] *= 2;\n}", "{\"a\": [1, 2.5, null]}",
        "SELECT * FROM t WHERE id=42;", "let x = y?.z ?? 0 // TODO", "#include <stdio.h>\r\n", "$ ls -la | grep '^d'",
        "<div class=\"a\">&nbsp;</div>", "\\frac{1}{2} \\cdot x^{2}", "https://example.org/a?b=1&c=%20"]


def strings(count, seed):
    """Fixed cases first, then seeded mixtures."""
    rng = random.Random(seed)
    texts = ["", " ", "  ", "\n", "\t \n", "\u0301", "\u200d", "a" * 700, " " * 301, "ab " * 150, "7" * 120, "=" * 90,
             "x" + " " * 40 + "y", "\n" * 33 + "z", "🙂" * 40, "aaaa9999" * 20, "the" * 60, "é" * 50, "e\u0301" * 50]
    texts += WORDS + NUMBERS + SPACES + MARKS + EMOJI + SYMBOLS + CONTROL + CODE
    for _ in range(150):
        terms = [rng.randrange(1, rng.choice([10, 100, 1000])) for _ in range(rng.randrange(2, 5))]
        ops = [rng.choice("+-") for _ in terms[1:]]
        expression = str(terms[0]) + "".join(f" {o} {t}" for o, t in zip(ops, terms[1:]))
        texts.append(f"Q: What is {expression}?\nA: {expression} = {eval(expression)}. The answer is {eval(expression)}.\n\n")
    kinds = [WORDS] * 5 + [NUMBERS] * 3 + [SPACES] * 4 + [MARKS, EMOJI, SYMBOLS, SYMBOLS, CONTROL, CODE]
    while len(texts) < count:
        parts = []
        for _ in range(rng.randrange(1, 22)):
            kind = rng.random()
            if kind < 0.03:
                parts.append(chr(rng.choice([rng.randrange(0x20, 0xD800), rng.randrange(0xE000, 0x30000)])))
            else:
                parts.append(rng.choice(rng.choice(kinds)))
            if rng.random() < 0.5:
                parts.append(" ")
        texts.append("".join(parts))
    return texts[:count]


def write(name, content):
    path = FIXTURES / name
    path.write_text(json.dumps(content, ensure_ascii=True, separators=(",", ":")) + "\n")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")


def header(extra):
    return {
        "recordedBy": "python3 scripts/record/tokens.py",
        "versions": {"python": sys.version.split()[0], "transformers": transformers.__version__,
                     "tokenizers": tokenizers.__version__},
        "note": extra,
    }


def record_model():
    auto = transformers.AutoTokenizer.from_pretrained(str(MODEL.parent), gguf_file=MODEL.name)
    tokenizer = Tokenizer.from_str(auto.backend_tokenizer.to_str())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    )
    texts = strings(1000, seed=20240917)
    cases = [{"text": t, "ids": tokenizer.encode(t).ids} for t in texts]
    decoded = [(c, tokenizer.decode(c["ids"], skip_special_tokens=False)) for c in cases]
    lossy = [c["text"] for c, text in decoded if text != c["text"]]
    broken = []
    rng = random.Random(7)
    for _ in range(40):  # ids cut out of multi-byte characters: the repair of broken UTF-8
        ids = tokenizer.encode("".join(rng.choice(EMOJI + WORDS[-30:]) for _ in range(3))).ids
        rng.shuffle(ids)
        ids = ids[: rng.randrange(1, 9)]
        broken.append({"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=True)})
    note = "SmolLM2-135M-Instruct from GGUF, pre-tokenizer smollm (Digits one by one, then ByteLevel)"
    write("tokens.json", header(note) | {"lossy": lossy, "cases": cases, "broken": broken})


def record_tiny():
    corpus = strings(600, seed=1)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    trainer = trainers.BpeTrainer(
        vocab_size=3 + 256 + 300, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
    )
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken("<left>", lstrip=True), AddedToken("<right>", rstrip=True)])
    tokenizer.add_tokens([AddedToken("<word>", single_word=True), AddedToken("<wordy>", normalized=True)])
    (FIXTURES / "tokenizer-tiny.json").write_text(tokenizer.to_str(pretty=False) + "\n")
    texts = [
        "a <left> b  \t<left>c", "a <right>  b<right>\n\nc", "x <word> y<word>z", "<wordy><word> <wordy>", " <right>  <left> ",
        "é<word>", "<word>9", "_<word>_", "I'M HE'S they'ſ WE'LL you'RE", "\tfoo\r\n\r\n  bar 12345678", "!\n\n?", " !\r\nx",
        "\n \n  a", "  \n\n  ", "a\u00a0b \u00a0c", "1a12b123c1234d", "'s's 'll'", "x'", "''s", "' re",
        "A\u030a e\u0301 \u1100\u1161",
    ]
    texts += strings(1000, seed=3)[-(100 - len(texts)):]
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    variants = {"gpt2": tokenizer.pre_tokenizer}
    for name, pattern in {"llama3": LLAMA3, "qwen2": QWEN2}.items():
        variants[name] = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), byte_level])
    cases = [{"text": text} for text in texts]
    for name, pre_tokenizer in variants.items():
        tokenizer.pre_tokenizer = pre_tokenizer
        for case in cases:
            case[name] = tokenizer.encode(case["text"]).ids
    nodes = {}
    for name, pre_tokenizer in variants.items():
        tokenizer.pre_tokenizer = pre_tokenizer
        nodes[name] = json.loads(tokenizer.to_str())["pre_tokenizer"]
    write("tokens-tiny.json", header("tokenizer-tiny.json under each pre-tokenizer") | {"preTokenizers": nodes, "cases": cases})


if __name__ == "__main__":
    FIXTURES.mkdir(parents=True, exist_ok=True)
    record_model()
    record_tiny()
