"""The libraries' side: theirs.py METHOD SUBJECT TOKENS OUTPUT, as Ours.java's.

hqq is hqq's Quantizer, awq AutoAWQ's AwqQuantizer, gptq the algorithm of gptq.py as bench/compare/reference.py
has it, because its authors publish no package. All at 4 bits in groups of 64 along the inputs, on the CPU.
"""

import contextlib
import json
import os
import pathlib
import sys
import time
import warnings

os.environ["CUDA_VISIBLE_DEVICES"] = ""
warnings.filterwarnings("ignore")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "compare"))

import torch  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402

BITS, GROUP, RUNS = 4, 64, 3


def linears(model):
    """name to module of every linear layer in the blocks."""
    return {n: m for n, m in model.named_modules() if isinstance(m, torch.nn.Linear) and ".layers." in n}


def opened(folder):
    import transformers

    return transformers.AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager").eval()


def inputs_of(model, tokens):
    """name to what entered that layer, tokens × in, window after window."""
    found, hooks = {}, []
    for name, module in linears(model).items():
        keep = lambda _, given, name=name: found.setdefault(name, []).append(given[0].flatten(0, -2))  # noqa: E731
        hooks.append(module.register_forward_pre_hook(keep))
    for window in tokens:
        model(window[None], use_cache=False)
    for hook in hooks:
        hook.remove()
    return {name: torch.cat(parts) for name, parts in found.items()}


# ---------------------------------------------------------------- hqq, gptq


def hqq(weights, _):
    """Weights that hqq's codes stand for, and the bytes of codes, scales and zeros (these in float16)."""
    from hqq.core.quantize import Quantizer

    found, size = {}, 0
    for name, w in weights.items():
        options = {"nbits": BITS, "group_size": GROUP, "axis": 1, "round_zero": BITS == 4, "optimize": True}
        codes, meta = Quantizer.quantize(w, device="cpu", compute_dtype=torch.float32, **options)
        size += codes.nbytes + 2 * (meta["scale"].numel() + meta["zero"].numel())
        found[name] = Quantizer.dequantize(codes, meta)
    return found, size


def gptq(weights, inputs):
    """Codes of 4 bits; a scale in float16 and a zero of 4 bits for each group, as its files have them."""
    from reference import gptq as column_by_column

    found = {name: column_by_column(w, inputs()[name], group=GROUP, bits=BITS) for name, w in weights.items()}
    count = sum(w.numel() for w in weights.values())
    return found, count * (BITS + (16 + BITS) / GROUP) / 8


# ---------------------------------------------------------------- awq


@contextlib.contextmanager
def copies_in_the_search():
    """AutoAWQ saves weights by .cpu(), which copies on a GPU; on a CPU it is the weight itself, and the search spoils it."""
    from awq.quantize.quantizer import AwqQuantizer

    search, cpu = AwqQuantizer._compute_best_scale, torch.Tensor.cpu

    def copying(self, *arguments, **options):
        torch.Tensor.cpu = lambda tensor, *a, **k: cpu(tensor, *a, **k).clone()
        try:
            return search(self, *arguments, **options)
        finally:
            torch.Tensor.cpu = cpu

    AwqQuantizer._compute_best_scale = copying
    try:
        yield
    finally:
        AwqQuantizer._compute_best_scale = search


def awq_model(folder, tokens):
    """AutoAWQ's whole run. The scales it folded into neighbours are taken back, so that a weight stands for its own."""
    import awq.modules.linear.gemm as gemm
    import awq.quantize.quantizer as quantizer
    from awq import AutoAWQForCausalLM

    model = AutoAWQForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, device_map="cpu", safetensors=True)
    model.model.float()
    scaled, original = [], quantizer.apply_scale

    def remembered(module, scales, **options):
        block = quantizer.get_op_name(model.model, module)
        scaled.extend((f"{block}.{before}", [f"{block}.{name}" for name in names], s) for before, names, s in scales)
        return original(module, scales, **options)

    quantizer.apply_scale = remembered
    config = {"zero_point": True, "q_group_size": GROUP, "w_bit": BITS, "version": "GEMM"}
    with copies_in_the_search():
        model.quantize(None, quant_config=config, calib_data=tokens.tolist(),
                       max_calib_samples=len(tokens), max_calib_seq_len=tokens.shape[1])  # fmt: skip
    quantizer.apply_scale = original
    found, size = {}, 0
    for name, layer in model.model.named_modules():
        if isinstance(layer, gemm.WQLinear_GEMM):
            size += layer.qweight.nbytes + layer.qzeros.nbytes + layer.scales.nbytes
            found[name] = gemm.dequantize_gemm(layer.qweight, layer.qzeros, layer.scales.float(), BITS, GROUP).T
    for before, names, s in scaled:
        for name in names:
            found[name] = found[name] / s
        if before in found:
            found[before] = found[before] * s[:, None]
    return {name: w.contiguous() for name, w in found.items()}, size


def awq_matrix(w, x):
    """AutoAWQ's scale search, clip search and rounding on one layer, judged by its own output."""
    from awq.quantize.quantizer import AwqQuantizer

    tool = AwqQuantizer.__new__(AwqQuantizer)
    tool.w_bit, tool.group_size, tool.zero_point, tool.duo_scaling = BITS, GROUP, True, True
    tool.max_chunk_memory, tool.n_parallel_calib_samples = 2**30, None  # its own defaults
    layer = torch.nn.Linear(w.shape[1], w.shape[0], bias=False)
    layer.weight.data = w.clone()
    holder = torch.nn.ModuleDict({"before": torch.nn.Identity(), "layer": layer})
    with copies_in_the_search():
        s = tool._search_best_scale(holder, holder["before"], [layer], x)[2]
    scaled = w * s
    limit = tool._compute_best_clip(scaled, x / s)
    grouped = scaled.view(w.shape[0], -1, GROUP)
    clipped = torch.clamp(grouped, -limit, limit).view(w.shape).half()  # as it rounds a model's layers
    found = tool.pseudo_quantize_tensor(clipped)[0].float() / s
    return {"W": found}, w.numel() * (BITS + (16 + BITS) / GROUP) / 8


# ---------------------------------------------------------------- all


def work(method, subject, tokens):
    """What to time: a call that gives (name to weight, bytes)."""
    of_model = pathlib.Path(subject).is_dir()
    if method == "awq":
        if of_model:
            return lambda: awq_model(subject, tokens)
        given = load_file(subject)
        return lambda: awq_matrix(given["W"], given["X"])
    solver = {"hqq": hqq, "gptq": gptq}[method]
    if of_model:
        model = opened(subject)
        weights = {name: module.weight.data for name, module in linears(model).items()}

        def call():
            seen = []  # recorded at the first asking, within the time: ours counts it, too
            return solver(weights, lambda: seen[0] if seen else (seen.append(inputs_of(model, tokens)) or seen[0]))

        return call
    given = load_file(subject)
    return lambda: solver({"W": given["W"]}, lambda: {"W": given["X"]})


def main():
    method, subject, tokens, output = sys.argv[1:]
    if method == "nothing":
        opened(subject)
        return
    answers, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    call = work(method, subject, load_file(tokens)["calib_ids"])
    seconds = []
    with torch.no_grad():
        for _ in range(RUNS):
            begun = time.perf_counter()
            found, size = call()
            seconds.append(time.perf_counter() - begun)
    count = sum(w.numel() for w in found.values())
    save_file({name.removesuffix(".weight"): w.contiguous() for name, w in found.items()}, output)
    print(json.dumps({"first": seconds[0], "warm": seconds[-1], "bits": 8 * size / count}), file=answers)


if __name__ == "__main__":
    main()
