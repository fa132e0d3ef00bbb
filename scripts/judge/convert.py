"""Runs llama.cpp's own converter on tiny models, and widens GGUF files.

    python scripts/judge/convert.py LLAMA_CPP FOLDER ...

writes into each folder theirs.gguf, what llama.cpp's converter makes of model/, and wide.gguf, a copy of ours.gguf
with every tensor in f32, so that llama.cpp rounds nothing, and adapter.gguf, what llama.cpp's converter makes of adapter/.
What a converter says when it refuses goes into refused.txt and refused-adapter.txt.

The converter knows a tokenizer by the hash of what it makes of a text, so ours, which splits as `smollm` does, is
named for it, for families with another kind of tokenizer, too: what is judged is the model.
"""

import os
import runpy
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")


def patch():
    """Makes the converter take our tokenizer."""
    import convert_hf_to_gguf
    from conversion.base import TextModel

    TextModel.get_vocab_base_pre = lambda self, tokenizer: "smollm"
    known = convert_hf_to_gguf.get_model_class

    def get_model_class(*words, **more):
        found = known(*words, **more)
        found.set_vocab = TextModel._set_vocab_gpt2
        return found

    convert_hf_to_gguf.get_model_class = get_model_class
    return convert_hf_to_gguf.main


def attempt(main, words, output, reason):
    """Lets a converter write, or writes what it says."""
    sys.argv = ["convert", *map(str, words), "--outtype", "f32", "--outfile", str(output)]
    try:
        main()
    except (Exception, SystemExit) as error:
        output.unlink(missing_ok=True)
        reason.write_text(f"{type(error).__name__}: {error}")


def widen(path, output):
    """The same file with every tensor in f32."""
    import gguf
    import numpy

    reader = gguf.GGUFReader(path)
    architecture = reader.get_field("general.architecture").contents()
    writer = gguf.GGUFWriter(output, architecture)
    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        value = field.contents()
        if key == "general.file_type":
            value = int(gguf.LlamaFileType.ALL_F32)
        inner = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(key, value, field.types[0], inner)
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(numpy.float32)
        writer.add_tensor(tensor.name, values.reshape([int(size) for size in reversed(tensor.shape)]))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    source, *folders = map(Path, sys.argv[1:])
    sys.path[:0] = [str(source), str(source / "gguf-py")]
    main = patch()
    for folder in folders:
        model, adapter = folder / "model", folder / "adapter"
        attempt(main, [model], folder / "theirs.gguf", folder / "refused.txt")
        attempt(
            lambda: runpy.run_path(str(source / "convert_lora_to_gguf.py"), run_name="__main__"),
            [adapter, "--base", model], folder / "adapter.gguf", folder / "refused-adapter.txt",
        )
        if (folder / "ours.gguf").exists():
            widen(folder / "ours.gguf", folder / "wide.gguf")
