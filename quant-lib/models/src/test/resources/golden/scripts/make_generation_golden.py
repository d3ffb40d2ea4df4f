"""Greedy generation of the tiny models with transformers, for GenerationGoldenTest.

    python make_generation_golden.py ../models

Beside each model's forward.safetensors it writes generation.safetensors:
    prompt  I32 [n]            what is read first
    tokens  I32 [steps]        what generate(do_sample=False) appends; the end token is ignored
    logits  F32 [steps, vocab] before each choice, float32 on the CPU
The choice must not hang on rounding: a prompt whose two best logits ever come closer than
MARGIN is passed over for a longer one. 40 tokens run past mistral's window of 16.
"""

import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file

STEPS = 40
MARGIN = 5e-3


def generate(model, prompt):
    ids = torch.tensor([prompt])
    out = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        max_new_tokens=STEPS,
        min_new_tokens=STEPS,
        eos_token_id=None,
        pad_token_id=0,
        use_cache=True,
        output_logits=True,
        return_dict_in_generate=True,
    )
    logits = torch.cat(out.logits).float()
    best = logits.topk(2).values
    return out.sequences[0, len(prompt) :], logits, float((best[:, 0] - best[:, 1]).min())


def write(folder):
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    ids = json.loads((folder / "ids.json").read_text())["input_ids"][0]
    for length in range(12, len(ids)):
        tokens, logits, margin = generate(model, ids[:length])
        if margin >= MARGIN:
            break
    else:
        raise SystemExit(f"{folder.name}: every prompt has a choice closer than {MARGIN}")
    tensors = {
        "prompt": torch.tensor(ids[:length], dtype=torch.int32),
        "tokens": tokens.to(torch.int32),
        "logits": logits.contiguous(),
    }
    versions = f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}"
    save_file(tensors, folder / "generation.safetensors", {"made_with": versions})
    print(f"{folder.name}: prompt {length}, smallest margin {margin:.4f}, {len(set(tokens.tolist()))} kinds")


if __name__ == "__main__":
    torch.manual_seed(0)
    with torch.no_grad():
        for folder in sorted(Path(sys.argv[1]).iterdir()):
            write(folder)
