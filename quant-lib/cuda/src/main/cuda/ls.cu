// Least squares: scale and zero of each group by turns with its codes, from six starting grids.
//
//   w           groups x size, group after group; not modified
//   importance  of each of the columns input channels, or one float that is not looked at
//   codes       groups x size, one byte each
//   scales      groups; w ~ (code - zero) * scale
//   zeros       groups, in code units
//   report      word HALFSTEP_REFUSED is set if a range is beyond float32
//   column      input channel of the first weight; the others follow, row after row
//   weighted    whether channels count as importance says; otherwise every weight counts as 1
//
// Launch: one half-warp a group, any number of threads that is a multiple of 32, enough blocks for
// all groups. ls_naive: one thread a group.
// Checked: codes, scales and zeros against core's LeastSquaresDirect, bit for bit.
#include "halfstep.cuh"

struct Fit {
  float scale;
  float zero;
  float error;   // sum of h * (w - w^)^2 with scale and zero
  float slope;   // the scale that is best for their codes, of any sign, or NaN
  float offset;  // and its zero
};

// The grid that spans a group's range, and narrower ones around its middle. Twin of core's
// LeastSquaresSolver.narrowScale and narrowZero.
static __device__ __forceinline__ Fit startOf(float low, float high, float maxCode, float span) {
  Grid grid = floatZeroGrid(low, high, maxCode);
  float middle = maxCode / 2.0f;
  bool whole = span == 1.0f;
  Fit fit;
  fit.scale = whole ? grid.scale : grid.scale * span;
  fit.zero = whole ? grid.zero : middle - (middle - grid.zero) / span;
  return fit;
}

static __device__ __forceinline__ bool isScale(float slope) {
  const float largest = 3.402823466e38f;
  return slope > 0.0f && slope <= largest && 1.0f / slope <= largest;
}

// A half-warp's group with the importance of its weights.
template <class Group>
struct Sums {
  const Group& group;
  const Group& importance;
  bool weighted;
  unsigned lanes;
  float total;
  float mean;

  __device__ __forceinline__ Sums(
      const Group& group, const Group& importance, bool weighted, int size, unsigned lanes)
      : group(group), importance(importance), weighted(weighted), lanes(lanes) {
    float h = 0.0f;
    float hw = 0.0f;
#pragma unroll
    for (int e = 0; e < group.count(); e++) {
      h += weight(e);
      hw += weight(e) * group.at(e);
    }
    total = weighted ? folded(h, lanes) : (float)size;
    mean = folded(hw, lanes) / total;
  }

  __device__ __forceinline__ float weight(int e) const { return weighted ? importance.at(e) : 1.0f; }

  // Codes for scale and zero, their error, and the line of least squares through them.
  __device__ __forceinline__ void round(Fit* fit, float maxCode) const {
    float inverse = 1.0f / fit->scale;
    float error = 0.0f;
    float sum = 0.0f;
#pragma unroll
    for (int e = 0; e < group.count(); e++) {
      // q = clamp(round(w/s + z), 0, Q)
      float q = nearestCode(group.at(e) * inverse + fit->zero, maxCode);
      float r = group.at(e) - (q - fit->zero) * fit->scale;
      error += weight(e) * r * r;
      sum += weight(e) * q;
    }
    fit->error = folded(error, lanes);
    float meanCode = folded(sum, lanes) / total;
    float variance = 0.0f;
    float covariance = 0.0f;
#pragma unroll
    for (int e = 0; e < group.count(); e++) {
      float q = nearestCode(group.at(e) * inverse + fit->zero, maxCode) - meanCode;
      float weightedCode = weight(e) * q;
      variance += weightedCode * q;
      covariance += weightedCode * (group.at(e) - mean);
    }
    // s = cov(q, w) / var(q),  z = mean q - mean w / s
    fit->slope = folded(covariance, lanes) / folded(variance, lanes);
    fit->offset = meanCode - mean / fit->slope;
  }
};

// Shares of a group's range that the starting grids span. Twin of core's LeastSquaresSolver.SPANS.
static __device__ __forceinline__ float spanOf(int start) {
  return start == 0   ? 1.0f
         : start == 1 ? 0.9f
         : start == 2 ? 0.8f
         : start == 3 ? 0.7f
         : start == 4 ? 0.6f
                      : 0.5f;
}

// The best of all starts. Rounder rounds one group: a half-warp's, or one thread's.
template <class Rounder>
static __device__ __forceinline__ Fit bestOf(
    const Rounder& rounder, float low, float high, float maxCode, int rounds) {
  Fit best = startOf(low, high, maxCode, 1.0f);
  best.error = 0.0f;
#pragma unroll 1
  for (int start = 0; start < 6; start++) {
    Fit fit = startOf(low, high, maxCode, spanOf(start));
    for (int round = 0;; round++) {
      rounder.round(&fit, maxCode);
      bool elsewhere = fit.slope != fit.scale || fit.offset != fit.zero;
      bool moves = round < rounds && isScale(fit.slope) && elsewhere;
      // a narrower grid is a candidate only if its rounds go nowhere
      bool candidate = start == 0 || round > 0 || !moves;
      if ((start == 0 && round == 0) || (candidate && fit.error < best.error)) {
        best = fit;
      }
      if (!moves) {
        break;
      }
      fit.scale = fit.slope;
      fit.zero = fit.offset;
    }
  }
  return best;
}

template <class Group>
static __device__ __forceinline__ void solveGroups(
    const float* w, const float* importance, unsigned char* codes, float* scales, float* zeros,
    int* report, int groups, int size, int columns, int column, int weighted, int rounds,
    float maxCode) {
  int index = (int)((blockIdx.x * blockDim.x + threadIdx.x) / HALFSTEP_LANES);
  if (index >= groups) {
    return;
  }
  int lane = threadIdx.x % HALFSTEP_LANES;
  long long first = (long long)index * size;
  int from = (int)((column + first) % columns);
  Group group(w + first, size, lane);
  Group own(weighted ? importance + from : w + first, size, lane);
  float low;
  float high;
  range(group, halfWarp(), &low, &high);
  Sums<Group> sums(group, own, weighted, size, halfWarp());
  Fit best = bestOf(sums, low, high, maxCode, rounds);
  float inverse = 1.0f / best.scale;
#pragma unroll
  for (int e = 0; e < group.count(); e++) {
    float q = nearestCode(group.at(e) * inverse + best.zero, maxCode);
    codes[first + e * HALFSTEP_LANES + lane] = (unsigned char)q;
  }
  if (lane == 0) {
    refuseBeyondFloat(high - low, report);
    scales[index] = best.scale;
    zeros[index] = best.zero;
  }
}

#define LS(NAME, GROUP)                                                                          \
  extern "C" __global__ void NAME(                                                               \
      const float* w, const float* importance, unsigned char* codes, float* scales,              \
      float* zeros, int* report, int groups, int size, int columns, int column, int weighted,    \
      int rounds, float maxCode) {                                                               \
    solveGroups<GROUP>(                                                                          \
        w, importance, codes, scales, zeros, report, groups, size, columns, column, weighted,    \
        rounds, maxCode);                                                                        \
  }

LS(ls_32, GroupInRegisters<2>)
LS(ls_64, GroupInRegisters<4>)
LS(ls_128, GroupInRegisters<8>)
LS(ls_any, GroupInMemory)

// One thread's group: 16 sums side by side, folded as 16 lanes fold them.
struct NaiveSums {
  const float* w;
  const float* h;
  int size;
  float total;
  float mean;

  __device__ float weight(int i) const { return h ? h[i] : 1.0f; }

  __device__ NaiveSums(const float* w, const float* h, int size) : w(w), h(h), size(size) {
    float sum[HALFSTEP_LANES] = {0};
    float weighted[HALFSTEP_LANES] = {0};
    for (int i = 0; i < size; i++) {
      sum[i % HALFSTEP_LANES] += weight(i);
      weighted[i % HALFSTEP_LANES] += weight(i) * w[i];
    }
    total = h ? foldedByOne(sum) : (float)size;
    mean = foldedByOne(weighted) / total;
  }

  __device__ void round(Fit* fit, float maxCode) const {
    float error[HALFSTEP_LANES] = {0};
    float sum[HALFSTEP_LANES] = {0};
    float variance[HALFSTEP_LANES] = {0};
    float covariance[HALFSTEP_LANES] = {0};
    float inverse = 1.0f / fit->scale;
    for (int i = 0; i < size; i++) {
      float q = nearestCode(w[i] * inverse + fit->zero, maxCode);
      float r = w[i] - (q - fit->zero) * fit->scale;
      error[i % HALFSTEP_LANES] += weight(i) * r * r;
      sum[i % HALFSTEP_LANES] += weight(i) * q;
    }
    fit->error = foldedByOne(error);
    float meanCode = foldedByOne(sum) / total;
    for (int i = 0; i < size; i++) {
      float q = nearestCode(w[i] * inverse + fit->zero, maxCode) - meanCode;
      variance[i % HALFSTEP_LANES] += weight(i) * q * q;
      covariance[i % HALFSTEP_LANES] += weight(i) * q * (w[i] - mean);
    }
    fit->slope = foldedByOne(covariance) / foldedByOne(variance);
    fit->offset = meanCode - mean / fit->slope;
  }
};

extern "C" __global__ void ls_naive(
    const float* w, const float* importance, unsigned char* codes, float* scales, float* zeros,
    int* report, int groups, int size, int columns, int column, int weighted, int rounds,
    float maxCode) {
  int index = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (index >= groups) {
    return;
  }
  long long first = (long long)index * size;
  const float* group = w + first;
  float low;
  float high;
  rangeByOne(group, size, &low, &high);
  NaiveSums sums(group, weighted ? importance + (column + first) % columns : nullptr, size);
  Fit best = bestOf(sums, low, high, maxCode, rounds);
  float inverse = 1.0f / best.scale;
  for (int i = 0; i < size; i++) {
    float q = nearestCode(group[i] * inverse + best.zero, maxCode);
    codes[first + i] = (unsigned char)q;
  }
  refuseBeyondFloat(high - low, report);
  scales[index] = best.scale;
  zeros[index] = best.zero;
}
