// Half floats in squares of 16 x 16, as tensor cores take them, and a patch of a product A * B^T of two
// such matrices by a block of threads.
//
//   square   32 vectors of 16 bytes, one a lane: with r = lane / 4 and j = lane % 4 the pairs
//            (r, 2j), (r + 8, 2j), (r, 2j + 8), (r + 8, 2j + 8)
//   matrix   rows of squares, `along` in each; what fills the last squares is 0
//   patch    128 rows of A times 256 rows of B: 8 warps, two rows of four, of 64 x 64 each
//
// For A of multiplyAdd a square is what a lane brings; for B it is two, of the upper eight rows and of
// the lower. So one order of memory serves both, and shared memory is read by whole vectors.
#pragma once

#include "async.cuh"
#include "mma.cuh"

#define SQUARE 16
#define SQUARE_VECTORS 32
#define PATCH_A 8   // rows of squares
#define PATCH_B 16
#define PATCH_THREADS 256
#define STEP_SQUARES 2  // that a step multiplies, of each row
#define STEP_VECTORS (STEP_SQUARES * SQUARE_VECTORS)
#define STEP_SPACE ((PATCH_A + PATCH_B) * STEP_VECTORS)
#define STEPS_AHEAD 3  // that are on their way to shared memory; one more is being multiplied

// Rows of squares: where they begin, and how far one is from the next in vectors.
struct Squares {
  const float4* at;
  long long stride;

  __device__ __forceinline__ Squares(const float4* matrix, int along, int row)
      : at(matrix + (long long)row * along * SQUARE_VECTORS),
        stride((long long)along * SQUARE_VECTORS) {}
};

// Where an element lies, counted in half floats.
static __device__ __forceinline__ long long placeInSquares(int row, int column, int along) {
  long long square = (long long)(row / SQUARE) * along + column / SQUARE;
  int lane = row % 8 * 4 + column % 8 / 2;
  int word = row % SQUARE / 8 + column % SQUARE / 8 * 2;
  return ((square * SQUARE_VECTORS + lane) * 4 + word) * 2 + column % 2;
}

// Begins to bring ROWS rows of squares to shared memory, from square `first` on.
template <int ROWS>
static __device__ __forceinline__ void copySquares(float4* to, const Squares& from, int first) {
#pragma unroll
  for (int i = 0; i < ROWS * STEP_VECTORS; i += PATCH_THREADS) {
    int at = i + threadIdx.x;
    copyAsync(
        to + at,
        from.at + at / STEP_VECTORS * from.stride + first * SQUARE_VECTORS + at % STEP_VECTORS);
  }
}

// The step's copies, one group of them, none beyond the last step.
static __device__ __forceinline__ void copyStep(
    float4* stages, const Squares& a, const Squares& b, int begin, int step, int steps) {
  if (step < steps) {
    float4* to = stages + step % (STEPS_AHEAD + 1) * STEP_SPACE;
    copySquares<PATCH_A>(to, a, begin + step * STEP_SQUARES);
    copySquares<PATCH_B>(to + PATCH_A * STEP_VECTORS, b, begin + step * STEP_SQUARES);
  }
  endCopies();
}

// A warp's 64 x 64 of a patch: c[m][n] is 16 x 8, as multiplyAdd leaves it.
struct WarpPatch {
  float c[4][8][4];

  // First row of squares of the warp, within its patch, and first column.
  static __device__ __forceinline__ int row() { return threadIdx.x / 32 % 2 * 4; }
  static __device__ __forceinline__ int column() { return threadIdx.x / 64 * 4; }

  __device__ __forceinline__ void add(const float4* stage) {
    const float4* rows = stage + row() * STEP_VECTORS + threadIdx.x % 32;
    const float4* columns = stage + (PATCH_A + column()) * STEP_VECTORS + threadIdx.x % 32;
#pragma unroll
    for (int k = 0; k < STEP_SQUARES; k++) {
      uint4 a[4];
      uint4 b[4];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        int at = i * STEP_VECTORS + k * SQUARE_VECTORS;
        a[i] = *reinterpret_cast<const uint4*>(rows + at);
        b[i] = *reinterpret_cast<const uint4*>(columns + at);
      }
#pragma unroll
      for (int m = 0; m < 4; m++) {
#pragma unroll
        for (int n = 0; n < 4; n++) {
          multiplyAdd(c[m][2 * n], a[m].x, a[m].y, a[m].z, a[m].w, b[n].x, b[n].z);
          multiplyAdd(c[m][2 * n + 1], a[m].x, a[m].y, a[m].z, a[m].w, b[n].y, b[n].w);
        }
      }
    }
  }

  // Adds A * B^T of the squares from begin to end, a multiple of STEP_SQUARES. Shared:
  // STEP_SPACE * (STEPS_AHEAD + 1) vectors.
  __device__ __forceinline__ void addProduct(
      float4* stages, const Squares& a, const Squares& b, int begin, int end) {
    int steps = (end - begin) / STEP_SQUARES;
    for (int step = 0; step < STEPS_AHEAD; step++) {
      copyStep(stages, a, b, begin, step, steps);
    }
#pragma unroll 1
    for (int step = 0; step < steps; step++) {
      // this step is here, and nobody reads any more what the next copies overwrite
      awaitCopiesBut<STEPS_AHEAD - 1>();
      __syncthreads();
      copyStep(stages, a, b, begin, step + STEPS_AHEAD, steps);
      add(stages + step % (STEPS_AHEAD + 1) * STEP_SPACE);
    }
  }
};
