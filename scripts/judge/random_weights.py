"""Writes a GGUF file of random weights in the shape of a published model.

    python scripts/judge/random_weights.py SHAPE.json OUTPUT

One tensor is in memory at a time. Matrices are bf16, everything else f32. The tokenizer is that of the tests' tiny model,
with names that no text has up to the size of the vocabulary.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy

FIXTURES = Path(__file__).resolve().parents[2] / "Tests" / "EngineTests" / "Fixtures"
# Values are taken from a pool at random places, since drawing each one would take minutes.
POOL = numpy.random.default_rng(3).standard_normal((1 << 22) + 17, dtype=numpy.float32)
BF16 = gguf.GGMLQuantizationType.BF16


def tensors(shape):
    """Names, row-major shapes and what their values are: 0 for noise, otherwise the middle."""
    width, inner = shape["width"], shape["inner"]
    queries, keys = shape["heads"] * shape["head"], shape["key_heads"] * shape["head"]
    yield "token_embd.weight", (shape["vocabulary"], width), 0
    yield "output_norm.weight", (width,), 1
    for layer in range(shape["layers"]):
        at = f"blk.{layer}."
        yield at + "attn_norm.weight", (width,), 1
        for name, rows in (("q", queries), ("k", keys), ("v", keys)):
            yield f"{at}attn_{name}.weight", (rows, width), 0
            if shape.get("biases"):
                yield f"{at}attn_{name}.bias", (rows,), 0
        yield at + "attn_output.weight", (width, queries), 0
        for name in shape.get("head_norms", []):
            yield f"{at}{name}.weight", (shape["head"],), 1
        for name in ["ffn_norm", *shape.get("norms_after", [])]:
            yield f"{at}{name}.weight", (width,), 1
        for name, size in (("gate", (inner, width)), ("up", (inner, width)), ("down", (width, inner))):
            yield f"{at}ffn_{name}.weight", size, 0


def noise(count, scale, source):
    """Values from the pool, in pieces."""
    out = numpy.empty(count, dtype=numpy.float32)
    piece = 1 << 20
    for start in range(0, count, piece):
        size = min(piece, count - start)
        place = int(source.integers(0, len(POOL) - size))
        numpy.multiply(POOL[place:place + size], scale, out=out[start:start + size])
    return out


def rounded(values):
    """As bf16: the upper halves."""
    return (values.view(numpy.uint32) + 0x8000 >> 16).astype(numpy.uint16)


def tokenizer(writer, size):
    """The tiny tokenizer, and words up to the vocabulary's size."""
    model = json.loads((FIXTURES / "tiny" / "tokenizer.json").read_text(encoding="utf-8"))
    words = sorted(model["model"]["vocab"], key=model["model"]["vocab"].get)
    special = {token["id"] for token in model["added_tokens"]}
    types = [3 if index in special else 1 for index in range(len(words))]
    more = size - len(words)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(words + [f"{index}unused" for index in range(more)])
    writer.add_token_types(types + [1] * more)
    merges = model["model"]["merges"]
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)


def write(shape, output):
    """The file."""
    name = shape["architecture"]
    writer = gguf.GGUFWriter(output, name)
    writer.add_type("model")
    writer.add_name(shape["name"])
    writer.add_file_type(int(gguf.LlamaFileType.MOSTLY_BF16))
    writer.add_quantization_version(2)
    writer.add_context_length(shape["context"])
    writer.add_embedding_length(shape["width"])
    writer.add_block_count(shape["layers"])
    writer.add_feed_forward_length(shape["inner"])
    writer.add_head_count(shape["heads"])
    writer.add_head_count_kv(shape["key_heads"])
    writer.add_key_length(shape["head"])
    writer.add_value_length(shape["head"])
    writer.add_rope_dimension_count(shape["head"])
    writer.add_vocab_size(shape["vocabulary"])
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(shape["base"])
    if "window" in shape:
        writer.add_sliding_window(shape["window"])
    tokenizer(writer, shape["vocabulary"])
    for title, size, middle in tensors(shape):
        if len(size) == 1:
            writer.add_tensor_info(title, size, numpy.dtype(numpy.float32), size[0] * 4)
        else:
            count = size[0] * size[1]
            writer.add_tensor_info(title, size, numpy.dtype(numpy.uint16), count * 2, raw_dtype=BF16)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    source = numpy.random.default_rng(5)
    for _, size, middle in tensors(shape):
        if len(size) == 1:
            writer.write_tensor_data(middle + noise(size[0], 0.1, source))
        else:
            # About as large as a trained model's, so that no layer drowns the others.
            values = noise(size[0] * size[1], 1 / size[1] ** 0.5, source)
            writer.write_tensor_data(rounded(values).reshape(size))
    writer.close()


if __name__ == "__main__":
    write(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
