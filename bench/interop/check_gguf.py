"""Every tensor of a GGUF file, dequantized by gguf-py, against our own dequantized safetensors: the largest difference.
usage: check_gguf.py FILE.gguf PLAIN_FOLDER"""
import glob, json, sys
import numpy as np
from importlib.metadata import version
from gguf import GGUFReader, dequantize
from safetensors import safe_open

NAMES = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
         "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
         "ffn_down": "mlp.down_proj", "ffn_gate_inp": "block_sparse_moe.gate", "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm"}
EXPERTS = {"ffn_gate_exps": "w1", "ffn_down_exps": "w2", "ffn_up_exps": "w3"}
OUTSIDE = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight", "output.weight": "lm_head.weight"}

reader = GGUFReader(sys.argv[1])
plain = {}
for path in glob.glob(sys.argv[2] + "/*.safetensors"):
    file = safe_open(path, "pt")
    for key in file.keys():
        plain[key] = file.get_tensor(key).float().numpy()
config = json.load(open(sys.argv[2] + "/config.json"))
arch = bytes(reader.fields["general.architecture"].parts[-1]).decode()
heads = {"attn_q": config["num_attention_heads"], "attn_k": config.get("num_key_value_heads", config["num_attention_heads"])}
worst, worst_name, compared = 0.0, "", 0
for tensor in reader.tensors:
    if tensor.name == "rope_freqs.weight":
        continue
    w = np.asarray(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
    if tensor.name in OUTSIDE:
        pairs = [(OUTSIDE[tensor.name], w)]
    else:
        _, block, inner, kind = tensor.name.split(".")
        prefix = "model.layers.%s." % block
        if inner in EXPERTS:
            pairs = [(prefix + "block_sparse_moe.experts.%d.%s.weight" % (e, EXPERTS[inner]), w[e]) for e in range(w.shape[0])]
        else:
            if arch == "llama" and inner in heads:   # rows 2i+h of a head back to h*d/2+i
                n = heads[inner]
                w = w.reshape(n, w.shape[0] // n // 2, 2, -1).swapaxes(1, 2).reshape(w.shape)
            pairs = [(prefix + NAMES[inner] + "." + kind, w)]
    for name, value in pairs:
        compared += 1
        difference = float(np.abs(value.reshape(plain[name].shape) - plain[name]).max())
        if difference > worst:
            worst, worst_name = difference, name
print(json.dumps({"loader": "gguf " + version("gguf"), "tensors": compared, "largest": worst, "where": worst_name}))
