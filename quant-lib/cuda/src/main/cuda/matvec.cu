// Products with packed weights: Y = X * W^T, without W^, for the few rows of X of decoding.
//
//   y = sum over groups of s * (sum of q * x - z * sum of x)
//
//   words   rows x units * b, dense rows (see dense.cuh)
//   scales  rows x columns / size, and zeros alike, in code units
//   x       batch x columns
//   y       batch x rows; overwritten
//   size    weights of a group, along the row: a multiple of 32 that divides columns
//
// Launch: 256 threads, a warp a row, or two rows where B is 1; grid y takes B rows of X each, and
// MATVEC_SHARED(B) floats of shared memory. B is 1, 4 or 8. matvec_naive: a thread an output.
// A lane takes every 32nd unit of its row, so a warp reads 32 * b words side by side. Inputs lie in
// shared memory unit by unit, four floats apart from each other, so that eight lanes read 16 bytes
// each from different banks. A code is never converted: 1 + q / 2^b is put together bit by bit and
// multiplied, and sum of q * x = 2^b * (sum of (1 + q / 2^b) * x - sum of x).
// Checked: against core's QuantizedLinear within 1e-5 of sum of |w^| * |x|, on any number of rows.
#include "dense.cuh"

#define WARPS 8
#define MATVEC_STRIDE(B) (DENSE_UNIT * (B) + 4)

// 32 units of B rows of X and the sum of each unit: (32 * MATVEC_STRIDE(B) + 32 * B) floats.
template <int B>
static __device__ __forceinline__ void loadInputs(
    const float* x, float* inputs, float* sums, int firstUnit, int columns, int batch) {
  int from = firstUnit * DENSE_UNIT;
  for (int at = threadIdx.x; at < 32 * DENSE_UNIT * B; at += 32 * WARPS) {
    int column = at % (32 * DENSE_UNIT);
    int b = at / (32 * DENSE_UNIT);
    int row = blockIdx.y * B + b;
    bool there = row < batch && from + column < columns;
    inputs[column / DENSE_UNIT * MATVEC_STRIDE(B) + column % DENSE_UNIT * B + b] =
        there ? x[(long long)row * columns + from + column] : 0.0f;
  }
  __syncthreads();
  for (int at = threadIdx.x; at < 32 * B; at += 32 * WARPS) {
    float sum = 0.0f;
    for (int i = 0; i < DENSE_UNIT; i++) {
      sum += inputs[at / B * MATVEC_STRIDE(B) + i * B + at % B];
    }
    sums[at] = sum;
  }
  __syncthreads();
}

struct Four {
  float of[4];
};

static __device__ __forceinline__ Four four(const float* from) {
  float4 v = *reinterpret_cast<const float4*>(from);
  Four values = {{v.x, v.y, v.z, v.w}};
  return values;
}

// Sum of (1 + q / 2^b) * x over one unit, for B rows of X.
template <int BITS, int B>
static __device__ __forceinline__ void unitDot(
    const unsigned* words, const float* inputs, float* dots) {
#pragma unroll
  for (int b = 0; b < B; b++) {
    dots[b] = 0.0f;
  }
  if (B == 1) {
#pragma unroll
    for (int i = 0; i < DENSE_UNIT; i += 4) {
      Four x = four(inputs + i);
#pragma unroll
      for (int j = 0; j < 4; j++) {
        dots[0] = fmaf(denseFraction<BITS>(words, i + j), x.of[j], dots[0]);
      }
    }
    return;
  }
#pragma unroll
  for (int i = 0; i < DENSE_UNIT; i++) {
    float code = denseFraction<BITS>(words, i);
#pragma unroll
    for (int b = 0; b < B; b += 4) {
      Four x = four(inputs + i * B + b);
#pragma unroll
      for (int j = 0; j < 4 && b + j < B; j++) {
        dots[b + j] = fmaf(code, x.of[j], dots[b + j]);
      }
    }
  }
}

template <int BITS, int B, int R>
static __device__ __forceinline__ void multiply(
    const unsigned* words, const float* scales, const float* zeros, const float* x, float* y,
    int rows, int columns, int size, int batch) {
  extern __shared__ float4 shared[];
  float* inputs = reinterpret_cast<float*>(shared);
  float* sums = inputs + 32 * MATVEC_STRIDE(B);
  int lane = threadIdx.x % 32;
  int first = (blockIdx.x * WARPS + threadIdx.x / 32) * R;
  int units = denseUnits(columns);
  float total[R][B] = {};
  for (int chunk = 0; chunk < units; chunk += 32) {
    __syncthreads();
    loadInputs<B>(x, inputs, sums, chunk, columns, batch);
    int unit = chunk + lane;
    for (int r = 0; r < R; r++) {
      int row = first + r;
      if (row >= rows || unit >= units) {
        continue;
      }
      const unsigned* from = words + ((long long)row * units + unit) * BITS;
      unsigned own[BITS];
#pragma unroll
      for (int k = 0; k < BITS; k++) {
        own[k] = from[k];
      }
      float dots[B];
      unitDot<BITS, B>(own, inputs + lane * MATVEC_STRIDE(B), dots);
      long long group = (long long)row * (columns / size) + unit * DENSE_UNIT / size;
      float scale = scales[group];
      float zero = zeros[group];
#pragma unroll
      for (int b = 0; b < B; b++) {
        float sum = sums[lane * B + b];
        float dot = (float)(1 << BITS) * (dots[b] - sum);
        total[r][b] = fmaf(scale, dot - zero * sum, total[r][b]);
      }
    }
  }
#pragma unroll
  for (int r = 0; r < R; r++) {
#pragma unroll
    for (int b = 0; b < B; b++) {
      float sum = total[r][b];
      for (int other = 16; other > 0; other /= 2) {
        sum += __shfl_xor_sync(0xffffffffu, sum, other);
      }
      int row = blockIdx.y * B + b;
      if (lane == 0 && first + r < rows && row < batch) {
        y[(long long)row * rows + first + r] = sum;
      }
    }
  }
}

#define MATVEC(BITS, B, R)                                                                       \
  extern "C" __global__ void matvec_##BITS##_##B(                                                \
      const unsigned* words, const float* scales, const float* zeros, const float* x, float* y,  \
      int rows, int columns, int size, int batch) {                                              \
    multiply<BITS, B, R>(words, scales, zeros, x, y, rows, columns, size, batch);                \
  }

#define MATVECS(BITS) MATVEC(BITS, 1, 2) MATVEC(BITS, 4, 1) MATVEC(BITS, 8, 1)

MATVECS(2)
MATVECS(3)
MATVECS(4)
MATVECS(8)

extern "C" __global__ void matvec_naive(
    const unsigned* words, const float* scales, const float* zeros, const float* x, float* y,
    int rows, int columns, int size, int batch, int bits) {
  int at = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (at >= rows * batch) {
    return;
  }
  int row = at % rows;
  const unsigned* own = words + (long long)row * denseUnits(columns) * bits;
  const float* input = x + (long long)(at / rows) * columns;
  float sum = 0.0f;
  for (int c = 0; c < columns; c++) {
    unsigned code = 0;
    for (int b = 0; b < bits; b++) {
      int bit = c * bits + b;
      code |= (own[bit / 32] >> (bit % 32) & 1u) << b;
    }
    long long group = (long long)row * (columns / size) + c / size;
    sum = fmaf(((float)code - zeros[group]) * scales[group], input[c], sum);
  }
  y[at] = sum;
}
