"""Golden words of the libraries' own packers. usage: make_pack_golden.py <unpacked gptqmodel 7.7.0 source> <unpacked autoawq 0.2.9 source>
compressed-tensors 0.20.0 is imported; of the other two only the packing functions are taken from their source files, so that nothing
but torch is needed to run them."""
import ast, contextlib, math, os, sys, types
import numpy as np, torch, compressed_tensors
from compressed_tensors.compressors.pack_quantized.helpers import pack_to_int32
from safetensors.torch import save_file

gptq_src, awq_src = sys.argv[1:3]
gen = torch.Generator().manual_seed(20)
t = {}


def take(path, kind, name, names):
    """Executes one definition of a source file in a namespace of our own."""
    tree = ast.parse(open(path).read())
    node = next(n for n in ast.walk(tree) if isinstance(n, kind) and n.name == name)
    space = dict(names)
    exec(compile(ast.Module([node], []), path, "exec"), space)
    return space[name]


def codes(bits, *shape):
    return torch.randint(0, 2**bits, shape, generator=gen, dtype=torch.int32)


# compressed-tensors: weights along in, zero points along out; sizes that leave tails
for bits in range(1, 9):
    for rows, cols in ((5, 64), (7, 37), (3, 1)):
        u = codes(bits, rows, cols); z = codes(bits, rows, 3); k = f"ct.b{bits}.{rows}x{cols}."
        signed = lambda x: (x - 2 ** (bits - 1)).to(torch.int8)
        t[k + "codes"] = u.to(torch.uint8); t[k + "words"] = pack_to_int32(signed(u), bits, 1)
        t[k + "zeros"] = z.to(torch.uint8); t[k + "zero_words"] = pack_to_int32(signed(z), bits, 0)

# GPTQ: pack_original gives v2, convert_gptq_v2_to_v1_format_module's subtraction gives v1 (not made for 3 bit, where it is another function)
pack = take(f"{gptq_src}/gptqmodel/nn_modules/qlinear/__init__.py", ast.FunctionDef, "pack_original",
            dict(THREADPOOLCTL=types.SimpleNamespace(threadpool_limits=contextlib.nullcontext), nn=torch.nn, t=torch, np=np, math=math,
                 _ConvNd=torch.nn.modules.conv._ConvNd, transformers=types.SimpleNamespace(pytorch_utils=types.SimpleNamespace(Conv1D=type(None)))))
ONES = {2: 0b01010101010101010101010101010101, 4: 0b00010001000100010001000100010001, 8: 0b00000001000000010000000100000001}
for bits in (2, 3, 4, 8):
    out, inn, g = 64, 96, 32
    q = codes(bits, out, inn); z = codes(bits, out, inn // g).clamp(min=1)
    s = torch.full((out, inn // g), 2.0**-6); k = f"gptq.b{bits}."
    layer = torch.nn.Linear(inn, out, bias=False)
    layer.weight.data = ((q - z.repeat_interleave(g, 1)).float() * 2.0**-6)
    o = types.SimpleNamespace(g_idx=None, bits=bits, planar=False, maxq=2**bits - 1, pack_factor=32 // bits, pack_dtype_bits=32, pack_dtype=torch.int32,
                              pack_np_math_dtype=np.uint32, pack_np_dtype=np.int32, bias=None)
    o.register_buffer = lambda name, value: setattr(o, name, value)
    pack(o, layer, s, z.to(torch.int32), torch.arange(inn) // g)
    t[k + "codes"] = q.to(torch.uint8); t[k + "words"] = o.qweight; t[k + "zeros"] = z.to(torch.uint8); t[k + "zero_words_v2"] = o.qzeros
    if bits in ONES:
        t[k + "zero_words_v1"] = o.qzeros - ONES[bits]

# AWQ GEMM
Gemm = take(f"{awq_src}/awq/modules/linear/gemm.py", ast.ClassDef, "WQLinear_GEMM", dict(nn=torch.nn, torch=torch, get_best_device=lambda: "cpu"))
out, inn, g = 64, 96, 32  # the packer itself fails unless 32 divides out
q = codes(4, out, inn); z = codes(4, out, inn // g); s = torch.full((out, inn // g), 2.0**-6)
layer = torch.nn.Linear(inn, out, bias=False)
layer.weight.data = (q - z.repeat_interleave(g, 1)).float() * 2.0**-6
a = Gemm.from_linear(layer, 4, g, scales=s.t().contiguous(), zeros=z.t().float().contiguous())
t["awq.codes"] = q.to(torch.uint8); t["awq.words"] = a.qweight; t["awq.zeros"] = z.to(torch.uint8); t["awq.zero_words"] = a.qzeros

save_file({k: v.contiguous().clone() for k, v in t.items()}, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pack", "words.safetensors"),
          metadata={"kind": "packed words of the libraries", "compressed_tensors": compressed_tensors.__version__, "gptqmodel": "7.7.0", "autoawq": "0.2.9", "torch": torch.__version__})
print("ok", len(t))
