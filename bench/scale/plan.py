"""From measured costs to time, memory and money: the tables of docs/scale.md.

usage: plan.py [results.json]

Measured inputs: the run of measure.py in results.json (CPU time and disk traffic per weight of
quantizing and exporting with HQQ), and from docs/performance.md HQQ, AWQ and
GPTQ per weight and token on one core and HQQ on an H200. Everything else is a formula here, or an
assumption in ASSUMED, which says so in the tables' heads: put your own numbers in.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent

# name: (linear weights of the blocks, all weights, largest layer, widest input, blocks)
MODELS = {
    "Llama-3-8B": (32 * 218_103_808, 8.03e9, 4096 * 14_336, 14_336),
    "Llama-3-70B": (80 * 855_638_016, 70.6e9, 8192 * 28_672, 28_672),
    "Llama-3.1-405B": (126 * 3_187_671_040, 405.9e9, 16_384 * 53_248, 53_248),
    "1T mixture (61 blocks of 384 experts 2048 x 7168)": (
        61 * 384 * 3 * 2048 * 7168,
        1.04e12,
        2048 * 7168,
        7168,
    ),
}

# docs/performance.md, one core of the machine named there
HQQ_SECONDS_PER_WEIGHT = 0.139 / 4096**2
AWQ_SECONDS_PER_WEIGHT_TOKEN = (9.330 + 0.202) / (1024**2 * 8192)
PRODUCT_FLOPS = 52e9
GPTQ_SECONDS = 0.730  # 1024 x 1024, 8192 tokens, with its Hessian
GPTQ_SOLVE = GPTQ_SECONDS - 2 * 1024**2 * 8192 / PRODUCT_FLOPS  # the rest is the solver's
GPTQ_SOLVE_FLOPS = 2 * 1024**3 / GPTQ_SOLVE
H200_HQQ_SECONDS_PER_WEIGHT = 0.768 / MODELS["Llama-3-70B"][0]
H200_HOST_BYTES_PER_SECOND = 4.4e9  # float32, there and back, by the wall

ASSUMED = {
    "cores": 16,  # of one machine, and of one executor
    "disk": 2e9,  # bytes a second of a machine's own disk
    "network": 1.25e9,  # bytes a second of an executor: 10 Gbit/s
    "store": 10e9,  # bytes a second of the shared storage, for all executors together
    "core_price": 0.05,  # a core and hour
    "h200_price": 4.0,  # a card and hour, its machine included
    "tokens": 128 * 512,  # of calibration
}


def hours(seconds):
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def money(amount):
    return f"{amount:.2f}" if amount < 10 else f"{amount:.0f}"


def gptq_seconds(linear, widest):
    """Hessian and solution of layers that are `widest` wide and together `linear` weights."""
    hessian = 2 * linear * ASSUMED["tokens"] / PRODUCT_FLOPS / 3  # three layers share an input
    return hessian + 2 * linear * widest / GPTQ_SOLVE_FLOPS


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def main():
    results = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else HERE / "results.json")
    run = json.loads(results.read_text())
    quantize = run["quantize"]
    cpu = quantize["cpu_seconds"] / run["quantized_weights"]
    # Each byte of the checkpoint comes from the disk once, hashing and reading being close to each
    # other, and each of the result goes there once: it is read back before it leaves memory.
    traffic = (run["checkpoint_gb"] + run["written_gb"]) * 1e9 / run["quantized_weights"]
    cores, disk = ASSUMED["cores"], ASSUMED["disk"]

    print(f"CPU time of quantizing and exporting: {cpu * 1e9:.1f} ns a weight,")
    print(f"of which HQQ itself {HQQ_SECONDS_PER_WEIGHT * 1e9:.1f} ns; {traffic:.1f} bytes a weight")
    print("come from the disk or go there.\n")

    rows = []
    for name, (linear, total, largest, _) in MODELS.items():
        solve, move = linear * cpu / cores, linear * traffic / disk
        one = max(solve, move)
        card = max(linear * H200_HQQ_SECONDS_PER_WEIGHT, linear * 4 / H200_HOST_BYTES_PER_SECOND)
        card = max(card, move)
        memory = largest * 14.3 / 2**30 + 0.35
        rows.append(
            [
                name,
                f"{total * 2 / 1e9:.0f} GB",
                hours(one),
                "processor" if solve > move else "disk",
                money(one / 3600 * cores * ASSUMED["core_price"]),
                f"{memory:.1f} GiB",
                hours(card),
                "disk" if card == move else "the way to the card",
                money(card / 3600 * ASSUMED["h200_price"]),
            ]
        )
    print("### HQQ, one machine\n")
    head = ["model", "bfloat16", f"{cores} cores", "bound by", "$", "memory"]
    print(table(head + ["one H200", "bound by", "$"], rows))

    rows = []
    for name, (linear, _, _, widest) in MODELS.items():
        awq = linear * ASSUMED["tokens"] * AWQ_SECONDS_PER_WEIGHT_TOKEN
        gptq = gptq_seconds(linear, widest)
        rows.append(
            [
                name,
                hours(awq / cores),
                money(awq / 3600 * ASSUMED["core_price"]),
                hours(gptq / cores),
                money(gptq / 3600 * ASSUMED["core_price"]),
            ]
        )
    print(f"\n### AWQ and GPTQ, {ASSUMED['tokens']} tokens, one machine of {cores} cores\n")
    print(table(["model", "AWQ", "$", "GPTQ", "$"], rows))

    rows = []
    for name, (linear, _, _, _) in MODELS.items():
        cells = [name]
        for executors in (8, 16, 32, 64):
            solve = linear * cpu / cores / executors
            move = linear * traffic / min(ASSUMED["network"] * executors, ASSUMED["store"])
            cells.append(f"{hours(max(solve, move))} ({'cores' if solve > move else 'store'})")
        rows.append(cells)
    print(f"\n### HQQ, executors of {cores} cores on shared storage: on paper\n")
    print(table(["model", "8", "16", "32", "64"], rows))

    rows = []
    for name, (linear, _, _, widest) in MODELS.items():
        gptq = gptq_seconds(linear, widest) / cores
        rows.append([name, *(hours(gptq / executors) for executors in (8, 16, 32, 64))])
    print("\n### GPTQ, the same executors: on paper\n")
    print(table(["model", "8", "16", "32", "64"], rows))


if __name__ == "__main__":
    main()
