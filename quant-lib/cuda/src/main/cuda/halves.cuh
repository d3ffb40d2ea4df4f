// Codes of tiles as half floats, in which integers up to 2^11 are exact.
#pragma once

#include "mma.cuh"
#include "tiles.cuh"

// Two integers as half floats, from two that start at bit `at` of each half: behind the exponent of
// 1024 they count units of it, and (1024 + q * 2^at) * 2^-at - 1024 * 2^-at = q.
static __device__ __forceinline__ unsigned integers(unsigned pair, int at) {
  unsigned factor = (unsigned)(15 - at) << 10;
  unsigned term = 0x8000u | (unsigned)(25 - at) << 10;
  return halfFma(pair | 0x64006400u, factor | factor << 16, term | term << 16);
}

// The sixteen pairs of a lane as half floats. What lies within the ten bits of a mantissa is taken
// where it is; one shift a word brings the rest there.
template <int BITS>
static __device__ __forceinline__ void halves(const unsigned* words, unsigned* pairs) {
  const int shift = 10 / BITS * BITS;
#pragma unroll
  for (int p = 0; p < 16; p++) {
    if (BITS == 3 && p == 15) {
      pairs[p] = integers(pairOf<BITS>(words, p), 0);
    } else {
      int place = placeOfPair<BITS>(p);
      unsigned word = words[wordOfPair<BITS>(p)];
      if (place >= shift) {
        word >>= shift;
        place -= shift;
      }
      pairs[p] = integers(word & pairMask<BITS>() << place, place);
    }
  }
}

// 2^(14 - e) and its inverse, e being x's exponent, or that of 2^-112 if x is smaller.
static __device__ __forceinline__ float2 powerOfTwo(float x) {
  int exponent = __float_as_int(x) >> 23;
  exponent = exponent < 15 ? 15 : exponent;
  float2 scales = {
      __int_as_float((268 - exponent) << 23), __int_as_float((exponent - 14) << 23)};
  return scales;
}
