// Tiles of A^T * B whose every element is one chain of fused multiply-adds in the order of the inner side,
// as core's Matmul takes a product of more than 16 rows. A and B lie inner index by inner index, their
// columns in multiples of CHAIN_TILE with what fills them up.
#pragma once

#define CHAIN_TILE 128
#define CHAIN_STEP 8
#define CHAIN_SHARED (2 * 2 * CHAIN_STEP * CHAIN_TILE * 4)

static __device__ __forceinline__ void spread(
    const float4& a, const float4& b, float sum[4][8], int at) {
  const float from[4] = {a.x, a.y, a.z, a.w};
  const float to[4] = {b.x, b.y, b.z, b.w};
#pragma unroll
  for (int r = 0; r < 4; r++) {
#pragma unroll
    for (int c = 0; c < 4; c++) {
      sum[r][at + c] = fmaf(from[r], to[c], sum[r][at + c]);
    }
  }
}

// What one of 256 threads keeps of a tile: 8 x 8 elements, four squares of 4 x 4, 64 rows and columns from
// each other, so that lanes side by side read vectors side by side.
struct ChainTile {
  float upper[4][8];
  float lower[4][8];

  // Rows and columns of element r, c within the tile.
  static __device__ __forceinline__ int row(int r) {
    return r / 4 * 64 + threadIdx.x / 16 * 4 + r % 4;
  }
  static __device__ __forceinline__ int column(int c) {
    return c / 4 * 64 + threadIdx.x % 16 * 4 + c % 4;
  }
  __device__ __forceinline__ float at(int r, int c) const {
    return r < 4 ? upper[r % 4][c] : lower[r % 4][c];
  }

  // Adds `count` terms to each chain. a and b point to the tile's first column of inner index 0;
  // strides are floats from one inner index to the next. While one step is multiplied, the next is on
  // its way. shared: CHAIN_SHARED bytes.
  __device__ __forceinline__ void addProduct(
      float4* shared, const float* a, int strideA, const float* b, int strideB, int count) {
    const int vectors = CHAIN_STEP * CHAIN_TILE / 4;
    float4* as = shared;
    float4* bs = shared + 2 * vectors;
    int column = threadIdx.x % 16;
    int line = threadIdx.x / 16;
    int step = threadIdx.x / 32;  // of a step, the inner index of which this thread copies a vector
    const float4* nextA =
        reinterpret_cast<const float4*>(a + (long long)step * strideA + threadIdx.x % 32 * 4);
    const float4* nextB =
        reinterpret_cast<const float4*>(b + (long long)step * strideB + threadIdx.x % 32 * 4);
    const float4 none = {0.0f, 0.0f, 0.0f, 0.0f};
    float4 comingA = step < count ? *nextA : none;
    float4 comingB = step < count ? *nextB : none;
    for (int begin = 0; begin < count; begin += CHAIN_STEP) {
      int half = begin / CHAIN_STEP % 2 * vectors;
      as[half + threadIdx.x] = comingA;
      bs[half + threadIdx.x] = comingB;
      __syncthreads();
      nextA += CHAIN_STEP * (strideA / 4);
      nextB += CHAIN_STEP * (strideB / 4);
      bool more = begin + CHAIN_STEP + step < count;
      comingA = more ? *nextA : none;
      comingB = more ? *nextB : none;
#pragma unroll
      for (int k = 0; k < CHAIN_STEP; k++) {
        const float4* ra = as + half + k * (CHAIN_TILE / 4) + line;
        const float4* rb = bs + half + k * (CHAIN_TILE / 4) + column;
        spread(ra[0], rb[0], upper, 0);
        spread(ra[0], rb[16], upper, 4);
        spread(ra[16], rb[0], lower, 0);
        spread(ra[16], rb[16], lower, 4);
      }
    }
  }
};
