// Round to nearest on the three kinds of grids that a specification may ask for: which grid a group's
// range implies, and which code is nearest on it. The twin of core's AffineGrid.
#pragma once

#include "halfstep.cuh"

#define FLOAT_ZERO 0    // hqq's grid
#define INTEGER_ZERO 1  // AWQ's
// 2 is symmetric: the middle code is the zero

static __device__ __forceinline__ Grid gridOf(
    float low, float high, int kind, float maxCode, float middle) {
  if (kind == FLOAT_ZERO) {
    return floatZeroGrid(low, high, maxCode);
  }
  Grid grid;
  if (kind == INTEGER_ZERO) {
    // s = max(max - min, 1e-5) / Q,  z = clamp(-round(min / s), 0, Q)
    grid.scale = fmaxf(high - low, 1e-5f) / maxCode;
    grid.inverse = 1.0f / grid.scale;
    grid.zero = fminf(fmaxf(-rintf(low / grid.scale), 0.0f), maxCode);
  } else {
    // s = max(max|w|, 1e-5) / (2^(b-1) - 1),  z = 2^(b-1)
    grid.scale = fmaxf(fmaxf(fabsf(low), fabsf(high)), 1e-5f) / (middle - 1.0f);
    grid.inverse = 1.0f / grid.scale;
    grid.zero = middle;
  }
  return grid;
}

static __device__ __forceinline__ float codeOf(float w, const Grid& grid, int kind, float maxCode) {
  if (kind == FLOAT_ZERO) {
    // q = clamp(round(w * t + z), 0, Q)
    return nearestCode(w * grid.inverse + grid.zero, maxCode);
  }
  // q = clamp(round(w / s) + z, 0, Q)
  float x = fminf(fmaxf(w / grid.scale, -grid.zero), maxCode - grid.zero);
  return ((x + HALFSTEP_SHIFT) - HALFSTEP_SHIFT) + grid.zero;
}
