"""Records reference numbers of SmolLM2-135M-Instruct (Q4_1 weights widened to f32).

    python scripts/record/model.py

writes model.json, model.safetensors and model-adapter/ into Tests/EngineTests/Fixtures.
"""

import common
import recordings
import texts


def main():
    model, tokenizer = common.load()
    assert model.lm_head.weight.data_ptr() == model.model.embed_tokens.weight.data_ptr()
    assert model.config.rope_parameters["rope_theta"] == 100000.0
    assert abs(model.config.rms_norm_eps - 1e-5) < 1e-11 and tokenizer.eos_token_id == 2
    recording = {
        "readme": common.readme("scripts/record/model.py", f"Reference numbers of {common.GGUF.name}."),
    }
    prompts, logits, tensors = recordings.record_prompts(
        model, tokenizer, texts.PROMPTS, texts.EVERY, stride=16, greedy_count=64
    )
    rows = recordings.record_losses(model, tokenizer, texts.samples())
    recording |= {"prompts": prompts, "logits": logits, "samples": rows}
    recording["perplexity"] = recordings.record_perplexity(model, tokenizer, texts.PROSE)
    print({key: value for key, value in recording["perplexity"].items() if key in ("f32", "bf16")})
    recordings.write("model", recording, tensors)
    adapter, gradients, curve, more = recordings.record_adapter(
        model, tokenizer, rows, common.GGUF.name, common.FIXTURES / "model-adapter", rank=2, alpha=4,
        all_gradients=False,
    )
    recording |= {"adapter": adapter, "gradients": gradients, "curve": curve}
    recordings.write("model", recording, tensors | more)


if __name__ == "__main__":
    main()
