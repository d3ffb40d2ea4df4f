// GPTQ: a block of columns is rounded column by column, each column's error carried to the columns after
// it; then the block's errors go to all columns behind the block.
//
//   q = clamp(round(w_j / s) + z, 0, Q)      e = (w_j - s (q - z)) / U_jj      w_k -= e U_jk,  k >= j
//   W[:, rest] -= E U[block, rest]
//
//   working   rows x columns in solved order, as the blocks before left it; columns of a block that is
//             done are of no use
//   original  rows x columns, the same before the first block
//   u         U[block, block], count x count; from float `behind` on U[block, rest], count x width
//   groups    the group of each column in solved order
//   scales    groups x stride, one per row; found here where a group begins, if `finds` says so
//   zeros     the same, whole numbers
//   codes     rows x count, one byte each
//   errors    count x stride: e, column after column
//   losses    rows: sum of e^2 / 2 in double
//   moved     rows: codes that differ from those of the original weights on the same grid
//   report    word HALFSTEP_REFUSED is set if an error is beyond float32
//   stride    rows, or more: a multiple of CHAIN_TILE
//   width     columns behind the block, or more: a multiple of CHAIN_TILE
//
// Launch: gptq_order: grid x along the columns, y a row. gptq_128: a warp a row, any multiple of 32
// threads, blocks of at most 128 columns in registers; gptq_any: the same in memory, for any block.
// gptq_losses: a thread a row. gptq_rest: 256 threads and CHAIN_SHARED bytes of shared memory for
// CHAIN_TILE x CHAIN_TILE elements, grid x along the columns behind the block, y along the rows.
// gptq_rest_few: a warp an element. gptq_naive, gptq_rest_naive: a thread a row, an element.
// Grids inside a block do not see its compensation: they are found in the matrix as it was before.
// The product is one chain of fused multiply-adds in the order of the block's columns, as core's Matmul
// takes it; for matrices of at most 16 rows Matmul takes it in 32 lanes instead, and so does gptq_rest_few.
// Checked: codes, scales, zeros, losses and moved against core's GptqWalk, bit for bit.
#include "chains.cuh"
#include "halfstep.cuh"

// core's GptqGrid.LEAST_RANGE
#define LEAST_RANGE 1e-30f

// GPTQ's grid of a range that holds 0. Twin of core's GptqGrid.of without its search.
static __device__ __forceinline__ void gptqGrid(
    float low, float high, int symmetric, float maxCode, float* scale, float* zero) {
  if (symmetric) {
    high = fmaxf(fabsf(low), high);
    low = low < 0.0f ? -high : low;
  }
  if (high - low < LEAST_RANGE) {
    low = -1.0f;
    high = 1.0f;
  }
  // s = (max - min) / Q,  z = round(-min / s), or the middle
  *scale = (high - low) / maxCode;
  *zero = symmetric ? (maxCode + 1.0f) / 2.0f : rintf(-low / *scale);
}

// q = clamp(round(w / s) + z, 0, Q)
static __device__ __forceinline__ float gptqCode(float w, float scale, float zero, float maxCode) {
  return fminf(fmaxf(rintf(w / scale) + zero, 0.0f), maxCode);
}

// e = (w - s (q - z)) / U_jj
static __device__ __forceinline__ float gptqError(
    float w, float code, float scale, float zero, float pivot) {
  return (w - scale * (code - zero)) / pivot;
}

static __device__ __forceinline__ void refuseError(float error, int* report) {
  if (!(fabsf(error) <= 3.402823466e38f)) {
    report[HALFSTEP_REFUSED] = 1;
  }
}

// Rows as they lie to solved order. channels: where each column comes from, or -1 if no token ever drove
// it. from: rows x columns, which become the rows `firstRow` and on of working and original.
extern "C" __global__ void gptq_order(
    const float* from, const int* channels, float* working, float* original, int columns,
    int firstRow) {
  int column = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (column >= columns) {
    return;
  }
  int channel = channels[column];
  float w = channel < 0 ? 0.0f : from[(long long)blockIdx.y * columns + channel];
  long long at = ((long long)firstRow + blockIdx.y) * columns + column;
  working[at] = w;
  original[at] = w;
}

// One row's block: column p * 32 + lane is part p of its lane. P parts in registers.
template <int P>
struct BlockInRegisters {
  float part[P];

  __device__ __forceinline__ BlockInRegisters(float* w, int count, int lane) {
#pragma unroll
    for (int p = 0; p < P; p++) {
      part[p] = p * WARP + lane < count ? w[p * WARP + lane] : 0.0f;
    }
  }
  static __device__ __forceinline__ int parts() { return P; }
  __device__ __forceinline__ float at(int p) const { return part[p]; }
  __device__ __forceinline__ void subtract(int p, float change) { part[p] -= change; }
};

// Any number of them, where they lie.
struct BlockInMemory {
  float* own;
  int count;
  int lane;

  __device__ __forceinline__ BlockInMemory(float* w, int count, int lane)
      : own(w + lane), count(count), lane(lane) {}
  __device__ __forceinline__ int parts() const { return (count + WARP - 1) / WARP; }
  __device__ __forceinline__ float at(int p) const {
    return p * WARP + lane < count ? own[p * WARP] : 0.0f;
  }
  __device__ __forceinline__ void subtract(int p, float change) { own[p * WARP] -= change; }
};

// Grids of the groups that begin in a block, by a warp. Each lane writes what all write, and so reads
// its own.
static __device__ __forceinline__ void findGrids(
    const float* line, float* scales, float* zeros, int row, int first, int count, int stride,
    int size, int symmetric, float maxCode, int lane) {
  int begin = (first + size - 1) / size;
  for (int group = begin; group * size < first + count; group++) {
    const float* weights = line + (group * size - first);
    float low = 0.0f;
    float high = 0.0f;
    for (int i = lane; i < size; i += WARP) {
      low = fminf(low, weights[i]);
      high = fmaxf(high, weights[i]);
    }
    low = least(low, ALL_LANES);
    high = most(high, ALL_LANES);
    low = fminf(low, __shfl_xor_sync(ALL_LANES, low, 16));
    high = fmaxf(high, __shfl_xor_sync(ALL_LANES, high, 16));
    long long at = (long long)group * stride + row;
    gptqGrid(low, high, symmetric, maxCode, &scales[at], &zeros[at]);
  }
}

template <class Block>
static __device__ __forceinline__ void solveRows(
    float* working, const float* original, const float* u, const int* groups, float* scales,
    float* zeros, unsigned char* codes, float* errors, int* moved, int* report, int rows,
    int columns, int first, int count, int stride, int size, int finds, int symmetric,
    float maxCode) {
  int row = (int)((blockIdx.x * blockDim.x + threadIdx.x) / WARP);
  if (row >= rows) {
    return;
  }
  int lane = threadIdx.x % WARP;
  long long start = (long long)row * columns + first;
  if (finds) {
    findGrids(
        working + start, scales, zeros, row, first, count, stride, size, symmetric, maxCode, lane);
  }
  Block block(working + start, count, lane);
  float changed = 0.0f;
#pragma unroll
  for (int p = 0; p < block.parts(); p++) {
    int own = p * WARP + lane;
    bool there = own < count;
    long long grid = there ? (long long)groups[first + own] * stride + row : 0;
    float scale = there ? scales[grid] : 1.0f;
    float zero = there ? zeros[grid] : 0.0f;
    float pivot = there ? u[(long long)own * count + own] : 1.0f;
    float code = 0.0f;
    float error = 0.0f;
    int here = count - p * WARP < WARP ? count - p * WARP : WARP;
#pragma unroll 1
    for (int j = 0; j < here; j++) {
      // every lane looks at its own column as it is now; this step is the column of lane j
      float q = gptqCode(block.at(p), scale, zero, maxCode);
      float left = gptqError(block.at(p), q, scale, zero, pivot);
      code = lane == j ? q : code;
      error = lane == j ? left : error;
      float e = __shfl_sync(ALL_LANES, left, j);
      const float* line = u + (long long)(p * WARP + j) * count;
#pragma unroll
      for (int k = p; k < block.parts(); k++) {
        if (k * WARP + lane < count) {
          block.subtract(k, e * line[k * WARP + lane]);
        }
      }
    }
    if (there) {
      codes[(long long)row * count + own] = (unsigned char)code;
      errors[(long long)own * stride + row] = error;
      refuseError(error, report);
      changed += gptqCode(original[start + own], scale, zero, maxCode) != code ? 1.0f : 0.0f;
    }
  }
  changed = folded(changed, ALL_LANES);
  changed += __shfl_xor_sync(ALL_LANES, changed, 16);
  if (lane == 0) {
    moved[row] = (int)changed;
  }
}

#define GPTQ(NAME, BLOCK)                                                                        \
  extern "C" __global__ void NAME(                                                               \
      float* working, const float* original, const float* u, const int* groups, float* scales,   \
      float* zeros, unsigned char* codes, float* errors, int* moved, int* report, int rows,      \
      int columns, int first, int count, int stride, int size, int finds, int symmetric,         \
      float maxCode) {                                                                           \
    solveRows<BLOCK>(                                                                            \
        working, original, u, groups, scales, zeros, codes, errors, moved, report, rows,         \
        columns, first, count, stride, size, finds, symmetric, maxCode);                         \
  }

GPTQ(gptq_128, BlockInRegisters<4>)
GPTQ(gptq_any, BlockInMemory)

extern "C" __global__ void gptq_naive(
    float* working, const float* original, const float* u, const int* groups, float* scales,
    float* zeros, unsigned char* codes, float* errors, int* moved, int* report, int rows,
    int columns, int first, int count, int stride, int size, int finds, int symmetric,
    float maxCode) {
  int row = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (row >= rows) {
    return;
  }
  float* w = working + (long long)row * columns + first;
  for (int j = 0; finds && j < count; j++) {
    if ((first + j) % size == 0) {
      float low = 0.0f;
      float high = 0.0f;
      for (int i = j; i < j + size; i++) {
        low = fminf(low, w[i]);
        high = fmaxf(high, w[i]);
      }
      long long at = (long long)groups[first + j] * stride + row;
      gptqGrid(low, high, symmetric, maxCode, &scales[at], &zeros[at]);
    }
  }
  int changed = 0;
  for (int j = 0; j < count; j++) {
    long long grid = (long long)groups[first + j] * stride + row;
    float scale = scales[grid];
    float zero = zeros[grid];
    float q = gptqCode(w[j], scale, zero, maxCode);
    const float* line = u + (long long)j * count;
    float e = gptqError(w[j], q, scale, zero, line[j]);
    for (int k = j; k < count; k++) {
      w[k] -= e * line[k];
    }
    codes[(long long)row * count + j] = (unsigned char)q;
    errors[(long long)j * stride + row] = e;
    refuseError(e, report);
    float before = original[(long long)row * columns + first + j];
    changed += gptqCode(before, scale, zero, maxCode) != q;
  }
  moved[row] = changed;
}

extern "C" __global__ void gptq_losses(
    const float* errors, double* losses, int rows, int count, int stride) {
  int row = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (row >= rows) {
    return;
  }
  double loss = 0;
  for (int j = 0; j < count; j++) {
    float e = errors[(long long)j * stride + row];
    loss += 0.5 * e * e;
  }
  losses[row] = loss;
}

extern "C" __global__ void __launch_bounds__(256, 2) gptq_rest(
    float* working, const float* errors, const float* u, int behind, int rows, int columns,
    int from, int count, int stride, int width) {
  extern __shared__ float4 shared[];
  ChainTile tile = {};
  tile.addProduct(
      shared, errors + blockIdx.y * CHAIN_TILE, stride, u + behind + blockIdx.x * CHAIN_TILE, width,
      count);
#pragma unroll
  for (int r = 0; r < 8; r++) {
    int row = blockIdx.y * CHAIN_TILE + tile.row(r);
#pragma unroll
    for (int c = 0; c < 8; c++) {
      int to = from + blockIdx.x * CHAIN_TILE + tile.column(c);
      if (row < rows && to < columns) {
        working[(long long)row * columns + to] -= tile.at(r, c);
      }
    }
  }
}

// For matrices of at most 16 rows.
extern "C" __global__ void gptq_rest_few(
    float* working, const float* errors, const float* u, int behind, int rows, int columns,
    int from, int count, int stride, int width) {
  long long element = ((long long)blockIdx.x * blockDim.x + threadIdx.x) / WARP;
  int lane = threadIdx.x % WARP;
  int rest = columns - from;
  if (element >= (long long)rows * rest) {
    return;
  }
  int row = (int)(element / rest);
  int column = (int)(element % rest);
  float sum = 0.0f;
  for (int k = lane; k < count; k += WARP) {
    sum = fmaf(errors[(long long)k * stride + row], u[behind + (long long)k * width + column], sum);
  }
  sum += __shfl_xor_sync(ALL_LANES, sum, 16);
  sum = folded(sum, ALL_LANES);
  if (lane == 0) {
    working[(long long)row * columns + from + column] -= sum;
  }
}

extern "C" __global__ void gptq_rest_naive(
    float* working, const float* errors, const float* u, int behind, int rows, int columns,
    int from, int count, int stride, int width, int lanes) {
  long long element = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  int rest = columns - from;
  if (element >= (long long)rows * rest) {
    return;
  }
  int row = (int)(element / rest);
  int column = (int)(element % rest);
  float sum[WARP] = {0};
  for (int k = 0; k < count; k++) {
    float e = errors[(long long)k * stride + row];
    sum[k % lanes] = fmaf(e, u[behind + (long long)k * width + column], sum[k % lanes]);
  }
  for (int half = lanes / 2; half > 0; half /= 2) {
    for (int lane = 0; lane < half; lane++) {
      sum[lane] += sum[lane + half];
    }
  }
  working[(long long)row * columns + from + column] -= sum[0];
}
