"""HQQ goldens in half precision, as hqq computes on CUDA. usage: make_hqq_half_golden.py GOLDEN_FOLDER (own code)

hqq takes float16 where the device is "cuda" and float32 elsewhere; here the module's word float32 is float16, so that
its own code runs in half precision on the processor: each operation of torch rounds once, sums are taken in float32.
The weights are those of hqq/gauss.safetensors; "sigma1" is 50 times as large, where the shrinkage is active."""
import sys, torch, hqq, hqq.core.optimize as opt
from hqq.core.quantize import Quantizer
from safetensors.torch import load_file, save_file
folder = sys.argv[1]; torch.set_num_threads(1); LOG = []
_step = opt.optimize_weights_proximal_legacy_step
def hook(W_f, s, z, mm, beta, p, axis):
    assert W_f.dtype == s.dtype == z.dtype == torch.float16
    r = _step(W_f, s, z, mm, beta, p, axis); LOG.append(float((W_f - r[0]).abs().mean())); return r
opt.optimize_weights_proximal_legacy_step = hook
opt.float32 = torch.float16
gauss = load_file(f"{folder}/gauss.safetensors")["W"]; t = {}
for name, W in {"gauss": gauss, "sigma1": gauss * 50}.items():
    for b in (8, 4, 3, 2):
        for ax in (1, 0):
            LOG.clear(); q, meta = Quantizer.quantize(W.clone(), nbits=b, channel_wise=True, group_size=64, optimize=True, round_zero=b == 4, axis=ax, device="cpu", bitpack=False)
            k = f"{name}.b{b}.g64.a{ax}"; t[k + ".codes"] = q.to(torch.uint8).contiguous(); t[k + ".scale"] = meta["scale"].float(); t[k + ".zero"] = meta["zero"].float()
            t[k + ".mae_per_iter"] = torch.tensor(LOG); print(k, len(LOG), LOG[:3])
save_file(t, f"{folder}/half.safetensors", dict(kind="hqq golden in float16, unpacked codes in grouped order", hqq=hqq.__version__, torch=torch.__version__, device="cpu fp16"))
