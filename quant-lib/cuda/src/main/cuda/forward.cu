// What a decoder's forward pass consists of beside its products and its attention: embedding, RMSNorm,
// rotary positions, SwiGLU, residuals and biases.
//
//   embed        x_t = embedding row of token t
//   rms_norm     y = x / sqrt(mean(x^2) + epsilon) * gain, row by row
//   rope         (a, b) = (a cos - b sin, b cos + a sin), a and b half a head apart
//   swiglu       gate = gate / (1 + exp(-gate)) * up
//   add          x = x + y
//   add_rows     x = x + one row of biases
//
//   tokens       rows of the embedding; positions: of each token in its window
//   cosines      positions x headDim / 2, and sines alike
//
// Launch: rms_norm: 128 threads and RMS_NORM_SHARED bytes of shared memory, a warp a row. All others, and
// rms_norm_naive, a thread a row: a thread an element, or a pair of elements in rope, any number of
// threads a block.
// Squares are rounded to float and added in four chains of double, column c in chain c mod 4, what does not
// fill four columns in the first: so does the processor, and the kernel's lanes work for one chain each.
// Checked: against the forward pass of models, bit for bit.
#include "exponential.cuh"
#include "halfstep.cuh"

#define RMS_NORM_WARPS 4
#define RMS_NORM_SHARED (RMS_NORM_WARPS * 4 * 8)

static __device__ __forceinline__ long long elementOfThread() {
  return (long long)blockIdx.x * blockDim.x + threadIdx.x;
}

extern "C" __global__ void embed(
    const float* embedding, const int* tokens, float* x, int count, int hidden) {
  long long at = elementOfThread();
  if (at < (long long)count * hidden) {
    x[at] = embedding[(long long)tokens[at / hidden] * hidden + at % hidden];
  }
}

// 1 / sqrt(mean(x^2) + epsilon) of the four chains' sums.
static __device__ __forceinline__ float inverseNorm(
    const double* chains, int width, float epsilon) {
  double sum = (chains[0] + chains[2]) + (chains[1] + chains[3]);
  return (float)(1.0 / sqrt(sum / width + epsilon));
}

extern "C" __global__ void rms_norm(
    const float* x, const float* gain, float* y, int rows, int width, float epsilon) {
  extern __shared__ float4 shared[];
  int lane = threadIdx.x % 32;
  double* chains = reinterpret_cast<double*>(shared) + threadIdx.x / 32 * 4;
  int row = blockIdx.x * RMS_NORM_WARPS + threadIdx.x / 32;
  bool there = row < rows;
  const float* own = x + (there ? (long long)row * width : 0);
  int whole = width / 4 * 4;
  double sum = 0.0;
  for (int c = 0; c < whole; c += 32) {
    float square = c + lane < whole ? own[c + lane] * own[c + lane] : 0.0f;
#pragma unroll
    for (int i = 0; i < 8; i++) {
      sum += __shfl_sync(0xffffffffu, square, 4 * i + lane % 4);
    }
  }
  for (int c = whole; lane == 0 && c < width; c++) {
    sum += own[c] * own[c];
  }
  if (lane < 4) {
    chains[lane] = sum;
  }
  __syncthreads();
  float inverse = inverseNorm(chains, width, epsilon);
  for (int c = lane; there && c < width; c += 32) {
    y[(long long)row * width + c] = gain[c] * (own[c] * inverse);
  }
}

extern "C" __global__ void rms_norm_naive(
    const float* x, const float* gain, float* y, int rows, int width, float epsilon) {
  long long row = elementOfThread();
  if (row >= rows) {
    return;
  }
  double chains[4] = {};
  for (int c = 0; c < width; c++) {
    float value = x[row * width + c];
    chains[c < width / 4 * 4 ? c % 4 : 0] += value * value;
  }
  float inverse = inverseNorm(chains, width, epsilon);
  for (int c = 0; c < width; c++) {
    y[row * width + c] = gain[c] * (x[row * width + c] * inverse);
  }
}

extern "C" __global__ void rope(
    float* x, const float* cosines, const float* sines, const int* positions, int tokens,
    int heads, int headDim) {
  int half = headDim / 2;
  long long pair = elementOfThread();
  if (pair >= (long long)tokens * heads * half) {
    return;
  }
  int i = (int)(pair % half);
  float* first = x + pair / half * headDim + i;
  long long turn = (long long)positions[pair / half / heads] * half + i;
  float a = first[0];
  float b = first[half];
  first[0] = a * cosines[turn] - b * sines[turn];
  first[half] = b * cosines[turn] + a * sines[turn];
}

extern "C" __global__ void swiglu(float* gate, const float* up, int rows, int width) {
  long long at = elementOfThread();
  if (at < (long long)rows * width) {
    gate[at] = gate[at] / (1.0f + exponential(-gate[at])) * up[at];
  }
}

extern "C" __global__ void add(float* x, const float* y, int rows, int width) {
  long long at = elementOfThread();
  if (at < (long long)rows * width) {
    x[at] += y[at];
  }
}

extern "C" __global__ void add_rows(float* x, const float* biases, int rows, int width) {
  long long at = elementOfThread();
  if (at < (long long)rows * width) {
    x[at] += biases[at % width];
  }
}
