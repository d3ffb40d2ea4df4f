// A copy: what the memory gives at best, the measure for every kernel that is bound by it.
//
//   from, to  count times four floats
//
// Launch: a thread each, any number of threads a block, enough blocks for all.
// Checked: the copy equals the original.
#include "halfstep.cuh"

extern "C" __global__ void copy(const float4* from, float4* to, int count) {
  int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < count) {
    to[i] = from[i];
  }
}
