// Tiles (see tiles.cuh) from one byte a code, and weights from tiles.
//
//   codes   rows x columns, one byte each, below 2^b; columns is even
//   scales  rows x columns / size, and zeros alike, in code units
//   tiles   rows of quads; overwritten
//   w       rows x columns: (code - zero) * scale; overwritten
//   size    weights of a group, along the row: a multiple of 64 that divides columns
//
// Launch: a warp a tile, any number of threads a block, enough blocks for all tiles of all quads.
// Checked: weights from tiles against core's QuantizedMatrix.dequantized, bit for bit, on sides that
// fill no tile.
#include "tiles.cuh"

struct TilePlace {
  int lane;
  int row;      // of the tile's first code
  int column;
  int inQuad;   // 0 to 3
  long long quad;
};

// Whether this warp has a tile, and which.
static __device__ __forceinline__ bool placeOf(int rows, int columns, TilePlace* place) {
  long long warp = ((long long)blockIdx.x * blockDim.x + threadIdx.x) / 32;
  int across = quadsOf(columns) * QUAD_TILES;
  place->lane = threadIdx.x % 32;
  place->row = (int)(warp / across) * TILE_ROWS;
  place->column = (int)(warp % across) * TILE_COLUMNS;
  place->inQuad = (int)(warp % QUAD_TILES);
  place->quad = warp / QUAD_TILES;
  return place->row < rows;
}

// Scale and zero of the caller's rows.
static __device__ __forceinline__ float4 gridOf(
    const TilePlace& place, const float* scales, const float* zeros, int rows, int columns,
    int size) {
  float of[4] = {0.0f, 0.0f, 0.0f, 0.0f};
#pragma unroll
  for (int i = 0; i < 2; i++) {
    int row = place.row + place.lane / 4 + 8 * i;
    if (row < rows && place.column < columns) {
      long long group = (long long)row * (columns / size) + place.column / size;
      of[2 * i] = scales[group];
      of[2 * i + 1] = zeros[group];
    }
  }
  float4 grid = {of[0], of[1], of[2], of[3]};
  return grid;
}

template <int BITS>
static __device__ __forceinline__ void tile(
    const unsigned char* codes, const float* scales, const float* zeros, unsigned* tiles, int rows,
    int columns, int size) {
  TilePlace place;
  if (!placeOf(rows, columns, &place)) {
    return;
  }
  unsigned words[BITS] = {0};
#pragma unroll
  for (int p = 0; p < 16; p++) {
    int row = place.row + pairRow(p, place.lane);
    int column = place.column + pairColumn(p, place.lane);
    if (row < rows && column < columns) {
      const unsigned char* at = codes + (long long)row * columns + column;
      putPair<BITS>(words, p, at[0] | (unsigned)at[1] << 16);
    }
  }
  unsigned* quad = tiles + place.quad * QUAD_WORDS(BITS);
#pragma unroll
  for (int k = 0; k < BITS; k++) {
    quad[place.inQuad * 32 * BITS + tileWord<BITS>(k, place.lane)] = words[k];
  }
  // each lane of a row's four keeps the grid of one tile
  float4* grid = reinterpret_cast<float4*>(quad + 128 * BITS) + place.lane / 4 * 4 + place.inQuad;
  if (place.lane % 4 == place.inQuad) {
    *grid = gridOf(place, scales, zeros, rows, columns, size);
  }
}

template <int BITS>
static __device__ __forceinline__ void untile(
    const unsigned* tiles, float* w, int rows, int columns) {
  TilePlace place;
  if (!placeOf(rows, columns, &place)) {
    return;
  }
  const unsigned* quad = tiles + place.quad * QUAD_WORDS(BITS);
  TileWords<BITS> words;
  words.load(quad + place.inQuad * 32 * BITS, place.lane);
  float4 grid =
      reinterpret_cast<const float4*>(quad + 128 * BITS)[place.lane / 4 * 4 + place.inQuad];
#pragma unroll
  for (int p = 0; p < 16; p++) {
    int row = place.row + pairRow(p, place.lane);
    int column = place.column + pairColumn(p, place.lane);
    float scale = p < 8 ? grid.x : grid.z;
    float zero = p < 8 ? grid.y : grid.w;
    if (row < rows && column < columns) {
      unsigned pair = pairOf<BITS>(words.of, p);
      float* at = w + (long long)row * columns + column;
      at[0] = ((float)(pair & 0xffffu) - zero) * scale;
      at[1] = ((float)(pair >> 16) - zero) * scale;
    }
  }
}

#define TILE(BITS)                                                                               \
  extern "C" __global__ void tile_##BITS(                                                        \
      const unsigned char* codes, const float* scales, const float* zeros, unsigned* tiles,      \
      int rows, int columns, int size) {                                                         \
    tile<BITS>(codes, scales, zeros, tiles, rows, columns, size);                                \
  }                                                                                              \
  extern "C" __global__ void untile_##BITS(                                                      \
      const unsigned* tiles, float* w, int rows, int columns) {                                  \
    untile<BITS>(tiles, w, rows, columns);                                                       \
  }

TILE(2)
TILE(3)
TILE(4)
TILE(8)
