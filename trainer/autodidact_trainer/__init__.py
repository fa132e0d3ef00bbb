"""LoRA fine-tuning by a plan that Autodidact's loop wrote; started by torchrun."""
