// A linear layer in float32: Y = X * W^T.
//
//   x     batch x columns
//   w     rows x columns
//   y     batch x rows; overwritten
//   all   rows of X that the processor would multiply at once; X may be some of them
//
// Launch: linear: 256 threads and LINEAR_SHARED bytes of shared memory for 128 x 128 outputs, grid x
// along the rows of W, y along those of X; the next step of both matrices is on its way while one is
// multiplied. linear_few, for at most LINEAR_FEW rows of X: a warp a row of W, any multiple of 32 threads.
// linear_naive: a thread an output.
// Each output is one chain of fused multiply-adds in the order of the columns; for at most 16 rows in all
// it is 32 such chains, column k in chain k mod 32, folded in halves. That is the order of core's Matmul.
// Checked: against core's Matmul, bit for bit.
#include "halfstep.cuh"

#define LINEAR_FEW 16
#define LINEAR_TILE 128
#define LINEAR_STEP 8
#define LINEAR_ACROSS (LINEAR_TILE + 4)  // of a line in shared memory: columns lie in other banks
#define LINEAR_SPACE (LINEAR_STEP * LINEAR_ACROSS)
#define LINEAR_SHARED (2 * 2 * LINEAR_SPACE * 4)

// Four values of a tile's step, which a thread brings: half a row's.
struct LinearPart {
  float of[4];

  __device__ __forceinline__ LinearPart(
      const float* matrix, int rows, int columns, int top, int step) {
    int row = top + threadIdx.x / 2;
    int column = step + threadIdx.x % 2 * 4;
    const float* from = matrix + (long long)row * columns + column;
    if (row < rows && columns % 4 == 0 && column < columns) {
      float4 four = *reinterpret_cast<const float4*>(from);
      of[0] = four.x;
      of[1] = four.y;
      of[2] = four.z;
      of[3] = four.w;
    } else {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        of[i] = row < rows && column + i < columns ? from[i] : 0.0f;
      }
    }
  }

  // Column by column, so that what is multiplied at a time lies side by side.
  __device__ __forceinline__ void put(float* tile) const {
    float* to = tile + threadIdx.x % 2 * 4 * LINEAR_ACROSS + threadIdx.x / 2;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      to[i * LINEAR_ACROSS] = of[i];
    }
  }
};

// Eight values of a line: four from `at` on, and four half a tile further.
struct LinearEight {
  float of[8];

  __device__ __forceinline__ LinearEight(const float* line, int at) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      float4 four = *reinterpret_cast<const float4*>(line + at + half * LINEAR_TILE / 2);
      of[4 * half] = four.x;
      of[4 * half + 1] = four.y;
      of[4 * half + 2] = four.z;
      of[4 * half + 3] = four.w;
    }
  }
};

extern "C" __global__ void __launch_bounds__(256) linear(
    const float* x, const float* w, float* y, int batch, int rows, int columns) {
  extern __shared__ float4 shared[];
  float* tiles = reinterpret_cast<float*>(shared);
  int top = blockIdx.y * LINEAR_TILE;
  int left = blockIdx.x * LINEAR_TILE;
  int line = threadIdx.x / 16 * 4;
  int column = threadIdx.x % 16 * 4;
  float sum[8][8] = {};
  LinearPart(x, batch, columns, top, 0).put(tiles);
  LinearPart(w, rows, columns, left, 0).put(tiles + LINEAR_SPACE);
  for (int k = 0; k < columns; k += LINEAR_STEP) {
    const float* own = tiles + k / LINEAR_STEP % 2 * 2 * LINEAR_SPACE;
    float* other = tiles + (k / LINEAR_STEP + 1) % 2 * 2 * LINEAR_SPACE;
    LinearPart nextX(x, batch, columns, top, k + LINEAR_STEP);
    LinearPart nextW(w, rows, columns, left, k + LINEAR_STEP);
    __syncthreads();
#pragma unroll
    for (int i = 0; i < LINEAR_STEP; i++) {
      LinearEight a(own + i * LINEAR_ACROSS, line);
      LinearEight b(own + LINEAR_SPACE + i * LINEAR_ACROSS, column);
#pragma unroll
      for (int r = 0; r < 8; r++) {
#pragma unroll
        for (int c = 0; c < 8; c++) {
          sum[r][c] = fmaf(a.of[r], b.of[c], sum[r][c]);
        }
      }
    }
    nextX.put(other);
    nextW.put(other + LINEAR_SPACE);
  }
#pragma unroll
  for (int r = 0; r < 8; r++) {
    int token = top + line + r % 4 + r / 4 * LINEAR_TILE / 2;
#pragma unroll
    for (int c = 0; c < 8; c++) {
      int row = left + column + c % 4 + c / 4 * LINEAR_TILE / 2;
      if (token < batch && row < rows) {
        y[(long long)token * rows + row] = sum[r][c];
      }
    }
  }
}

extern "C" __global__ void linear_few(
    const float* x, const float* w, float* y, int batch, int rows, int columns) {
  int row = (int)((blockIdx.x * blockDim.x + threadIdx.x) / 32);
  int lane = threadIdx.x % 32;
  if (row >= rows) {
    return;
  }
  float sum[LINEAR_FEW] = {};
  for (int k = lane; k < columns; k += 32) {
    float weight = w[(long long)row * columns + k];
#pragma unroll
    for (int b = 0; b < LINEAR_FEW; b++) {
      if (b < batch) {
        sum[b] = fmaf(x[(long long)b * columns + k], weight, sum[b]);
      }
    }
  }
#pragma unroll
  for (int b = 0; b < LINEAR_FEW; b++) {
    if (b < batch) {
      float total = sum[b];
      for (int other = 16; other > 0; other /= 2) {
        total += __shfl_xor_sync(0xffffffffu, total, other);
      }
      if (lane == 0) {
        y[(long long)b * rows + row] = total;
      }
    }
  }
}

extern "C" __global__ void linear_naive(
    const float* x, const float* w, float* y, int batch, int rows, int columns, int all) {
  long long at = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= (long long)batch * rows) {
    return;
  }
  const float* input = x + at / rows * columns;
  const float* weights = w + at % rows * columns;
  int chains = all <= LINEAR_FEW ? 32 : 1;
  float sum[32] = {};
  for (int k = 0; k < columns; k++) {
    sum[k % chains] = fmaf(input[k], weights[k], sum[k % chains]);
  }
  for (int half = chains / 2; half > 0; half /= 2) {
    for (int chain = 0; chain < half; chain++) {
      sum[chain] += sum[chain + half];
    }
  }
  y[at] = sum[0];
}
