// Pairs of half floats and the product of small matrices on tensor cores, which devices know from
// sm_80 on. Each is one instruction; the stand-in's device.h emulates them by the same names, so what
// only a GPU can test is that the instruction does what its emulation does.
#pragma once

#ifdef __CUDACC__

// a * b + c for both halves of a word, each rounded once.
static __device__ __forceinline__ unsigned halfFma(unsigned a, unsigned b, unsigned c) {
  unsigned d;
  asm("fma.rn.f16x2 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c));
  return d;
}

// Two floats to the nearest half floats, the first in the lower half of the word.
static __device__ __forceinline__ unsigned halfPair(float low, float high) {
  unsigned d;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(d) : "f"(high), "f"(low));
  return d;
}

// The half float in the lower half of a word.
static __device__ __forceinline__ float fromHalf(unsigned pair) {
  float value;
  asm("{.reg .b16 h; cvt.u16.u32 h, %1; cvt.f32.f16 %0, h;}" : "=f"(value) : "r"(pair));
  return value;
}

// The nearest half float, in the lower half of a word; devices before sm_80 have this one, too.
static __device__ __forceinline__ unsigned toHalf(float value) {
  unsigned half;
  asm("{.reg .b16 h; cvt.rn.f16.f32 h, %1; cvt.u32.u16 %0, h;}" : "=r"(half) : "f"(value));
  return half;
}

// C += A * B by a warp: A 16 x 16, B 16 x 8 in half floats, C 16 x 8 in float. With r = lane / 4 and
// j = lane % 4 a lane brings, in pairs of neighbouring k, A's (r, 2j), (r + 8, 2j), (r, 2j + 8),
// (r + 8, 2j + 8) and B's (2j, r), (2j + 8, r); its C are (r, 2j), (r, 2j + 1) and the same of r + 8.
static __device__ __forceinline__ void multiplyAdd(
    float* c, unsigned a0, unsigned a1, unsigned a2, unsigned a3, unsigned b0, unsigned b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}

#endif
