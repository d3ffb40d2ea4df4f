"""The reference's work in torch on the CPU, timed: one JSON object {name: {"cpu_ms", "wall_ms"}}.

The loops are written from the libraries' papers and do the same operations on whole tensors as
they do: hqq's proximal solver, AutoAWQ's clip and scale searches, gptq.py's column loop.
"""

import argparse
import json
import sys
import time

import torch


def best(work, repeats):
    """Least CPU and wall milliseconds of some runs."""
    cpu, wall = [], []
    for _ in range(repeats):
        c, w = time.process_time(), time.perf_counter()
        work()
        cpu.append(time.process_time() - c)
        wall.append(time.perf_counter() - w)
    return {"cpu_ms": 1e3 * min(cpu), "wall_ms": 1e3 * min(wall)}


# ---------------------------------------------------------------- hqq


def hqq(w, bits, axis, group=64, iterations=20, beta=10.0, p=0.7):
    """The legacy solver: early stop on the global error, the zero of the last step kept."""
    top = 2**bits - 1
    v = w.reshape(-1, group) if axis == 1 else w.reshape(group, -1)
    low, high = v.amin(axis, keepdim=True), v.amax(axis, keepdim=True)
    t = (top / (high - low)).clamp(max=2e4)
    z = -low * t
    if bits == 4:
        z = torch.round(z)
    least = 1e4
    for _ in range(iterations):
        q = torch.round(v * t + z).clamp(0, top)
        back = (q - z) / t
        r = v - back
        e = torch.sign(r) * torch.nn.functional.relu(
            torch.abs(r) - (1.0 / beta) * torch.pow(torch.abs(r), p - 1)
        )
        z = torch.mean(q - (v - e) * t, axis=axis, keepdim=True)
        error = float(torch.abs(v - back).mean())
        if error >= least:
            break
        least = error
    return torch.round(v * t + z).clamp(0, top)


def hqq_blocked(w, bits, groups=4096, group=64):
    """Fed so many groups at a time, so that temporaries stay in the cache."""
    for part in w.reshape(-1, group).split(groups):
        hqq(part, bits, 1, group)


# ---------------------------------------------------------------- awq, gptq


def rounded(w, group, bits=4):
    """AWQ's round to nearest with integer zeros, there and back."""
    top = 2**bits - 1
    v = w.reshape(-1, group)
    high, low = v.amax(1, keepdim=True), v.amin(1, keepdim=True)
    s = (high - low).clamp(min=1e-5) / top
    z = (-torch.round(low / s)).clamp(0, top)
    return (((v / s).round() + z).clamp(0, top) - z).mul(s).reshape(w.shape)


def awq_clip(w, x, group=128, grid=20, most=0.5, sample=512, batch=64):
    """AutoAWQ's clip search: all tokens times all rows of a batch, once per limit."""
    stride = max(1, x.shape[0] // sample)
    x = x[::stride].reshape(1, -1, x.shape[1] // group, group)
    w = w.reshape(w.shape[0], 1, -1, group)
    found = []
    for part in w.split(batch):
        original = part.abs().amax(-1, keepdim=True)
        best_limit, least = original.clone(), torch.full_like(original, 1e9)
        output = (x * part).sum(-1)
        for i in range(int(most * grid)):
            limit = original * (1 - i / grid)
            q = rounded(part.clamp(-limit, limit), group)
            error = ((x * q).sum(-1) - output).pow(2).mean(1).view(least.shape)
            better = error < least
            least[better] = error[better]
            best_limit[better] = limit[better]
        found.append(best_limit)
    return torch.cat(found)


def awq_scale(w, x, group=128, grid=20):
    """AutoAWQ's ratio search on one linear layer."""
    salience = x.abs().mean(0)
    relative = w.abs().reshape(-1, group)
    relative = (relative / (relative.amax(1, keepdim=True) + 1e-6)).reshape(w.shape).mean(0)
    output = x @ w.T
    losses = []
    for i in range(grid):
        r = i / grid
        s = (salience.pow(r) / (relative.pow(1 - r) + 1e-4)).clamp(min=1e-4)
        s = s / (s.max() * s.min()).sqrt()
        losses.append(float((x @ (rounded(w * s, group) / s).T - output).pow(2).mean()))
    return losses


def gptq(w, x, group=128, block=128, damping=0.01, bits=4):
    """gptq.py's add_batch and fasterquant, asymmetric, no act-order: the weights that its codes stand for."""
    w = w.clone()
    top = 2**bits - 1
    h = (x * (2 / 1) ** 0.5).T @ (x * (2 / 1) ** 0.5)
    h.diagonal().add_(damping * h.diagonal().mean())
    h = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(h)), upper=True)
    for first in range(0, w.shape[1], block):
        last = min(first + block, w.shape[1])
        part, errors = w[:, first:last].clone(), torch.zeros(w.shape[0], last - first)
        u = h[first:last, first:last]
        for c in range(last - first):
            if (first + c) % group == 0:
                v = w[:, first + c : first + c + group]
                low, high = v.amin(1).clamp(max=0), v.amax(1).clamp(min=0)
                s = (high - low) / top
                z = torch.round(-low / s)
            q = ((part[:, c] / s).round() + z).clamp(0, top)
            w[:, first + c] = (q - z) * s
            error = (part[:, c] - w[:, first + c]) / u[c, c]
            part[:, c:] -= error.unsqueeze(1) @ u[c, c:].unsqueeze(0)
            errors[:, c] = error
        w[:, last:] -= errors @ h[first:last, last:]
    return w


# ---------------------------------------------------------------- all


def measurements(quick):
    torch.manual_seed(0)
    w = torch.randn(4096, 4096) * 0.02
    few = 1 if quick else 2
    yield "hqq 4 1 0.02", lambda: hqq(w, 4, 1), few
    yield "hqq 4 1 0.02 blocked", lambda: hqq_blocked(w, 4), 3
    yield "hqq 3 1 0.02", lambda: hqq(w, 3, 1), 1
    yield "hqq 2 1 0.02", lambda: hqq(w, 2, 1), 1
    yield "hqq 8 1 0.02", lambda: hqq(w, 8, 1), 1
    yield "hqq 4 0 0.02", lambda: hqq(w, 4, 0), 1
    wide = w * 50
    yield "hqq 4 1 1", lambda: hqq(wide, 4, 1), 1
    yield "hqq 4 1 1 blocked", lambda: hqq_blocked(wide, 4), 2
    yield "rtn 4 1 0.02", lambda: hqq(w, 4, 1, iterations=0), 3
    layer = torch.randn(1024, 1024) * 0.02
    x = torch.randn(8192, 1024)
    x[:, ::50] *= 10
    yield "awqClip", lambda: awq_clip(layer, x), 1
    yield "awqScale", lambda: awq_scale(layer, x), 1
    yield "gptq", lambda: gptq(layer, x), 3
    a, b = torch.randn(1024, 4096), torch.randn(1024, 4096)
    yield "matmul 1024 1024 4096", lambda: a @ b.T, 20
    for rows in (1, 4, 16):
        inputs = torch.randn(rows, 4096)
        yield f"matmul {rows} 4096 4096", lambda x=inputs: x @ w.T, 50
    bf16, f16 = w.bfloat16(), w.half()
    yield "halves bf16", lambda: bf16.float(), 10
    yield "halves f16", lambda: f16.float(), 10
    into = torch.empty_like(w)
    yield "halves copy", lambda: into.copy_(w), 10


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    results = {}
    with torch.inference_mode():
        for name, work, repeats in measurements(options.quick):
            results[name] = best(work, repeats)
            print(f"torch  {name}: {results[name]['cpu_ms']:.2f} ms of CPU", file=sys.stderr)
    json.dump({"torch": torch.__version__, "threads": options.threads, "results": results}, sys.stdout)


if __name__ == "__main__":
    main()
