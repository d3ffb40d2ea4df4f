// A copy: what the memory gives at best, the measure for every kernel that is bound by it.
//
//   from, to  count times four floats
//
// Launch: any number of threads a block, blocks as the device takes; each thread goes on in steps of
// the whole grid.
// Checked: the copy equals the original.
#include "halfstep.cuh"

extern "C" __global__ void copy(const float4* from, float4* to, int count) {
  int step = (int)(gridDim.x * blockDim.x);
  for (int i = (int)(blockIdx.x * blockDim.x + threadIdx.x); i < count; i += step) {
    to[i] = from[i];
  }
}
