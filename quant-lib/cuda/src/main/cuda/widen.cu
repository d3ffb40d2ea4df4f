// bf16 numbers to float32: their bits are the upper half of a float's, so any pattern is exact.
//
//   halves  count numbers of 16 bits; not modified
//   w       count floats
//
// Launch: a thread for every four numbers, any number of threads a block, enough blocks for all.
// widen_naive: one thread a number.
// Checked: every pattern of 16 bits, and counts that are no multiple of four, bit for bit.
#include "halfstep.cuh"

extern "C" __global__ void widen(const uint2* halves, uint4* w, int count) {
  int four = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (four < count / 4) {
    uint2 in = halves[four];
    uint4 out = {in.x << 16, in.x & 0xffff0000u, in.y << 16, in.y & 0xffff0000u};
    w[four] = out;
  } else if (four == count / 4) {
    for (int i = 4 * four; i < count; i++) {
      ((unsigned*)w)[i] = (unsigned)((const unsigned short*)halves)[i] << 16;
    }
  }
}

extern "C" __global__ void widen_naive(const unsigned short* halves, unsigned* w, int count) {
  int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < count) {
    w[i] = (unsigned)halves[i] << 16;
  }
}
