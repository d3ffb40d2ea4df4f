// What mma.cuh does with one instruction each, in C++.
#pragma once

namespace standin {

inline float halfValue(unsigned bits) {
  int exponent = bits >> 10 & 31;
  int mantissa = bits & 1023;
  float size = exponent == 31 ? (mantissa ? NAN : INFINITY)
               : exponent == 0 ? ldexpf((float)mantissa, -24)
                               : ldexpf((float)(1024 + mantissa), exponent - 25);
  return bits & 0x8000 ? -size : size;
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

// A lane's words as all lanes see them, one after the other.
inline unsigned ofLane(unsigned word, unsigned source) { return take(0xffffffffu, word, source); }

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

inline float fromHalf(unsigned pair) { return standin::halfValue(standin::halfOf(pair, 0)); }

// Each lane gathers two rows of A and two columns of B.
inline void multiplyAdd(
    float* c, unsigned a0, unsigned a1, unsigned a2, unsigned a3, unsigned b0, unsigned b1) {
  unsigned r = standin::lane() / 4;
  unsigned j = standin::lane() % 4;
  const unsigned own[4] = {a0, a1, a2, a3};
  float a[2][16];
  float b[2][16];
  for (unsigned from = 0; from < 4; from++) {
    for (unsigned k = 0; k < 4; k++) {
      unsigned pair = standin::ofLane(own[k], 4 * r + from);
      for (unsigned i = 0; i < 2; i++) {
        a[k % 2][8 * (k / 2) + 2 * from + i] = standin::halfValue(standin::halfOf(pair, (int)i));
      }
    }
    for (unsigned column = 0; column < 2; column++) {
      unsigned source = 4 * (2 * j + column) + from;
      unsigned low = standin::ofLane(b0, source);
      unsigned high = standin::ofLane(b1, source);
      for (unsigned i = 0; i < 2; i++) {
        b[column][2 * from + i] = standin::halfValue(standin::halfOf(low, (int)i));
        b[column][8 + 2 * from + i] = standin::halfValue(standin::halfOf(high, (int)i));
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
