// The exponential, twin of core's ElementKernel.exp: the same steps, each rounded to float.
#pragma once

// With n the integer nearest to x / ln 2 and r = x - n ln 2: 2^n (1 + r + r^2/2! + ... + r^7/7!)
static __device__ __forceinline__ float exponential(float x) {
  const float toInteger = 12582912.0f;  // 1.5 * 2^23
  if (x < -87.0f) {
    return 0.0f;
  }
  float bounded = x > 88.0f ? 88.0f : x;
  float shifted = fmaf(bounded, 1.44269504f, toInteger);
  float n = shifted - toInteger;
  // ln 2 in two parts; a small integer times the first is exact
  float r = fmaf(n, 2.12194440e-4f, fmaf(n, -0.693359375f, bounded));
  float p = fmaf(1.0f / 5040, r, 1.0f / 720);
  p = fmaf(p, r, 1.0f / 120);
  p = fmaf(p, r, 1.0f / 24);
  p = fmaf(p, r, 1.0f / 6);
  p = fmaf(p, r, 1.0f / 2);
  p = fmaf(p, r, 1.0f);
  p = fmaf(p, r, 1.0f);
  int exponent = __float_as_int(shifted) - __float_as_int(toInteger);
  return p * __int_as_float((exponent + 127) << 23);
}
