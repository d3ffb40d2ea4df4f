"""Exports models in every format, loads each with the software it is for, and compares logits with our own forward pass.
Called by run.sh, which makes the virtual environments. Keeps what was seen in results.json and writes docs/interop.md of it, so that
a run with --only renews some rows."""
import argparse, json, os, platform, shutil, signal, subprocess, sys, tempfile, threading, time
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RESULTS = os.path.join(HERE, "results.json")
PAGE = os.path.join(ROOT, "docs", "interop.md")
MOST_SECONDS = 600   # of one loader: the first of an environment imports its libraries

EXACT = 1e-4         # float32 products in another order; of the largest logit where that is more than 1
HALF = 5e-3          # gptqmodel's AWQ kernel multiplies in half precision
EIGHT_BIT = 1.5e-1   # llama.cpp rounds activations to 8 bit before it multiplies them with blocks
F16 = 1e-2           # and to 16 bit before it multiplies them with float16 weights
WEIGHT = 1e-6        # weights of the same float16 numbers

RTN = "--method rtn --group 32 --bits "
# name, options of quantize, loaders and how near they must be: logits relative to the largest, weights absolute
CASES = [
    ("plain", "--method hqq --bits 4 --group 64 --format plain", [("load_plain", EXACT)]),
    ("awq", RTN + "4 --zero integer --format awq", [("load_awq", EXACT), ("load_awq_hf", HALF)]),
    ("awq, searched", "--method awq --bits 4 --group 32 --calib CALIB --format awq", [("load_awq", EXACT)]),
    ("gptq v1, symmetric", RTN + "4 --zero symmetric --format gptq", [("load_gptq", EXACT)]),
    ("gptq v1, 8 bit", RTN + "8 --zero symmetric --format gptq", [("load_gptq", EXACT)]),
    ("gptq v2, act-order", "--method gptq --bits 4 --group 32 --act-order --calib CALIB --format gptq_v2", [("load_gptq", EXACT)]),
    ("gptq v2, 3 bit", RTN + "3 --zero integer --format gptq_v2", [("load_gptq", EXACT)]),
    ("gptq v2, 2 bit", RTN + "2 --zero integer --format gptq_v2", [("load_gptq", EXACT)]),
    ("hqq", "--method hqq --bits 4 --group 64 --format hqq", [("load_hqq", EXACT), ("load_hqq_hf", EXACT)]),
    ("hqq, 3 bit", "--method hqq --bits 3 --group 64 --format hqq", [("load_hqq", EXACT), ("load_hqq_hf", EXACT)]),
    ("hqq, 2 bit axis 0", "--method hqq --bits 2 --group 64 --axis 0 --format hqq", [("load_hqq", EXACT), ("load_hqq_hf", EXACT)]),
    ("compressed-tensors, symmetric", RTN + "4 --zero symmetric --format compressed-tensors", [("load_ct", EXACT), ("load_ct_hf", EXACT)]),
    ("compressed-tensors, asymmetric", RTN + "4 --zero integer --format compressed-tensors", [("load_ct", EXACT)]),
    ("compressed-tensors, 3 bit", RTN + "3 --zero integer --format compressed-tensors", [("load_ct", EXACT)]),
    ("gguf F32", "--method hqq --bits 4 --group 64 --format gguf --gguf-type F32", [("check_gguf", WEIGHT), ("load_gguf", EXACT)]),
    ("gguf F16", "--method hqq --bits 3 --group 64 --format gguf --gguf-type F16", [("check_gguf", 1e-3), ("load_gguf", F16)]),
    ("gguf Q4_1", "--method hqq --bits 4 --group 32 --format gguf", [("check_gguf", WEIGHT), ("load_gguf", EIGHT_BIT)]),
    ("gguf Q4_0", RTN + "4 --zero symmetric --format gguf", [("check_gguf", WEIGHT), ("load_gguf", EIGHT_BIT)]),
    ("gguf Q8_0", RTN + "8 --zero symmetric --format gguf", [("check_gguf", WEIGHT), ("load_gguf", EIGHT_BIT)]),
]

# what a consumer cannot load at all, in its own words: shown, but no failure of the file
CANNOT = [
    ("load_awq_hf", "mixtral", "finds no place for all tensors"),    # transformers 5 keeps experts in one tensor, of which AWQ knows nothing
    ("load_hqq_hf", "qwen2", "KeyError: 'W_q'"),    # a layer's bias alone is handed to HQQLinear.load_state_dict, which wants all of it
]

# loader: environment, what its process imports before the first checkpoint comes
LOADERS = {
    "load_plain": ("t5", ["torch", "transformers"]),
    "load_hqq": ("t5", ["torch", "transformers", "hqq.core.quantize"]),
    "load_ct": ("t5", ["torch", "transformers", "compressed_tensors"]),
    "load_ct_hf": ("t5", ["torch", "transformers", "compressed_tensors"]),
    "load_gptq": ("t5", ["torch", "transformers"]),     # gptqmodel starts threads when it is imported, which a fork would lose
    "load_awq_hf": ("t5", ["torch", "transformers"]),
    "check_gguf": ("t5", ["safetensors.torch", "gguf"]),
    "load_awq": ("t4", ["torch", "transformers", "awq"]),
    "load_hqq_hf": ("t4", ["torch", "transformers", "hqq.core.quantize"]),
    "load_gguf": ("gguf", ["numpy"]),
}


class Asked:
    """A process that answers a line of JSON with a line of JSON, and is started when it is first asked."""

    def __init__(self, command):
        self.command, self.process = command, None

    def ask(self, words):
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                            start_new_session=True)
        limit = threading.Timer(MOST_SECONDS, os.killpg, (self.process.pid, signal.SIGKILL))   # its children, too
        limit.start()
        try:
            self.process.stdin.write(json.dumps(words) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            limit.cancel()
        return json.loads(line) if line else {"status": 1, "out": "", "err": "its process died, or took more than %d s" % MOST_SECONDS}


class Workshop:
    """Our side, and one process per environment that keeps its libraries in memory."""

    def __init__(self, options):
        flags = ["--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector"]
        self.ours = Asked([options.java] + flags + ["-cp", options.classpath, os.path.join(HERE, "OurSide.java")])
        self.venvs, self.loaders = options.venvs, {}

    def ours_must(self, *words):
        answer = self.ours.ask(list(words))
        if answer["status"]:
            raise RuntimeError("%s: %s" % (" ".join(words[:2]), sentence(answer["err"])))

    def load(self, loader, *words):
        environment, modules = LOADERS[loader]
        key = (environment, modules[-1])
        if key not in self.loaders:
            python = os.path.join(self.venvs, environment, "bin", "python")
            self.loaders[key] = Asked([python, os.path.join(HERE, "warm.py")] + modules)
        return self.loaders[key].ask([os.path.join(HERE, loader + ".py")] + list(words))


def sentence(text):
    lines = [line for line in text.strip().splitlines() if line.strip() and not line.startswith("\tat ")]
    return lines[-1].strip()[:200] if lines else "no output"


def question(model, folder, text):
    """Ids to be answered: the model's own ids.json, else the beginning of a text, which then tests the tokenizer, too."""
    own = os.path.join(model, "ids.json")
    if os.path.exists(own):
        asked = {"input_ids": json.load(open(own))["input_ids"][:1]}
    else:
        from tokenizers import Tokenizer
        beginning = open(text, encoding="utf-8").read(600)
        tokens = Tokenizer.from_file(os.path.join(model, "tokenizer.json")).encode(beginning, add_special_tokens=False).ids
        asked = {"input_ids": [tokens[:64]], "text": beginning, "text_ids": tokens}
    path = os.path.join(folder, "ids.json")
    json.dump(asked, open(path, "w"))
    return path


def calibration(model, folder, text):
    """Text if there is a tokenizer, else windows of token ids."""
    if os.path.exists(os.path.join(model, "tokenizer.json")):
        return [text, "--calib-samples", "8", "--calib-length", "64"]
    from safetensors.numpy import save_file
    vocab = json.load(open(os.path.join(model, "config.json")))["vocab_size"]
    path = os.path.join(folder, "calib.safetensors")
    save_file({"calib_ids": np.random.default_rng(7).integers(0, vocab, (8, 32)).astype(np.int64)}, path)
    return [path]


def made(workshop, model, folder, words, text):
    """Writes the export, its plain form and our logits of that."""
    out, plain, ids = (os.path.join(folder, name) for name in ("out", "plain", "ids.json"))
    command = []
    for word in words.split():
        command += calibration(model, folder, text) if word == "CALIB" else [word]
    workshop.ours_must("halfstep", "quantize", model, "--out", out, *command)
    if words.endswith("--format plain"):
        plain = out
    else:
        workshop.ours_must("halfstep", "export", out, "--to", "plain", "--out", plain)
    workshop.ours_must("logits", plain, question(model, folder, text), os.path.join(folder, "ours.npy"))
    if "--format gptq" in words and not os.path.exists(os.path.join(out, "tokenizer.json")):
        shutil.copy(os.path.join(ROOT, "notebooks", "models", "natural", "tokenizer.json"), out)   # GPTQModel insists on one
    return out, plain, ids


def compared(workshop, loader, most, out, plain, ids, folder):
    """One row: what a loader said, and how far it is from us."""
    model_type = json.load(open(os.path.join(plain, "config.json")))["model_type"]
    theirs = os.path.join(folder, loader + ".npy")
    file = os.path.join(out, "model.gguf") if "gguf" in loader else out
    answer = workshop.load(loader, file, plain if loader == "check_gguf" else ids, theirs)
    if answer["status"]:
        why = sentence(answer["err"])
        if any((loader, model_type) == (who, what) and words in why for who, what, words in CANNOT):
            return {"by": loader, "result": "cannot load a %s: %s" % (model_type, why), "fine": None}
        missing = why.startswith(("ModuleNotFoundError", "ImportError")) or "No such file" in why
        return {"by": loader, "result": ("not run: " if missing else "failed: ") + why, "fine": None if missing else False}
    said = json.loads([line for line in answer["out"].splitlines() if line.startswith("{")][-1])
    by = said["loader"] + ("" if "transformers" not in said or "transformers" in said["loader"] else ", transformers " + said["transformers"])
    by += ", gptqmodel " + said["gptqmodel"] if "gptqmodel" in said else ""
    if loader == "check_gguf":
        return {"by": by, "result": "%d tensors, weights within %.1e" % (said["tensors"], said["largest"]), "fine": said["largest"] <= most}
    ours, their = np.load(os.path.join(folder, "ours.npy")), np.load(theirs)
    each = np.abs(their - ours).max(1)
    difference, largest = float(each.max()), float(np.abs(ours).max())
    same = int((their.argmax(1) == ours.argmax(1)).sum())
    result = "logits within %.1e of %.1f, same first token %d of %d" % (difference, largest, same, len(ours))
    if model_type == "mixtral" and loader == "load_ct_hf":
        most = max(most, HALF)    # transformers unpacks experts in float16, other layers in float32
    if model_type == "mixtral" and most == EIGHT_BIT:    # a rounded activation may be sent to another expert
        difference = float(np.median(each))
        result += ", of half the tokens within %.1e" % difference
    fine = difference <= most * max(1.0, largest)
    if "tokens_equal" in said:
        result += "; %d tokens of a text %s" % (said["tokens"], "equal" if said["tokens_equal"] else "**differ**")
        fine = fine and said["tokens_equal"] and bool(said["generated"].strip())
    return {"by": by, "result": result, "fine": fine}


def case(workshop, model, words, loaders, text, folder):
    try:
        out, plain, ids = made(workshop, model, folder, words, text)
    except RuntimeError as e:
        fits = "no multiple" not in str(e) and "groups of" not in str(e)   # a width that the format's words do not divide is no failure
        return {"ours": {"by": "halfstep", "result": "refused: %s" % e, "fine": False if fits else None}}
    return {loader: compared(workshop, loader, most, out, plain, ids, folder) for loader, most in loaders}


def write(results):
    lines = [
        "# What loads our exports", "",
        "Generated by `bench/interop/run.sh`: every writer's output of these models, loaded by the software it is for, on a CPU. \"Within\" is the",
        "largest difference of any logit (behind it the largest logit) from our own forward pass on the same files, in float32; for gguf-py of any",
        "weight. A row is as expected within %.0e of the largest logit where products are in float32, %.0e where the consumer multiplies in half" % (EXACT, HALF),
        "precision (gptqmodel's AWQ kernel), %.0e where llama.cpp rounds activations to 16 bit, and %.2f where it rounds them to 8 before it multiplies" % (F16, EIGHT_BIT),
        "them with blocks: there the weights are compared exactly, by gguf-py, and in a mixture, where a rounded activation may be sent to another",
        "expert, half the tokens must be within. transformers unpacks a mixture's compressed-tensors experts in float16, so there half precision's bound",
        "holds, too. A \"–\" is what a library cannot load at all, in its own words. Where a model has a tokenizer, llama.cpp's tokens of a text must be",
        "those of `tokenizers`, and it must generate. Nothing here was run on a GPU: what kernels there accept is `halfstep export --matrix`.",
        "",
    ]
    for model, cases in results["models"].items():
        lines += ["## " + model, "", "| export | loaded by | result | as expected | seen |", "|---|---|---|---|---|"]
        for label, _, loaders in CASES:
            rows = cases.get(label, {})
            for loader in ["ours"] + [name for name, _ in loaders]:
                if loader in rows:
                    row = rows[loader]
                    lines.append("| %s | %s | %s | %s | %s |" % (label, row["by"], row["result"].replace("|", "\\|"), {True: "yes", False: "**no**", None: "–"}[row["fine"]], row["date"]))
        lines += [""]
    lines += ["Made on %s, %d cores, Python %s, torch as in the requirements beside the script." % (platform.machine(), os.cpu_count(), platform.python_version()), ""]
    with open(PAGE, "w", encoding="utf-8") as page:
        page.write("\n".join(lines))


def main():
    parser = argparse.ArgumentParser()
    for name in ("--venvs", "--java", "--classpath", "--text"):
        parser.add_argument(name, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("models", nargs="+")
    options = parser.parse_args()
    results = json.load(open(RESULTS, encoding="utf-8")) if os.path.exists(RESULTS) else {"models": {}}
    workshop, rows, bad = Workshop(options), 0, 0
    for model in options.models:
        name = os.path.basename(os.path.normpath(model))
        cases = results["models"].setdefault(name, {})
        for label, words, loaders in CASES:
            if options.only not in label:
                continue
            begin = time.time()
            with tempfile.TemporaryDirectory() as folder:
                cases[label] = case(workshop, os.path.abspath(model), words, loaders, options.text, folder)
            for row in cases[label].values():
                row["date"] = time.strftime("%Y-%m-%d")
                rows, bad = rows + 1, bad + (row["fine"] is False)
                print("%s | %s | %s | %s | %s" % (name, label, row["by"], row["result"], row["fine"]), flush=True)
            print("  %.0f s" % (time.time() - begin), file=sys.stderr, flush=True)
            with open(RESULTS, "w", encoding="utf-8") as kept:
                json.dump(results, kept, indent=1, ensure_ascii=False)
                kept.write("\n")
            write(results)
    print("%d rows, %d not as expected" % (rows, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
