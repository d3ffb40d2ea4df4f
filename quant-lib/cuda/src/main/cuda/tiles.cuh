// Tiles: codes in the order in which tensor cores take them. A tile is 16 rows by 64 columns in
// 32 * b words; four tiles side by side and their grid are a quad, 256 columns in 128 * (b + 1) words
// that a warp reads from end to end. A row of quads follows another; what is beyond the matrix is 0.
//
//   lane     r = lane / 4, j = lane % 4: rows r and r + 8
//   pair p   of sixteen, eight of row r, then eight of row r + 8: the codes of columns
//            16 * (p % 8 / 2) + 8 * (p % 2) + 2j and the next, 16 bits apart in one word
//   words    b of a lane. With 2, 4 and 8 bits a word holds 16 / b pairs, the first in the lowest bits
//            of each half. With 3 it holds five, and one bit of the last pair above them.
//   in memory words come in vectors of four, or of two, and what is left: each lane's side by side
//   grid     of tile j: scale and zero of row r, then of row r + 8
#pragma once

#define TILE_ROWS 16
#define TILE_COLUMNS 64
#define QUAD_TILES 4
#define QUAD_WORDS(BITS) (128 * ((BITS) + 1))

static __device__ __forceinline__ int quadsOf(int columns) {
  return (columns + QUAD_TILES * TILE_COLUMNS - 1) / (QUAD_TILES * TILE_COLUMNS);
}

// Column of the first code of pair p within its tile.
static __device__ __forceinline__ int pairColumn(int p, int lane) {
  return 16 * (p % 8 / 2) + 8 * (p % 2) + 2 * (lane % 4);
}

static __device__ __forceinline__ int pairRow(int p, int lane) { return lane / 4 + 8 * (p / 8); }

// Where word k of a lane lies in its tile.
template <int BITS>
static __device__ __forceinline__ int tileWord(int k, int lane) {
  if (BITS == 3) {
    return k < 2 ? 2 * lane + k : 64 + lane;
  }
  const int vector = BITS < 4 ? BITS : 4;
  return k / vector * 32 * vector + vector * lane + k % vector;
}

// Where pair p lies: its word and its place there. Not for the last pair of 3 bits.
template <int BITS>
static __device__ __forceinline__ int wordOfPair(int p) {
  return p / (16 / BITS);
}
template <int BITS>
static __device__ __forceinline__ int placeOfPair(int p) {
  return p % (16 / BITS) * BITS;
}

template <int BITS>
static __device__ __forceinline__ unsigned pairMask() {
  return ((1u << BITS) - 1) * 0x00010001u;
}

// A pair as two codes, 16 bits apart.
template <int BITS>
static __device__ __forceinline__ unsigned pairOf(const unsigned* words, int p) {
  if (BITS == 3 && p == 15) {
    return (words[0] >> 15 & 0x00010001u) | (words[1] >> 14 & 0x00020002u) |
           (words[2] >> 13 & 0x00040004u);
  }
  return words[wordOfPair<BITS>(p)] >> placeOfPair<BITS>(p) & pairMask<BITS>();
}

// Puts a pair into words that are 0 where it goes.
template <int BITS>
static __device__ __forceinline__ void putPair(unsigned* words, int p, unsigned pair) {
  if (BITS == 3 && p == 15) {
    words[0] |= (pair & 0x00010001u) << 15;
    words[1] |= (pair & 0x00020002u) << 14;
    words[2] |= (pair & 0x00040004u) << 13;
  } else {
    words[wordOfPair<BITS>(p)] |= pair << placeOfPair<BITS>(p);
  }
}

// The words of a lane, read past the cache: each is needed once.
template <int BITS>
struct TileWords {
  unsigned of[BITS];

  __device__ __forceinline__ void load(const unsigned* tile, int lane) {
    if (BITS >= 4) {
#pragma unroll
      for (int k = 0; k < BITS; k += 4) {
        uint4 v = __ldcs(reinterpret_cast<const uint4*>(tile + tileWord<BITS>(k, lane)));
        of[k] = v.x;
        of[(k + 1) % BITS] = v.y;
        of[(k + 2) % BITS] = v.z;
        of[(k + 3) % BITS] = v.w;
      }
      return;
    }
    uint2 v = __ldcs(reinterpret_cast<const uint2*>(tile + tileWord<BITS>(0, lane)));
    of[0] = v.x;
    of[1] = v.y;
    if (BITS == 3) {
      of[BITS - 1] = __ldcs(tile + tileWord<BITS>(BITS - 1, lane));
    }
  }
};
