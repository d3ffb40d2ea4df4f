"""compressed-tensors checkpoint -> logits on CPU through transformers 5's own loader (symmetric 4 and 8 bit)."""
import os, sys, warnings; warnings.filterwarnings("ignore"); sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from _common import args, report, torch_forward
path, ids, dump = args(__doc__)
import torch, transformers, compressed_tensors
m, said = transformers.AutoModelForCausalLM.from_pretrained(path, device_map="cpu", dtype=torch.float32, output_loading_info=True)
wrong = {k: sorted(v)[:3] for k, v in said.items() if v and k in ("missing_keys", "unexpected_keys", "mismatched_keys")}
if wrong: sys.exit("not all tensors found their place: %s" % wrong)
n = sum(hasattr(x, "quantization_scheme") for x in m.modules())
if n == 0: sys.exit("no quantized layer found")
report(torch_forward(m.eval()), ids, {"loader": "transformers " + transformers.__version__ + " with compressed-tensors " + compressed_tensors.__version__, "torch": torch.__version__, "quantized_layers": n}, dump=dump)
