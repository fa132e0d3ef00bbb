"""A step's samples: which rank runs which, and how they become tensors."""
import torch

from .objectives import first_scored


def share(samples, rank, world_size):
    """The samples of one rank: longest first to whoever has the fewest tokens, so that ranks end together."""
    loads, shares = [0] * world_size, [[] for _ in range(world_size)]
    for sample in sorted(samples, key=lambda s: (-len(s["tokens"]), s["index"])):
        place = loads.index(min(loads))
        loads[place] += len(sample["tokens"])
        shares[place].append(sample)
    return shares[rank]


def passes(samples, token_limit):
    """Cuts a share into passes of at most `token_limit` padded tokens; a longer sample stands alone."""
    cut, current = [], []
    for sample in samples:
        width = len((current or [sample])[0]["tokens"])
        if current and width * (len(current) + 1) > token_limit:
            cut.append(current)
            current = []
        current.append(sample)
    return cut + [current] if current else cut


def tensors(samples, span, coefficients, device):
    """Input ids, attention mask, and per target token its sample's coefficient; none for padding and prompts.

    The span `answer_only` is everything after the prompt, the end token included; `full_sequence` is every token
    but the first.
    """
    width = max(len(s["tokens"]) for s in samples)
    tokens = torch.zeros(len(samples), width, dtype=torch.long)
    mask = torch.zeros(len(samples), width, dtype=torch.long)
    factors = torch.zeros(len(samples), width, dtype=torch.float32)
    for row, sample in enumerate(samples):
        count = len(sample["tokens"])
        tokens[row, :count] = torch.tensor(sample["tokens"])
        mask[row, :count] = 1
        factors[row, first_scored(sample, span):count] = coefficients[sample["index"]]
    return tokens.to(device), mask.to(device), factors.to(device)
