"""Our HQQ, AWQ and GPTQ beside hqq, AutoAWQ and gptq.py's algorithm: same model, same matrices, one judge, one table.

usage: peers.py --java JAVA --classpath PATH [--model FOLDER] [--only WORD]

Each row is a process of its own, which quantizes at 4 bits in groups of 64 three times, first and last timed, and writes the
weights that its codes stand for. What they are worth is measured here, for both sides by the same lines: the error of the
weights, that of the outputs on a text that no side calibrated on, and the model's perplexity on it.
"""

import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
WINDOW, WINDOWS, HELD_OUT = 256, 32, 16
METHODS = {"hqq": "hqq 0.2.8", "awq": "AutoAWQ 0.2.9", "gptq": "gptq.py's algorithm"}
FLAGS = ["--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx2g"]


# A small process in between: a child's high-water mark begins at its parent's, and this one holds torch.
BETWEEN = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


def measured(command):
    """What a process said, and the most resident memory that it had in MiB."""
    words = [sys.executable, "-S", "-c", BETWEEN, *map(str, command)]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stderr}")
    *said, kibibytes = done.stdout.split("\n")[:-1]
    return json.loads("".join(said) or "{}"), int(kibibytes) / 1024


def made(folder, model):
    """Calibration tokens, held-out tokens and a matrix with its inputs, in files."""
    import torch
    import transformers
    from safetensors.torch import save_file

    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(model / "tokenizer.json"))
    texts = {"calibration.txt": WINDOWS, "prose.txt": HELD_OUT}
    cut = []
    for name, count in texts.items():
        ids = tokenizer((ROOT / "notebooks" / "data" / name).read_text(), add_special_tokens=False)["input_ids"]
        windows = min(count, len(ids) // WINDOW)
        cut.append(torch.tensor(ids[: windows * WINDOW]).view(-1, WINDOW))
    save_file({"calib_ids": cut[0]}, folder / "tokens.safetensors")
    torch.manual_seed(0)
    w = torch.randn(1024, 1024) * 0.02
    both = torch.randn(2, 2048, 1024)
    both[:, :, ::50] *= 10  # salient channels
    save_file({"W": w, "X": both[0].contiguous()}, folder / "matrix.safetensors")
    return cut[1], w, both[1]


def judged_matrix(original, held_out, found):
    error = found - original
    outputs = (held_out @ error.T).norm() / (held_out @ original.T).norm()
    return float(error.norm() / original.norm()), float(outputs), None


class Judge:
    """Of a model: weights and held-out inputs of each layer, and perplexity with others in their place."""

    def __init__(self, model, tokens):
        import theirs

        self.model, self.tokens = theirs.opened(model), tokens
        self.layers = theirs.linears(self.model)
        self.originals = {name: layer.weight.data for name, layer in self.layers.items()}
        self.inputs = theirs.inputs_of(self.model, tokens)

    def perplexity(self):
        import torch

        total = 0.0
        for window in self.tokens:
            logits = self.model(window[None], use_cache=False).logits[0, :-1].double()
            total += float(torch.nn.functional.cross_entropy(logits, window[1:]))
        return math.exp(total / len(self.tokens))

    def of(self, found):
        if found.keys() != self.originals.keys():
            raise SystemExit(f"layers are missing: {sorted(found.keys() ^ self.originals.keys())}")
        sums = [0.0] * 4
        for name, w in self.originals.items():
            x, error = self.inputs[name], found[name] - w
            for i, part in enumerate((error, w, x @ error.T, x @ w.T)):
                sums[i] += float(part.double().pow(2).sum())
            self.layers[name].weight.data = found[name]
        perplexity = self.perplexity()
        for name, w in self.originals.items():
            self.layers[name].weight.data = w
        return math.sqrt(sums[0] / sums[1]), math.sqrt(sums[2] / sums[3]), perplexity


def row(method, who, errors, said, peak):
    weights, outputs, perplexity = errors
    ppl = f"{perplexity:.3f}" if perplexity else "—"
    return (f"| {method} | {who} | {weights:.4f} | {outputs:.4f} | {ppl} | {said['bits']:.3f} | "
            f"{said['first']:.3f} | {said['warm']:.3f} | {peak:.0f} |")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", required=True)
    parser.add_argument("--classpath", required=True)
    parser.add_argument("--model", type=pathlib.Path, default=ROOT / "notebooks" / "models" / "natural")
    parser.add_argument("--only", default="", help="methods whose name holds this")
    options = parser.parse_args()
    import torch
    from safetensors.torch import load_file

    sides = {
        "ours": [options.java, *FLAGS, "-cp", options.classpath, HERE / "Ours.java"],
        "theirs": [sys.executable, HERE / "theirs.py"],
    }
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        folder = pathlib.Path(folder)
        tokens, w, held_out = made(folder, options.model)
        judge = Judge(options.model, tokens)
        subjects = {
            f"model {options.model.name}, {len(judge.layers)} layers": (options.model, judge.of),
            "matrix 1024 × 1024": (folder / "matrix.safetensors", lambda found: judged_matrix(w, held_out, found["W"])),
        }
        idle = {side: measured([*start, "nothing", options.model, "-", "-"])[1] for side, start in sides.items()}
        print(f"Unquantized: perplexity {judge.perplexity():.3f}. A process with the model and without work holds "
              f"{idle['ours']:.0f} MiB (ours), {idle['theirs']:.0f} MiB (torch and transformers).")  # fmt: skip
        for title, (subject, judged) in subjects.items():
            print(f"\n| {title} | by | weight error | output error | perplexity | bits | first s | warm s | peak MiB |")
            print("|---|---|---|---|---|---|---|---|---|")
            for method in (name for name in METHODS if options.only in name):
                for side, start in sides.items():
                    out = folder / f"{method}.{side}.safetensors"
                    said, peak = measured([*start, method, subject, folder / "tokens.safetensors", out])
                    found = {name.removesuffix(".weight"): t for name, t in load_file(out).items()}
                    print(row(method, "ours" if side == "ours" else METHODS[method], judged(found), said, peak), flush=True)


if __name__ == "__main__":
    main()
