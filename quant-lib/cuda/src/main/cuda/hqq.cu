// Half-quadratic quantization: all half-steps of each group, its weights in registers.
//
//   w         groups x size, group after group; not modified
//   schedule  2 x iterations: 1/beta of each half-step, then the |residual| up to which its
//             shrinkage gives 0
//   codes     groups x size, one byte each
//   scales    groups; w ~ (code - zero) * scale
//   zeros     groups, in code units
//   report    words HALFSTEP_SETTLED, where the largest of all groups is kept, and HALFSTEP_REFUSED
//   errors    blocks x iterations, 0 before: sum of |w - w^| before each half-step, group after
//             group; a block is perBlock groups, as core's Grouping cuts them
//   chunk     groups whose errors lie in shared memory at a time, a multiple of a block's half-warps
//
// Launch: a thread block per block of groups, 256 threads, chunk * iterations floats of shared
// memory. A half-warp solves one group after another: element i is lane i mod 16's, so a group of 64
// is four registers, and every sum is taken in the one order of core's Sums. hqq_naive: one thread
// a group, errors groups x iterations in float.
// Two shortcuts are exact, as in core's HqqDirect: inside the dead zone no power is taken, and a
// group whose zero stands still below the last threshold is done.
// Checked: codes, scales and zeros against core's HqqDirect, bit for bit, the power included: it is
// core's LpRoot, additions and multiplications in a written order.
#include "halfstep.cuh"

// core's HqqPlan.ROUNDING
#define ROUNDING 5e-7f

// x^e for x > 0 and -1 <= e <= 0. Twin of core's LpRoot.
static __device__ float lpRoot(float x, float exponent) {
  int bits = __float_as_int(x);
  int n = (bits - 0x3f3504f3) >> 23;
  float m = __int_as_float(bits - n * (1 << 23));
  float s = (m - 1.0f) / (m + 1.0f);
  float s2 = s * s;
  float p = ((((1.0f / 9) * s2 + 1.0f / 7) * s2 + 1.0f / 5) * s2 + 1.0f / 3) * s2 + 1.0f;
  float y = (p * s * 2.885390082f + (float)n) * exponent;
  float shifted = y + HALFSTEP_SHIFT;
  float f = (y - (shifted - HALFSTEP_SHIFT)) * 0.693147181f;
  float sum = (1.0f / 5040) * f + 1.0f / 720;
  sum = ((sum * f + 1.0f / 120) * f + 1.0f / 24) * f + 1.0f / 6;
  sum = ((sum * f + 0.5f) * f + 1.0f) * f + 1.0f;
  unsigned k = (unsigned)__float_as_int(shifted) << 23;
  return __int_as_float((int)((unsigned)__float_as_int(sum) + k));
}

// S(r) = sign(r) * max(|r| - |r|^(p-1) / beta, 0). Twin of core's ShrinkLp.
static __device__ float shrink(float r, float inverseBeta, float quietUpTo, float exponent) {
  float magnitude = fabsf(r);
  if (!(magnitude > quietUpTo)) {
    return 0.0f;
  }
  return copysignf(fmaxf(magnitude - inverseBeta * lpRoot(magnitude, exponent), 0.0f), r);
}

struct Plan {
  const float* inverseBeta;
  const float* quietUpTo;
  int size;
  int iterations;
  float maxCode;
  float exponent;
  int roundZero;
};

static __device__ __forceinline__ Plan planOf(
    const float* schedule, int size, int iterations, float maxCode, float exponent,
    int roundZero) {
  Plan plan = {schedule, schedule + iterations, size, iterations, maxCode, exponent, roundZero};
  return plan;
}

// Residuals up to this are inside the dead zone, whatever rounding did to them.
static __device__ __forceinline__ float quiet(const Plan& plan, int k, float magnitude) {
  float threshold = plan.quietUpTo[k];
  return threshold - ROUNDING * (magnitude + threshold);
}

// The mean of a group; core divides by powers of two exactly by multiplying.
static __device__ __forceinline__ float mean(float sum, int size) {
  return (size & (size - 1)) == 0 ? sum * (1.0f / size) : sum / size;
}

struct State {
  float inverse;
  float scale;
  float zero;
  int settled;
};

static __device__ __forceinline__ State startOf(float low, float high, const Plan& plan) {
  Grid grid = floatZeroGrid(low, high, plan.maxCode);
  float zero = plan.roundZero ? rintf(grid.zero) : grid.zero;
  State state = {grid.inverse, grid.scale, zero, plan.iterations};
  return state;
}

// Sums over a lane's part: of q - w*t, of |w - w^|, and the largest |w - w^|.
template <class Group>
static __device__ __forceinline__ void recentre(
    const Group& group, const State& state, float maxCode, float* target, float* error,
    float* largest) {
  *target = 0.0f;
  *error = 0.0f;
  *largest = 0.0f;
#pragma unroll
  for (int e = 0; e < group.count(); e++) {
    float scaled = group.at(e) * state.inverse;
    float q = nearestCode(scaled + state.zero, maxCode);
    float r = fabsf(group.at(e) - (q - state.zero) * state.scale);
    *target += q - scaled;
    *error += r;
    *largest = fmaxf(*largest, r);
  }
}

// The zero that one weight alone would like: q - (w - e) * t,  e = S(w - (q - z) / t).
static __device__ __forceinline__ float wish(
    float w, const State& state, const Plan& plan, int k) {
  float q = nearestCode(w * state.inverse + state.zero, plan.maxCode);
  float r = w - (q - state.zero) / state.inverse;
  float e = shrink(r, plan.inverseBeta[k], plan.quietUpTo[k], plan.exponent);
  return q - (w - e) * state.inverse;
}

template <class Group>
static __device__ __forceinline__ float wishes(
    const Group& group, const State& state, const Plan& plan, int k) {
  float target = 0.0f;
#pragma unroll
  for (int e = 0; e < group.count(); e++) {
    target += wish(group.at(e), state, plan, k);
  }
  return target;
}

// All half-steps of one group; errors[k] is that of the group before half-step k.
template <class Group>
static __device__ __forceinline__ State solved(
    const Group& group, const Plan& plan, unsigned lanes, float* errors, int* report) {
  float low;
  float high;
  range(group, lanes, &low, &high);
  State state = startOf(low, high, plan);
  bool first = threadIdx.x % HALFSTEP_LANES == 0;
  if (first) {
    refuseBeyondFloat(high - low, report);
  }
  float magnitude = fmaxf(fabsf(low), fabsf(high));
  for (int k = 0; k < plan.iterations; k++) {
    float target;
    float error;
    float largest;
    recentre(group, state, plan.maxCode, &target, &error, &largest);
    error = folded(error, lanes);
    largest = most(largest, lanes);
    bool inert = largest <= quiet(plan, k, magnitude);
    if (!inert) {
      target = wishes(group, state, plan, k);
    }
    // z' = mean over the group of [ q - (w - e) * t ]
    float next = mean(folded(target, lanes), plan.size);
    bool stands = __float_as_int(next) == __float_as_int(state.zero);
    bool settles = inert && stands && largest <= quiet(plan, plan.iterations - 1, magnitude);
    if (first) {
      errors[k] = error;
      for (int later = k + 1; settles && later < plan.iterations; later++) {
        errors[later] = error;
      }
    }
    state.zero = next;
    if (settles) {
      state.settled = k;
      break;
    }
  }
  return state;
}

template <class Group>
static __device__ __forceinline__ void solveBlock(
    const float* w, const Plan& plan, unsigned char* codes, float* scales, float* zeros,
    int* report, double* errors, int groups, int perBlock, int chunk) {
  extern __shared__ float groupErrors[];
  int half = threadIdx.x / HALFSTEP_LANES;
  int halves = blockDim.x / HALFSTEP_LANES;
  int lane = threadIdx.x % HALFSTEP_LANES;
  int begin = blockIdx.x * perBlock;
  int end = begin + perBlock < groups ? begin + perBlock : groups;
  double* sums = errors + (long long)blockIdx.x * plan.iterations;
  for (int from = begin; from < end; from += chunk) {
    int to = from + chunk < end ? from + chunk : end;
    for (int index = from + half; index < to; index += halves) {
      long long at = (long long)index * plan.size;
      Group group(w + at, plan.size, lane);
      float* own = groupErrors + (index - from) * plan.iterations;
      State state = solved(group, plan, halfWarp(), own, report);
#pragma unroll
      for (int e = 0; e < group.count(); e++) {
        float q = nearestCode(group.at(e) * state.inverse + state.zero, plan.maxCode);
        codes[at + e * HALFSTEP_LANES + lane] = (unsigned char)q;
      }
      if (lane == 0) {
        scales[index] = state.scale;
        zeros[index] = state.zero;
        if (state.settled > report[HALFSTEP_SETTLED]) {
          atomicMax(report + HALFSTEP_SETTLED, state.settled);
        }
      }
    }
    __syncthreads();
    // one half-step a thread, group after group: the order in which core adds them
    for (int k = threadIdx.x; k < plan.iterations; k += blockDim.x) {
      double sum = sums[k];
      for (int g = 0; g < to - from; g++) {
        sum += (double)groupErrors[g * plan.iterations + k];
      }
      sums[k] = sum;
    }
    __syncthreads();
  }
}

#define HQQ(NAME, GROUP)                                                                         \
  extern "C" __global__ void NAME(                                                               \
      const float* w, const float* schedule, unsigned char* codes, float* scales, float* zeros,  \
      int* report, double* errors, int groups, int size, int perBlock, int chunk,                \
      int iterations, float maxCode, float exponent, int roundZero) {                            \
    Plan plan = planOf(schedule, size, iterations, maxCode, exponent, roundZero);                \
    solveBlock<GROUP>(w, plan, codes, scales, zeros, report, errors, groups, perBlock, chunk);   \
  }

HQQ(hqq_32, GroupInRegisters<2>)
HQQ(hqq_64, GroupInRegisters<4>)
HQQ(hqq_128, GroupInRegisters<8>)
HQQ(hqq_any, GroupInMemory)

extern "C" __global__ void hqq_naive(
    const float* w, const float* schedule, unsigned char* codes, float* scales, float* zeros,
    float* errors, int groups, int size, int iterations, float maxCode, float exponent,
    int roundZero) {
  int index = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (index >= groups) {
    return;
  }
  const float* group = w + (long long)index * size;
  Plan plan = planOf(schedule, size, iterations, maxCode, exponent, roundZero);
  float low;
  float high;
  rangeByOne(group, size, &low, &high);
  State state = startOf(low, high, plan);
  for (int k = 0; k < iterations; k++) {
    float target[HALFSTEP_LANES] = {0};
    float error[HALFSTEP_LANES] = {0};
    for (int i = 0; i < size; i++) {
      float q = nearestCode(group[i] * state.inverse + state.zero, maxCode);
      error[i % HALFSTEP_LANES] += fabsf(group[i] - (q - state.zero) * state.scale);
      target[i % HALFSTEP_LANES] += wish(group[i], state, plan, k);
    }
    errors[(long long)index * iterations + k] = foldedByOne(error);
    state.zero = mean(foldedByOne(target), size);
  }
  for (int i = 0; i < size; i++) {
    float q = nearestCode(group[i] * state.inverse + state.zero, maxCode);
    codes[(long long)index * size + i] = (unsigned char)q;
  }
  scales[index] = state.scale;
  zeros[index] = state.zero;
}
