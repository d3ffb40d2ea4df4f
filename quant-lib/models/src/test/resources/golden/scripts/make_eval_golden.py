"""Perplexity by three protocols and divergence statistics of a tiny model, in float64.

    python make_eval_golden.py MODELS OUT

MODELS is the folder of the tiny models (make_tiny_models.py), OUT the folder for the goldens. Each
protocol is written out loop by loop as the program that defined it runs it:

- papers: GPTQ's and AWQ's WikiText-2 loop.
- llama.cpp: tools/perplexity, `perplexity()`: chunks of n_ctx, BOS in place of each chunk's first
  token, logits of rows n_ctx/2 to n_ctx - 2, standard error of the mean log-likelihood with count - 1.
- hqq: the script of HQQ's repository: windows of max_length that end at each multiple of stride,
  context masked, the window's mean loss times its scored tokens, divided by the last end.

The variant is the model with every linear layer of its blocks rounded to multiples of 1/16 (ties to
even). Percentiles are numpy's `inverted_cdf`, which is nearest rank. Written with torch 2.15.0 and
transformers 5.24.0.
"""

import copy
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

TOKENS, CTX, BOS = 413, 64, 1
HQQ_LENGTH, HQQ_STRIDE = 64, 32


def log_probs(model, ids: torch.Tensor) -> torch.Tensor:
    return model(ids[None], use_cache=False).logits[0].log_softmax(-1)


def papers(model, ids: torch.Tensor) -> dict[str, float]:
    windows = len(ids) // CTX
    total = 0.0
    for i in range(windows):
        window = ids[i * CTX : (i + 1) * CTX]
        mean = F.nll_loss(log_probs(model, window)[:-1], window[1:])
        total += mean.item() * CTX
    return {"papers.ppl": math.exp(total / (windows * CTX)), "papers.windows": windows}


def llama_cpp(model, ids: torch.Tensor, bos: int | None, key: str) -> dict[str, float]:
    first = CTX // 2
    nll = nll2 = 0.0
    count = 0
    chunks = len(ids) // CTX
    for i in range(chunks):
        chunk = ids[i * CTX : (i + 1) * CTX]
        read = chunk.clone()
        if bos is not None:
            read[0] = bos
        logs = log_probs(model, read)
        for row in range(first, CTX - 1):
            v = -logs[row, chunk[row + 1]].item()
            nll += v
            nll2 += v * v
            count += 1
    nll /= count
    error = math.sqrt((nll2 / count - nll * nll) / (count - 1))
    ppl = math.exp(nll)
    return {f"{key}.ppl": ppl, f"{key}.se": error * ppl, f"{key}.count": count}


def hqq(model, ids: torch.Tensor) -> dict[str, float]:
    total = 0.0
    windows = 0
    for i in range(0, len(ids), HQQ_STRIDE):
        begin = max(i + HQQ_STRIDE - HQQ_LENGTH, 0)
        end = min(i + HQQ_STRIDE, len(ids))
        scored = end - i
        window = ids[begin:end]
        target = window.clone()
        target[:-scored] = -100
        mean = F.nll_loss(log_probs(model, window)[:-1], target[1:], ignore_index=-100)
        total += mean.item() * scored
        windows += 1
    return {"hqq.ppl": math.exp(total / end), "hqq.windows": windows}


def divergence(reference, model, ids: torch.Tensor) -> dict[str, float]:
    """By the papers' protocol."""
    kl, delta, same, rise = [], [], [], []
    for i in range(len(ids) // CTX):
        window = ids[i * CTX : (i + 1) * CTX]
        p, q = log_probs(reference, window)[:-1], log_probs(model, window)[:-1]
        kl.append((p.exp() * (p - q)).sum(-1))
        at = torch.arange(CTX - 1), window[1:]
        delta.append(q[at].exp() - p[at].exp())
        rise.append(p[at] - q[at])
        same.append((p.argmax(-1) == q.argmax(-1)).double())
    kl, delta, same, rise = (torch.cat(x).numpy() for x in (kl, delta, same, rise))
    n = len(kl)
    share = same.mean()
    low, high = wilson(share, n)
    found = {
        "kl.mean": kl.mean(),
        "kl.se": kl.std(ddof=1) / math.sqrt(n),
        "kl.max": kl.max(),
        "deltaP.mean": delta.mean(),
        "deltaP.se": delta.std(ddof=1) / math.sqrt(n),
        "deltaP.rms": math.sqrt((delta**2).mean()),
        "nll.rise": rise.mean(),
        "nll.rise.se": rise.std(ddof=1) / math.sqrt(n),
        "same.share": share,
        "same.low": low,
        "same.high": high,
    }
    for percent in (50, 90, 99, 99.9):
        found[f"kl.p{percent:g}"] = np.percentile(kl, percent, method="inverted_cdf")
    return found


def wilson(share: float, n: int) -> tuple[float, float]:
    z = 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half


@torch.no_grad()
def main() -> None:
    models, out = Path(sys.argv[1]), Path(sys.argv[2])
    torch.set_num_threads(1)
    for number, name in enumerate(("llama_gqa", "llama3_rope")):
        model = AutoModelForCausalLM.from_pretrained(
            models / name, dtype=torch.float64, attn_implementation="eager"
        ).eval()
        rounded = copy.deepcopy(model)
        for layer in rounded.model.layers:
            for linear in layer.modules():
                if isinstance(linear, torch.nn.Linear):
                    linear.weight.copy_((linear.weight * 16).round() / 16)
        generator = torch.Generator().manual_seed(700 + number)
        ids = torch.randint(3, 256, (TOKENS,), generator=generator)
        found = {
            **papers(model, ids),
            **llama_cpp(model, ids, BOS, "llama.cpp.bos"),
            **llama_cpp(model, ids, None, "llama.cpp"),
            **hqq(model, ids),
            **divergence(model, rounded, ids),
        }
        text = {key: repr(float(value)) for key, value in found.items()}
        save_file({"stream": ids}, out / f"{name}.safetensors", metadata=text)
        print(name, text)


if __name__ == "__main__":
    main()
