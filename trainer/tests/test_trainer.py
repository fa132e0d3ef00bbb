"""The trainer under torchrun: two processes on gloo and a tiny random Llama. Run: python -m unittest."""
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

PACKAGE = Path(__file__).resolve().parents[1]
STEPS = 12


def make_job(folder, rate=1e-2, weight=None, last=None, sharding="none"):
    """Model, fresh adapter, samples and plan; `weight` replaces one value of the model, `last` the last rate."""
    folder.mkdir()
    torch.manual_seed(1)
    config = LlamaConfig(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
                         num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64)
    model = LlamaForCausalLM(config)
    if weight is not None:
        model.lm_head.weight.data[5, 5] = weight
    model.save_pretrained(folder / "model")
    get_peft_model(model, LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "down_proj"],
                                     task_type="CAUSAL_LM")).save_pretrained(folder / "start")
    rows = [dict(index=i, tokens=[(i * 7 + j * 3) % 64 for j in range(6 + i % 5)], promptCount=i % 4, weight=1 + i % 2)
            for i in range(6)]
    (folder / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    plan = dict(digest="d" * 64, model=str(folder / "model"), adapter=str(folder / "start"), dtype="float32",
                samples=str(folder / "samples.jsonl"), output=str(folder / "out"), lossSpan="answer_only",
                steps=[[0, 1, 2], [3, 4, 5]] * (STEPS // 2), weightDecay=0.01, clip=1.0, saveEverySteps=4, passTokens=16,
                rates=[rate] * (STEPS - 1) + [rate if last is None else last], probe=[1, 2, 3, 4], sharding=sharding)
    (folder / "plan.json").write_text(json.dumps(plan))
    return folder


# Takes one step, and looks from within the second layer whether the first one's frozen weights are still cut.
LOOK = """
import json, sys
import torch, torch.distributed as dist
from torch.distributed.tensor import DTensor
from autodidact_trainer.__main__ import Trainer

dist.init_process_group("gloo")
with open(sys.argv[1]) as file:
    trainer = Trainer(json.load(file), torch.device("cpu"), dist.get_rank(), dist.get_world_size())
first, second = trainer.model.get_decoder().layers
seen = []
second.self_attn.register_forward_pre_hook(
    lambda *_: seen.append(all(isinstance(p, DTensor) for p in first.parameters() if not p.requires_grad)))
trainer.step()
trainer.say("seen", cut=seen)
dist.destroy_process_group()
"""


# Trains by the tests' own objective on pairs that the two ranks share, from references that it measures first.
PAIRS = """
import json, sys
import torch, torch.distributed as dist
from test_objectives import Pair
from autodidact_trainer import objectives
from autodidact_trainer.__main__ import Trainer

objectives.OBJECTIVES["pair"] = Pair()
dist.init_process_group("gloo")
with open(sys.argv[1]) as file:
    plan = json.load(file)
trainer = Trainer(plan, torch.device("cpu"), dist.get_rank(), dist.get_world_size())
samples = list(trainer.samples.values())
for sample in samples:
    sample.update(group=sample["index"] // 2, weight=1 - 2 * (sample["index"] % 2))
before = trainer.log_probabilities(samples)
for sample in samples:
    sample["reference"] = before[sample["index"]]
losses = [trainer.step()[0] for _ in plan["steps"]]
after = trainer.log_probabilities(samples)
trainer.say("seen", losses=losses, gains=[after[index] - before[index] for index in sorted(after)])
dist.destroy_process_group()
"""


def start(folder, program=("-m", "autodidact_trainer")):
    """torchrun with two ranks on the job's plan."""
    environment = dict(os.environ, PYTHONPATH=f"{PACKAGE}:{PACKAGE / 'tests'}", CUDA_VISIBLE_DEVICES="", OMP_NUM_THREADS="1")
    return subprocess.Popen(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2",
         *program, str(folder / "plan.json")],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def run(folder, until=None, number=signal.SIGTERM, **more):
    """Runs to the end, or sends a signal to both ranks once a line satisfies `until`; returns the events."""
    process, events = start(folder, **more), []
    for line in process.stdout:
        if not line.startswith("{"):
            continue
        events.append(json.loads(line))
        if until and until(events[-1]):
            ranks = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
            for rank in ranks:
                os.kill(int(rank), number)
            until = None
    process.stdout.close()
    process.wait(timeout=60)
    return process.returncode, events


def adapter(folder):
    """The result's weights as bytes."""
    return (folder / "out/result/adapter_model.safetensors").read_bytes()


class TrainerTests(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.folder = Path(self.directory.name)

    def tearDown(self):
        self.directory.cleanup()

    def test_a_killed_and_resumed_job_ends_with_the_same_bytes(self):
        whole, cut = make_job(self.folder / "a"), make_job(self.folder / "b")

        self.assertEqual(run(whole)[0], 0)
        status, events = run(cut, lambda e: e["event"] == "step" and e["step"] == 6, signal.SIGKILL)
        self.assertNotEqual(status, 0)
        status, resumed = run(cut)

        self.assertEqual(status, 0)
        self.assertGreaterEqual(resumed[0]["step"], 4)
        self.assertEqual(adapter(whole), adapter(cut))

    def test_sharded_weights_give_the_same_adapter(self):
        whole, cut = make_job(self.folder / "a"), make_job(self.folder / "b", sharding="fsdp")

        self.assertEqual((run(whole)[0], run(cut)[0]), (0, 0))

        self.assertEqual(adapter(whole), adapter(cut))

    def test_sharded_weights_are_whole_only_while_their_layer_runs(self):
        job = make_job(self.folder / "a", sharding="fsdp")
        (self.folder / "look.py").write_text(LOOK)

        status, events = run(job, program=[str(self.folder / "look.py")])

        self.assertEqual(status, 0)
        self.assertGreaterEqual(len(events[-1]["cut"]), 2, "forward, and again in the backward pass")
        self.assertTrue(all(events[-1]["cut"]))

    def test_an_objective_of_pairs_raises_the_chosen_half(self):
        for sharding in ("none", "fsdp"):
            with self.subTest(sharding):
                job = make_job(self.folder / sharding, sharding=sharding)
                plan = json.loads((job / "plan.json").read_text())
                plan.update(objective="pair", steps=[[0, 1, 2, 3], [4, 5]] * (STEPS // 2))
                (job / "plan.json").write_text(json.dumps(plan))
                (self.folder / "pairs.py").write_text(PAIRS)

                status, events = run(job, program=[str(self.folder / "pairs.py")])

                self.assertEqual(status, 0)
                losses, gains = events[-1]["losses"], events[-1]["gains"]
                self.assertAlmostEqual(losses[0], math.log(2), places=5)
                self.assertLess(losses[-1], math.log(2))
                self.assertGreater(sum(gains[0::2]) - sum(gains[1::2]), 0)

    def test_an_unknown_objective_is_refused(self):
        job = make_job(self.folder / "a")
        plan = json.loads((job / "plan.json").read_text())
        (job / "plan.json").write_text(json.dumps(dict(plan, objective="dpo")))

        self.assertNotEqual(run(job)[0], 0)
        self.assertFalse((job / "out/result").exists())

    def test_the_probe_tells_the_adapter_from_the_base_model(self):
        job = make_job(self.folder / "a")

        run(job)

        probe = json.loads((job / "out/result/result.json").read_text())["probe"]
        self.assertGreater(abs(probe["loss"] - probe["baseLoss"]), 1e-3)

    def test_a_loss_that_is_not_finite_ends_the_job(self):
        job = make_job(self.folder / "a", weight=float("inf"))

        status, events = run(job)

        self.assertNotEqual(status, 0)
        self.assertEqual((events[-1]["event"], events[-1].get("code")), ("failed", "not_finite"))
        self.assertFalse((job / "out/result").exists())

    def test_weights_that_are_not_finite_are_no_result(self):
        job = make_job(self.folder / "a", last=float("inf"))

        status, events = run(job)

        self.assertNotEqual(status, 0)
        self.assertEqual(events[-1].get("code"), "not_finite")
        self.assertFalse((job / "out/result").exists())

    def test_sigterm_saves_within_a_step(self):
        job = make_job(self.folder / "a")

        _, events = run(job, lambda e: e["event"] == "step" and e["step"] == 2)
        _, resumed = run(job)

        self.assertEqual(events[-1]["event"], "stopped")
        self.assertEqual(resumed[0]["step"], events[-1]["step"])
        self.assertEqual(resumed[-1]["event"], "finished")


if __name__ == "__main__":
    unittest.main()
