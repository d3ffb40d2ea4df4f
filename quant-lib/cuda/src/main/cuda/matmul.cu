// Products with packed weights for many rows of X, Y = X * W^T without W^, on tensor cores. Inputs are
// rounded to half floats; whoever wants float's precision takes product.cu at half the rate. Needs sm_80.
//
//   y = sum over tiles of s * (sum of q * x - z * sum of x)
//
// A code is an integer, which a half float holds. Each row of X is multiplied by a power of two so that
// its largest lies in [2^14, 2^15), which keeps 11 bits of whatever is above 2^-28 of the largest; sums
// of x are of rounded ones, so y is what exact sums of rounded inputs would give, within float's rounding.
//
//   tiles      weights (see tiles.cuh)
//   x          batch x columns; columns is a multiple of 64
//   stages     inputs as a block takes them: for 8 * NT rows of X and 64 columns 66 * NT vectors
//   down       batch, up to a multiple of 8 * NT: what undoes each row's power of two
//   out        splits x batch x rows; overwritten. With one split it is y.
//   perBlock   tiles of columns of a block
//
// matmul_inputs makes stages and down: a block of 1024 threads for each of so many rows, 32 floats of
// shared memory. matmul_B_NT: 256 threads, NT * 66 * 2 vectors of shared memory; a block has 256 rows,
// 8 * NT rows of X and a split of the columns, a warp 32 rows; grid y is splits within rows of X.
// matmul_sum adds the splits in order: a thread an output.
// Weights come from memory a tile ahead of use, inputs are copied to one half of shared memory while the
// other is multiplied, and a weight is made a half float once for 8 * NT products.
// Checked: against core's QuantizedLinear within 2^-11 + 1e-5 of sum of |w^| * |x|.
#include "async.cuh"
#include "halves.cuh"

#define MATMUL_WARPS 8
#define MATMUL_THREADS (32 * MATMUL_WARPS)
#define WARP_TILES 2  // rows of tiles of a warp
#define STAGE_VECTORS(NT) (66 * (NT))

extern "C" __global__ void matmul_inputs(
    const float* x, float4* stages, float* down, int columns, int batch, int fragments) {
  extern __shared__ float4 shared[];
  float* maxima = reinterpret_cast<float*>(shared);
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;
  int warps = blockDim.x / 32;
  int row = blockIdx.x;
  const float* own = x + (long long)row * columns;
  float largest = 0.0f;
  for (int c = 4 * threadIdx.x; row < batch && c < columns; c += 4 * blockDim.x) {
    float4 v = *reinterpret_cast<const float4*>(own + c);
    largest = fmaxf(largest, fmaxf(fmaxf(fabsf(v.x), fabsf(v.y)), fmaxf(fabsf(v.z), fabsf(v.w))));
  }
  for (int other = 16; other > 0; other /= 2) {
    largest = fmaxf(largest, __shfl_xor_sync(0xffffffffu, largest, other));
  }
  maxima[warp] = largest;
  __syncthreads();
  for (int i = 0; i < warps; i++) {
    largest = fmaxf(largest, maxima[i]);
  }
  float2 scales = powerOfTwo(largest);
  if (threadIdx.x == 0) {
    down[row] = scales.y;
  }
  int tiles = columns / TILE_COLUMNS;
  int n = row / 8 % fragments;
  for (int tile = warp; tile < tiles; tile += warps) {
    float2 value = {0.0f, 0.0f};
    if (row < batch) {
      value = *reinterpret_cast<const float2*>(own + tile * TILE_COLUMNS + 2 * lane);
    }
    unsigned pair = halfPair(value.x * scales.x, value.y * scales.x);
    float sum = fromHalf(pair) + fromHalf(pair >> 16);
    for (int other = 16; other > 0; other /= 2) {
      sum += __shfl_xor_sync(0xffffffffu, sum, other);
    }
    long long stage = (long long)(row / 8 / fragments) * tiles + tile;
    float4* to = stages + stage * STAGE_VECTORS(fragments);
    // pair p of the tile is lane p % 4's, in word p % 16 / 4 of the half p / 16
    int vector = (2 * n + lane / 16) * 32 + row % 8 * 4 + lane % 4;
    reinterpret_cast<unsigned*>(to + vector)[lane % 16 / 4] = pair;
    if (lane == 0) {
      reinterpret_cast<float*>(to + 64 * fragments)[8 * n + row % 8] = sum;
    }
  }
}

// Begins to bring a stage to shared memory.
template <int NT>
static __device__ __forceinline__ void copyStage(float4* to, const float4* from) {
#pragma unroll
  for (int i = 0; i < STAGE_VECTORS(NT); i += MATMUL_THREADS) {
    int at = i + threadIdx.x;
    if (at < STAGE_VECTORS(NT)) {
      copyAsync(to + at, from + at);
    }
  }
}

// A tile of each of a warp's rows of tiles: words, and scale and zero of rows r and r + 8.
template <int BITS>
struct WeightTiles {
  TileWords<BITS> words[WARP_TILES];
  float4 grid[WARP_TILES];

  __device__ __forceinline__ void load(const unsigned* const* rows, int tile, int lane) {
    long long quad = (long long)(tile / QUAD_TILES) * QUAD_WORDS(BITS);
    int inQuad = tile % QUAD_TILES;
#pragma unroll
    for (int m = 0; m < WARP_TILES; m++) {
      words[m].load(rows[m] + quad + inQuad * 32 * BITS, lane);
      const float4* grids = reinterpret_cast<const float4*>(rows[m] + quad + 128 * BITS);
      grid[m] = grids[lane / 4 * 4 + inQuad];
    }
  }
};

// AT_ONCE fragments of eight rows of X, from n on, times a warp's tiles.
template <int NT, int AT_ONCE>
static __device__ __forceinline__ void multiplyFragments(
    const float4* stage, int n, const unsigned (*pairs)[16], const float4* grid, int lane,
    float (*total)[NT][4]) {
  float c[AT_ONCE][WARP_TILES][4];
  const float2* sums = reinterpret_cast<const float2*>(stage + 64 * NT);
#pragma unroll
  for (int i = 0; i < AT_ONCE; i++) {
    float2 sum = sums[4 * (n + i) + lane % 4];
#pragma unroll
    for (int m = 0; m < WARP_TILES; m++) {
      c[i][m][0] = -grid[m].y * sum.x;
      c[i][m][1] = -grid[m].y * sum.y;
      c[i][m][2] = -grid[m].w * sum.x;
      c[i][m][3] = -grid[m].w * sum.y;
    }
  }
#pragma unroll
  for (int h = 0; h < 2; h++) {
    unsigned b[AT_ONCE][4];
#pragma unroll
    for (int i = 0; i < AT_ONCE; i++) {
      float4 part = stage[(2 * (n + i) + h) * 32 + lane];
      b[i][0] = (unsigned)__float_as_int(part.x);
      b[i][1] = (unsigned)__float_as_int(part.y);
      b[i][2] = (unsigned)__float_as_int(part.z);
      b[i][3] = (unsigned)__float_as_int(part.w);
    }
#pragma unroll
    for (int k = 0; k < 2; k++) {
#pragma unroll
      for (int i = 0; i < AT_ONCE; i++) {
#pragma unroll
        for (int m = 0; m < WARP_TILES; m++) {
          const unsigned* a = pairs[m] + 4 * h + 2 * k;
          multiplyAdd(c[i][m], a[0], a[8], a[1], a[9], b[i][2 * k], b[i][2 * k + 1]);
        }
      }
    }
  }
#pragma unroll
  for (int i = 0; i < AT_ONCE; i++) {
#pragma unroll
    for (int m = 0; m < WARP_TILES; m++) {
      total[m][n + i][0] = fmaf(grid[m].x, c[i][m][0], total[m][n + i][0]);
      total[m][n + i][1] = fmaf(grid[m].x, c[i][m][1], total[m][n + i][1]);
      total[m][n + i][2] = fmaf(grid[m].z, c[i][m][2], total[m][n + i][2]);
      total[m][n + i][3] = fmaf(grid[m].z, c[i][m][3], total[m][n + i][3]);
    }
  }
}

template <int BITS, int NT, int AT_ONCE>
static __device__ __forceinline__ void matmul(
    const unsigned* tiles, const float4* stages, const float* down, float* out, int rows,
    int columns, int batch, int perBlock, int splits) {
  extern __shared__ float4 shared[];
  int lane = threadIdx.x % 32;
  int firstTile = (blockIdx.x * MATMUL_WARPS + threadIdx.x / 32) * WARP_TILES;
  const unsigned* own[WARP_TILES];
#pragma unroll
  for (int m = 0; m < WARP_TILES; m++) {
    int last = (rows + TILE_ROWS - 1) / TILE_ROWS - 1;
    int row = firstTile + m < last ? firstTile + m : last;
    own[m] = tiles + (long long)row * quadsOf(columns) * QUAD_WORDS(BITS);
  }
  int across = columns / TILE_COLUMNS;
  int split = blockIdx.y % splits;
  int panel = blockIdx.y / splits;
  int begin = split * perBlock;
  int end = begin + perBlock < across ? begin + perBlock : across;
  const float4* from = stages + (long long)panel * across * STAGE_VECTORS(NT);
  float total[WARP_TILES][NT][4] = {};
  WeightTiles<BITS> next;
  copyStage<NT>(shared, from + (long long)begin * STAGE_VECTORS(NT));
  next.load(own, begin, lane);
#pragma unroll 1
  for (int tile = begin; tile < end; tile++) {
    const float4* stage = shared + (tile - begin) % 2 * STAGE_VECTORS(NT);
    float4* other = shared + (tile + 1 - begin) % 2 * STAGE_VECTORS(NT);
    unsigned pairs[WARP_TILES][16];
    float4 grid[WARP_TILES];
#pragma unroll
    for (int m = 0; m < WARP_TILES; m++) {
      halves<BITS>(next.words[m].of, pairs[m]);
      grid[m] = next.grid[m];
    }
    // this stage is here, and nobody reads the other one any more
    awaitCopies();
    __syncthreads();
    if (tile + 1 < end) {
      copyStage<NT>(other, from + (long long)(tile + 1) * STAGE_VECTORS(NT));
      next.load(own, tile + 1, lane);
    }
#pragma unroll
    for (int n = 0; n < NT; n += AT_ONCE) {
      multiplyFragments<NT, AT_ONCE>(stage, n, pairs, grid, lane, total);
    }
  }
#pragma unroll
  for (int n = 0; n < NT; n++) {
#pragma unroll
    for (int i = 0; i < 2; i++) {
      int b = (panel * NT + n) * 8 + 2 * (lane % 4) + i;
      float undo = down[b];
#pragma unroll
      for (int m = 0; m < WARP_TILES; m++) {
        int row = (firstTile + m) * TILE_ROWS + lane / 4;
        float* to = out + ((long long)split * batch + b) * rows + row;
        if (b < batch && row < rows) {
          to[0] = total[m][n][i] * undo;
        }
        if (b < batch && row + 8 < rows) {
          to[8] = total[m][n][i + 2] * undo;
        }
      }
    }
  }
}

// Twice as many fragments would need more registers than there are.
#define MATMUL(BITS, NT)                                                                         \
  extern "C" __global__ void __launch_bounds__(MATMUL_THREADS, 1) matmul_##BITS##_##NT(          \
      const unsigned* tiles, const float4* stages, const float* down, float* out, int rows,      \
      int columns, int batch, int perBlock, int splits) {                                        \
    matmul<BITS, NT, 2>(tiles, stages, down, out, rows, columns, batch, perBlock, splits);       \
  }

MATMUL(2, 8)
MATMUL(3, 8)
MATMUL(4, 8)
MATMUL(8, 8)

extern "C" __global__ void matmul_sum(const float* out, float* y, int count, int splits) {
  int at = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (at < count) {
    float sum = 0.0f;
    for (int k = 0; k < splits; k++) {
      sum += out[(long long)k * count + at];
    }
    y[at] = sum;
  }
}
