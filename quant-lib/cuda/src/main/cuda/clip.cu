// AWQ's clip limits: what a limit on the weights of each group changes of the group's part of x * w.
//
//   m = factor * max|w|,   d = RTN(clamp(w, -m, m)) - w,   error = sum over j of d_j * (sum over k of d_k * G_jk)
//
// with G = X^T * X / tokens of the group's channels.
//
//   w        rows x columns; not modified
//   changes  columns x stride: d, channel after channel; overwritten
//   limits   rows x groups of a row: m; overwritten
//   errors   the same; overwritten
//   grams    groups of a row x size x padded: G, symmetric; what fills its lines up is not used
//   report   word HALFSTEP_REFUSED is set if a range is beyond float32
//   stride   rows, or more: a multiple of CLIP_ROWS; first, too, is one for clip_errors
//   padded   size, or more: a multiple of CLIP_COLUMNS
//   kind     of grid, as for rtn.cu
//
// Launch: clip_changes_S: a half-warp a group. Errors are of the `count` rows from `first` on: clip_errors:
// CLIP_THREADS threads have two rows each of one group, grid x along the rows, y along a row's groups;
// clip_errors_few: a warp a group. clip_changes_naive and clip_errors_naive: a thread a group.
// The inner sum is one chain of fused multiply-adds in the order of k, as core's Matmul takes a product of
// more than 16 rows; core multiplies 128 rows at a time, so the last few of a matrix may be 16 or fewer,
// whose sums Matmul takes in 32 lanes, and so does clip_errors_few. The outer sum is one in double.
// Checked: limits and errors against core's AwqClipSearch, bit for bit.
#include "rounding.cuh"

#define CLIP_THREADS 64
#define CLIP_ROWS (2 * CLIP_THREADS)
#define CLIP_COLUMNS 16

static __device__ __forceinline__ float clamped(float w, float limit) {
  return fminf(fmaxf(w, -limit), limit);
}

// RTN(clamp(w, -m, m)) - w
static __device__ __forceinline__ float changeOf(
    float w, float limit, const Grid& grid, int kind, float maxCode) {
  return (codeOf(clamped(w, limit), grid, kind, maxCode) - grid.zero) * grid.scale - w;
}

// Rounding may leave a form that is never negative below 0.
static __device__ __forceinline__ float errorOf(double sum) {
  return (float)(sum <= 0.0 ? 0.0 : sum);
}

template <class Group>
static __device__ __forceinline__ void changesOfGroups(
    const float* w, float* changes, float* limits, int* report, int rows, int columns, int size,
    int stride, float factor, int kind, float maxCode, float middle) {
  int index = (int)((blockIdx.x * blockDim.x + threadIdx.x) / HALFSTEP_LANES);
  int perRow = columns / size;
  int row = index / perRow;
  if (row >= rows) {
    return;
  }
  int lane = threadIdx.x % HALFSTEP_LANES;
  int column = index % perRow * size;
  Group group(w + (long long)row * columns + column, size, lane);
  float low;
  float high;
  range(group, halfWarp(), &low, &high);
  float limit = factor * fmaxf(fabsf(low), fabsf(high));
  low = clamped(low, limit);
  high = clamped(high, limit);
  Grid grid = gridOf(low, high, kind, maxCode, middle);
#pragma unroll
  for (int e = 0; e < group.count(); e++) {
    long long channel = column + e * HALFSTEP_LANES + lane;
    changes[channel * stride + row] = changeOf(group.at(e), limit, grid, kind, maxCode);
  }
  if (lane == 0) {
    refuseBeyondFloat(high - low, report);
    limits[index] = limit;
  }
}

#define CLIP_CHANGES(NAME, GROUP)                                                                \
  extern "C" __global__ void NAME(                                                               \
      const float* w, float* changes, float* limits, int* report, int rows, int columns,         \
      int size, int stride, float factor, int kind, float maxCode, float middle) {               \
    changesOfGroups<GROUP>(                                                                      \
        w, changes, limits, report, rows, columns, size, stride, factor, kind, maxCode, middle); \
  }

CLIP_CHANGES(clip_changes_32, GroupInRegisters<2>)
CLIP_CHANGES(clip_changes_64, GroupInRegisters<4>)
CLIP_CHANGES(clip_changes_128, GroupInRegisters<8>)
CLIP_CHANGES(clip_changes_any, GroupInMemory)

static __device__ __forceinline__ void addChange(float change, const float4& g, float* sums) {
  sums[0] = fmaf(change, g.x, sums[0]);
  sums[1] = fmaf(change, g.y, sums[1]);
  sums[2] = fmaf(change, g.z, sums[2]);
  sums[3] = fmaf(change, g.w, sums[3]);
}

extern "C" __global__ void __launch_bounds__(CLIP_THREADS) clip_errors(
    const float* changes, const float* grams, float* errors, int first, int count, int perRow,
    int size, int stride, int padded) {
  int row = first + blockIdx.x * CLIP_ROWS + threadIdx.x;
  int end = first + count;
  const float* d = changes + (long long)blockIdx.y * size * stride + row;
  const float* g = grams + (long long)blockIdx.y * size * padded;
  double total = 0.0;
  double other = 0.0;
  for (int j = 0; j < size; j += CLIP_COLUMNS) {
    float sums[CLIP_COLUMNS] = {};
    float others[CLIP_COLUMNS] = {};
    for (int k = 0; k < size; k++) {
      // G is symmetric: its line k holds what channel k has with the channels j and on
      const float4* line = reinterpret_cast<const float4*>(g + (long long)k * padded + j);
      float change = d[(long long)k * stride];
      float second = d[(long long)k * stride + CLIP_THREADS];
#pragma unroll
      for (int v = 0; v < CLIP_COLUMNS / 4; v++) {
        float4 next = line[v];
        addChange(change, next, sums + 4 * v);
        addChange(second, next, others + 4 * v);
      }
    }
#pragma unroll
    for (int i = 0; i < CLIP_COLUMNS; i++) {
      if (j + i < size) {
        long long at = (long long)(j + i) * stride;
        total += (double)d[at] * sums[i];
        other += (double)d[at + CLIP_THREADS] * others[i];
      }
    }
  }
  if (row < end) {
    errors[(long long)row * perRow + blockIdx.y] = errorOf(total);
  }
  if (row + CLIP_THREADS < end) {
    errors[(long long)(row + CLIP_THREADS) * perRow + blockIdx.y] = errorOf(other);
  }
}

extern "C" __global__ void clip_errors_few(
    const float* changes, const float* grams, float* errors, int first, int count, int perRow,
    int size, int stride, int padded) {
  int index = (int)((blockIdx.x * blockDim.x + threadIdx.x) / WARP);
  int lane = threadIdx.x % WARP;
  if (index >= count * perRow) {
    return;
  }
  int row = first + index / perRow;
  int group = index % perRow;
  const float* d = changes + (long long)group * size * stride + row;
  const float* g = grams + (long long)group * size * padded;
  double total = 0.0;
  for (int j = 0; j < size; j++) {
    float sum = 0.0f;
    for (int k = lane; k < size; k += WARP) {
      sum = fmaf(d[(long long)k * stride], g[(long long)k * padded + j], sum);
    }
    sum += __shfl_xor_sync(ALL_LANES, sum, 16);
    sum = folded(sum, ALL_LANES);
    total += (double)d[(long long)j * stride] * sum;
  }
  if (lane == 0) {
    errors[(long long)row * perRow + group] = errorOf(total);
  }
}

extern "C" __global__ void clip_changes_naive(
    const float* w, float* changes, float* limits, int* report, int rows, int columns, int size,
    int stride, float factor, int kind, float maxCode, float middle) {
  int index = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  int perRow = columns / size;
  int row = index / perRow;
  if (row >= rows) {
    return;
  }
  int column = index % perRow * size;
  const float* group = w + (long long)row * columns + column;
  float limit = 0.0f;
  for (int i = 0; i < size; i++) {
    limit = fmaxf(limit, fabsf(group[i]));
  }
  limit *= factor;
  float low = clamped(group[0], limit);
  float high = low;
  for (int i = 1; i < size; i++) {
    low = fminf(low, clamped(group[i], limit));
    high = fmaxf(high, clamped(group[i], limit));
  }
  Grid grid = gridOf(low, high, kind, maxCode, middle);
  for (int i = 0; i < size; i++) {
    long long at = (long long)(column + i) * stride + row;
    changes[at] = changeOf(group[i], limit, grid, kind, maxCode);
  }
  refuseBeyondFloat(high - low, report);
  limits[index] = limit;
}

// lanes: 1, or 32 for rows whose product core takes in lanes.
extern "C" __global__ void clip_errors_naive(
    const float* changes, const float* grams, float* errors, int first, int count, int perRow,
    int size, int stride, int padded, int lanes) {
  int index = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (index >= count * perRow) {
    return;
  }
  int row = first + index / perRow;
  int group = index % perRow;
  const float* d = changes + (long long)group * size * stride + row;
  const float* g = grams + (long long)group * size * padded;
  double total = 0.0;
  for (int j = 0; j < size; j++) {
    float sum[WARP] = {0};
    for (int k = 0; k < size; k++) {
      float term = g[(long long)j * padded + k];
      sum[k % lanes] = fmaf(d[(long long)k * stride], term, sum[k % lanes]);
    }
    for (int half = lanes / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        sum[lane] += sum[lane + half];
      }
    }
    total += (double)d[(long long)j * stride] * sum[0];
  }
  errors[(long long)row * perRow + group] = errorOf(total);
}
