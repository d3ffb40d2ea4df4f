"""More of the original GPTQ code (IST-DASLab gptq.py): several column blocks, groups that straddle them, the mse grid.
usage: make_gptq_wide_golden.py <folder with gptq.py and quant.py>"""
import contextlib, io, os, re, sys, types
import torch, torch.nn as nn
from safetensors.torch import save_file
sys.path.insert(0, sys.argv[1]); sys.modules.setdefault("transformers", types.SimpleNamespace(Conv1D=type(None)))
torch.cuda.synchronize = lambda *a, **k: None
torch.cuda.empty_cache = lambda *a, **k: None
import gptq as G, quant as QM
torch.set_num_threads(1); t = {}
g = torch.Generator().manual_seed(32)
out_f, in_f = 24, 320
mix = torch.randn(in_f, in_f, generator=g) / in_f ** 0.5
X = torch.randn(320, in_f, generator=g) @ mix; X[:, 7:10] *= 6.0; X[:, 200] = 0.0    # fewer independent tokens than 2 x channels, one dead
W = torch.randn(out_f, in_f, generator=g) * 0.05
t["W"] = W; t["X"] = X
CASES = (  # bits, group, sym, mse, act-order, static groups, block
    (4, 64, False, False, False, False, 128), (4, 64, True, False, False, False, 128), (3, 160, False, False, False, False, 128),
    (4, 64, False, True, False, False, 128), (3, 64, True, True, False, False, 128), (2, -1, False, False, True, False, 128),
    (4, 64, False, False, True, False, 128), (4, 64, False, False, True, True, 128), (4, 32, False, False, False, False, 1),
    (8, 64, False, False, False, False, 48))
for bits, gs, sym, mse, act, static, block in CASES:
    lin = nn.Linear(in_f, out_f, bias=False); lin.weight.data = W.clone()
    gp = G.GPTQ(lin); gp.quantizer = QM.Quantizer(); gp.quantizer.configure(bits, perchannel=True, sym=sym, mse=mse)
    for a, b in ((0, 1), (1, 3), (3, 5)):                                   # batches of 1, 2 and 2 sequences of 64 tokens
        gp.add_batch(X.reshape(5, 64, in_f)[a:b], None)
    t["H"] = gp.H.clone(); rec = []; find = QM.Quantizer.find_params
    def spy(self, x, weight=False):
        find(self, x, weight); rec.append((self.scale.flatten().clone(), self.zero.flatten().clone()))
    QM.Quantizer.find_params = spy; log = io.StringIO()
    with torch.no_grad(), contextlib.redirect_stdout(log):
        gp.fasterquant(blocksize=block, percdamp=0.01, groupsize=gs, actorder=act, static_groups=static)
    QM.Quantizer.find_params = find
    groups = rec[1:] if gs != -1 else rec[:1]                               # the first call is the per-row fallback
    k = f"b{bits}.g{gs if gs != -1 else 'none'}.{'sym' if sym else 'asym'}.{'mse' if mse else 'minmax'}.{'act' if act else 'plain'}.{'static' if static else 'dynamic'}.block{block}/"
    t[k + "Wq"] = lin.weight.data.clone(); t[k + "loss"] = torch.tensor([float(re.search(r"error ([-\d.e+]+)", log.getvalue())[1])], dtype=torch.float64)
    t[k + "scales"] = torch.stack([a for a, b in groups]); t[k + "zeros"] = torch.stack([b for a, b in groups])
    print(k, float(((X @ (lin.weight.data - W).T) ** 2).mean()), float(t[k + "loss"]))
save_file({k: v.contiguous() for k, v in t.items()}, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "gptq", "wide.safetensors"),
          metadata={"kind": "original GPTQ (gptq.py, 2d65066) on CPU float32", "torch": torch.__version__, "percdamp": "0.01"})
