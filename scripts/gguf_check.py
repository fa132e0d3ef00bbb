"""Checks an exported GGUF file with the gguf package and, if --llama is given, with llama.cpp.

    python scripts/gguf_check.py EXPORT
        header, metadata, tokenizer and tensor table are what llama.cpp needs for a Llama model
    python scripts/gguf_check.py EXPORT --merged DIR
        also: every tensor equals that of the same checkpoint exported with --format merged, value by value
    python scripts/gguf_check.py EXPORT --merged DIR --llama llama-server
        also: llama.cpp loads it, cuts texts into the same tokens as transformers, and continues them greedily like
        transformers, up to a point where two tokens are about equally likely

EXPORT is the directory that `autodidact export --format gguf` writes, or its file. Prints one JSON line; exits with 1
if something differs. Needs gguf; --llama also needs torch and transformers.
"""

import argparse
import json
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy
from gguf import GGMLQuantizationType, GGUFReader

NUMBERS = [
    "context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count",
    "attention.head_count_kv", "rope.dimension_count", "vocab_size",
]
LAYER = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
}
OUTSIDE = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


class Found:
    """What the file says, and what is wrong with it."""

    def __init__(self, path):
        self.reader = GGUFReader(path)
        self.faults = []

    def get(self, key):
        field = self.reader.get_field(key)
        if field is None:
            self.faults.append(f"{key} is missing")
        return None if field is None else field.contents()

    def expect(self, holds, fault):
        if not holds:
            self.faults.append(fault)


def check_metadata(found):
    """Architecture, numbers and the kind of the file."""
    found.expect(found.get("general.architecture") == "llama", "general.architecture is not llama")
    found.expect(found.get("general.type") == "model", "general.type is not model")
    for key in ("general.name", "general.file_type", "general.quantization_version"):
        found.get(key)
    numbers = {key: found.get(f"llama.{key}") for key in NUMBERS}
    for key in ("llama.attention.layer_norm_rms_epsilon", "llama.rope.freq_base"):
        value = found.get(key)
        found.expect(value is not None and value > 0, f"{key} is {value}")
    return numbers


def check_tokenizer(found, count):
    """Tables have the right length, ids are inside them, and no token is there twice."""
    found.expect(found.get("tokenizer.ggml.model") == "gpt2", "tokenizer.ggml.model is not gpt2")
    found.get("tokenizer.ggml.pre")
    tokens = found.get("tokenizer.ggml.tokens") or []
    types = found.get("tokenizer.ggml.token_type") or []
    merges = found.get("tokenizer.ggml.merges") or []
    found.expect(len(tokens) == len(types) == count, f"{len(tokens)} tokens, {len(types)} types, {count} rows")
    found.expect(len(set(tokens)) == len(tokens), "a token is there twice")
    found.expect(set(types) <= {1, 2, 3, 4, 5, 6}, "a token has an unknown type")
    known = set(tokens)
    bad = sum("".join(merge.split(" ")) not in known or merge.count(" ") != 1 for merge in merges)
    found.expect(bad == 0, f"{bad} of {len(merges)} merges make no token")
    for key, field in found.reader.fields.items():
        if key.startswith("tokenizer.ggml.") and key.endswith("_token_id"):
            found.expect(0 <= field.contents() < len(tokens), f"{key} is {field.contents()}")
    found.get("tokenizer.ggml.eos_token_id")


def hf_name(name):
    """A tensor's name in a Hugging Face directory."""
    parts = name.removesuffix(".weight").split(".")
    if parts[0] == "blk":
        return f"model.layers.{parts[1]}.{LAYER[parts[2]]}.weight"
    return OUTSIDE[parts[0]] + ".weight"


def expected_shapes(numbers):
    """Row-major shapes by name; the output matrix may be missing."""
    c, f, v = (numbers[key] for key in ("embedding_length", "feed_forward_length", "vocab_size"))
    d = numbers["rope.dimension_count"]
    q, k = numbers["attention.head_count"] * d, numbers["attention.head_count_kv"] * d
    layer = {
        "attn_norm": [c], "attn_q": [q, c], "attn_k": [k, c], "attn_v": [k, c], "attn_output": [c, q],
        "ffn_norm": [c], "ffn_gate": [f, c], "ffn_up": [f, c], "ffn_down": [c, f],
    }
    shapes = {"token_embd.weight": [v, c], "output_norm.weight": [c], "output.weight": [v, c]}
    for index in range(numbers["block_count"]):
        shapes |= {f"blk.{index}.{name}.weight": shape for name, shape in layer.items()}
    return shapes


def check_table(found, numbers):
    """Names, shapes, types and alignment."""
    shapes = expected_shapes(numbers)
    for tensor in found.reader.tensors:
        shape = [int(size) for size in reversed(tensor.shape)]
        found.expect(shapes.pop(tensor.name, None) == shape, f"{tensor.name} has shape {shape}")
        found.expect(tensor.data_offset % 32 == 0, f"{tensor.name} begins at {tensor.data_offset}")
        is_norm = len(shape) == 1
        types = (GGMLQuantizationType.F32,) if is_norm else (GGMLQuantizationType.F32, GGMLQuantizationType.BF16)
        found.expect(tensor.tensor_type in types, f"{tensor.name} has type {tensor.tensor_type.name}")
    shapes.pop("output.weight", None)
    found.expect(not shapes, f"missing: {sorted(shapes)}")


def widen(bits):
    """bf16 bits as f32."""
    return (bits.astype(numpy.uint32) << 16).view(numpy.float32)


def values(tensor):
    """A GGUF tensor as f32, row-major."""
    shape = [int(size) for size in reversed(tensor.shape)]
    if tensor.tensor_type == GGMLQuantizationType.BF16:
        return widen(numpy.ascontiguousarray(tensor.data).view(numpy.uint16).reshape(shape))
    return numpy.asarray(tensor.data, dtype=numpy.float32).reshape(shape)


def read_safetensors(path):
    """Every tensor of a safetensors file as f32."""
    data = numpy.memmap(path, dtype=numpy.uint8, mode="r")
    length = int.from_bytes(data[:8].tobytes(), "little")
    header = json.loads(data[8:8 + length].tobytes())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        raw = data[begin:end]
        found = widen(raw.view(numpy.uint16)) if entry["dtype"] == "BF16" else raw.view(numpy.float32)
        tensors[name] = found.reshape(entry["shape"])
    return tensors


def check_values(found, numbers, merged):
    """The largest difference between the file's tensors and those of the merged model."""
    expected = read_safetensors(Path(merged) / "model.safetensors")
    largest = 0.0
    for tensor in found.reader.tensors:
        ours = values(tensor)
        if ".attn_q." in tensor.name or ".attn_k." in tensor.name:
            d = numbers["rope.dimension_count"]
            # Rotary pairs are side by side in GGUF, and in two halves in the merged model.
            ours = ours.reshape(-1, d // 2, 2, ours.shape[1]).swapaxes(1, 2).reshape(ours.shape)
        theirs = expected.pop(hf_name(tensor.name))
        if len(ours.shape) == 1:
            # f32 here, bf16 there: half a step of eight bits.
            close = numpy.abs(ours - theirs) <= numpy.abs(ours) * 2.0 ** -8
            found.expect(close.all(), f"{tensor.name} differs by more than its rounding")
        else:
            found.expect(numpy.array_equal(ours, theirs), f"{tensor.name} differs")
        largest = max(largest, float(numpy.abs(ours - theirs).max()))
    found.expect(not expected, f"missing: {sorted(expected)}")
    return largest


def ask(port, path, body=None):
    """A request to llama-server."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=300) as reply:
        return json.loads(reply.read())


def wait_for(server, port):
    """Waits until llama-server has loaded the model."""
    for _ in range(600):
        if server.poll() is not None:
            return False
        try:
            ask(port, "/health")
            return True
        except OSError:
            time.sleep(0.2)
    return False


def check_llama(found, path, merged, program, count=24, lead=0.25):
    """Tokens and greedy continuations of llama.cpp against transformers."""
    sys.path.insert(0, str(Path(__file__).resolve().parent / "record"))
    import common
    import texts

    model, tokenizer = common.load(merged)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "-m", str(path), "--port", str(port), "--host", "127.0.0.1", "-c", "2048"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not wait_for(server, port):
            found.faults.append(f"{program} does not load the file")
            return {}
        compared = 0
        for text in texts.PROMPTS:
            ids = common.encode(tokenizer, text)
            theirs = ask(port, "/tokenize", {"content": text, "add_special": False, "parse_special": True})
            found.expect(theirs["tokens"] == ids, f"tokens of {text[:40]!r} differ")
            expected, leads = common.greedy(model, ids, count)
            reply = ask(port, "/completion", {
                "prompt": ids, "n_predict": count, "temperature": 0, "return_tokens": True, "ignore_eos": True,
                "cache_prompt": False,
            })
            for place, (ours, token, margin) in enumerate(zip(reply["tokens"], expected, leads)):
                if margin < lead or token == tokenizer.eos_token_id:
                    break
                compared += 1
                if ours != token:
                    found.faults.append(f"token {place} after {text[:40]!r} is {ours}, transformers has {token}")
                    break
        found.expect(compared > 0, "no token could be compared")
        return {"prompts": len(texts.PROMPTS), "tokens_compared": compared}
    finally:
        server.terminate()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("export", help="directory that holds model.gguf, or the file")
    parser.add_argument("--merged", help="the same checkpoint exported with --format merged")
    parser.add_argument("--llama", help="llama-server of llama.cpp; needs --merged")
    settings = parser.parse_args()
    if settings.llama and not settings.merged:
        parser.error("--llama needs --merged to compare with")
    path = Path(settings.export)
    path = path / "model.gguf" if path.is_dir() else path
    found = Found(path)
    numbers = check_metadata(found)
    report = {"file": path.name, "bytes": path.stat().st_size, "tensors": len(found.reader.tensors)}
    if None not in numbers.values():
        check_tokenizer(found, numbers["vocab_size"])
        check_table(found, numbers)
        if settings.merged:
            report["largest_difference"] = check_values(found, numbers, settings.merged)
    if settings.llama:
        report |= check_llama(found, path, settings.merged, settings.llama)
    print(json.dumps(report | {"faults": found.faults}))
    sys.exit(1 if found.faults else 0)


if __name__ == "__main__":
    main()
