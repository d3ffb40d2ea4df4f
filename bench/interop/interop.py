"""Exports models in every format, loads each with the software it is for, and compares logits with our own forward pass.
Called by run.sh, which makes the virtual environments. Writes docs/interop.md."""
import argparse, json, os, platform, shutil, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
HALFSTEP = os.environ.get("HALFSTEP", os.path.join(ROOT, "halfstep"))
LIB = os.environ.get("HALFSTEP_LIB", os.path.join(ROOT, "magics", "target", "dist", "lib", "*"))

# name, options of quantize, format, loaders with the largest difference of a logit that is still exact enough
CASES = [
    ("plain", "--method hqq --bits 4 --group 64 --format plain", [("load_plain", 1e-4)]),
    ("awq", "--method rtn --bits 4 --group 32 --zero integer --format awq", [("load_awq", 1e-4), ("load_awq_hf", 5e-2)]),
    ("awq, searched", "--method awq --bits 4 --group 32 --calib CALIB --format awq", [("load_awq", 1e-4)]),
    ("gptq v1, symmetric", "--method rtn --bits 4 --group 32 --zero symmetric --format gptq", [("load_gptq", 1e-4)]),
    ("gptq v2, act-order", "--method gptq --bits 4 --group 32 --act-order --calib CALIB --format gptq_v2", [("load_gptq", 1e-4)]),
    ("gptq v2, 3 bit", "--method rtn --bits 3 --group 32 --zero integer --format gptq_v2", [("load_gptq", 1e-4)]),
    ("hqq", "--method hqq --bits 4 --group 64 --format hqq", [("load_hqq", 1e-4), ("load_hqq_hf", 1e-4)]),
    ("hqq, 3 bit", "--method hqq --bits 3 --group 64 --format hqq", [("load_hqq", 1e-4)]),
    ("hqq, 2 bit axis 0", "--method hqq --bits 2 --group 64 --axis 0 --format hqq", [("load_hqq", 1e-4)]),
    ("compressed-tensors, symmetric", "--method rtn --bits 4 --group 32 --zero symmetric --format compressed-tensors", [("load_ct", 1e-4)]),
    ("compressed-tensors, asymmetric", "--method rtn --bits 4 --group 32 --zero integer --format compressed-tensors", [("load_ct", 1e-4)]),
    ("compressed-tensors, 3 bit", "--method rtn --bits 3 --group 32 --zero integer --format compressed-tensors", [("load_ct", 1e-4)]),
    ("gguf F32", "--method hqq --bits 4 --group 64 --format gguf --gguf-type F32", [("check_gguf", 1e-6), ("load_gguf", 5e-2)]),
    ("gguf Q4_1", "--method hqq --bits 4 --group 32 --format gguf", [("check_gguf", 1e-6), ("load_gguf", 1.0)]),
    ("gguf Q4_0", "--method rtn --bits 4 --group 32 --zero symmetric --format gguf", [("check_gguf", 1e-6), ("load_gguf", 1.0)]),
    ("gguf Q8_0", "--method rtn --bits 8 --group 32 --zero symmetric --format gguf", [("check_gguf", 1e-6), ("load_gguf", 1.0)]),
]
VENV = {"load_plain": "t5", "load_awq": "t4", "load_awq_hf": "t5", "load_gptq": "t5", "load_hqq": "t5", "load_hqq_hf": "t4", "load_ct": "t5",
        "load_gguf": "gguf", "check_gguf": "t5"}


def run(command, seconds=580):
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    return done.returncode, done.stdout, done.stderr


class Warm:
    """One process per environment that keeps the libraries in memory."""

    MODULES = {"load_awq": ["torch", "transformers", "awq"], "load_hqq_hf": ["torch", "transformers", "hqq.core.quantize"],
               "load_plain": ["torch", "transformers"], "load_hqq": ["torch", "transformers", "hqq.core.quantize"],
               "load_ct": ["torch", "transformers", "compressed_tensors"], "load_gptq": ["torch", "transformers", "gptqmodel"],
               "load_awq_hf": ["torch", "transformers", "gptqmodel"], "load_gguf": ["numpy"], "check_gguf": ["torch", "gguf"]}

    def __init__(self, venvs):
        self.venvs, self.processes = venvs, {}

    def run(self, loader, words):
        modules = self.MODULES[loader]
        key = (VENV[loader], modules[-1])
        if key not in self.processes:
            exe = os.path.join(self.venvs, VENV[loader], "bin", "python")
            self.processes[key] = subprocess.Popen([exe, os.path.join(HERE, "warm.py")] + modules, stdin=subprocess.PIPE,
                                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        process = self.processes[key]
        process.stdin.write(json.dumps([os.path.join(HERE, loader + ".py")] + words) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            return 1, "", "its process died"
        answer = json.loads(line)
        return answer["status"], answer["out"], answer["err"]


def sentence(text):
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1][:160] if lines else "no output"


def ids_of(model, folder):
    """The model's own ids.json, else ids drawn by a fixed rule."""
    own = os.path.join(model, "ids.json")
    config = json.load(open(os.path.join(model, "config.json")))
    rows = json.load(open(own))["input_ids"][:1] if os.path.exists(own) else [[(7 * i * i + 3 * i + 11) % config["vocab_size"] for i in range(48)]]
    path = os.path.join(folder, "ids.json")
    json.dump({"input_ids": rows}, open(path, "w"))
    return path


def calibration(model, folder, text, python):
    """Text if there is a tokenizer, else windows of token ids."""
    if os.path.exists(os.path.join(model, "tokenizer.json")):
        return [text, "--calib-samples", "8", "--calib-length", "64"]
    vocab = json.load(open(os.path.join(model, "config.json")))["vocab_size"]
    path = os.path.join(folder, "calib.safetensors")
    code = ("import numpy as np; from safetensors.numpy import save_file; r = np.random.default_rng(7); "
            "save_file({'calib_ids': r.integers(0, %d, (8, 32)).astype(np.int64)}, %r)" % (vocab, path))
    subprocess.run([python, "-c", code], check=True)
    return [path]


def our_logits(java, plain, ids, npy):
    code, _, err = run([java, "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector", "-cp", LIB, os.path.join(HERE, "OurLogits.java"), plain, ids, npy])
    if code:
        raise RuntimeError("our forward pass failed: " + sentence(err))


def case(options, warm, model, name, words, loaders, folder):
    import numpy as np
    out, plain = os.path.join(folder, "out"), os.path.join(folder, "plain")
    ids = ids_of(model, folder)
    python = os.path.join(options.venvs, "t5", "bin", "python")
    command = []
    for word in words.split():
        command += calibration(model, folder, options.text, python) if word == "CALIB" else [word]
    code, _, err = run([HALFSTEP, "quantize", model, "--out", out] + command)
    if code:
        return [(name, "quantize", "", "refused: " + sentence(err), code == 1 and "no multiple" in err)]
    code, _, err = run([HALFSTEP, "export", out, "--to", "plain", "--out", plain])
    if code:   # a plain export is its own dequantization
        plain = out
    ours = os.path.join(folder, "ours.npy")
    our_logits(options.java, plain, ids, ours)
    expected = np.load(ours)
    if "gptq" in name and not os.path.exists(os.path.join(out, "tokenizer.json")):
        shutil.copy(os.path.join(ROOT, "notebooks", "models", "natural", "tokenizer.json"), out)   # GPTQModel insists on one
    rows = []
    for loader, most in loaders:
        theirs = os.path.join(folder, loader + ".npy")
        target = os.path.join(out, "model.gguf") if loader in ("load_gguf", "check_gguf") else out
        last = plain if loader == "check_gguf" else ids
        begin = time.time()
        code, text, err = warm.run(loader, [target, last, theirs])
        if code:
            rows.append((name, loader, "", "failed: " + sentence(err), False))
            continue
        said = json.loads([line for line in text.splitlines() if line.startswith("{")][-1])
        versions = said["loader"] + ("" if "transformers" not in said or "transformers" in said["loader"] else ", transformers " + said["transformers"])
        if loader == "check_gguf":
            rows.append((name, versions, "%d tensors, weights within %.1e" % (said["tensors"], said["largest"]), "", said["largest"] <= most))
            continue
        difference = float(np.abs(np.load(theirs) - expected).max())
        rows.append((name, versions, "logits within %.1e of %.1f" % (difference, float(np.abs(expected).max())), "", difference <= most))
        print("  %s %s: %.1e in %.0f s" % (name, loader, difference, time.time() - begin), file=sys.stderr, flush=True)
    return rows


def write(options, results):
    lines = [
        "# What loads our exports", "",
        "Generated by `bench/interop/run.sh`: every writer's output of these models, loaded by the software it is for, on a CPU. \"Within\" is the",
        "largest difference of any logit (behind it the largest logit) from our own forward pass on the same files; for gguf-py of any weight.",
        "llama.cpp multiplies with activations rounded to 8 bit (16 bit in the output head), so its logits are compared loosely and its weights",
        "exactly; transformers' AWQ kernel multiplies in half precision. Nothing was run on a GPU: what kernels there accept is `halfstep export --matrix`.",
        "", "Made on %s, %s, %d cores, Python %s: `bench/interop/run.sh`." % (time.strftime("%Y-%m-%d"), platform.machine(), os.cpu_count(), platform.python_version()), "",
    ]
    for model, rows in results.items():
        lines += ["## " + model, "", "| export | loaded by | result | as exact as expected |", "|---|---|---|---|"]
        lines += ["| %s | %s | %s%s | %s |" % (name, by, found, problem, "yes" if fine else "**no**") for name, by, found, problem, fine in rows]
        lines += [""]
    with open(os.path.join(ROOT, "docs", "interop.md"), "w") as page:
        page.write("\n".join(lines))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--venvs", required=True)
    parser.add_argument("--java", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("models", nargs="+")
    options = parser.parse_args()
    warm, results, bad = Warm(options.venvs), {}, 0
    for model in options.models:
        name = os.path.basename(os.path.normpath(model))
        results[name] = []
        for label, words, loaders in CASES:
            if options.only and options.only not in label:
                continue
            with tempfile.TemporaryDirectory() as folder:
                rows = case(options, warm, model, label, words, loaders, folder)
            results[name] += rows
            bad += sum(not fine for *_, fine in rows)
            for row in rows:
                print(name, *row, sep=" | ", flush=True)
            if not options.only:
                write(options, results)
    print("%d rows, %d not as expected" % (sum(map(len, results.values())), bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
