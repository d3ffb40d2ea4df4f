// CUDA's dialect for a C++ compiler: the kernels of src/main/cuda compile unchanged against this.
// One fiber is one CUDA thread; barriers and shuffles hand over to the scheduler (see fibers.cpp).
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

#define __global__
#define __device__
#define __shared__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
};
struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};

namespace standin {

extern dim3 threadIndex, blockIndex, blockSize, gridSize;

// Hands over until the whole block is here.
void blockBarrier();

// Gives bits to the lanes of mask and returns those of a lane of the caller's warp.
uint32_t take(unsigned mask, uint32_t bits, unsigned lane);

// Shows words to all lanes of the caller's warp, which shows its own, and returns those of each lane.
const unsigned SHOWN = 6;
const uint32_t (*show(const uint32_t* words))[SHOWN];

inline unsigned lane() { return threadIndex.x % 32; }

}  // namespace standin

#define threadIdx standin::threadIndex
#define blockIdx standin::blockIndex
#define blockDim standin::blockSize
#define gridDim standin::gridSize

inline void __syncthreads() { standin::blockBarrier(); }

inline float __int_as_float(int bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

inline int __float_as_int(float value) {
  int bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline float __shfl_xor_sync(unsigned mask, float value, int other) {
  uint32_t bits = (uint32_t)__float_as_int(value);
  return __int_as_float((int)standin::take(mask, bits, standin::lane() ^ (unsigned)other));
}

inline float __shfl_sync(unsigned mask, float value, int lane) {
  uint32_t bits = (uint32_t)__float_as_int(value);
  return __int_as_float((int)standin::take(mask, bits, (unsigned)lane % 32));
}

inline int atomicMax(int* at, int value) {
  int before = *at;
  *at = before > value ? before : value;
  return before;
}

inline unsigned atomicAdd(unsigned* at, unsigned value) {
  unsigned before = *at;
  *at += value;
  return before;
}

// Blocks run one after the other, and what is written is seen.
inline void __threadfence() {}

// Hints about caches.
template <class T>
T __ldcs(const T* from) {
  return *from;
}
template <class T>
T __ldcg(const T* from) {
  return *from;
}

#include "async.h"
#include "halves.h"
