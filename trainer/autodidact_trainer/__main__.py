"""torchrun ... -m autodidact_trainer PLAN: fine-tunes a LoRA adapter as the plan says.

Exit status: 0 done, 65 a loss or gradient is not finite, 75 stopped by SIGTERM with its state saved. torchrun itself
ends with 1 whenever a rank does not end with 0, so the last line on stdout says the same: finished, failed or stopped.
"""
import json
import math
import os
import signal
import sys
from pathlib import Path

import torch
import torch.distributed as dist
from peft import PeftModel
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from . import batches, objectives, saves

NOT_FINITE, STOPPED = 65, 75
KEPT_SAVES = 2


class Trainer:
    """One rank: a whole model, its share of each step, and the same optimizer state as every other rank."""

    def __init__(self, plan, device, rank, world_size):
        self.plan, self.device, self.rank, self.world_size = plan, device, rank, world_size
        self.objective = objectives.named(plan.get("objective", "sft"), plan.get("objectiveSettings"))
        with open(plan["samples"], encoding="utf-8") as lines:
            self.samples = {sample["index"]: sample for sample in map(json.loads, lines)}
        base = AutoModelForCausalLM.from_pretrained(plan["model"], dtype=getattr(torch, plan["dtype"]))
        base.config.use_cache = False
        self.model = PeftModel.from_pretrained(base, plan["adapter"], is_trainable=True)
        self.is_sharded = plan["sharding"] == "fsdp" and world_size > 1
        if self.is_sharded:
            self.shard()
        self.model.to(device)
        named = [(name, p) for name, p in self.model.named_parameters() if p.requires_grad]
        self.names, self.parameters = [n for n, _ in named], [p for _, p in named]
        # The embedded engine's values: betas and epsilon are AdamW's usual ones.
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=0.0, betas=(0.9, 0.999), eps=1e-8, weight_decay=plan["weightDecay"], foreach=False)
        self.losses, self.token_count, self.stops = [], 0, False
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "stops", True))

    def shard(self):
        """Cuts the frozen base weights over the ranks, layer by layer; every rank keeps the whole adapter, which is small.

        So steps, sums over ranks and saves are the same with and without. At most two layers are whole at a time, and
        activations within a layer are computed again in the backward pass.
        """
        from torch.distributed.device_mesh import init_device_mesh
        from torch.distributed.fsdp import fully_shard

        mesh = init_device_mesh(self.device.type, (self.world_size,))
        whole = {p for p in self.model.parameters() if p.requires_grad}
        for layer in self.model.get_decoder().layers:
            layer.to(self.device)
            # Each layer is a root of its own here, and roots stay whole until the backward pass unless told otherwise.
            fully_shard(layer, mesh=mesh, ignored_params=whole, reshard_after_forward=True)
            # Of the layer alone and not of what it holds: no dropout, here as in the other engine.
            layer.training = True
        self.model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})

    def say(self, event, **fields):
        """One JSON line; rank 0 speaks for all."""
        if self.rank == 0:
            print(json.dumps({"event": event, **fields}), flush=True)

    def save(self):
        """Weights, moments and the place in the data, durably."""
        if self.rank != 0:
            return
        tensors = {}
        for name, parameter in zip(self.names, self.parameters):
            state = self.optimizer.state[parameter]
            for kind, value in (("w", parameter.data), ("m", state["exp_avg"]), ("v", state["exp_avg_sq"])):
                tensors[f"{kind}.{name}"] = value.detach().cpu().contiguous()
        record = {"digest": self.plan["digest"], "losses": self.losses, "tokenCount": self.token_count}

        def write(directory):
            save_file(tensors, directory / "state.safetensors")
            (directory / "state.json").write_text(json.dumps(record), encoding="utf-8")

        folder = Path(self.plan["output"]) / "saves"
        saves.write_directory(folder / f"step-{len(self.losses):06d}", write)
        saves.prune(folder, KEPT_SAVES)
        self.say("saved", step=len(self.losses))

    def resume(self):
        """Takes the newest whole save of this very job up."""
        # Rank 0 chooses for all: a shared file system may show others an older list.
        chosen = [saves.newest(Path(self.plan["output"]) / "saves") if self.rank == 0 else None]
        if self.world_size > 1:
            dist.broadcast_object_list(chosen, src=0, device=self.device)
        path = chosen[0]
        if path is None:
            return
        if not saves.is_whole(path):
            raise SystemExit(f"rank {self.rank} does not see {path} whole yet")
        record = json.loads((path / "state.json").read_text(encoding="utf-8"))
        if record["digest"] != self.plan["digest"]:
            raise SystemExit(f"cannot resume from {path}: it belongs to job {record['digest'][:12]}, this is "
                             f"{self.plan['digest'][:12]}; remove the directory to start over")
        tensors = load_file(path / "state.safetensors")
        step = len(record["losses"])
        for name, parameter in zip(self.names, self.parameters):
            parameter.data.copy_(tensors[f"w.{name}"])
            self.optimizer.state[parameter] = {
                "step": torch.tensor(float(step)),
                "exp_avg": tensors[f"m.{name}"].to(self.device),
                "exp_avg_sq": tensors[f"v.{name}"].to(self.device),
            }
        self.losses, self.token_count = record["losses"], record["tokenCount"]

    def passes(self, samples):
        """This rank's passes, each with whether it counts; with cut weights as many as any rank has, for they gather together."""
        limit = self.plan["passTokens"]
        ours = [(chosen, True) for chosen in batches.passes(batches.share(samples, self.rank, self.world_size), limit)]
        if not self.is_sharded:
            return ours
        counts = [len(batches.passes(batches.share(samples, rank, self.world_size), limit)) for rank in range(self.world_size)]
        return ours + [([samples[0]], False)] * (max(counts) - len(ours))

    def token_losses(self, tokens, mask):
        """The loss of every token but the first."""
        logits = self.model(input_ids=tokens, attention_mask=mask).logits[:, :-1].float()
        return torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none").view_as(tokens[:, 1:])

    def log_probabilities(self, samples):
        """Each sample's sum of scored log-probabilities before the step, by index; every rank gets those of all."""
        places = {sample["index"]: place for place, sample in enumerate(samples)}
        sums = torch.zeros(len(samples), dtype=torch.float64, device=self.device)
        with torch.no_grad():
            for chosen, counts in self.passes(samples):
                ones = {sample["index"]: 1.0 for sample in chosen}
                tokens, mask, scored = batches.tensors(chosen, self.plan["lossSpan"], ones, self.device)
                each = self.token_losses(tokens, mask)
                if counts:
                    # Padding is masked and not multiplied by 0: its loss may be no number.
                    found = torch.where(scored[:, 1:] > 0, each, 0.0).double().sum(1)
                    for sample, value in zip(chosen, found):
                        sums[places[sample["index"]]] = -value
        if self.world_size > 1:
            dist.all_reduce(sums)
        return {index: value for index, value in zip(places, sums.tolist())}

    def accumulate(self, samples):
        """This rank's part of the step's loss and gradients; the objective gives each sample's coefficient."""
        span = self.plan["lossSpan"]
        measured = self.log_probabilities(samples) if self.objective.needs_log_probabilities else None
        coefficients, divisor, known = objectives.step_terms(samples, self.objective, span, measured)
        nothing = dict.fromkeys(coefficients, 0.0)
        loss = 0.0
        for chosen, counts in self.passes(samples):
            tokens, mask, factors = batches.tensors(chosen, span, coefficients if counts else nothing, self.device)
            part = (self.token_losses(tokens, mask) * factors[:, 1:]).sum() / divisor
            part.backward()
            loss += part.item()
        if known is None or not math.isfinite(loss):
            return loss
        return known if self.rank == 0 else 0.0  # One rank's word is enough: the step sums over ranks.

    def step(self):
        """One optimizer step; returns its loss, NaN when loss or gradient is not finite, and whether to stop."""
        number = len(self.losses)
        samples = [self.samples[index] for index in self.plan["steps"][number]]
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.accumulate(samples)
        # One sum over ranks carries gradients, loss and whether somebody was told to stop.
        flat = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten().float()
                          for p in self.parameters]
                         + [torch.tensor([loss, float(self.stops)], device=self.device)])
        if self.world_size > 1:
            dist.all_reduce(flat)
        loss, stops = flat[-2].item(), flat[-1].item() > 0
        norm = flat[:-2].double().norm().item()
        if not (math.isfinite(loss) and math.isfinite(norm)):
            return float("nan"), stops
        scale = min(1.0, self.plan["clip"] / (norm + 1e-6)) if self.plan["clip"] > 0 else 1.0
        start = 0
        for parameter in self.parameters:
            part = flat[start:start + parameter.numel()]
            parameter.grad = (part * scale).view_as(parameter).to(parameter.dtype)
            start += parameter.numel()
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan["rates"][number]
        self.optimizer.step()
        # Every rank holds the same weights, so every rank finds the same.
        if not all(parameter.isfinite().all() for parameter in self.parameters):
            return float("nan"), stops
        self.losses.append(loss)
        self.token_count += sum(len(sample["tokens"]) for sample in samples)
        return loss, stops

    def run(self):
        """Runs the plan to its end; returns the exit status."""
        count = len(self.plan["steps"])
        self.say("started", step=len(self.losses), steps=count, ranks=self.world_size)
        while len(self.losses) < count:
            loss, stops = self.step()
            done = len(self.losses)
            if math.isnan(loss):
                self.say("failed", code="not_finite", step=done + 1,
                         message=f"step {done + 1} has a loss, gradient or weight that is not finite; "
                                 "lower finetune.learningRate")
                return NOT_FINITE
            self.say("step", step=done, steps=count, loss=loss, tokens=self.token_count)
            if stops and done < count:
                self.save()
                self.say("stopped", step=done)
                return STOPPED
            if done % self.plan["saveEverySteps"] == 0 and done < count:
                self.save()
        self.finish()
        return 0

    def probe(self):
        """Mean loss of the plan's probe with the adapter and without: by it a server's adapter is recognised."""
        tokens = torch.tensor([self.plan["probe"]], device=self.device)

        def loss():
            logits = self.model(input_ids=tokens).logits[0, :-1].float()
            return torch.nn.functional.cross_entropy(logits, tokens[0, 1:]).item()

        self.model.eval()
        with torch.no_grad():
            found = {"loss": loss()}
            with self.model.disable_adapter():
                found["baseLoss"] = loss()
        return found

    def finish(self):
        """Writes the adapter as PEFT does, with what was measured beside it."""
        probe = self.probe()  # On every rank: with cut weights none can run the model alone.
        if self.rank != 0:
            return

        def write(directory):
            self.model.save_pretrained(directory)
            (directory / "README.md").unlink(missing_ok=True)
            record = {"digest": self.plan["digest"], "losses": self.losses, "tokenCount": self.token_count,
                      "probe": probe}
            (directory / "result.json").write_text(json.dumps(record), encoding="utf-8")

        saves.write_directory(Path(self.plan["output"]) / "result", write)
        self.say("finished", step=len(self.losses), tokens=self.token_count)


def main():
    """Joins the ranks, runs, leaves."""
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    rank, world_size = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    on_gpu = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if on_gpu else torch.device("cpu")
    if on_gpu:
        torch.cuda.set_device(device)
    if world_size > 1:
        dist.init_process_group("nccl" if on_gpu else "gloo")
    torch.manual_seed(0)
    trainer = Trainer(plan, device, rank, world_size)
    trainer.resume()
    status = trainer.run()
    if world_size > 1:
        dist.destroy_process_group()
    return status


if __name__ == "__main__":
    sys.exit(main())
