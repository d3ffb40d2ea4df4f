// Products with packed weights on tensor cores, Y = X * W^T without W^, for up to 16 rows of X, as
// precise as in float. Needs sm_80.
//
//   y = sum over tiles of s * (sum of q * x - z * sum of x)
//
// A code is an integer below 2^11, so a half float holds it; x, scaled by a power of two so that the
// largest of 64 lies below 2^15, is the sum of two half floats up to 2^-22 of itself. Tensor cores
// multiply them without rounding and add in float, and both parts of a row of X are columns of one
// product.
//
//   tiles      weights (see tiles.cuh)
//   x          (first + batch) x columns, of which the last batch rows count
//   y          (first + batch) x rows; the last batch rows are overwritten
//   partial    gridDim.y x batch x rows, if gridDim.y > 1: what a block found of its columns
//   counters   gridDim.x; all 0, before and after
//   perBlock   quads of a block, whose number is gridDim.y's share of the row of quads
//   slice      quads whose inputs lie in shared memory at a time
//
// Launch: 512 threads. A warp has MT rows of tiles, a block 16 warps; grid y shares out the columns,
// and the last block of a row adds their sums in order. product_B_N: N times 4 rows of X at most;
// MT is 1 for N = 1, else 2. Shared: slice * 4 * N * (8 * L + 8) words and one more, L = 8 * batch
// for N = 1, else 32.
// Checked: against core's QuantizedLinear within 1e-5 of sum of |w^| * |x|, on any number of rows;
// on a GPU it is 1e-8.
#include "halves.cuh"

#define PRODUCT_WARPS 16
#define PRODUCT_THREADS (32 * PRODUCT_WARPS)

// Inputs of a slice in shared memory, in the order in which lanes take them: of each tile's 64
// columns 4 * N rows of X, each of two parts, and of each row its sum and what it was scaled down by.
struct Inputs {
  float4* parts;
  float2* sums;
  int lanes;
};

static __device__ __forceinline__ int partsAt(const Inputs& to, int n, int tile, int row, int half) {
  return ((tile * n + row / 4) * 2 + half) * to.lanes;
}

// A warp takes 64 columns of a row of X, a lane two.
template <int N>
static __device__ __forceinline__ void load(
    const Inputs& to, const float* x, int firstTile, int tiles, int columns, int batch) {
  int p = threadIdx.x % 32;
  unsigned* words = reinterpret_cast<unsigned*>(to.parts);
  for (int item = threadIdx.x / 32; item < tiles * batch; item += PRODUCT_WARPS) {
    int tile = item / batch;
    int row = item % batch;
    int column = (firstTile + tile) * TILE_COLUMNS + 2 * p;
    float2 value = {0.0f, 0.0f};
    if (column < columns) {
      value = *reinterpret_cast<const float2*>(x + (long long)row * columns + column);
    }
    float sum = value.x + value.y;
    float largest = fmaxf(fabsf(value.x), fabsf(value.y));
    for (int other = 16; other > 0; other /= 2) {
      sum += __shfl_xor_sync(0xffffffffu, sum, other);
      largest = fmaxf(largest, __shfl_xor_sync(0xffffffffu, largest, other));
    }
    float2 scales = powerOfTwo(largest);
    value.x *= scales.x;
    value.y *= scales.x;
    unsigned high = halfPair(value.x, value.y);
    unsigned low = halfPair(value.x - fromHalf(high), value.y - fromHalf(high >> 16));
    // pair p of the tile is lane p % 4's, in word p % 16 / 4 of the half p / 16
    int at = (partsAt(to, N, tile, row, p / 16) + row % 4 * 8 + p % 4) * 4 + p % 16 / 4;
    words[at] = high;
    words[at + 16] = low;
    if (p == 0) {
      float2 pair = {sum * scales.x, scales.y};
      to.sums[tile * 4 * N + row] = pair;
    }
  }
}

// What a lane keeps of a quad, for MT rows of tiles: AT_ONCE tiles, so many that the registers
// suffice, and the grid of all.
template <int BITS, int MT, int AT_ONCE>
struct Quad {
  TileWords<BITS> words[MT][AT_ONCE];
  float4 grid[MT];

  __device__ __forceinline__ void loadTiles(
      const unsigned* const* rows, long long quad, int first, int lane) {
#pragma unroll
    for (int m = 0; m < MT; m++) {
#pragma unroll
      for (int u = 0; u < AT_ONCE; u++) {
        const unsigned* from = rows[m] + quad * QUAD_WORDS(BITS);
        words[m][u].load(from + (first + u) * 32 * BITS, lane);
      }
    }
  }

  __device__ __forceinline__ void loadGrid(
      const unsigned* const* rows, long long quad, int lane) {
#pragma unroll
    for (int m = 0; m < MT; m++) {
      const unsigned* from = rows[m] + quad * QUAD_WORDS(BITS) + 128 * BITS;
      grid[m] = __ldcs(reinterpret_cast<const float4*>(from) + lane);
    }
  }
};

// One tile of each row of tiles times its inputs; total[m][n] is of rows r and r + 8 and row
// 4n + j of X.
template <int BITS, int N, int MT, int AT_ONCE>
static __device__ __forceinline__ void multiplyTile(
    const Quad<BITS, MT, AT_ONCE>& quad, int first, int u, const Inputs& inputs, int tile,
    float (*total)[N][2]) {
  int lane = threadIdx.x % 32;
  unsigned pairs[MT][16];
  float sums[MT][N][4] = {};
#pragma unroll
  for (int m = 0; m < MT; m++) {
    halves<BITS>(quad.words[m][u].of, pairs[m]);
  }
#pragma unroll
  for (int h = 0; h < 2; h++) {
#pragma unroll
    for (int n = 0; n < N; n++) {
      int from = lane < inputs.lanes ? lane : inputs.lanes - 1;
      float4 part = inputs.parts[partsAt(inputs, N, tile, 4 * n, h) + from];
      unsigned b0 = (unsigned)__float_as_int(part.x);
      unsigned b1 = (unsigned)__float_as_int(part.y);
      unsigned b2 = (unsigned)__float_as_int(part.z);
      unsigned b3 = (unsigned)__float_as_int(part.w);
#pragma unroll
      for (int m = 0; m < MT; m++) {
        const unsigned* a = pairs[m] + 4 * h;
        multiplyAdd(sums[m][n], a[0], a[8], a[1], a[9], b0, b1);
        multiplyAdd(sums[m][n], a[2], a[10], a[3], a[11], b2, b3);
      }
    }
  }
#pragma unroll
  for (int m = 0; m < MT; m++) {
    int from = lane / 4 * 4 + first + u;
    float scale0 = __shfl_sync(0xffffffffu, quad.grid[m].x, from);
    float zero0 = __shfl_sync(0xffffffffu, quad.grid[m].y, from);
    float scale1 = __shfl_sync(0xffffffffu, quad.grid[m].z, from);
    float zero1 = __shfl_sync(0xffffffffu, quad.grid[m].w, from);
#pragma unroll
    for (int n = 0; n < N; n++) {
      float2 x = inputs.sums[tile * 4 * N + 4 * n + lane % 4];
      float dot0 = fmaf(-zero0, x.x, sums[m][n][0] + sums[m][n][1]);
      float dot1 = fmaf(-zero1, x.x, sums[m][n][2] + sums[m][n][3]);
      total[m][n][0] = fmaf(scale0 * x.y, dot0, total[m][n][0]);
      total[m][n][1] = fmaf(scale1 * x.y, dot1, total[m][n][1]);
    }
  }
}

// The last block of a row of blocks adds what all of them found, in order.
static __device__ __forceinline__ void addUp(
    const float* partial, float* y, unsigned* counter, int* isLast, int firstRow, int blockRows,
    int rows, int batch) {
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) {
    *isLast = atomicAdd(counter, 1u) == gridDim.y - 1;
    if (*isLast) {
      *counter = 0;
    }
  }
  __syncthreads();
  if (!*isLast) {
    return;
  }
  __threadfence();
  for (int at = threadIdx.x; at < blockRows * batch; at += PRODUCT_THREADS) {
    int row = firstRow + at % blockRows;
    int b = at / blockRows;
    if (row < rows) {
      float sum = 0.0f;
      for (int k = 0; k < (int)gridDim.y; k++) {
        sum += __ldcg(partial + ((long long)k * batch + b) * rows + row);
      }
      y[(long long)b * rows + row] = sum;
    }
  }
}

template <int BITS, int N, int MT>
static __device__ __forceinline__ void multiply(
    const unsigned* tiles, const float* x, float* y, float* partial, unsigned* counters, int rows,
    int columns, int batch, int perBlock, int slice) {
  extern __shared__ float4 shared[];
  const int AT_ONCE = N == 4 || BITS == 8 ? 1 : QUAD_TILES;
  int lane = threadIdx.x % 32;
  int lanes = N == 1 ? 8 * batch : 32;
  int partsCount = slice * QUAD_TILES * N * 2 * lanes;
  int sumsCount = slice * QUAD_TILES * 4 * N;
  Inputs inputs = {shared, reinterpret_cast<float2*>(shared + partsCount), lanes};
  for (int i = threadIdx.x; i < partsCount + sumsCount / 2; i += PRODUCT_THREADS) {
    float4 nothing = {0.0f, 0.0f, 0.0f, 0.0f};
    shared[i] = nothing;
  }
  int quads = quadsOf(columns);
  int firstRow = (blockIdx.x * PRODUCT_WARPS + threadIdx.x / 32) * MT;
  const unsigned* own[MT];
#pragma unroll
  for (int m = 0; m < MT; m++) {
    int last = (rows + TILE_ROWS - 1) / TILE_ROWS - 1;
    int row = firstRow + m < last ? firstRow + m : last;
    own[m] = tiles + (long long)row * quads * QUAD_WORDS(BITS);
  }
  float total[MT][N][2] = {};
  int begin = blockIdx.y * perBlock;
  int end = begin + perBlock < quads ? begin + perBlock : quads;
  for (int from = begin; from < end; from += slice) {
    int to = from + slice < end ? from + slice : end;
    __syncthreads();
    load<N>(inputs, x, QUAD_TILES * from, QUAD_TILES * (to - from), columns, batch);
    __syncthreads();
    for (int q = from; q < to; q++) {
      Quad<BITS, MT, AT_ONCE> quad;
      quad.loadGrid(own, q, lane);
#pragma unroll 1
      for (int first = 0; first < QUAD_TILES; first += AT_ONCE) {
        quad.loadTiles(own, q, first, lane);
#pragma unroll
        for (int u = 0; u < AT_ONCE; u++) {
          multiplyTile<BITS, N, MT, AT_ONCE>(
              quad, first, u, inputs, QUAD_TILES * (q - from) + first + u, total);
        }
      }
    }
  }
  float* out = gridDim.y == 1 ? y : partial + (long long)blockIdx.y * batch * rows;
#pragma unroll
  for (int m = 0; m < MT; m++) {
#pragma unroll
    for (int n = 0; n < N; n++) {
#pragma unroll
      for (int i = 0; i < 2; i++) {
        int row = (firstRow + m) * TILE_ROWS + lane / 4 + 8 * i;
        int b = 4 * n + lane % 4;
        if (row < rows && b < batch) {
          out[(long long)b * rows + row] = total[m][n][i];
        }
      }
    }
  }
  if (gridDim.y > 1) {
    int blockRows = PRODUCT_WARPS * MT * TILE_ROWS;
    int* isLast = reinterpret_cast<int*>(inputs.sums + sumsCount);
    addUp(partial, y, counters + blockIdx.x, isLast, blockIdx.x * blockRows, blockRows, rows, batch);
  }
}

#define PRODUCT(BITS, N, MT)                                                                     \
  extern "C" __global__ void __launch_bounds__(PRODUCT_THREADS, 2 / MT) product_##BITS##_##N(            \
      const unsigned* tiles, const float* x, float* y, float* partial, unsigned* counters,       \
      int rows, int columns, int first, int batch, int perBlock, int slice) {                    \
    multiply<BITS, N, MT>(                                                                       \
        tiles, x + (long long)first * columns, y + (long long)first * rows, partial, counters,   \
        rows, columns, batch, perBlock, slice);                                                  \
  }

#define PRODUCTS(BITS) PRODUCT(BITS, 1, 1) PRODUCT(BITS, 2, 2) PRODUCT(BITS, 4, 2)

PRODUCTS(2)
PRODUCTS(3)
PRODUCTS(4)
PRODUCTS(8)
