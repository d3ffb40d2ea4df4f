"""Trains a demo model on one core within a given number of minutes.

    python train.py --corpus DIR --out natural
    python train.py --corpus DIR --out salient --outliers 4
    python train.py --corpus DIR --out experts --experts --no-compile --float32 --minutes 80

The learning rate follows the clock, not the step: it rises over the first steps and then falls
linearly to zero at the limit, so that a slow or a shared machine, too, ends with an annealed model.
The price is that a run on another machine sees another number of tokens and gives other weights.
"""

# Read before torch starts its threads: on shared cores, threads that spin while they wait cost
# several times the work itself.
import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import argparse
import shutil
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from batches import Batches
from experts import BALANCE, Mixtral, mixtral_config
from model import Llama, Shape, config_json, save

PEAK_LEARNING_RATE = 4e-3
WARM_UP_STEPS = 60
WEIGHT_DECAY = 0.1
GRADIENT_NORM = 1.0
WINDOWS, LENGTH = 16, 256  # of a batch

# The outlier channels are the same for every seed, so that runs can be compared.
OUTLIER_SEED = 11

# What the first step counts for in the schedule, however long torch.compile took over it.
FIRST_STEP_SECONDS = 5.0
LOG_EVERY_SECONDS = 20.0
SAVE_EVERY_SECONDS = 300.0


def plant_outliers(model: Llama, channels: int, scale: float) -> None:
    """Starts some channels of every norm in the blocks at `scale` instead of 1.

    This is all that sets `salient` apart from `natural`: training is free to undo it.
    """
    generator = torch.Generator().manual_seed(OUTLIER_SEED)
    chosen = torch.randperm(model.shape.hidden_size, generator=generator)[:channels]
    for layer in model.model.layers:
        for norm in (layer.input_layernorm, layer.post_attention_layernorm):
            norm.weight.data[chosen] = scale


def optimizer_for(model: Llama) -> torch.optim.Optimizer:
    """AdamW; the matrices decay, the norms' weights do not."""
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    norms = [p for p in model.parameters() if p.dim() < 2]
    return torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": WEIGHT_DECAY},
            {"params": norms, "weight_decay": 0.0},
        ],
        lr=PEAK_LEARNING_RATE,
        betas=(0.9, 0.95),
        eps=1e-8,
        fused=True,
    )


def learning_rate(step: int, elapsed_share: float) -> float:
    """step counts from 0; elapsed_share runs from 0 to 1."""
    return PEAK_LEARNING_RATE * min(1, (step + 1) / WARM_UP_STEPS) * (1 - elapsed_share)


def loss_of(network, windows: torch.Tensor, bfloat16: bool) -> torch.Tensor:
    """Mean cross entropy in nats. Products in bfloat16 or float32, weights and loss in float32."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
        logits = network(windows[:, :-1])
    return F.cross_entropy(logits.flatten(0, 1).float(), windows[:, 1:].flatten())


class LossLog:
    """Writes loss.csv and the same lines to the terminal; the loss is a running average."""

    def __init__(self, path: Path):
        self.file = path.open("w", encoding="utf-8")
        self.file.write("seconds,step,tokens,loss,learning_rate\n")
        self.average: float | None = None
        self.last = time.time()

    def add(self, loss: float) -> None:
        self.average = loss if self.average is None else 0.97 * self.average + 0.03 * loss

    def write_now_and_then(self, seconds: float, step: int, rate: float) -> None:
        if time.time() - self.last > LOG_EVERY_SECONDS:
            self.write(seconds, step, rate)

    def write(self, seconds: float, step: int, rate: float) -> None:
        self.last = time.time()
        tokens = step * WINDOWS * LENGTH
        self.file.write(f"{seconds:.0f},{step},{tokens},{self.average:.4f},{rate:.2e}\n")
        self.file.flush()
        print(f"{seconds:5.0f} s  step {step:5d}  {tokens:>11,} tokens  loss {self.average:.3f}")


def train(model: Llama, batches: Batches, args: argparse.Namespace, log: LossLog, keep) -> int:
    """Trains until the time is up and returns the number of steps; calls keep() now and then."""
    network = torch.compile(model) if args.compile else model
    optimizer = optimizer_for(model)
    seconds = args.minutes * 60
    start = kept = time.time()
    step = 0
    while (elapsed := time.time() - start) < seconds:
        rate = learning_rate(step, elapsed / seconds)
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = loss_of(network, batches.next(), args.bfloat16)
        whole = loss + BALANCE * model.balance() if args.experts else loss
        whole.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), GRADIENT_NORM)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        if step == 1:
            start = time.time() - FIRST_STEP_SECONDS
        log.add(loss.item())
        log.write_now_and_then(elapsed, step, rate)
        if time.time() - kept > SAVE_EVERY_SECONDS:
            kept = time.time()
            keep()
    log.write(seconds, step, 0.0)
    return step


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, metavar="DIR", help="see prepare.py")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--minutes", type=float, default=58)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--outliers", type=int, default=0, help="norm channels to start high")
    parser.add_argument("--outlier-scale", type=float, default=8.0)
    parser.add_argument(
        "--experts", action="store_true", help="6 experts of 128 channels instead of the MLP"
    )
    parser.add_argument(
        "--float32", dest="bfloat16", action="store_false", help="products in float32, too"
    )
    parser.add_argument(
        "--no-compile",
        dest="compile",
        action="store_false",
        help="without torch.compile (needs a C++ compiler)",
    )
    args = parser.parse_args()
    if args.experts and args.compile:
        parser.error("--experts needs --no-compile: how many tokens an expert gets, the text says.")
    if args.minutes <= 0:
        parser.error(f"--minutes {args.minutes:g}: the schedule needs a time above 0.")
    return args


def main() -> None:
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    batches = Batches(args.corpus, WINDOWS, LENGTH, args.seed)
    model = Mixtral() if args.experts else Llama(Shape())
    config = mixtral_config(model.shape) if args.experts else config_json(model.shape)
    plant_outliers(model, args.outliers, args.outlier_scale)
    args.out.mkdir(parents=True, exist_ok=True)
    shutil.copy(args.corpus / "tokenizer.json", args.out / "tokenizer.json")
    log = LossLog(args.out / "loss.csv")
    train(model, batches, args, log, keep=lambda: save(model, args.out, config))
    save(model, args.out, config)


if __name__ == "__main__":
    main()
