"""Records random blocks of every tensor type with the values the gguf package reads from them.

Writes Tests/EngineTests/Fixtures/dequantize.json: for each type its number, the stored bytes (base64) and the
f32 values as little-endian bytes (base64). Scales are finite; all other bits are random.

    python scripts/record/dequantize.py
"""

import base64
import json
from pathlib import Path

import gguf
import numpy as np

BLOCKS = 3
TYPES = {
    # type: offsets of the f16 numbers in a block
    "F32": None, "F16": [0], "BF16": None, "Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "Q2_K": [80, 82], "Q3_K": [108], "IQ4_NL": [0], "IQ4_XS": [0],
}


def blocks(name, halves, random):
    """Bytes of some blocks."""
    type_ = gguf.GGMLQuantizationType[name]
    values, size = gguf.GGML_QUANT_SIZES[type_]
    count = BLOCKS if values > 1 else 64
    if halves is None:
        numbers = random.standard_normal(count).astype(np.float32) * 10.0 ** random.integers(-30, 30, count)
        raw = numbers.astype(np.float32).view(np.uint8).reshape(count, 4)
        return type_, np.ascontiguousarray(raw[:, 2:] if name == "BF16" else raw)
    raw = random.integers(0, 256, (count, size), dtype=np.uint8)
    for offset in halves:
        numbers = random.standard_normal(count).astype(np.float16)
        numbers[0] = np.float16(6e-6)  # a subnormal, too
        raw[:, offset:offset + 2] = numbers.reshape(count, 1).view(np.uint8)
    return type_, raw


def main():
    random = np.random.default_rng(20)
    rows = []
    for name, halves in TYPES.items():
        type_, raw = blocks(name, halves, random)
        values = gguf.dequantize(raw, type_) if name != "F32" else raw.view(np.float32)
        values = np.ascontiguousarray(values, dtype="<f4").reshape(-1)
        assert np.isfinite(values).all(), name
        rows.append({
            "name": name,
            "type": int(type_),
            "stored": base64.b64encode(raw.tobytes()).decode(),
            "values": base64.b64encode(values.tobytes()).decode(),
        })
    target = Path(__file__).resolve().parents[2] / "Tests/EngineTests/Fixtures/dequantize.json"
    target.write_text(json.dumps({"gguf": "0.19.0", "types": rows}, indent=1) + "\n")
    print(target, target.stat().st_size)


main()
