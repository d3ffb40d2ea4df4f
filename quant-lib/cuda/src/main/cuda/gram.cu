// What AWQ's search needs of an input X, tokens x columns: the mean of |x| of each channel, and
// G = X^T * X on tensor cores. Needs sm_80.
//
//   channels         of a stretch of X, 512 tokens a slice: sums and maxima of |x|, slices x columns
//   channels_total   of all slices, in order: the mean, tokens of them, and the maximum
//   gram_inputs      X^T as squares of half floats (see squares.cuh), channels as rows. Each channel is
//                    multiplied by a power of two so that its largest lies in [2^14, 2^15).
//   gram             parts x side x side in float; a patch on or below the diagonal for each part of
//                    the tokens, the rest stays undefined
//   gram_lengths     d = sqrt(G_jj), its inverse, and d as it is of X itself
//   gram_squares     G_ij / (d_i * d_j) as squares of half floats: below the diagonal alone, with 1/2
//                    on it, so that e * G * e^T = 2 * sum of (e * L) o e
//
// side is columns up to a multiple of 256; squares beyond columns and tokens must be 0 before.
// Launch: channels: 256 threads, 2 KiB shared, grid x 32 columns each, y slices. gram_inputs: a warp a
// square of the stretch, from a multiple of 16 tokens on. gram: 256 threads, shared as addProduct says;
// grid x 8 * (side / 256), y parts within bands of 8 patches, so that blocks that run at a time share
// what they read. gram_squares: a warp a square. The others: a thread a channel.
// Checked: gram_naive and channels_naive read like the equations; losses against core's AwqScaleSearch.
#include "halves.cuh"
#include "squares.cuh"

#define CHANNELS_ACROSS 32
#define SLICE_TOKENS 512
#define BAND_PATCHES 8

extern "C" __global__ void channels(
    const float* x, double* sums, float* largest, int tokens, int columns, int firstSlice) {
  extern __shared__ float4 shared[];
  double* parts = reinterpret_cast<double*>(shared);
  float* maxima = reinterpret_cast<float*>(shared);
  int across = threadIdx.x % CHANNELS_ACROSS;
  int down = threadIdx.x / CHANNELS_ACROSS;
  int rows = blockDim.x / CHANNELS_ACROSS;
  int column = blockIdx.x * CHANNELS_ACROSS + across;
  int end = (blockIdx.y + 1) * SLICE_TOKENS;
  end = end < tokens ? end : tokens;
  double sum = 0.0;
  float most = 0.0f;
  if (column < columns) {
    for (int t = blockIdx.y * SLICE_TOKENS + down; t < end; t += rows) {
      float size = fabsf(x[(long long)t * columns + column]);
      sum += size;
      most = fmaxf(most, size);
    }
  }
  parts[threadIdx.x] = sum;
  __syncthreads();
  long long to = (long long)(firstSlice + blockIdx.y) * columns + column;
  if (down == 0 && column < columns) {
    for (int i = 1; i < rows; i++) {
      sum += parts[i * CHANNELS_ACROSS + across];
    }
    sums[to] = sum;
  }
  __syncthreads();
  maxima[threadIdx.x] = most;
  __syncthreads();
  if (down == 0 && column < columns) {
    for (int i = 1; i < rows; i++) {
      most = fmaxf(most, maxima[i * CHANNELS_ACROSS + across]);
    }
    largest[to] = most;
  }
}

extern "C" __global__ void channels_total(
    const double* sums, const float* largest, float* mean, float* most, int slices, int columns,
    int tokens) {
  int column = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (column >= columns) {
    return;
  }
  double sum = 0.0;
  float top = 0.0f;
  for (int slice = 0; slice < slices; slice++) {
    sum += sums[(long long)slice * columns + column];
    top = fmaxf(top, largest[(long long)slice * columns + column]);
  }
  mean[column] = (float)(sum / tokens);
  most[column] = top;
}

extern "C" __global__ void channels_naive(const float* x, float* mean, int tokens, int columns) {
  int column = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (column >= columns) {
    return;
  }
  double sum = 0.0;
  for (int t = 0; t < tokens; t++) {
    sum += fabsf(x[(long long)t * columns + column]);
  }
  mean[column] = (float)(sum / tokens);
}

extern "C" __global__ void gram_inputs(
    const float* x, const float* largest, float4* squares, int tokens, int columns, int first,
    int along) {
  int lane = threadIdx.x % 32;
  int warp = (int)((blockIdx.x * blockDim.x + threadIdx.x) / 32);
  int wide = (columns + SQUARE - 1) / SQUARE;
  int row = warp % wide * SQUARE + lane / 4;       // a channel
  int column = warp / wide * SQUARE + lane % 4 * 2;  // a token of the stretch
  if (warp / wide * SQUARE >= tokens) {
    return;
  }
  unsigned words[4];
#pragma unroll
  for (int i = 0; i < 4; i++) {
    int channel = row + 8 * (i % 2);
    int token = column + 8 * (i / 2);
    float low = 0.0f;
    float high = 0.0f;
    if (channel < columns) {
      float up = powerOfTwo(largest[channel]).x;
      const float* from = x + (long long)token * columns + channel;
      low = token < tokens ? from[0] * up : 0.0f;
      high = token + 1 < tokens ? from[columns] * up : 0.0f;
    }
    words[i] = halfPair(low, high);
  }
  long long square = (long long)(warp % wide) * along + first / SQUARE + warp / wide;
  uint4 vector = {words[0], words[1], words[2], words[3]};
  reinterpret_cast<uint4*>(squares)[square * SQUARE_VECTORS + lane] = vector;
}

extern "C" __global__ void __launch_bounds__(PATCH_THREADS, 1) gram(
    const float4* inputs, float* sums, int side, int along, int parts, int perPart) {
  extern __shared__ float4 shared[];
  int part = blockIdx.y % parts;
  int row = blockIdx.y / parts * BAND_PATCHES + blockIdx.x % BAND_PATCHES;
  int column = blockIdx.x / BAND_PATCHES;
  if (row * PATCH_A * SQUARE >= side || column * PATCH_B > row * PATCH_A) {
    return;
  }
  WarpPatch patch = {};
  int begin = part * perPart;
  int end = begin + perPart < along ? begin + perPart : along;
  Squares a(inputs, along, row * PATCH_A);
  Squares b(inputs, along, column * PATCH_B);
  patch.addProduct(shared, a, b, begin, end);
  int lane = threadIdx.x % 32;
  int firstRow = (row * PATCH_A + WarpPatch::row()) * SQUARE + lane / 4;
  int firstColumn = (column * PATCH_B + WarpPatch::column()) * SQUARE + lane % 4 * 2;
  float* to = sums + ((long long)part * side + firstRow) * side + firstColumn;
#pragma unroll
  for (int m = 0; m < 4; m++) {
#pragma unroll
    for (int n = 0; n < 8; n++) {
      float2 upper = {patch.c[m][n][0], patch.c[m][n][1]};
      float2 lower = {patch.c[m][n][2], patch.c[m][n][3]};
      *reinterpret_cast<float2*>(to + (long long)m * SQUARE * side + 8 * n) = upper;
      *reinterpret_cast<float2*>(to + (long long)(m * SQUARE + 8) * side + 8 * n) = lower;
    }
  }
}

// An element of the sum of all parts.
static __device__ __forceinline__ float gramAt(
    const float* sums, int row, int column, int side, int parts) {
  float sum = 0.0f;
  for (int part = 0; part < parts; part++) {
    sum += sums[((long long)part * side + row) * side + column];
  }
  return sum;
}

extern "C" __global__ void gram_lengths(
    const float* sums, const float* largest, float* inverse, float* lengths, int side, int columns,
    int parts) {
  int j = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (j < columns) {
    float length = sqrtf(gramAt(sums, j, j, side, parts));
    inverse[j] = length > 0.0f ? 1.0f / length : 0.0f;
    lengths[j] = length * powerOfTwo(largest[j]).y;
  }
}

extern "C" __global__ void gram_squares(
    const float* sums, const float* inverse, float4* squares, int side, int columns, int parts) {
  int lane = threadIdx.x % 32;
  int along = side / SQUARE;
  int square = (int)((blockIdx.x * blockDim.x + threadIdx.x) / 32);
  int down = square / along;
  int across = square % along;
  if (down >= along || across >= (down / PATCH_B + 1) * PATCH_B) {
    return;
  }
  unsigned words[4];
#pragma unroll
  for (int i = 0; i < 4; i++) {
    int row = down * SQUARE + lane / 4 + 8 * (i % 2);
    int column = across * SQUARE + lane % 4 * 2 + 8 * (i / 2);
    float pair[2] = {0.0f, 0.0f};
#pragma unroll
    for (int k = 0; k < 2; k++) {
      if (row < columns && column + k < row) {
        pair[k] = gramAt(sums, row, column + k, side, parts) * (inverse[row] * inverse[column + k]);
      } else if (row < columns && column + k == row && inverse[row] > 0.0f) {
        pair[k] = 0.5f;
      }
    }
    words[i] = halfPair(pair[0], pair[1]);
  }
  uint4 vector = {words[0], words[1], words[2], words[3]};
  reinterpret_cast<uint4*>(squares)[(long long)square * SQUARE_VECTORS + lane] = vector;
}

extern "C" __global__ void gram_naive(const float* x, float* g, int tokens, int columns) {
  int at = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (at >= columns * columns) {
    return;
  }
  float sum = 0.0f;
  for (int t = 0; t < tokens; t++) {
    const float* row = x + (long long)t * columns;
    sum += row[at / columns] * row[at % columns];
  }
  g[at] = sum;
}
