// What GPTQ's Hessian is summed up from: G <- decay * G + X~^T * X~ with X~ = scale * X, in float32.
//
//   raw     count x columns: some tokens' inputs; not modified
//   inputs  tokens x stride: X~, each input times scale and rounded; stride is columns up to a multiple of
//           CHAIN_TILE, 0 beyond columns; hessian_inputs writes the tokens from `first` on
//   g       rows x columns: rows `firstRow` and on of G, of which elements on and below the diagonal, and
//           some above it, are changed
//   decay   what G is multiplied by before the sum is added, which is rounded in between
//   chains  rows of all of G whose sums are one chain; those behind it are summed in 32 lanes
//
// An element's sum over the tokens of a launch is what core's Matmul takes: one chain of fused
// multiply-adds, token after token; in the last panel of core's GramSum, if it has at most 16 rows, 32
// lanes, token t to lane t mod 32, folded by halves. Then it is added to G, as core does after as many
// tokens. So G is core's, bit for bit, at the speed of float32's fused multiply-adds: no tensor cores,
// whose sums have no order to agree with. gram.cu is the one for losses, where 1e-3 is enough.
//
// Launch: hessian_inputs: a thread an element of count x stride. hessian: 256 threads and CHAIN_SHARED
// bytes of shared memory for a tile, grid x along the columns up to the band's last row, y along the band's
// rows; its first row is a multiple of CHAIN_TILE. hessian_few: a warp an element of the rows from
// `chains` on. hessian_naive: a thread an element.
// Checked: against core's Hessian, bit for bit, and codes of GPTQ with it.
#include "chains.cuh"
#include "halfstep.cuh"

extern "C" __global__ void hessian_inputs(
    const float* raw, float* inputs, float scale, int count, int columns, int stride, int first) {
  long long at = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= (long long)count * stride) {
    return;
  }
  int token = (int)(at / stride);
  int column = (int)(at % stride);
  float x = column < columns ? raw[(long long)token * columns + column] * scale : 0.0f;
  inputs[(long long)first * stride + at] = x;
}

static __device__ __forceinline__ void addTo(float* g, float decay, float sum) {
  *g = *g * decay + sum;
}

extern "C" __global__ void __launch_bounds__(256, 2) hessian(
    const float* inputs, float* g, float decay, int tokens, int columns, int stride, int firstRow,
    int rows, int chains) {
  extern __shared__ float4 shared[];
  int top = firstRow + blockIdx.y * CHAIN_TILE;
  int left = blockIdx.x * CHAIN_TILE;
  if (left > top) {
    return;
  }
  ChainTile tile = {};
  tile.addProduct(shared, inputs + top, stride, inputs + left, stride, tokens);
#pragma unroll
  for (int r = 0; r < 8; r++) {
    int row = blockIdx.y * CHAIN_TILE + tile.row(r);
#pragma unroll
    for (int c = 0; c < 8; c++) {
      int column = left + tile.column(c);
      if (row < rows && firstRow + row < chains && column < columns) {
        addTo(g + (long long)row * columns + column, decay, tile.at(r, c));
      }
    }
  }
}

extern "C" __global__ void hessian_few(
    const float* inputs, float* g, float decay, int tokens, int columns, int stride, int firstRow,
    int rows, int chains) {
  long long element = ((long long)blockIdx.x * blockDim.x + threadIdx.x) / WARP;
  int lane = threadIdx.x % WARP;
  int begin = chains > firstRow ? chains : firstRow;
  int row = begin + (int)(element / columns);
  int column = (int)(element % columns);
  if (row >= firstRow + rows) {
    return;
  }
  float sum = 0.0f;
  for (int t = lane; t < tokens; t += WARP) {
    const float* x = inputs + (long long)t * stride;
    sum = fmaf(x[row], x[column], sum);
  }
  sum += __shfl_xor_sync(ALL_LANES, sum, 16);
  sum = folded(sum, ALL_LANES);
  if (lane == 0) {
    addTo(g + (long long)(row - firstRow) * columns + column, decay, sum);
  }
}

// lanes: 1 or 32, of the rows from 0 on.
extern "C" __global__ void hessian_naive(
    const float* inputs, float* g, float decay, int tokens, int columns, int stride, int lanes) {
  int at = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (at >= columns * columns) {
    return;
  }
  float sum[WARP] = {0};
  for (int t = 0; t < tokens; t++) {
    const float* x = inputs + (long long)t * stride;
    sum[t % lanes] = fmaf(x[at / columns], x[at % columns], sum[t % lanes]);
  }
  for (int half = lanes / 2; half > 0; half /= 2) {
    for (int lane = 0; lane < half; lane++) {
      sum[lane] += sum[lane + half];
    }
  }
  addTo(g + at, decay, sum[0]);
}
