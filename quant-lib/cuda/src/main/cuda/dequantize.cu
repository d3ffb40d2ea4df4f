// From dense rows (see dense.cuh) back to weights: w^ = (code - zero) * scale.
//
//   words   rows x units * b
//   scales  rows x columns / size, and zeros alike, in code units
//   w       rows x columns; overwritten
//   size    weights of a group, along the row; divides columns
//
// Launch: a thread a unit of 32 codes, any number of threads a block, enough blocks for all units.
// dequantize_naive: a thread a weight.
// Checked: against core's QuantizedMatrix.dequantized, bit for bit.
#include "dense.cuh"

template <int BITS>
static __device__ __forceinline__ void dequantizeUnit(
    const unsigned* words, const float* scales, const float* zeros, float* w, int rows,
    int columns, int size) {
  long long unit = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  int units = denseUnits(columns);
  if (unit >= (long long)rows * units) {
    return;
  }
  int first = (int)(unit % units) * DENSE_UNIT;
  long long row = unit / units;
  long long groups = row * (columns / size);
  unsigned packed[BITS];
#pragma unroll
  for (int k = 0; k < BITS; k++) {
    packed[k] = words[unit * BITS + k];
  }
  int group = -1;
  float scale = 0.0f;
  float zero = 0.0f;
#pragma unroll
  for (int i = 0; i < DENSE_UNIT; i++) {
    if (first + i < columns) {
      if ((first + i) / size != group) {
        group = (first + i) / size;
        scale = scales[groups + group];
        zero = zeros[groups + group];
      }
      w[row * columns + first + i] = ((float)denseCode<BITS>(packed, i) - zero) * scale;
    }
  }
}

#define DEQUANTIZE(BITS)                                                                         \
  extern "C" __global__ void dequantize_##BITS(                                                  \
      const unsigned* words, const float* scales, const float* zeros, float* w, int rows,        \
      int columns, int size) {                                                                   \
    dequantizeUnit<BITS>(words, scales, zeros, w, rows, columns, size);                          \
  }

DEQUANTIZE(2)
DEQUANTIZE(3)
DEQUANTIZE(4)
DEQUANTIZE(8)

extern "C" __global__ void dequantize_naive(
    const unsigned* words, const float* scales, const float* zeros, float* w, int rows,
    int columns, int size, int bits) {
  long long at = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= (long long)rows * columns) {
    return;
  }
  long long row = at / columns;
  int column = (int)(at % columns);
  const unsigned* own = words + row * denseUnits(columns) * bits;
  unsigned code = 0;
  for (int b = 0; b < bits; b++) {
    int bit = column * bits + b;
    code |= (own[bit / 32] >> (bit % 32) & 1u) << b;
  }
  long long group = row * (columns / size) + column / size;
  w[at] = ((float)code - zeros[group]) * scales[group];
}
