// Causal attention with grouped queries: softmax(q k^T / sqrt(d)) v, each token seeing itself and those
// of its window before it.
//
//   q       tokens x heads * headDim, turned by their positions
//   k, v    tokens x keyHeads * headDim; query head h reads head h / queriesPerKey
//   firsts  tokens: the first row that a token sees; the last is its own. Never falls from row to row
//   result  tokens x heads * headDim; overwritten
//   span    most rows that the tokens of a block see together
//
// Launch: attention_8, attention_1: 128 threads for 8 tokens, or 1, of a head, grid x along the tokens, y
// along the heads; ATTENTION_SHARED(Q, span, headDim) bytes of shared memory. attention_naive: a thread
// a token and head.
// A thread takes a key and multiplies it by the block's queries; then a thread takes a channel of the values.
// What a token does not see gets weight 0, which leaves its sums as they are.
// Sums as on the processor: q k and the sum over the values are chains of fused multiply-adds in order; the
// sum of the exponentials is taken in four chains of double, a token's first row and every fourth behind
// it, ..., what does not fill four rows in the first chain.
// Checked: against the forward pass of models, bit for bit.
#include "exponential.cuh"
#include "halfstep.cuh"

#define ATTENTION_THREADS 128
#define ATTENTION_WARPS (ATTENTION_THREADS / 32)
#define ATTENTION_SHARED(Q, SPAN, DIM) ((Q) * (4 * 8 + ((SPAN) + (DIM)) * 4))

// What all threads of a block know.
struct HeadOfBlock {
  int firstToken;
  int count;        // tokens
  int firstRow;     // that any of them sees
  int rows;
  int span;
  int headDim;
  int keyWidth;
  int keyColumn;
  long long width;
  int column;
};

// 1. weights[i][j] = q_i k_j
template <int Q>
static __device__ __forceinline__ void scoreKeys(
    const HeadOfBlock& head, const float* queries, const float* k, float* weights) {
  for (int j = threadIdx.x; j < head.rows; j += ATTENTION_THREADS) {
    const float* key = k + (long long)(head.firstRow + j) * head.keyWidth + head.keyColumn;
    float dots[Q] = {};
    for (int d = 0; d < head.headDim; d += 2) {
      float2 two = *reinterpret_cast<const float2*>(key + d);
#pragma unroll
      for (int i = 0; i < Q; i++) {
        const float* query = queries + i * head.headDim + d;
        dots[i] = fmaf(query[1], two.y, fmaf(query[0], two.x, dots[i]));
      }
    }
#pragma unroll
    for (int i = 0; i < Q; i++) {
      weights[i * head.span + j] = dots[i];
    }
  }
}

// 2. weights[i][j] = exp((q_i k_j - max) / sqrt(d)), 0 where i does not see j. A warp a token.
static __device__ __forceinline__ void exponentials(
    const HeadOfBlock& head, const int* firsts, float scale, float* weights) {
  int lane = threadIdx.x % 32;
  for (int i = threadIdx.x / 32; i < head.count; i += ATTENTION_WARPS) {
    float* own = weights + i * head.span;
    int from = firsts[head.firstToken + i] - head.firstRow;
    int end = head.firstToken + i + 1 - head.firstRow;
    float most = -3.402823466e38f;
    for (int j = from + lane; j < end; j += 32) {
      most = fmaxf(most, own[j]);
    }
    for (int other = 16; other > 0; other /= 2) {
      most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, other));
    }
    for (int j = lane; j < head.rows; j += 32) {
      own[j] = j >= from && j < end ? exponential((own[j] - most) * scale) : 0.0f;
    }
  }
}

// 3. The sums of the weights in four chains each; a thread a chain.
static __device__ __forceinline__ void sumChains(
    const HeadOfBlock& head, const int* firsts, const float* weights, double* chains) {
  int i = threadIdx.x / 4;
  int chain = threadIdx.x % 4;
  if (i >= head.count) {
    return;
  }
  const float* own = weights + i * head.span;
  int from = firsts[head.firstToken + i] - head.firstRow;
  int end = head.firstToken + i + 1 - head.firstRow;
  int whole = from + (end - from) / 4 * 4;
  double sum = 0.0;
  for (int j = from + chain; j < whole; j += 4) {
    sum += own[j];
  }
  for (int j = whole; chain == 0 && j < end; j++) {
    sum += own[j];
  }
  chains[threadIdx.x] = sum;
}

// 4. result_i = (sum of weights[i][j] v_j) / total_i. EACH tokens a thread, in groups of threads.
template <int Q, int EACH>
static __device__ __forceinline__ void sumValues(
    const HeadOfBlock& head, const float* weights, const double* chains, const float* v,
    float* result) {
  int across = head.headDim < ATTENTION_THREADS ? head.headDim : ATTENTION_THREADS;
  int group = threadIdx.x / across;
  if (group >= Q / EACH) {
    return;
  }
  const float* own = weights + group * EACH * head.span;
  for (int d = threadIdx.x % across; d < head.headDim; d += across) {
    const float* value = v + (long long)head.firstRow * head.keyWidth + head.keyColumn + d;
    float sums[EACH] = {};
    for (int j = 0; j < head.rows; j++) {
      float x = value[(long long)j * head.keyWidth];
#pragma unroll
      for (int i = 0; i < EACH; i++) {
        sums[i] = fmaf(own[i * head.span + j], x, sums[i]);
      }
    }
#pragma unroll
    for (int i = 0; i < EACH; i++) {
      int token = group * EACH + i;
      if (token < head.count) {
        const double* of = chains + token * 4;
        float total = (float)((of[0] + of[2]) + (of[1] + of[3]));
        result[(head.firstToken + token) * head.width + head.column + d] = sums[i] / total;
      }
    }
  }
}

template <int Q>
static __device__ __forceinline__ void attend(
    const float* q, const float* k, const float* v, const int* firsts, float* result, int tokens,
    int queriesPerKey, int headDim, float scale, int span) {
  extern __shared__ float4 shared[];
  double* chains = reinterpret_cast<double*>(shared);
  float* weights = reinterpret_cast<float*>(chains + 4 * Q);
  float* queries = weights + Q * span;
  HeadOfBlock head;
  head.firstToken = blockIdx.x * Q;
  head.count = tokens - head.firstToken < Q ? tokens - head.firstToken : Q;
  head.firstRow = firsts[head.firstToken];
  head.rows = head.firstToken + head.count - head.firstRow;
  head.span = span;
  head.headDim = headDim;
  head.keyWidth = (int)gridDim.y / queriesPerKey * headDim;
  head.keyColumn = (int)blockIdx.y / queriesPerKey * headDim;
  head.width = (long long)gridDim.y * headDim;
  head.column = blockIdx.y * headDim;
  for (int at = threadIdx.x; at < Q * headDim; at += ATTENTION_THREADS) {
    int i = at / headDim;
    long long row = (head.firstToken + i) * head.width;
    queries[at] = i < head.count ? q[row + head.column + at % headDim] : 0.0f;
  }
  __syncthreads();
  scoreKeys<Q>(head, queries, k, weights);
  __syncthreads();
  exponentials(head, firsts, scale, weights);
  __syncthreads();
  sumChains(head, firsts, weights, chains);
  __syncthreads();
  if (Q == 1 || headDim > ATTENTION_THREADS / 2) {
    sumValues<Q, Q>(head, weights, chains, v, result);
  } else if (headDim > ATTENTION_THREADS / 4) {
    sumValues<Q, (Q + 1) / 2>(head, weights, chains, v, result);
  } else if (headDim > ATTENTION_THREADS / 8) {
    sumValues<Q, (Q + 3) / 4>(head, weights, chains, v, result);
  } else {
    sumValues<Q, (Q + 7) / 8>(head, weights, chains, v, result);
  }
}

#define ATTENTION(Q)                                                                             \
  extern "C" __global__ void __launch_bounds__(ATTENTION_THREADS) attention_##Q(                 \
      const float* q, const float* k, const float* v, const int* firsts, float* result,          \
      int tokens, int queriesPerKey, int headDim, float scale, int span) {                       \
    attend<Q>(q, k, v, firsts, result, tokens, queriesPerKey, headDim, scale, span);             \
  }

ATTENTION(8)
ATTENTION(1)

static __device__ float dotByOne(const float* q, const float* k, int headDim) {
  float sum = 0.0f;
  for (int d = 0; d < headDim; d++) {
    sum = fmaf(q[d], k[d], sum);
  }
  return sum;
}

extern "C" __global__ void attention_naive(
    const float* q, const float* k, const float* v, const int* firsts, float* result, int tokens,
    int heads, int queriesPerKey, int headDim, float scale) {
  int at = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (at >= tokens * heads) {
    return;
  }
  int token = at / heads;
  int keyWidth = heads / queriesPerKey * headDim;
  int keyColumn = at % heads / queriesPerKey * headDim;
  const float* query = q + (long long)at * headDim;
  float* own = result + (long long)at * headDim;
  float most = -3.402823466e38f;
  for (int j = firsts[token]; j <= token; j++) {
    const float* key = k + (long long)j * keyWidth + keyColumn;
    most = fmaxf(most, dotByOne(query, key, headDim));
  }
  for (int d = 0; d < headDim; d++) {
    own[d] = 0.0f;
  }
  double chains[4] = {};
  int whole = (token + 1 - firsts[token]) / 4 * 4;
  for (int j = firsts[token]; j <= token; j++) {
    const float* key = k + (long long)j * keyWidth + keyColumn;
    const float* value = v + (long long)j * keyWidth + keyColumn;
    float weight = exponential((dotByOne(query, key, headDim) - most) * scale);
    int place = j - firsts[token];
    chains[place < whole ? place % 4 : 0] += weight;
    for (int d = 0; d < headDim; d++) {
      own[d] = fmaf(weight, value[d], own[d]);
    }
  }
  float total = (float)((chains[0] + chains[2]) + (chains[1] + chains[3]));
  for (int d = 0; d < headDim; d++) {
    own[d] /= total;
  }
}
