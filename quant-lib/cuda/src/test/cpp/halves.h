// What mma.cuh does with one instruction each, in C++.
#pragma once
#include <vector>

namespace standin {

inline float expandedHalf(unsigned bits) {
  int exponent = bits >> 10 & 31;
  int mantissa = bits & 1023;
  float size = exponent == 31 ? (mantissa ? NAN : INFINITY)
               : exponent == 0 ? ldexpf((float)mantissa, -24)
                               : ldexpf((float)(1024 + mantissa), exponent - 25);
  return bits & 0x8000 ? -size : size;
}

// Looked up: a product of small matrices asks for 64 a lane.
inline float halfValue(unsigned bits) {
  static const std::vector<float> values = [] {
    std::vector<float> all;
    for (unsigned i = 0; i <= 0xffffu; i++) {
      all.push_back(expandedHalf(i));
    }
    return all;
  }();
  return values[bits];
}

// The nearest half float, ties to even.
inline unsigned nearestHalf(double value) {
  unsigned sign = std::signbit(value) ? 0x8000u : 0u;
  double size = fabs(value);
  if (std::isnan(value)) {
    return 0x7e00u;
  }
  if (size >= 65520) {
    return sign | 0x7c00u;
  }
  if (size < ldexp(1, -14)) {
    return sign | (unsigned)nearbyint(ldexp(size, 24));
  }
  int exponent = ilogb(size);
  unsigned mantissa = (unsigned)nearbyint(ldexp(size, 10 - exponent));
  return sign | (((unsigned)(exponent + 15) << 10) + mantissa - 1024);
}

inline unsigned halfOf(unsigned pair, int which) { return pair >> (16 * which) & 0xffffu; }

}  // namespace standin

inline unsigned halfFma(unsigned a, unsigned b, unsigned c) {
  unsigned d = 0;
  for (int i = 0; i < 2; i++) {
    double product = (double)standin::halfValue(standin::halfOf(a, i)) *
                     standin::halfValue(standin::halfOf(b, i));
    d |= standin::nearestHalf(product + standin::halfValue(standin::halfOf(c, i))) << (16 * i);
  }
  return d;
}

inline unsigned halfPair(float low, float high) {
  return standin::nearestHalf(low) | standin::nearestHalf(high) << 16;
}

inline unsigned toHalf(float value) { return standin::nearestHalf(value); }

inline float fromHalf(unsigned pair) { return standin::halfValue(standin::halfOf(pair, 0)); }

// Each lane gathers two rows of A and two columns of B.
inline void multiplyAdd(
    float* c, unsigned a0, unsigned a1, unsigned a2, unsigned a3, unsigned b0, unsigned b1) {
  const uint32_t own[standin::SHOWN] = {a0, a1, a2, a3, b0, b1};
  const uint32_t(*of)[standin::SHOWN] = standin::show(own);
  unsigned r = standin::lane() / 4;
  unsigned j = standin::lane() % 4;
  float a[2][16];
  float b[2][16];
  for (unsigned from = 0; from < 4; from++) {
    for (unsigned i = 0; i < 2; i++) {
      for (unsigned k = 0; k < 4; k++) {
        unsigned half = standin::halfOf(of[4 * r + from][k], (int)i);
        a[k % 2][8 * (k / 2) + 2 * from + i] = standin::halfValue(half);
      }
      for (unsigned column = 0; column < 2; column++) {
        const uint32_t* source = of[4 * (2 * j + column) + from];
        b[column][2 * from + i] = standin::halfValue(standin::halfOf(source[4], (int)i));
        b[column][8 + 2 * from + i] = standin::halfValue(standin::halfOf(source[5], (int)i));
      }
    }
  }
  for (int i = 0; i < 4; i++) {
    double sum = c[i];
    for (int k = 0; k < 16; k++) {
      sum += (double)a[i / 2][k] * b[i % 2][k];
    }
    c[i] = (float)sum;
  }
}
