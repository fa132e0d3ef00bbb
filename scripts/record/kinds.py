#!/usr/bin/env python3
"""Record what tokenizers and sentencepiece make of 200 strings, for each kind of tokenizer that is read.

Usage: python3 scripts/record/kinds.py

Writes into Tests/EngineTests/Fixtures/kinds:
  texts.json    nine scripts, emoji, code, runs of blanks, control characters, special tokens
  NAME.json     a small tokenizer.json of one kind, its ids of each string, and what they decode to
  spm.json      a SentencePiece model with scores, as GGUF files keep it, and its ids of each string
  pre.json      a byte-level vocabulary whose merges cross words, and its ids under each name in tokenizer.ggml.pre
"""

import io
import json
import pathlib
import sys

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from tokens import LLAMA3, QWEN2, strings  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/EngineTests/Fixtures/kinds"
BLANK = "\u2581"
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
SPECIAL = ["<unk>", "<s>", "</s>"]


def texts():
    known = strings(1000, seed=11)
    extra = ["<s>a</s> b", " </s>  c", "a\u2581b", "\u2581", " \u2581 ", "</s></s>", "x<unk>y", "\U0001F9FF\u0FFF", "\u212b\u00c5",
             "e\u0301\u0323", "Straße ſs K", "don't DON'T d'Or", "a\tb\r\n\r\nc", "1234567 12", "//\n// x", "fooBar BAZqux éÀÉ",
             "\u0915\u093f\u0924\u093e\u092c", "\u0e01\u0e34\u0e19", "x = {'a': [1,2]}", "   leading", "trailing   ", "$5+~|`^<=>"]
    fixed = [text for text in known[19:330] if len(text) < 80]
    return (known[:6] + ["a" * 90, " " * 61, "ab " * 30, "7" * 25, "=" * 40, "\n" * 17 + "z"] + extra + fixed[::3])[:135] + known[-65:]


TEXTS = texts()
CORPUS = strings(600, seed=1)


def write(name, content):
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(content, ensure_ascii=True, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


def record(name, tokenizer):
    text = tokenizer.to_str()
    tokenizer = Tokenizer.from_str(text)
    cases = [tokenizer.encode(text).ids for text in TEXTS]
    decoded = [tokenizer.decode(ids, skip_special_tokens=True) for ids in cases]
    # Single bytes of broken characters are repaired one by one there; ours follow Unicode's own rule.
    write(name, {"tokenizer": text, "cases": cases, "decoded": decoded})


def raw(byte_fallback, split, unk_fused=True, size=620):
    """A BPE of characters trained on words, with byte tokens or without."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Metaspace(split=split)
    special = SPECIAL + (BYTES if byte_fallback else [])
    trained.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=size if byte_fallback else 380, special_tokens=special, limit_alphabet=90, show_progress=False,
        max_token_length=12))
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(merge) for merge in model["merges"]]
    tokenizer = Tokenizer(models.BPE(vocab=model["vocab"], merges=merges, unk_token="<unk>", fuse_unk=unk_fused,
                                     byte_fallback=byte_fallback))
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in SPECIAL])
    return tokenizer


def record_raw():
    replace = decoders.Replace(BLANK, " ")
    llama = raw(True, True)
    llama.normalizer = normalizers.Sequence([normalizers.Prepend(BLANK), normalizers.Replace(" ", BLANK)])
    llama.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    llama.decoder = decoders.Sequence([replace, decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    record("llama2", llama)

    first = raw(True, False)
    first.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    first.decoder = llama.decoder
    record("metaspace-first", first)

    words = raw(False, True, unk_fused=False)
    words.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    words.decoder = decoders.Metaspace(prepend_scheme="always")
    record("metaspace-words", words)

    gemma = raw(True, False)
    gemma.normalizer = normalizers.Replace(" ", BLANK)
    gemma.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    gemma.add_tokens([AddedToken(BLANK * 3, normalized=False), AddedToken("<turn>", normalized=True)])
    gemma.decoder = decoders.Sequence([replace, decoders.ByteFallback(), decoders.Fuse()])
    record("gemma", gemma)


def byte_level(pre_tokenizer, alphabet=None, size=560, **options):
    """A byte-level BPE trained on whole texts, so that its merges cross words."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    trained.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=size, special_tokens=["<unk>", "</s>"], show_progress=False, max_token_length=8,
        initial_alphabet=[] if alphabet else sorted(pre_tokenizers.ByteLevel.alphabet()), limit_alphabet=alphabet or 1000))
    model = json.loads(trained.to_str())["model"]
    tokenizer = Tokenizer(models.BPE(vocab=model["vocab"], merges=[tuple(m) for m in model["merges"]], **options))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken("</s>", normalized=False, special=True)])
    return tokenizer


def splits(*patterns):
    return [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in patterns]


PLAIN = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
GPT2 = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
TAIL = r"\s*[\r\n]+|\s+(?!\S)|\s+"
SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
UPPER, LOWER, BEFORE = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]", r"[^\r\n\p{L}\p{N}]?"
MARKS = r" ?[^\s\p{L}\p{N}]+[\r\n/]*"
QWEN35 = (SHORT + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|" + TAIL)
TEKKEN = f"{BEFORE}{UPPER}*{LOWER}+|{BEFORE}{UPPER}+{LOWER}*" r"|\p{N}|" f"{MARKS}|{TAIL}"
GPT4O = f"{BEFORE}{UPPER}*{LOWER}+{SHORT}?|{BEFORE}{UPPER}+{LOWER}*{SHORT}?" r"|\p{N}{1,3}|" f"{MARKS}|{TAIL}"
CJK = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+"
CASED = (
    r"\s?[" "A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af\u0370-\u0373"
    "\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481\u048a-\u052f"
    "\u0531-\u0556\u10a0-\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba\u1cbd-\u1cbf\u1d00-\u1d2b\u1d6b-\u1d77"
    "\u1d79-\u1d9a\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d"
    "\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb"
    "\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128"
    "\u212a-\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-\u2c7b\u2c7e-\u2ce4"
    "\u2ceb-\u2cee\u2cf2\u2cf3\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf"
    "\ufb00-\ufb06\ufb13-\ufb17\uff21-\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3"
    "\U000104d8-\U000104fb\U00010c80-\U00010cb2\U00010cc0-\U00010cf2\U000118a0-\U000118df\U0001e900-\U0001e943"
    "]+"
)
NAMES = {
    "gpt-2": [GPT2],
    "starcoder": [pre_tokenizers.Digits(individual_digits=True), GPT2],
    "llama-bpe": splits(LLAMA3) + [PLAIN],
    "qwen2": splits(QWEN2) + [PLAIN],
    "qwen35": splits(QWEN35) + [PLAIN],
    "tekken": splits(TEKKEN) + [PLAIN],
    "gpt-4o": splits(GPT4O) + [PLAIN],
    "deepseek-coder": splits("[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", CJK)
    + [pre_tokenizers.Digits(individual_digits=True), PLAIN],
    "deepseek-llm": splits("[\r\n]", CASED, "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+", r"\s+$", CJK)
    + [pre_tokenizers.Digits(individual_digits=False), PLAIN],
    "deepseek-v3": splits(r"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
                          "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                          "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+") + [PLAIN],
}
COMPOSING = {"qwen2"}
WHOLE = {"llama-bpe", "tekken"}


def record_byte_level():
    sequence = pre_tokenizers.Sequence
    falcon = byte_level(sequence([pre_tokenizers.Punctuation("contiguous"), GPT2, pre_tokenizers.Digits(individual_digits=False),
                                  pre_tokenizers.Split(Regex("[0-9][0-9][0-9]"), "isolated")]))
    record("falcon", falcon)
    record("unknown-fused", byte_level(GPT2, alphabet=90, unk_token="<unk>", fuse_unk=True))
    record("unknown", byte_level(GPT2, alphabet=90, unk_token="<unk>", fuse_unk=False))
    record("removed", byte_level(sequence([pre_tokenizers.Split(Regex(TEKKEN), "removed", invert=True), PLAIN])))
    tokenizer = byte_level(PLAIN)
    model = json.loads(tokenizer.to_str())["model"]
    tokens = [token for token, _ in sorted(model["vocab"].items(), key=lambda item: item[1])]
    cases = {}
    for name, steps in NAMES.items():
        ignores = name in WHOLE
        named = byte_level(sequence(steps), ignore_merges=ignores)
        if name in COMPOSING:
            named.normalizer = normalizers.NFC()
        cases[name] = [named.encode(text).ids for text in TEXTS[:140:2] + TEXTS[140:]]
    write("pre", {"tokens": tokens, "merges": [" ".join(merge) for merge in model["merges"]], "cases": cases})


def record_spm():
    output = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text for text in CORPUS if "\n" not in text and "\0" not in text), model_writer=output, vocab_size=620,
        model_type="bpe", byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        add_dummy_prefix=True, character_coverage=0.98, hard_vocab_limit=False, minloglevel=2)
    model = sentencepiece.SentencePieceProcessor(model_proto=output.getvalue())
    count = model.get_piece_size()
    types = [2 if model.is_unknown(i) else 3 if model.is_control(i) else 6 if model.is_byte(i) else 1 for i in range(count)]
    write("spm", {
        "tokens": [model.id_to_piece(i) for i in range(count)], "types": types,
        "scores": [model.get_score(i) for i in range(count)],
        "cases": [model.encode(text) if text else [] for text in TEXTS],
        "decoded": [model.decode(model.encode(text)) for text in TEXTS],
    })


if __name__ == "__main__":
    write("texts", TEXTS)
    record_raw()
    record_byte_level()
    record_spm()
