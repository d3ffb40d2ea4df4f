// What all kernels share. Compiled with --fmad=false: a product and a sum are rounded one after the
// other, as Java does it; where a fused one is wanted, fmaf says so.
#pragma once

// Adding it to a float of magnitude below 2^22 leaves no room for fractional bits.
#define HALFSTEP_SHIFT 12582912.0f

// The code nearest to x, 0 to most, ties to even. Twin of core's Rounding.code.
static __device__ __forceinline__ float nearestCode(float x, float most) {
  float clamped = fminf(fmaxf(x, 0.0f), most);
  return (clamped + HALFSTEP_SHIFT) - HALFSTEP_SHIFT;
}

#define WARP 32
#define ALL_LANES 0xffffffffu

// A group is the work of half a warp: 16 lanes, the lanes of core's Sums.
#define HALFSTEP_LANES 16

// The lanes of the caller's half-warp.
static __device__ __forceinline__ unsigned halfWarp() {
  return 0xffffu << (threadIdx.x & 16);
}

// Sixteen lanes folded 16, 8, 4, 2, 1: the same sum in every lane. Twin of core's Sums.folded, for
// addition of two floats does not mind their order.
static __device__ __forceinline__ float folded(float lane, unsigned lanes) {
  lane += __shfl_xor_sync(lanes, lane, 8);
  lane += __shfl_xor_sync(lanes, lane, 4);
  lane += __shfl_xor_sync(lanes, lane, 2);
  lane += __shfl_xor_sync(lanes, lane, 1);
  return lane;
}

static __device__ __forceinline__ float least(float lane, unsigned lanes) {
  for (int other = 8; other > 0; other /= 2) {
    lane = fminf(lane, __shfl_xor_sync(lanes, lane, other));
  }
  return lane;
}

static __device__ __forceinline__ float most(float lane, unsigned lanes) {
  for (int other = 8; other > 0; other /= 2) {
    lane = fmaxf(lane, __shfl_xor_sync(lanes, lane, other));
  }
  return lane;
}

// A group whose part of one lane lies in E registers: 16 * E weights.
template <int E>
struct GroupInRegisters {
  float part[E];

  __device__ __forceinline__ GroupInRegisters(const float* w, int size, int lane) {
#pragma unroll
    for (int e = 0; e < E; e++) {
      part[e] = w[e * HALFSTEP_LANES + lane];
    }
  }
  static __device__ __forceinline__ int count() { return E; }
  __device__ __forceinline__ float at(int e) const { return part[e]; }
};

// A group of any size, read anew each time.
struct GroupInMemory {
  const float* part;
  int elements;

  __device__ __forceinline__ GroupInMemory(const float* w, int size, int lane)
      : part(w + lane), elements((size - lane + HALFSTEP_LANES - 1) / HALFSTEP_LANES) {}
  __device__ __forceinline__ int count() const { return elements; }
  __device__ __forceinline__ float at(int e) const { return part[e * HALFSTEP_LANES]; }
};

// Smallest and largest weight of a group, in every lane.
template <class Group>
static __device__ __forceinline__ void range(
    const Group& group, unsigned lanes, float* low, float* high) {
  float small = 3.402823466e38f;
  float large = -3.402823466e38f;
#pragma unroll
  for (int e = 0; e < group.count(); e++) {
    small = fminf(small, group.at(e));
    large = fmaxf(large, group.at(e));
  }
  *low = least(small, lanes);
  *high = most(large, lanes);
}

// The same sum of sixteen lanes that one thread keeps.
static __device__ float foldedByOne(const float* lanes) {
  float a = (lanes[0] + lanes[8]) + (lanes[4] + lanes[12]);
  float b = (lanes[1] + lanes[9]) + (lanes[5] + lanes[13]);
  float c = (lanes[2] + lanes[10]) + (lanes[6] + lanes[14]);
  float d = (lanes[3] + lanes[11]) + (lanes[7] + lanes[15]);
  return (a + c) + (b + d);
}

// Smallest and largest weight of a group, by one thread.
static __device__ void rangeByOne(const float* group, int size, float* low, float* high) {
  *low = group[0];
  *high = group[0];
  for (int i = 1; i < size; i++) {
    *low = fminf(*low, group[i]);
    *high = fmaxf(*high, group[i]);
  }
}

// w ~ (code - zero) * scale; weights are multiplied by inverse, which was computed first.
struct Grid {
  float scale;
  float inverse;
  float zero;
};

// The grid that spans a group's range with any float as its zero. Twin of core's
// AffineGrid.floatZero.
static __device__ __forceinline__ Grid floatZeroGrid(float low, float high, float maxCode) {
  Grid grid;
  float width = high - low;
  // t = Q / (max - min),  z = -min * t
  grid.inverse = width <= 1e-4f ? 1.0f : fminf(maxCode / width, 2e4f);
  grid.scale = 1.0f / grid.inverse;
  grid.zero = -low * grid.inverse;
  return grid;
}

// Words of a report, before the sums of errors.
#define HALFSTEP_SETTLED 0  // the first state after which no zero of the tile moves
#define HALFSTEP_REFUSED 1  // not 0: some group's range is beyond float32

static __device__ __forceinline__ void refuseBeyondFloat(float width, int* report) {
  if (!(width <= 3.402823466e38f)) {
    report[HALFSTEP_REFUSED] = 1;
  }
}
