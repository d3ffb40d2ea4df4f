// What an evaluation wants of two models' logits, row by row: the divergence KL(p || q) of the model's
// next-token distribution q from the reference's p, and what both say of the token that followed.
//
//   log p_i = x_i - (m + log sum exp(x - m))      KL = sum of p (log p - log q)
//
//   reference  rows x vocabulary, finite logits
//   model      rows x vocabulary; may be the reference
//   next       rows: the token that followed; a negative one leaves its row of scores as it was
//   scores     rows x KL_SCORES: -log p and -log q of that token, KL, q - p of that token, and 1 if the
//              most likely token is the same, the first of equals, else 0
//
// Launch: kl: 256 threads a row, KL_SHARED bytes of shared memory. kl_naive: a thread a row.
// In double, as the processor does it: a KL of 1e-4 nats is the sum of terms a thousand times its size.
// kl_naive adds from the first logit to the last, as the processor does; in kl token i belongs to sum
// i mod 256, and the sums are folded in halves, so it, too, gives the same bits each time.
// Checked: the most likely tokens exactly, the rest against core's LogSoftmax within the rounding of
// double: (vocabulary + 16) * 2^-52 of 1 + the largest |logit|.
#include "halfstep.cuh"

#define KL_THREADS 256
#define KL_SHARED (KL_THREADS * 16)
#define KL_SCORES 5

// A logit and where it lies.
struct Top {
  float logit;
  int at;
};

static __device__ __forceinline__ Top larger(const Top& a, const Top& b) {
  return b.logit > a.logit || (b.logit == a.logit && b.at < a.at) ? b : a;
}

// Two values a thread folded in halves; the same in every thread.
template <class V, class Fold>
static __device__ __forceinline__ void foldBlock(V* pairs, V* a, V* b, const Fold& fold) {
  int t = threadIdx.x;
  __syncthreads();  // nobody reads any more what was folded before
  pairs[t] = *a;
  pairs[t + KL_THREADS] = *b;
  for (int half = KL_THREADS / 2; half > 0; half /= 2) {
    __syncthreads();
    if (t < half) {
      pairs[t] = fold(pairs[t], pairs[t + half]);
      pairs[t + KL_THREADS] = fold(pairs[t + KL_THREADS], pairs[t + KL_THREADS + half]);
    }
  }
  __syncthreads();
  *a = pairs[0];
  *b = pairs[KL_THREADS];
}

struct Larger {
  __device__ __forceinline__ Top operator()(const Top& a, const Top& b) const {
    return larger(a, b);
  }
};

struct Sum {
  __device__ __forceinline__ double operator()(double a, double b) const { return a + b; }
};

// p of a token and its logarithm, from a row's largest logit and the sum of the exponentials.
struct Softmax {
  double most;
  double sum;
  double normalizer;

  __device__ __forceinline__ Softmax(float most, double sum)
      : most(most), sum(sum), normalizer(most + log(sum)) {}
  __device__ __forceinline__ double log_of(float logit) const { return logit - normalizer; }
  __device__ __forceinline__ double of(float logit) const { return exp(logit - most) / sum; }
};

static __device__ __forceinline__ void score(
    double* scores, const Softmax& p, const Softmax& q, float reference, float model, double kl,
    bool same) {
  scores[0] = -p.log_of(reference);
  scores[1] = -q.log_of(model);
  scores[2] = kl;
  scores[3] = q.of(model) - p.of(reference);
  scores[4] = same ? 1.0 : 0.0;
}

extern "C" __global__ void __launch_bounds__(KL_THREADS) kl(
    const float* reference, const float* model, const int* next, double* scores, int vocabulary) {
  extern __shared__ float4 shared[];
  Top* tops = reinterpret_cast<Top*>(shared);
  double* sums = reinterpret_cast<double*>(shared);
  int row = blockIdx.x;
  int token = next[row];
  if (token < 0) {
    return;
  }
  const float* a = reference + (long long)row * vocabulary;
  const float* b = model + (long long)row * vocabulary;
  Top topA = {-3.402823466e38f, 0x7fffffff};
  Top topB = topA;
  for (int i = threadIdx.x; i < vocabulary; i += KL_THREADS) {
    topA = larger(topA, Top{a[i], i});
    topB = larger(topB, Top{b[i], i});
  }
  foldBlock(tops, &topA, &topB, Larger());
  double sumA = 0.0;
  double sumB = 0.0;
  for (int i = threadIdx.x; i < vocabulary; i += KL_THREADS) {
    sumA += exp((double)a[i] - topA.logit);
    sumB += exp((double)b[i] - topB.logit);
  }
  foldBlock(sums, &sumA, &sumB, Sum());
  Softmax p(topA.logit, sumA);
  Softmax q(topB.logit, sumB);
  double divergence = 0.0;
  double nothing = 0.0;
  for (int i = threadIdx.x; i < vocabulary; i += KL_THREADS) {
    divergence += p.of(a[i]) * (p.log_of(a[i]) - q.log_of(b[i]));
  }
  foldBlock(sums, &divergence, &nothing, Sum());
  if (threadIdx.x == 0) {
    score(scores + (long long)row * KL_SCORES, p, q, a[token], b[token], divergence,
          topA.at == topB.at);
  }
}

static __device__ Softmax softmaxByOne(const float* logits, int vocabulary, int* top) {
  *top = 0;
  for (int i = 1; i < vocabulary; i++) {
    *top = logits[i] > logits[*top] ? i : *top;
  }
  double sum = 0.0;
  for (int i = 0; i < vocabulary; i++) {
    sum += exp((double)logits[i] - logits[*top]);
  }
  return Softmax(logits[*top], sum);
}

extern "C" __global__ void kl_naive(
    const float* reference, const float* model, const int* next, double* scores, int rows,
    int vocabulary) {
  int row = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (row >= rows || next[row] < 0) {
    return;
  }
  const float* a = reference + (long long)row * vocabulary;
  const float* b = model + (long long)row * vocabulary;
  int topA;
  int topB;
  Softmax p = softmaxByOne(a, vocabulary, &topA);
  Softmax q = softmaxByOne(b, vocabulary, &topB);
  double divergence = 0.0;
  for (int i = 0; i < vocabulary; i++) {
    divergence += p.of(a[i]) * (p.log_of(a[i]) - q.log_of(b[i]));
  }
  score(scores + (long long)row * KL_SCORES, p, q, a[next[row]], b[next[row]], divergence,
        topA == topB);
}
