"""What torch gives on this GPU, for the rows of gpu-check: references.py [--small] [--json FILE]

Device time of each by CUDA events: the median of its runs and the spread of their middle half.
hqq's solver is the library's own if it can be imported; AutoAWQ's search and gptq.py's loop are written from
their papers and do the same operations on whole tensors as they do.
"""

from __future__ import annotations

import argparse
import datetime
import json
import statistics

import torch
import torch.nn.functional as functional


def timed(work, repeats: int) -> list[float]:
    """Milliseconds of each run, sorted; one more before them warms up."""
    work()
    millis = []
    for _ in range(repeats):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        work()
        end.record()
        end.synchronize()
        millis.append(begin.elapsed_time(end))
    return sorted(millis)


def row(name: str, shape: str, millis: list[float], *, giga_bytes=None, tera_flop=None) -> dict:
    median = statistics.median(millis)
    found = {"name": name, "shape": shape, "ms": median}
    found["spread"] = (millis[len(millis) * 3 // 4] - millis[len(millis) // 4]) / median
    line = f"{name:32} {shape:20} {median:10.3f} ms  ± {100 * found['spread']:4.1f} %"
    if giga_bytes:
        found["gb_per_s"] = giga_bytes / median * 1e3
        line += f"  {found['gb_per_s']:8.1f} GB/s"
    if tera_flop:
        found["tflop_per_s"] = tera_flop / median * 1e3
        line += f"  {found['tflop_per_s']:8.1f} TFLOP/s"
    print(line, flush=True)
    return found


def memory(small: bool):
    count = 1 << (16 if small else 28)
    source, target = torch.randn(count, device="cuda"), torch.empty(count, device="cuda")
    yield row("torch copy", f"{count >> 18} MiB", timed(lambda: target.copy_(source), 21), giga_bytes=8e-9 * count)
    pinned = torch.randn(count >> 2).pin_memory()
    part = target[: count >> 2]
    millis = timed(lambda: part.copy_(pinned, non_blocking=True), 11)
    yield row("torch link, host to device", f"{count >> 20} MiB", millis, giga_bytes=1e-9 * count)


def products(small: bool):
    n = 256 if small else 8192
    a = torch.randn(n, n, device="cuda", dtype=torch.bfloat16)
    b = torch.randn(n, n, device="cuda", dtype=torch.bfloat16)
    yield row("torch bf16 product", f"{n} x {n} x {n}", timed(lambda: a @ b, 21), tera_flop=2e-12 * n**3)
    rows, columns = (64, 256) if small else (8192, 28672)
    w = torch.randn(rows, columns, device="cuda", dtype=torch.bfloat16)
    for batch in (1, 4, 8, 16, 64, 256):
        x = torch.randn(batch, columns, device="cuda", dtype=torch.bfloat16)
        yield row(
            f"torch bf16 linear, batch {batch}",
            f"{rows} x {columns}",
            timed(lambda x=x: functional.linear(x, w), 31),
            giga_bytes=2e-9 * (w.numel() + x.numel() + batch * rows),
            tera_flop=2e-12 * batch * w.numel(),
        )


def hqq(small: bool):
    try:
        from hqq.core.quantize import Quantizer
    except ImportError as missing:
        print(f"hqq cannot be imported, so it is not measured: {missing}")
        return
    import hqq

    rows, columns = (64, 256) if small else (8192, 7168)
    w = torch.randn(rows, columns, device="cuda") * 0.02
    for bits in (4, 3, 2, 8):
        options = {"nbits": bits, "group_size": 64, "axis": 1, "round_zero": bits == 4}
        yield row(
            f"hqq {hqq.__version__} {bits} bit g64 + pack",
            f"{rows} x {columns}",
            timed(lambda options=options: Quantizer.quantize(w, device="cuda", **options), 5),
            giga_bytes=5e-9 * w.numel(),
        )


def rounded(w, group: int, bits: int = 4):
    """AWQ's round to nearest with integer zeros, there and back."""
    top = 2**bits - 1
    v = w.reshape(-1, group)
    high, low = v.amax(1, keepdim=True), v.amin(1, keepdim=True)
    scales = (high - low).clamp(min=1e-5) / top
    zeros = (-torch.round(low / scales)).clamp(0, top)
    return (((v / scales).round() + zeros).clamp(0, top) - zeros).mul(scales).reshape(w.shape)


def awq_losses(layers, x, group: int = 128, grid: int = 20):
    """The losses of one group of layers with the same input, over the ratios."""
    salience = x.abs().mean(0)
    outputs = [x @ w.T for w in layers]
    losses = []
    for i in range(grid):
        s = salience.pow(i / grid).clamp(min=1e-4)
        s = s / (s.max() * s.min()).sqrt()
        pairs = zip(layers, outputs)
        losses.append(sum((x @ (rounded(w * s, group) / s).T - y).float().pow(2).mean().item() for w, y in pairs))
    return losses


def awq(small: bool):
    """One block of Llama-3-8B: the searches of qkv, o, gate and up, down."""
    hidden, keys, inner, tokens = (256, 128, 512, 64) if small else (4096, 1024, 14336, 128 * 512)

    def random(rows, columns):
        return torch.randn(rows, columns, device="cuda", dtype=torch.float16) * 0.02

    groups = [
        [random(hidden, hidden), random(keys, hidden), random(keys, hidden)],
        [random(hidden, hidden)],
        [random(inner, hidden), random(inner, hidden)],
        [random(hidden, inner)],
    ]
    x = {side: torch.randn(tokens, side, device="cuda", dtype=torch.float16) for side in (hidden, inner)}

    def search():
        for layers in groups:
            awq_losses(layers, x[layers[0].shape[1]])

    yield row("AWQ ratio search in torch, fp16", "a block of 8B", timed(search, 2))


def inverse_factor(hessian):
    """U with H^-1 = U^T U."""
    return torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(hessian)), upper=True)


def gptq_blocks(w, u, group: int = 128, block: int = 128, bits: int = 4):
    """GPTQ's columns one by one, a block's errors to the rest at once; gives the codes."""
    w, top = w.clone(), 2**bits - 1
    codes = torch.empty_like(w)
    for first in range(0, w.shape[1], block):
        end = min(first + block, w.shape[1])
        part, errors = w[:, first:end].clone(), torch.zeros_like(w[:, first:end])
        for j in range(end - first):
            if (first + j) % group == 0:
                grid = w[:, first + j : first + j + group]
                low, high = grid.amin(1).clamp(max=0), grid.amax(1).clamp(min=0)
                scale = (high - low).clamp(min=1e-30) / top
                zero = torch.round(-low / scale)
            code = (torch.round(part[:, j] / scale) + zero).clamp(0, top)
            errors[:, j] = (part[:, j] - scale * (code - zero)) / u[first + j, first + j]
            part[:, j:] -= errors[:, j : j + 1] * u[first + j, first + j : end]
            codes[:, first + j] = code
        w[:, end:] -= errors @ u[first:end, end:]
    return codes


def gptq(small: bool):
    """A Llama-3-8B's down_proj."""
    rows, columns = (24, 160) if small else (4096, 14336)
    w = torch.randn(rows, columns, device="cuda") * 0.02
    x = torch.randn(2 * columns, columns, device="cuda")
    hessian = x.T @ x / columns
    hessian += 0.01 * hessian.diagonal().mean() * torch.eye(columns, device="cuda")
    del x
    millis = timed(lambda: inverse_factor(hessian), 2)
    yield row("gptq's factor in torch, fp32", f"{columns} x {columns}", millis)
    u = inverse_factor(hessian)
    yield row("gptq's loop in torch, fp32", f"{rows} x {columns}", timed(lambda: gptq_blocks(w, u), 2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="only to see that everything runs")
    parser.add_argument("--json", help="file that one row for docs/perf-history.jsonl is added to")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        raise SystemExit("references.py: torch finds no GPU here.")
    rows = []
    with torch.inference_mode():
        for part in (memory, products, hqq, awq, gptq):
            rows += part(options.small)
            torch.cuda.empty_cache()
    if options.json:
        about = {
            "bench": "gpu-references",
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "device": torch.cuda.get_device_name(),
            "torch": torch.__version__,
        }
        with open(options.json, "a", encoding="utf-8") as file:
            file.write(json.dumps(about | {"rates": rows}) + "\n")


main()
