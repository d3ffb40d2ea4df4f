"""The forward pass beside transformers on torch, in one run, on models of one folder each.

usage: forward.py --java JAVA --classpath PATH MODEL...

Both run in float32 on one core (JVM: -XX:ActiveProcessorCount=1, torch: one thread). Two kinds of
work, on the models given and on decode.py's made-up one of hidden size 1024: a batch of windows from
empty context, all logits kept; and greedy decoding, token after token, with a key-value cache.
Rounds alternate, ours then theirs; figures are medians of CPU time over all rounds, since on a
shared machine wall time tells of the neighbours.
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

from decode import made_up

HERE = pathlib.Path(__file__).parent
FLAGS = ["--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx2g"]
WINDOWS, LENGTH, PROMPT, DECODED = 8, 256, 32, 64


def ours(options, folder):
    command = [options.java, *FLAGS, "-XX:ActiveProcessorCount=1"]
    command += ["-cp", options.classpath]
    command += [HERE / "Forward.java", folder, WINDOWS, LENGTH, DECODED, options.repeats]
    done = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def cpu_ms(repeats, work):
    for _ in range(3):
        work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(1e3 * (time.process_time() - start))
    return times


def greedy(model, prompt):
    """The bare loop, without what generate() adds around it."""
    out = model(prompt, use_cache=True)
    for _ in range(DECODED):
        best = out.logits[:, -1:].argmax(-1)
        out = model(best, cache=out.past_key_values, use_cache=True)


def theirs(options, model):
    ids = torch.randint(0, model.config.vocab_size, (WINDOWS, LENGTH), generator=torch.manual_seed(0))
    return {
        "batch": cpu_ms(options.repeats, lambda: model(ids, use_cache=False).logits),
        "decode": cpu_ms(options.repeats, lambda: greedy(model, ids[:1, :PROMPT])),
    }


def spread(times):
    return 50 * (max(times) - min(times)) / statistics.median(times)


def line(name, work, tokens, mine, other):
    a, b = statistics.median(mine), statistics.median(other)
    return (
        f"| {name} | {work} | {1e3 * tokens / a:.0f} (±{spread(mine):.0f} %) "
        f"| {1e3 * tokens / b:.0f} (±{spread(other):.0f} %) | {b / a:.2f}× |"
    )


def compare(options, name, folder):
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    mine, other = {"batch": [], "decode": []}, {"batch": [], "decode": []}
    with torch.inference_mode():
        for _ in range(options.rounds):
            for results, of_round in ((mine, ours(options, folder)), (other, theirs(options, model))):
                for work in results:
                    results[work] += of_round[work]
    batch = f"{WINDOWS} windows of {LENGTH}"
    print(line(name, batch, WINDOWS * LENGTH, mine["batch"], other["batch"]))
    decode = f"{DECODED} tokens after {PROMPT}, cached"
    print(line(name, decode, DECODED, mine["decode"], other["decode"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", required=True)
    parser.add_argument("--classpath", required=True)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}\n")
    print("| model | work | ours, tokens per CPU second | torch | ratio |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for path in (*options.models, made_up(folder)):
            name = "hidden 1024, 4 layers" if str(path) == folder else path.name
            compare(options, name, path)


if __name__ == "__main__":
    main()
