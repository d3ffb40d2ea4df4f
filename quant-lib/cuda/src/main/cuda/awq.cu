// Losses of AWQ's scales, of layers that are judged by their own output. Needs sm_80.
//
//   E = W - RTN(W * diag(s)) * diag(s)^-1,   loss = sum over rows of e * G * e^T / (tokens * rows)
//
// with G = X^T * X of the inputs, which gram.cu made G = D * (L + L^T) * D of: d are the lengths of X's
// columns, L lies below the diagonal and is 1/2 on it, so e * G * e^T = 2 * sum of (f * L) o f, f = e * D.
// A ratio multiplies D by a power of two so that no f is beyond a half float's range; what is 2^-28 of
// the bound keeps its 11 bits.
//
//   w         rows x columns; not modified
//   scales    ratios x columns: s
//   largest   columns: the largest |w| of each
//   lengths   columns: d
//   factors   ratios x columns: d times the ratio's power of two, what f is made with
//   down      ratios: what undoes the power of two
//   errors    ratios x padded rows x side half floats as squares (see squares.cuh); padded rows are a
//             multiple of 128, and what is beyond rows and columns must be 0 before
//   gram      side x side half floats as squares: L
//   partial   gridDim.y x gridDim.x: a sum of (f * L) o f of each patch; overwritten
//   kind      of grid, as for rtn.cu
//
// Launch: awq_factors: a block of 1024 threads a ratio, 256 bytes shared. awq_errors_S: a half-warp a
// group, grid y ratios from `first` on. awq_losses: 256 threads, shared as addProduct says; grid x a
// patch of 128 rows of all ratios' errors, y 256 columns, the last first, for they have most to do.
// awq_errors_naive: a thread a group; awq_losses_naive: a thread a row.
// Checked: against core's AwqScaleSearch within half floats' rounding, 1e-3 of the loss.
#include "rounding.cuh"
#include "squares.cuh"

// The largest of all lanes of a block of 32 warps.
static __device__ __forceinline__ float mostOfBlock(float lane, float* maxima) {
  for (int other = 16; other > 0; other /= 2) {
    lane = fmaxf(lane, __shfl_xor_sync(0xffffffffu, lane, other));
  }
  __syncthreads();
  maxima[threadIdx.x / 32] = lane;
  __syncthreads();
  for (int i = 0; i < blockDim.x / 32; i++) {
    lane = fmaxf(lane, maxima[i]);
  }
  return lane;
}

extern "C" __global__ void awq_factors(
    const float* scales, const float* largest, const float* lengths, float* factors, float* down,
    int columns) {
  extern __shared__ float4 shared[];
  float* maxima = reinterpret_cast<float*>(shared);
  const float* s = scales + (long long)blockIdx.x * columns;
  float weight = 0.0f;  // the largest of |w| * s
  float length = 0.0f;  // the largest of d / s
  for (int j = threadIdx.x; j < columns; j += blockDim.x) {
    weight = fmaxf(weight, largest[j] * s[j]);
    length = fmaxf(length, lengths[j] / s[j]);
  }
  weight = mostOfBlock(weight, maxima);
  length = mostOfBlock(length, maxima);
  // |w * s - RTN| is at most |w * s| and twice the largest of its group, whose range is 1e-5 at least
  float bound = (3.0f * weight + 1e-5f) * length;
  int exponent = __float_as_int(bound) >> 23;
  exponent = exponent < 16 ? 16 : exponent > 250 ? 250 : exponent;
  float up = __int_as_float((267 - exponent) << 23);
  for (int j = threadIdx.x; j < columns; j += blockDim.x) {
    factors[(long long)blockIdx.x * columns + j] = lengths[j] * up;
  }
  if (threadIdx.x == 0) {
    down[blockIdx.x] = __int_as_float((exponent - 13) << 23);
  }
}

// A group's weights and their scales, a lane's part of them in registers.
template <int E>
struct ScaledInRegisters {
  float w[E];
  float s[E];

  __device__ __forceinline__ ScaledInRegisters(
      const float* weights, const float* scales, int size, int lane) {
#pragma unroll
    for (int e = 0; e < E; e++) {
      w[e] = weights[e * HALFSTEP_LANES + lane];
      s[e] = scales[e * HALFSTEP_LANES + lane];
    }
  }
  static __device__ __forceinline__ int count() { return E; }
  __device__ __forceinline__ float weight(int e) const { return w[e]; }
  __device__ __forceinline__ float scale(int e) const { return s[e]; }
  __device__ __forceinline__ float at(int e) const { return w[e] * s[e]; }
};

// The same of a group of any size, read anew each time.
struct ScaledInMemory {
  const float* w;
  const float* s;
  int elements;

  __device__ __forceinline__ ScaledInMemory(
      const float* weights, const float* scales, int size, int lane)
      : w(weights + lane), s(scales + lane),
        elements((size - lane + HALFSTEP_LANES - 1) / HALFSTEP_LANES) {}
  __device__ __forceinline__ int count() const { return elements; }
  __device__ __forceinline__ float weight(int e) const { return w[e * HALFSTEP_LANES]; }
  __device__ __forceinline__ float scale(int e) const { return s[e * HALFSTEP_LANES]; }
  __device__ __forceinline__ float at(int e) const { return weight(e) * scale(e); }
};

template <class Group>
static __device__ __forceinline__ void roundingErrors(
    const float* w, const float* scales, const float* factors, unsigned short* errors, int rows,
    int columns, int size, int first, int kind, float maxCode, float middle, int along) {
  int index = (int)((blockIdx.x * blockDim.x + threadIdx.x) / HALFSTEP_LANES);
  int perRow = columns / size;
  int row = index / perRow;
  if (row >= rows) {
    return;
  }
  int lane = threadIdx.x % HALFSTEP_LANES;
  int column = index % perRow * size;
  long long ratio = (long long)(first + blockIdx.y) * columns + column;
  Group group(w + (long long)row * columns + column, scales + ratio, size, lane);
  float low;
  float high;
  range(group, halfWarp(), &low, &high);
  Grid grid = gridOf(low, high, kind, maxCode, middle);
  int patches = PATCH_A * SQUARE;
  int below = blockIdx.y * ((rows + patches - 1) / patches * patches);
#pragma unroll
  for (int e = 0; e < group.count(); e++) {
    int at = e * HALFSTEP_LANES + lane;
    float rounded = (codeOf(group.at(e), grid, kind, maxCode) - grid.zero) * grid.scale;
    float error = (group.weight(e) - rounded / group.scale(e)) * factors[ratio + at];
    errors[placeInSquares(below + row, column + at, along)] = (unsigned short)halfPair(error, 0.0f);
  }
}

#define AWQ_ERRORS(NAME, GROUP)                                                                  \
  extern "C" __global__ void NAME(                                                               \
      const float* w, const float* scales, const float* factors, unsigned short* errors,         \
      int rows, int columns, int size, int first, int kind, float maxCode, float middle,         \
      int along) {                                                                               \
    roundingErrors<GROUP>(                                                                       \
        w, scales, factors, errors, rows, columns, size, first, kind, maxCode, middle, along);   \
  }

AWQ_ERRORS(awq_errors_32, ScaledInRegisters<2>)
AWQ_ERRORS(awq_errors_64, ScaledInRegisters<4>)
AWQ_ERRORS(awq_errors_128, ScaledInRegisters<8>)
AWQ_ERRORS(awq_errors_any, ScaledInMemory)

extern "C" __global__ void __launch_bounds__(PATCH_THREADS, 1) awq_losses(
    const float4* errors, const float4* gram, float* partial, int along) {
  extern __shared__ float4 shared[];
  int row = blockIdx.x * PATCH_A;
  int column = (gridDim.y - 1 - blockIdx.y) * PATCH_B;
  WarpPatch patch = {};
  patch.addProduct(shared, Squares(errors, along, row), Squares(gram, along, column), 0, column + PATCH_B);
  int lane = threadIdx.x % 32;
  float sum = 0.0f;
#pragma unroll
  for (int m = 0; m < 4; m++) {
    Squares own(errors, along, row + WarpPatch::row() + m);
#pragma unroll
    for (int n = 0; n < 4; n++) {
      uint4 f = reinterpret_cast<const uint4*>(
          own.at)[(column + WarpPatch::column() + n) * SQUARE_VECTORS + lane];
      const unsigned words[4] = {f.x, f.y, f.z, f.w};
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const float* c = patch.c[m][2 * n + i / 2] + 2 * (i % 2);
        sum = fmaf(c[0], fromHalf(words[i]), sum);
        sum = fmaf(c[1], fromHalf(words[i] >> 16), sum);
      }
    }
  }
  for (int other = 16; other > 0; other /= 2) {
    sum += __shfl_xor_sync(0xffffffffu, sum, other);
  }
  float* sums = reinterpret_cast<float*>(shared);
  __syncthreads();
  if (lane == 0) {
    sums[threadIdx.x / 32] = sum;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    float total = 0.0f;
    for (int warp = 0; warp < PATCH_THREADS / 32; warp++) {
      total += sums[warp];
    }
    partial[(long long)blockIdx.y * gridDim.x + blockIdx.x] = total;
  }
}

extern "C" __global__ void awq_errors_naive(
    const float* w, const float* s, float* errors, int rows, int columns, int size, int kind,
    float maxCode, float middle) {
  long long group = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  int perRow = columns / size;
  if (group >= (long long)rows * perRow) {
    return;
  }
  const float* own = w + group * size;
  const float* scales = s + group % perRow * size;
  float low = 3.402823466e38f;
  float high = -3.402823466e38f;
  for (int i = 0; i < size; i++) {
    low = fminf(low, own[i] * scales[i]);
    high = fmaxf(high, own[i] * scales[i]);
  }
  Grid grid = gridOf(low, high, kind, maxCode, middle);
  for (int i = 0; i < size; i++) {
    float code = codeOf(own[i] * scales[i], grid, kind, maxCode);
    errors[group * size + i] = own[i] - (code - grid.zero) * grid.scale / scales[i];
  }
}

extern "C" __global__ void awq_losses_naive(
    const float* errors, const float* g, float* losses, int rows, int columns) {
  int row = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (row >= rows) {
    return;
  }
  const float* e = errors + (long long)row * columns;
  float loss = 0.0f;
  for (int i = 0; i < columns; i++) {
    float product = 0.0f;
    for (int j = 0; j < columns; j++) {
      product += g[(long long)i * columns + j] * e[j];
    }
    loss += e[i] * product;
  }
  losses[row] = loss;
}
