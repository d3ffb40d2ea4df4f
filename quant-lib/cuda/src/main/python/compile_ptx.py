"""Compiles the kernels to PTX: python compile_ptx.py SOURCES OUT

Needs NVRTC 12.0.76 (pip package nvidia-cuda-nvrtc-cu12) and no GPU. The same sources give the same bytes
but for one time in 15, when NVRTC orders some instructions of gram.cu in another way.
"""

from __future__ import annotations

import ctypes
import importlib.util
import multiprocessing
import re
import sys
from pathlib import Path

# A product and a sum are rounded one after the other, as on the processor, unless fmaf says otherwise.
OPTIONS = [b"--fmad=false", b"--std=c++17"]
# Turing and newer where a source does not say that it needs more; NVRTC 12.0 writes ISA 8.0, which drivers from 525 on read.
LEAST = "75"
VERSION = (12, 0)


def library() -> ctypes.CDLL:
    found = importlib.util.find_spec("nvidia.cuda_nvrtc")
    if found is None or not found.submodule_search_locations:
        sys.exit("compile_ptx: NVRTC is missing; quant-lib/cuda/build-ptx installs it")
    folder = Path(next(iter(found.submodule_search_locations))) / "lib"
    nvrtc = ctypes.CDLL(str(folder / "libnvrtc.so.12"))
    major, minor = ctypes.c_int(), ctypes.c_int()
    nvrtc.nvrtcVersion(ctypes.byref(major), ctypes.byref(minor))
    if (major.value, minor.value) != VERSION:
        sys.exit(f"compile_ptx: NVRTC {major.value}.{minor.value} came, but the PTX is pinned to {VERSION}")
    return nvrtc


def strings(values: list[bytes]):
    return (ctypes.c_char_p * len(values))(*values)


def text(nvrtc: ctypes.CDLL, what: str, program: ctypes.c_void_p) -> bytes:
    size = ctypes.c_size_t()
    getattr(nvrtc, f"nvrtcGet{what}Size")(program, ctypes.byref(size))
    buffer = ctypes.create_string_buffer(size.value)
    getattr(nvrtc, f"nvrtcGet{what}")(program, buffer)
    return buffer.value


def compile_file(source: Path) -> bytes:
    nvrtc = library()
    headers = sorted(source.parent.glob("*.cuh"))
    program = ctypes.c_void_p()
    nvrtc.nvrtcCreateProgram(
        ctypes.byref(program),
        source.read_bytes(),
        source.name.encode(),
        len(headers),
        strings([header.read_bytes() for header in headers]),
        strings([header.name.encode() for header in headers]),
    )
    needs = re.search(r"Needs sm_(\d+)\.", source.read_text(encoding="utf-8"))
    options = [f"--gpu-architecture=compute_{needs[1] if needs else LEAST}".encode(), *OPTIONS]
    if nvrtc.nvrtcCompileProgram(program, len(options), strings(options)):
        sys.exit(f"compile_ptx: {source.name}\n{text(nvrtc, 'ProgramLog', program).decode()}")
    return text(nvrtc, "PTX", program)


def main() -> None:
    sources, out = sorted(Path(sys.argv[1]).glob("*.cu")), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    # NVRTC 12.0 orders some instructions by where its objects lie in memory: of gram.cu behind other sources 5
    # compilations of 12 differed, in a process of its own 4 of 60.
    with multiprocessing.get_context("fork").Pool(maxtasksperchild=1) as processes:
        for source, ptx in zip(sources, processes.map(compile_file, sources, chunksize=1)):
            (out / source.with_suffix(".ptx").name).write_bytes(ptx)
            print(f"{source.stem}.ptx {len(ptx)} bytes")


main()
