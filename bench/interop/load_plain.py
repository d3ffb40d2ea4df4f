"""Plain safetensors -> logits on CPU through transformers."""
import os, sys, warnings; warnings.filterwarnings("ignore"); sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from _common import args, report, torch_forward
path, ids, dump = args(__doc__)
import torch, transformers
m = transformers.AutoModelForCausalLM.from_pretrained(path, torch_dtype=torch.float32).eval()
report(torch_forward(m), ids, {"loader": "transformers " + transformers.__version__, "torch": torch.__version__}, dump=dump)
