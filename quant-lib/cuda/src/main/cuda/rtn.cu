// Round to nearest: each group's minimum and maximum span the codes, each weight takes the nearest.
//
//   w       groups x size, group after group; not modified
//   codes   groups x size, one byte each
//   scales  groups; w ~ (code - zero) * scale
//   zeros   groups, in code units
//   report  word HALFSTEP_REFUSED is set if a range is beyond float32
//   kind    0: float zeros (hqq's grid), 1: integer zeros (AWQ's), 2: symmetric, middle is the zero
//
// Launch: one half-warp a group, any number of threads that is a multiple of 32, enough blocks for
// all groups. rtn_naive: one thread a group.
// Checked: codes, scales and zeros against core's RoundToNearest, bit for bit.
#include "rounding.cuh"

template <class Group>
static __device__ __forceinline__ void roundGroups(
    const float* w, unsigned char* codes, float* scales, float* zeros, int* report, int groups,
    int size, int kind, float maxCode, float middle) {
  int index = (int)((blockIdx.x * blockDim.x + threadIdx.x) / HALFSTEP_LANES);
  if (index >= groups) {
    return;
  }
  int lane = threadIdx.x % HALFSTEP_LANES;
  long long first = (long long)index * size;
  Group group(w + first, size, lane);
  float low;
  float high;
  range(group, halfWarp(), &low, &high);
  Grid grid = gridOf(low, high, kind, maxCode, middle);
#pragma unroll
  for (int e = 0; e < group.count(); e++) {
    float code = codeOf(group.at(e), grid, kind, maxCode);
    codes[first + e * HALFSTEP_LANES + lane] = (unsigned char)code;
  }
  if (lane == 0) {
    refuseBeyondFloat(high - low, report);
    scales[index] = grid.scale;
    zeros[index] = grid.zero;
  }
}

#define RTN(NAME, GROUP)                                                                         \
  extern "C" __global__ void NAME(                                                               \
      const float* w, unsigned char* codes, float* scales, float* zeros, int* report,            \
      int groups, int size, int kind, float maxCode, float middle) {                             \
    roundGroups<GROUP>(                                                                          \
        w, codes, scales, zeros, report, groups, size, kind, maxCode, middle);                   \
  }

RTN(rtn_32, GroupInRegisters<2>)
RTN(rtn_64, GroupInRegisters<4>)
RTN(rtn_128, GroupInRegisters<8>)
RTN(rtn_any, GroupInMemory)

extern "C" __global__ void rtn_naive(
    const float* w, unsigned char* codes, float* scales, float* zeros, int* report, int groups,
    int size, int kind, float maxCode, float middle) {
  int index = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (index >= groups) {
    return;
  }
  const float* group = w + (long long)index * size;
  float low;
  float high;
  rangeByOne(group, size, &low, &high);
  Grid grid = gridOf(low, high, kind, maxCode, middle);
  for (int i = 0; i < size; i++) {
    codes[(long long)index * size + i] = (unsigned char)codeOf(group[i], grid, kind, maxCode);
  }
  refuseBeyondFloat(high - low, report);
  scales[index] = grid.scale;
  zeros[index] = grid.zero;
}
