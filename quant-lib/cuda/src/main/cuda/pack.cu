// Packing and unpacking: one byte a code to dense rows (see dense.cuh) and back.
//
//   codes   rows x columns, one byte each, below 2^b
//   words   rows x units * b; codes beyond the last column are 0
//
// Launch: a thread a unit of 32 codes, any number of threads a block, enough blocks for all units.
// pack_naive, unpack_naive: a thread a row, bit by bit.
// Checked: fast against naive and against the codes they came from, on columns that fill no unit.
#include "dense.cuh"

template <int BITS>
static __device__ __forceinline__ void packUnit(
    const unsigned char* codes, unsigned* words, int rows, int columns) {
  long long unit = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  int units = denseUnits(columns);
  if (unit >= (long long)rows * units) {
    return;
  }
  int first = (int)(unit % units) * DENSE_UNIT;
  const unsigned char* row = codes + unit / units * columns;
  unsigned packed[BITS] = {0};
#pragma unroll
  for (int i = 0; i < DENSE_UNIT; i++) {
    unsigned code = first + i < columns ? row[first + i] : 0u;
    packed[i * BITS / 32] |= code << (i * BITS % 32);
    if (i * BITS % 32 + BITS > 32) {
      packed[i * BITS / 32 + 1] |= code >> (32 - i * BITS % 32);
    }
  }
#pragma unroll
  for (int k = 0; k < BITS; k++) {
    words[unit * BITS + k] = packed[k];
  }
}

template <int BITS>
static __device__ __forceinline__ void unpackUnit(
    const unsigned* words, unsigned char* codes, int rows, int columns) {
  long long unit = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  int units = denseUnits(columns);
  if (unit >= (long long)rows * units) {
    return;
  }
  int first = (int)(unit % units) * DENSE_UNIT;
  unsigned char* row = codes + unit / units * columns;
  unsigned packed[BITS];
#pragma unroll
  for (int k = 0; k < BITS; k++) {
    packed[k] = words[unit * BITS + k];
  }
#pragma unroll
  for (int i = 0; i < DENSE_UNIT; i++) {
    if (first + i < columns) {
      row[first + i] = (unsigned char)denseCode<BITS>(packed, i);
    }
  }
}

#define PACK(BITS)                                                                               \
  extern "C" __global__ void pack_##BITS(                                                        \
      const unsigned char* codes, unsigned* words, int rows, int columns) {                      \
    packUnit<BITS>(codes, words, rows, columns);                                                 \
  }                                                                                              \
  extern "C" __global__ void unpack_##BITS(                                                      \
      const unsigned* words, unsigned char* codes, int rows, int columns) {                      \
    unpackUnit<BITS>(words, codes, rows, columns);                                               \
  }

PACK(2)
PACK(3)
PACK(4)
PACK(8)

extern "C" __global__ void pack_naive(
    const unsigned char* codes, unsigned* words, int rows, int columns, int bits) {
  int row = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (row >= rows) {
    return;
  }
  unsigned* own = words + (long long)row * denseUnits(columns) * bits;
  for (int k = 0; k < denseUnits(columns) * bits; k++) {
    own[k] = 0;
  }
  for (int i = 0; i < columns * bits; i++) {
    unsigned bit = codes[(long long)row * columns + i / bits] >> (i % bits) & 1u;
    own[i / 32] |= bit << (i % 32);
  }
}

extern "C" __global__ void unpack_naive(
    const unsigned* words, unsigned char* codes, int rows, int columns, int bits) {
  int row = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (row >= rows) {
    return;
  }
  const unsigned* own = words + (long long)row * denseUnits(columns) * bits;
  for (int c = 0; c < columns; c++) {
    unsigned code = 0;
    for (int b = 0; b < bits; b++) {
      int bit = c * bits + b;
      code |= (own[bit / 32] >> (bit % 32) & 1u) << b;
    }
    codes[(long long)row * columns + c] = (unsigned char)code;
  }
}
