"""Prefill and decoding beside transformers on torch, in one run: tokens per CPU second.

usage: decode.py --java JAVA --classpath PATH MODEL...

Ours as the model is (float32) and from packed codes of 4, 3 and 2 bits (HQQ, groups of 64; embedding
and head stay float32), theirs in float32; one core each (JVM: -XX:ActiveProcessorCount=1, torch: one
thread), batches of 1 and 8. After the models given comes a made-up one of hidden size 1024 with 4
layers, written to a temporary folder from a seed. Rounds alternate, ours then theirs; figures are
medians of the one thread's CPU time over all rounds, since on a shared machine wall time tells of
the neighbours.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import torch
import transformers

HERE = pathlib.Path(__file__).parent
FLAGS = ["--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx2g"]
PROMPT, DECODED = 32, 64
FORMS, BATCHES = ("fp32", "4", "3", "2"), (1, 8)


def made_up(folder):
    """Llama of hidden size 1024 with 4 layers, 51 M weights in them; Gaussian, from a seed."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        hidden_size=1024, intermediate_size=2816, num_hidden_layers=4, num_attention_heads=16,
        num_key_value_heads=16, vocab_size=2048, max_position_embeddings=512,
        tie_word_embeddings=True, pad_token_id=1, bos_token_id=0, eos_token_id=0,
    )
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return pathlib.Path(folder)


def ours(options, folder):
    """{(form, batch): {"prefill": [ms], "decode": [ms]}}"""
    command = [options.java, *FLAGS, "-XX:ActiveProcessorCount=1", "-cp", options.classpath]
    command += [HERE / "Decode.java", folder, PROMPT, DECODED, options.repeats]
    command += [",".join(FORMS), ",".join(map(str, BATCHES))]
    done = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE)
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return {(row["form"], row["batch"]): row for row in rows}


def greedy(model, ids):
    """CPU milliseconds of the prompt and of what follows: the bare loop, without generate()."""
    start = time.thread_time()
    out = model(ids, use_cache=True)
    read = time.thread_time()
    for _ in range(DECODED):
        best = out.logits[:, -1:].argmax(-1)
        out = model(best, cache=out.past_key_values, use_cache=True)
    return 1e3 * (read - start), 1e3 * (time.thread_time() - read)


def theirs(options, model):
    results = {}
    for batch in BATCHES:
        shape = (batch, PROMPT)
        ids = torch.randint(0, model.config.vocab_size, shape, generator=torch.manual_seed(0))
        for _ in range(2):
            greedy(model, ids)
        runs = [greedy(model, ids) for _ in range(options.repeats)]
        results["torch", batch] = {"prefill": [r[0] for r in runs], "decode": [r[1] for r in runs]}
    return results


def spread(times):
    return 50 * (max(times) - min(times)) / statistics.median(times)


def rate(tokens, times):
    return 1e3 * tokens / statistics.median(times)


def lines(name, results):
    for batch in BATCHES:
        other = results["torch", batch]
        for form in (*FORMS, "torch"):
            row = results[form, batch]
            cells = [name, form if form in ("fp32", "torch") else f"{form} bits", str(batch)]
            for work, tokens in (("prefill", batch * PROMPT), ("decode", batch * DECODED)):
                mine, ratio = row[work], statistics.median(other[work]) / statistics.median(row[work])
                cells.append(f"{rate(tokens, mine):.0f} (±{spread(mine):.0f} %)")
                cells.append("" if form == "torch" else f"{ratio:.2f}×")
            yield "| " + " | ".join(cells) + " |"


def measured(options, folder):
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    results = {}
    with torch.inference_mode():
        for _ in range(options.rounds):
            for of_round in (ours(options, folder), theirs(options, model)):
                for key, row in of_round.items():
                    known = results.setdefault(key, {"prefill": [], "decode": []})
                    for work in known:
                        known[work] += row[work]
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", required=True)
    parser.add_argument("--classpath", required=True)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}\n")
    print("| model | form | batch | prefill, tokens per CPU second | beside torch | decode | beside torch |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for path in (*options.models, made_up(folder)):
            name = "hidden 1024, 4 layers" if str(path) == folder else path.name
            print("\n".join(lines(name, measured(options, path))), flush=True)


if __name__ == "__main__":
    main()
