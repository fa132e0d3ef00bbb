"""llama.cpp as an independent judge of the models that we run."""
