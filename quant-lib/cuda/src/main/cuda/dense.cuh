// Dense rows: the codes of a row as one stream of bits, the first code in the lowest bits, each row
// padded to a whole number of units. A unit is 32 codes of b bits in b words, so nothing is lost at 3
// bits, and a lane that takes a unit finds every code at a place known when compiled.
#pragma once

#define DENSE_UNIT 32

// Code i of a unit; i is known when compiled, so this is a shift and a mask, or three at 3 bits
// where a code lies across two words.
template <int BITS>
static __device__ __forceinline__ unsigned denseCode(const unsigned* words, int i) {
  int bit = i * BITS;
  unsigned code = words[bit / 32] >> (bit % 32);
  if (bit % 32 + BITS > 32) {
    code |= words[bit / 32 + 1] << (32 - bit % 32);
  }
  return code & ((1u << BITS) - 1);
}

// The same code as a float in [1, 2): 1 + code / 2^BITS. Set into the mantissa's upper bits, it needs
// no conversion, which has half the rate of arithmetic or less.
template <int BITS>
static __device__ __forceinline__ float denseFraction(const unsigned* words, int i) {
  const int place = 23 - BITS;
  const unsigned mask = ((1u << BITS) - 1) << place;
  int bit = i * BITS % 32;
  unsigned word = words[i * BITS / 32];
  unsigned code;
  if (bit + BITS > 32) {
    code = denseCode<BITS>(words, i) << place;
  } else if (bit > place) {
    code = word >> (bit - place);
  } else {
    code = word << (place - bit);
  }
  return __int_as_float((int)((code & mask) | 0x3f800000u));
}

static __device__ __forceinline__ int denseUnits(int columns) {
  return (columns + DENSE_UNIT - 1) / DENSE_UNIT;
}
