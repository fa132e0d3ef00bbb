"""Records tiny random models of each family of models.

    python scripts/record/families.py [family ...]
    python scripts/record/families.py --judge FOLDER [family ...]
    python scripts/record/families.py --patterns

makes a model of each class of transformers with weights large enough that every tensor shows, and writes for
each a folder into Tests/EngineTests/Fixtures/families: config.json and model.safetensors (bf16), recording.json
with token ids, losses, greedy tokens and a ten-step curve, recording.safetensors with logits and LoRA gradients,
and the adapter that PEFT wrote. Everything is computed in f32.

The second form reads exports of the recorded models, which RecordedFamilyTests writes into the folder that
AUTODIDACT_EXPORT_FAMILIES_TO names: transformers must compute the recorded logits from the directory, and the GGUF
file must hold the tensors that the gguf package knows of its architecture, and no others.

The third form writes adapters of one recorded model into Tests/EngineTests/Fixtures/patterns whose configuration names
layers, ranks and scales by patterns, with the losses that PEFT computes after it has read them.
"""

import json
import math
import shutil
import sys
from pathlib import Path

import common
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

ROOT = common.FIXTURES / "families"
VOCABULARY = 320
SMALL = dict(
    vocab_size=VOCABULARY, hidden_size=32, intermediate_size=40, num_hidden_layers=3, num_attention_heads=4,
    num_key_value_heads=2, head_dim=16, max_position_embeddings=512, rms_norm_eps=1e-5, bos_token_id=None,
    eos_token_id=2, pad_token_id=None, attention_dropout=0.0,
)
PLAIN = {"rope_type": "default", "rope_theta": 10000.0}
# Granite 4's dense kind: no layer is Mamba, there are no experts, and the MLP is what experts would share.
GRANITE_HYBRID = dict(
    head_dim=..., intermediate_size=24, shared_intermediate_size=40, num_local_experts=0, num_experts_per_tok=0,
    layer_types=["full_attention"] * 3, mamba_n_heads=2, tie_word_embeddings=True, embedding_multiplier=6.0,
    attention_multiplier=0.2, residual_multiplier=0.4, logits_scaling=2.5, rope_parameters=PLAIN,
    targets=["q_proj", "k_proj", "v_proj", "o_proj", "input_linear", "output_linear"],
)
# LayerNorms have an epsilon of another name; heads are of the usual width.
NORMS = dict(
    head_dim=..., rms_norm_eps=..., hidden_size=64, layer_norm_eps=1e-5, tie_word_embeddings=False,
)
FAMILIES = {
    "llama-llama3": ("llama", dict(tie_word_embeddings=True, rope_parameters={
        "rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64,
    })),
    "llama-linear": ("llama", dict(head_dim=8, num_key_value_heads=1, tie_word_embeddings=False, rope_parameters={
        "rope_type": "linear", "rope_theta": 10000.0, "factor": 4.0,
    })),
    "llama-yarn": ("llama", dict(tie_word_embeddings=True, num_hidden_layers=2, rope_parameters={
        "rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 128,
    })),
    "mistral": ("mistral", dict(sliding_window=7, tie_word_embeddings=False, rope_parameters=PLAIN)),
    "qwen2": ("qwen2", dict(head_dim=..., tie_word_embeddings=True, rope_parameters=PLAIN)),
    "qwen3": ("qwen3", dict(tie_word_embeddings=True, rope_parameters=PLAIN)),
    "gemma2": ("gemma2", dict(
        num_hidden_layers=3, sliding_window=6, query_pre_attn_scalar=16, attn_logit_softcapping=5.0,
        final_logit_softcapping=8.0, rope_parameters=PLAIN,
    )),
    "gemma3": ("gemma3_text", dict(
        num_hidden_layers=3, sliding_window=6, query_pre_attn_scalar=16, rope_parameters={
            "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
            "full_attention": {"rope_type": "linear", "factor": 2.0, "rope_theta": 1000000.0},
        }, layer_types=["sliding_attention", "sliding_attention", "full_attention"],
    )),
    "smollm3": ("smollm3", dict(num_hidden_layers=4, tie_word_embeddings=True, rope_parameters=PLAIN)),
    "granite": ("granite", dict(
        tie_word_embeddings=True, embedding_multiplier=6.0, attention_multiplier=0.2, residual_multiplier=0.4,
        logits_scaling=2.5, rope_parameters=PLAIN,
    )),
    "granitehybrid": ("granitemoehybrid", GRANITE_HYBRID | dict(position_embedding_type="rope")),
    "granitehybrid-nope": ("granitemoehybrid", GRANITE_HYBRID | dict(
        num_hidden_layers=2, layer_types=["full_attention"] * 2, position_embedding_type="nope",
        tie_word_embeddings=False, embedding_multiplier=4.0, attention_multiplier=0.25,
    )),
    "lfm2": ("lfm2", dict(
        head_dim=..., num_hidden_layers=4, layer_types=["conv", "conv", "full_attention", "conv"], intermediate_size=60,
        block_multiple_of=8, rms_norm_eps=..., norm_eps=1e-5, tie_word_embeddings=True, rope_parameters=PLAIN,
        targets=["q_proj", "k_proj", "v_proj", "out_proj", "in_proj", "w1", "w2", "w3"],
    )),
    "exaone4": ("exaone4", dict(
        tie_word_embeddings=True, sliding_window=None, sliding_window_pattern=None, layer_types=["full_attention"] * 3,
        rope_parameters={
            "rope_type": "llama3", "rope_theta": 1000000.0, "factor": 16.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 64,
        },
    )),
    "olmo2": ("olmo2", dict(tie_word_embeddings=False, rope_parameters=PLAIN)),
    "ernie4_5": ("ernie4_5", dict(tie_word_embeddings=True, rope_parameters=PLAIN)),
    "hunyuan-dense": ("hunyuan_v1_dense", dict(tie_word_embeddings=True, num_key_value_heads=1, rope_parameters={
        "rope_type": "dynamic", "rope_theta": 10000.0, "alpha": 50.0, "factor": 1.0, "beta_fast": 32, "beta_slow": 1,
        "mscale": 1.0, "mscale_all_dim": 0.0,
    })),
    "minicpm": ("minicpm", dict(
        num_hidden_layers=4, tie_word_embeddings=True, scale_emb=6, scale_depth=1.4, dim_model_base=12,
        rope_parameters=PLAIN,
    )),
    "mistral3": ("ministral3", dict(tie_word_embeddings=False, num_hidden_layers=2, rope_parameters={
        "rope_type": "yarn", "rope_theta": 10000.0, "factor": 16.0, "original_max_position_embeddings": 12,
        "beta_fast": 32.0, "beta_slow": 1.0, "mscale": 1.0, "mscale_all_dim": 1.0, "llama_4_scaling_beta": 0.3,
    })),
    "phi3": ("phi3", dict(
        head_dim=..., num_hidden_layers=2, tie_word_embeddings=False, sliding_window=9, resid_pdrop=0.0, embd_pdrop=0.0,
        targets=["qkv_proj", "o_proj", "gate_up_proj", "down_proj"], original_max_position_embeddings=128,
        rope_parameters={
            "rope_type": "longrope", "rope_theta": 10000.0, "partial_rotary_factor": 0.75,
            "short_factor": [1.0, 1.5, 2.5], "long_factor": [2.0, 4.0, 9.0], "original_max_position_embeddings": 128,
        },
    )),
}
FAMILIES |= {
    "stablelm": ("stablelm", NORMS | dict(
        use_qkv_bias=True, rope_parameters=PLAIN | {"partial_rotary_factor": 0.25},
    )),
    "stablelm-3b": ("stablelm", NORMS | dict(
        num_hidden_layers=2, num_key_value_heads=4, use_qkv_bias=False,
        rope_parameters=PLAIN | {"partial_rotary_factor": 0.5},
    )),
    "phi2": ("phi", NORMS | dict(
        num_hidden_layers=2, num_key_value_heads=4, rope_parameters=PLAIN | {"partial_rotary_factor": 0.4},
        hidden_act="gelu_new", resid_pdrop=0.0, embd_pdrop=0.0,
        targets=["q_proj", "k_proj", "v_proj", "dense", "fc1", "fc2"],
    )),
}
# Linear layers that a module joins, by the rows of each; there LoRA is that of each, with B on the diagonal of blocks.
JOINED = {
    "qkv_proj": [32, 16, 16], "gate_up_proj": [40, 40], "input_linear": [40, 40],
    "in_proj": [32, 32, 32],
}
TARGETS = list(common.MODULES)


def make(kind, settings):
    """A model with seeded weights, rounded to bf16 and computed in f32."""
    if kind == "minicpm":
        return make("granite", granite_of(SMALL | settings))
    config = AutoConfig.for_model(kind, **{key: value for key, value in (SMALL | settings).items() if value is not ...})
    config._attn_implementation = "eager"
    config.dtype = "float32"
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    source = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() == 1 and "norm" in name and not name.endswith("bias"):
                # Gemma multiplies by 1 + w.
                middle = 0.0 if kind.startswith("gemma") else 1.0
                weight.copy_(middle + torch.randn(weight.shape, generator=source) * 0.3)
            elif weight.dim() == 1:
                weight.copy_(torch.randn(weight.shape, generator=source) * 0.5)
            elif "embed" in name:
                weight.copy_(torch.randn(weight.shape, generator=source) * 0.6)
            else:
                inputs = weight[0].numel()
                weight.copy_(torch.randn(weight.shape, generator=source) * 1.6 / math.sqrt(inputs))
            weight.copy_(weight.to(torch.bfloat16).float())
    return model


MINICPM = {"scale_emb", "scale_depth", "dim_model_base"}


def granite_of(settings):
    """Settings of Granite's class that compute MiniCPM, for which transformers has no class.

    The factors are those of MiniCPM3, which it has (models/minicpm3), and of llama.cpp's src/models/minicpm.cpp: the
    embedding times scale_emb, what a layer adds times scale_depth / sqrt(layers), the last hidden state divided by
    hidden_size / dim_model_base.
    """
    heads = settings.get("head_dim") or settings["hidden_size"] // settings["num_attention_heads"]
    return {key: value for key, value in settings.items() if key not in MINICPM} | {
        "embedding_multiplier": float(settings["scale_emb"]), "attention_multiplier": heads ** -0.5,
        "residual_multiplier": settings["scale_depth"] / math.sqrt(settings["num_hidden_layers"]),
        "logits_scaling": settings["hidden_size"] / settings["dim_model_base"],
    }


def minicpm_of(config, settings):
    """What config.json of a MiniCPM says, from Granite's."""
    own = {key: value for key, value in config.items() if not key.endswith(("_multiplier", "_scaling"))}
    own |= {key: settings[key] for key in sorted(MINICPM)}
    return own | {"architectures": ["MiniCPMForCausalLM"], "model_type": "minicpm"}


def write(model, kind, settings, folder):
    """Writes the model into a directory, in bf16."""
    model.config.save_pretrained(folder)
    if kind == "minicpm":
        path = folder / "config.json"
        path.write_text(json.dumps(minicpm_of(json.loads(path.read_text()), settings), indent=2) + "\n")
    tied = {"lm_head.weight"} if model.config.tie_word_embeddings else set()
    save_file(
        {key: value.to(torch.bfloat16).contiguous() for key, value in model.state_dict().items() if key not in tied},
        folder / "model.safetensors", metadata={"format": "pt"},
    )


def load(folder):
    """The model in a directory."""
    from safetensors.torch import load_file
    config = json.loads(Path(f"{folder}/config.json").read_text())
    if config["model_type"] != "minicpm":
        return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    model = make("granite", granite_of({key: value for key, value in config.items() if key != "model_type"}))
    model.load_state_dict(load_file(f"{folder}/model.safetensors"), strict=False)
    return model.eval()


def sequences():
    """Token ids of a prompt for logits, and samples with where their answers begin."""
    source = torch.Generator().manual_seed(11)

    def draw(count):
        return torch.randint(3, VOCABULARY, (count,), generator=source).tolist()

    prompts = [draw(40), draw(5)]
    head = draw(9)
    samples = [(head + draw(12), 9), (head + draw(3), 9), (draw(25), 6), (draw(2), 1)]
    return prompts, [{"ids": ids, "promptTokenCount": count} for ids, count in samples]


def add_adapter(model, targets, **settings):
    joined = [name for name in JOINED if name in (targets or [])]
    usual = dict(
        r=2, lora_alpha=4, target_modules=targets, rank_pattern={name: 2 * len(JOINED[name]) for name in joined},
        alpha_pattern={name: 4 * len(JOINED[name]) for name in joined},
    )
    config = LoraConfig(lora_dropout=0.0, bias="none", task_type="CAUSAL_LM", **(usual | settings))
    adapted = get_peft_model(model, config)
    adapted.peft_config["default"].base_model_name_or_path = "tiny"
    source = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for key, weight in adapted.named_parameters():
            if "lora_A" in key:
                weight.copy_((torch.rand(weight.shape, generator=source) * 2 - 1) / math.sqrt(weight.shape[1]))
            elif "lora_B" in key:
                weight.copy_(torch.randn(weight.shape, generator=source) * 0.1)
                for name in joined:
                    if f".{name}." in key:
                        blocks = torch.block_diag(*[torch.ones(rows, 2) for rows in JOINED[name]])
                        weight.mul_(blocks)
                        weight.register_hook(lambda gradient, blocks=blocks: gradient * blocks)
    return adapted.eval()


PATTERNED = "llama-linear"
PATTERNS = {
    "ranks": dict(r=2, lora_alpha=4, target_modules=TARGETS, rank_pattern={
        "q_proj": 4, "model.layers.1.mlp.down_proj": 1, r"layers\.[02]\.self_attn\.(k|v)_proj": 3,
    }, alpha_pattern={"v_proj": 16, r".*layers\.2\.mlp\.up_proj": 3}),
    "expression": dict(
        r=2, lora_alpha=3, target_modules=r"^model.*?layers\.[02]\.(?:self_attn\.(q|v)_proj|mlp\.d\w+)$",
        exclude_modules=r".*\.2\..*v_proj",
    ),
    "all-linear": dict(r=3, lora_alpha=6, use_rslora=True, target_modules="all-linear"),
    "layers": dict(
        r=2, lora_alpha=4, target_modules=["q_proj", "mlp.up_proj"], layers_to_transform=[0, 2],
        layers_pattern="layers",
    ),
    "first": dict(r=2, lora_alpha=4, target_modules=["o_proj", "model.layers.2.mlp.up_proj"], layers_to_transform=0),
    "stabilised": dict(
        r=2, lora_alpha=4, use_rslora=True, target_modules=["k_proj", "gate_proj"], rank_pattern={"k_proj": 4},
        alpha_pattern={"gate_proj": 5},
    ),
    "convolutions": dict(model="lfm2", r=3, lora_alpha=4, target_modules=["in_proj", "q_proj", "out_proj", "w2"]),
    "shared": dict(
        model="granitehybrid", r=2, lora_alpha=4, target_modules="all-linear",
        rank_pattern={r"1\.\w+\.input_linear": 3},
    ),
    "joined": dict(model="phi3", r=3, lora_alpha=4, target_modules=["qkv_proj", "down_proj"]),
}


def record_patterns():
    import recordings
    from peft import PeftModel
    root = common.FIXTURES / "patterns"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    _, samples = sequences()
    losses = {}
    for name, settings in PATTERNS.items():
        folder, settings = root / name, dict(settings)
        kind, numbers = FAMILIES[settings.pop("model", PATTERNED)]
        numbers = {key: value for key, value in numbers.items() if key != "targets"}
        recordings.save_adapter(add_adapter(make(kind, numbers), None, **settings), folder)
        path = folder / "adapter_config.json"
        config = json.loads(path.read_text())
        # PEFT writes the names that the word stands for; others write the word.
        config["target_modules"] = settings["target_modules"]
        path.write_text(json.dumps(config, indent=2) + "\n")
        losses[name] = losses_of(PeftModel.from_pretrained(make(kind, numbers), folder).eval(), samples)
        print(name, [round(row["full"], 4) for row in losses[name]])
    about = f"Adapters of {PATTERNED} and others, named by patterns, read by PEFT again."
    recording = {"readme": common.readme("scripts/record/families.py --patterns", about), "losses": losses}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in recording.items()]
    (root / "recording.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def losses_of(model, samples):
    with torch.no_grad():
        return [
            {
                "answer": float(common.span_loss(model, row["ids"], row["promptTokenCount"]).double()),
                "full": float(common.span_loss(model, row["ids"], row["promptTokenCount"], True).double()),
            }
            for row in samples
        ]


def curve_of(adapted, samples, peak=2e-3, warmup=2, total=10, clip=1.0):
    """Ten AdamW steps over all samples: the loss before each step."""
    import recordings
    parameters = recordings.trainable(adapted)
    optimizer = torch.optim.AdamW(
        parameters.values(), lr=peak, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, foreach=False
    )
    losses = []
    for step in range(total):
        optimizer.zero_grad()
        loss = common.batch_loss(adapted, samples, [1] * len(samples))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters.values(), clip)
        optimizer.param_groups[0]["lr"] = recordings.learning_rate(step, peak, warmup, total)
        optimizer.step()
        losses.append(float(loss.detach()))
    return {"peakLearningRate": peak, "warmupSteps": warmup, "clipNorm": clip, "losses": losses}


def record(name):
    import recordings
    kind, settings = FAMILIES[name]
    settings = dict(settings)
    targets = settings.pop("targets", TARGETS)
    model = make(kind, settings)
    folder = ROOT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write(model, kind, settings, folder)
    prompts, samples = sequences()
    tensors, greedy, leads = {}, [], []
    for index, ids in enumerate(prompts):
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float()
        tensors[f"logits.{index}"] = logits[:, ::8].contiguous()
        chosen, lead = common.greedy(model, ids, 64)
        greedy.append(chosen)
        leads.append(min(lead))
    base = losses_of(model, samples)
    adapted = add_adapter(model, targets)
    recordings.save_adapter(adapted, folder / "adapter")
    under = losses_of(adapted, samples)
    weights = [1, 3, 1, 2]
    adapted.zero_grad()
    loss = common.batch_loss(adapted, samples, weights)
    loss.backward()
    for key, weight in recordings.trainable(adapted).items():
        tensors[f"gradient.{key}"] = weight.grad.clone()
    smallest = min(float(value.abs().max()) for key, value in tensors.items() if key.startswith("gradient."))
    recording = {
        "readme": common.readme("scripts/record/families.py", f"A tiny {type(model).__name__}."),
        "prompts": prompts, "greedy": greedy, "smallestLeads": leads, "samples": samples, "losses": base,
        "adapterLosses": under, "weights": weights, "gradientLoss": float(loss.detach()),
        "curve": curve_of(adapted, samples),
    }
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in recording.items()]
    (folder / "recording.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    save_file({key: value.float().contiguous() for key, value in tensors.items()}, folder / "recording.safetensors")
    common.let_all_read(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(
        f"{name}: {size} bytes, losses {base[0]['full']:.3f} {under[0]['full']:.3f}, smallest lead {min(leads):.2g}, "
        f"smallest gradient {smallest:.2g}, curve {recording['curve']['losses'][0]:.3f} to "
        f"{recording['curve']['losses'][-1]:.3f}"
    )


def judge(name, folder):
    """Compares exports with the recording."""
    import gguf
    from safetensors.torch import load_file
    recording = json.loads((ROOT / name / "recording.json").read_text())
    tensors = load_file(ROOT / name / "recording.safetensors")
    model = load(f"{folder}/{name}")
    off = 0.0
    for index, ids in enumerate(recording["prompts"]):
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float()
        off = max(off, float((logits[:, ::8] - tensors[f"logits.{index}"]).abs().max()))
    reader = gguf.GGUFReader(f"{folder}/{name}-gguf/model.gguf")
    kind = bytes(reader.fields["general.architecture"].parts[-1]).decode()
    architecture = next(key for key, value in gguf.MODEL_ARCH_NAMES.items() if value == kind)
    templates = {gguf.TENSOR_NAMES[tensor] for tensor in gguf.MODEL_TENSORS[architecture]}
    known = {text.format(bid=layer) for text in templates for layer in range(model.config.num_hidden_layers)}
    unknown = [tensor.name for tensor in reader.tensors if tensor.name.rsplit(".", 1)[0] not in known]
    print(f"{name}: {type(model).__name__} off by {off:.2g}; {kind}: unknown tensors {unknown}")
    return off < 1e-3 and not unknown


if __name__ == "__main__":
    if sys.argv[1:2] == ["--judge"]:
        found = [judge(name, sys.argv[2]) for name in sys.argv[3:] or FAMILIES]
        sys.exit(0 if all(found) else 1)
    if sys.argv[1:] == ["--patterns"]:
        record_patterns()
        sys.exit(0)
    for name in sys.argv[1:] or FAMILIES:
        record(name)
