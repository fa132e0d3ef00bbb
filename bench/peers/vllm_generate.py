#!/usr/bin/env python3
"""What vLLM does with a generation workload on the CPU; prints one JSON line.

    vllm_generate.py WORKLOAD MODEL_DIR [--dtype bfloat16|float32]
"""
import argparse
import json
import os
import time

os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "4")
os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")


def main():
    from vllm import LLM, SamplingParams
    parser = argparse.ArgumentParser()
    parser.add_argument("workload")
    parser.add_argument("model")
    parser.add_argument("--dtype", default="bfloat16")
    options = parser.parse_args()
    work = json.load(open(options.workload, encoding="utf-8"))
    engine = LLM(model=options.model, dtype=options.dtype, max_model_len=2048, max_num_seqs=128, seed=1,
                 enable_prefix_caching=True, disable_log_stats=True)
    settings = [SamplingParams(n=r["count"], temperature=work["temperature"], top_p=1.0, top_k=-1,
                               max_tokens=work["maxNewTokens"], stop=work["stop"] or None)
                for r in work["requests"]]
    prompts = [work["prefix"] + r["prompt"] for r in work["requests"]]
    engine.generate(["Hello"], SamplingParams(max_tokens=4), use_tqdm=False)
    start = time.monotonic()
    outputs = engine.generate(prompts, settings, use_tqdm=False)
    seconds = time.monotonic() - start
    each = [c for output in outputs for c in output.outputs]
    print(json.dumps(dict(seconds=seconds, items=len(each), tokens=sum(len(c.token_ids) for c in each))))


if __name__ == "__main__":
    main()
