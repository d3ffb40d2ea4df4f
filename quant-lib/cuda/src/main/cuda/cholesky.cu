// The inverse of a Cholesky factor, A = L L^T and then X = L^-1, a panel of 64 columns at a time: what
// GPTQ needs of its Hessian. Sums in double, each element of L and X rounded to float once.
//
//   L_cc = sqrt(A_cc - sum L_cp^2)      L_rc = (A_rc - sum_p L_rp L_cp) / L_cc
//   X_r = (I_r - sum_{p<r} L_rp X_p) / L_rr
//
//   a       n x n, symmetric; on and below its diagonal it becomes L
//   left    n x PANEL: what is left of the panel's columns, from row `first` on; then their L in double
//   x       (n - begin) x wide: X of the columns from `begin` on in double, 0 before
//   inverse n x n, 0 before: X
//   report  word 0, 0 before: 1 + the first column whose pivot is not positive; all kernels then do nothing
//
// Launch, for each panel of L: cholesky_left, 256 threads for PANEL rows; cholesky_diagonal, one block of
// 64 threads; cholesky_rows, 256 threads for 4 rows. For each panel of rows of X: inverse_solve, a thread a
// column; inverse_update, 256 threads for PANEL x PANEL elements, grid x along the columns, y along the
// rows below the panel. Shared memory: TILE_BYTES for left and update, SQUARE_BYTES for diagonal and rows. cholesky_naive: one thread; inverse_naive: a thread a column.
// Every element is one chain in the order of p, as in core's Cholesky: it does not matter to a chain in
// which panel, tile or launch its links are.
// Checked: X against core's Cholesky, bit for bit.
#include "halfstep.cuh"

#define PANEL 64  // core's Cholesky.PANEL: within a panel L is not rounded yet
#define DEPTH 16
#define ACROSS (PANEL + 2)  // of a line of a tile in shared memory, so that columns lie in other banks
#define TILE_BYTES (2 * DEPTH * ACROSS * 8)
#define SQUARE_BYTES ((PANEL * (PANEL + 1) + 4) * 8)

// A_rc - sum_{p<first} L_rp L_cp for the panel's columns. Products of two floats are exact in double, so
// that fusing them with the sum changes nothing.
extern "C" __global__ void cholesky_left(
    const float* a, double* left, const int* report, int n, int first, int width) {
  extern __shared__ float4 shared[];
  double* rows = reinterpret_cast<double*>(shared);
  double* columns = rows + DEPTH * ACROSS;
  if (report[0]) {
    return;
  }
  int top = first + blockIdx.x * PANEL;
  int line = threadIdx.x / 16 * 4;
  int column = threadIdx.x % 16 * 4;
  double sum[4][4];
#pragma unroll
  for (int r = 0; r < 4; r++) {
#pragma unroll
    for (int c = 0; c < 4; c++) {
      bool there = top + line + r < n && column + c < width;
      sum[r][c] = there ? a[(long long)(top + line + r) * n + first + column + c] : 0.0f;
    }
  }
  for (int p = 0; p < first; p += DEPTH) {
    __syncthreads();
    for (int i = threadIdx.x; i < PANEL * DEPTH; i += blockDim.x) {
      int at = i / DEPTH;
      int k = i % DEPTH;
      rows[k * ACROSS + at] = top + at < n ? a[(long long)(top + at) * n + p + k] : 0.0f;
      columns[k * ACROSS + at] = at < width ? a[(long long)(first + at) * n + p + k] : 0.0f;
    }
    __syncthreads();
#pragma unroll
    for (int k = 0; k < DEPTH; k++) {
#pragma unroll
      for (int r = 0; r < 4; r++) {
#pragma unroll
        for (int c = 0; c < 4; c++) {
          sum[r][c] = fma(-rows[k * ACROSS + line + r], columns[k * ACROSS + column + c], sum[r][c]);
        }
      }
    }
  }
#pragma unroll
  for (int r = 0; r < 4; r++) {
#pragma unroll
    for (int c = 0; c < 4; c++) {
      if (top + line + r < n) {
        left[(long long)(top - first + line + r) * PANEL + column + c] = sum[r][c];
      }
    }
  }
}

// The panel's square: column after column, a thread a row.
extern "C" __global__ void cholesky_diagonal(
    float* a, double* left, int* report, int n, int first, int width) {
  extern __shared__ float4 shared[];
  double* square = reinterpret_cast<double*>(shared);
  bool failed = report[0] != 0;
  __syncthreads();  // all have looked before one of them writes there
  if (failed) {
    return;
  }
  int r = threadIdx.x;
  double* own = square + r * (PANEL + 1);
  for (int c = 0; r < width && c <= r; c++) {
    own[c] = left[r * PANEL + c];
  }
  for (int c = 0; c < width; c++) {
    if (r == c) {
      double pivot = own[c];
      for (int p = 0; p < c; p++) {
        pivot -= own[p] * own[p];
      }
      if (!(pivot > 0) && !report[0]) {
        report[0] = first + c + 1;
      }
      own[c] = sqrt(pivot);
    }
    __syncthreads();
    if (r > c && r < width) {
      const double* other = square + c * (PANEL + 1);
      double sum = own[c];
      for (int p = 0; p < c; p++) {
        sum -= own[p] * other[p];
      }
      own[c] = sum / other[c];
    }
    __syncthreads();
  }
  for (int c = 0; r < width && c <= r; c++) {
    left[r * PANEL + c] = own[c];
    a[(long long)(first + r) * n + first + c] = (float)own[c];
  }
}

// Solves x L^T = left for the rows below the square: a thread an element, which it takes all that is
// before it from.
extern "C" __global__ void cholesky_rows(
    float* a, const double* left, const int* report, int n, int first, int width) {
  extern __shared__ float4 shared[];
  double* square = reinterpret_cast<double*>(shared);
  double* solved = square + PANEL * (PANEL + 1);
  if (report[0]) {
    return;
  }
  for (int i = threadIdx.x; i < width * width; i += blockDim.x) {
    square[i / width * (PANEL + 1) + i % width] = left[i / width * PANEL + i % width];
  }
  int r = threadIdx.x / PANEL;
  int c = threadIdx.x % PANEL;
  int row = first + width + blockIdx.x * 4 + r;
  bool there = row < n && c < width;
  double sum = there ? left[(long long)(row - first) * PANEL + c] : 0.0;
  for (int p = 0; p < width; p++) {
    __syncthreads();
    if (c == p) {
      sum = sum / square[c * (PANEL + 1) + c];
      solved[r] = sum;
    }
    __syncthreads();
    if (c > p && c < width) {
      sum -= solved[r] * square[c * (PANEL + 1) + p];
    }
  }
  if (there) {
    a[(long long)row * n + first + c] = (float)sum;
  }
}

// Rows `first` to `first + count` of X, after all before them were taken from these. x begins with row and
// column `begin`.
extern "C" __global__ void inverse_solve(
    const float* l, double* x, float* inverse, const int* report, int n, int begin, int wide,
    int first, int count) {
  int column = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (report[0] || column >= wide || begin + column >= first + count) {
    return;
  }
  for (int r = first; r < first + count; r++) {
    double sum = r == begin + column ? 1.0 : x[(long long)(r - begin) * wide + column];
    const float* line = l + (long long)r * n;
    for (int p = first; p < r; p++) {
      sum -= line[p] * x[(long long)(p - begin) * wide + column];
    }
    sum = sum / line[r];
    x[(long long)(r - begin) * wide + column] = sum;
    inverse[(long long)r * n + begin + column] = (float)sum;
  }
}

// x_r -= L_rp X_p for the rows below, p from `first` to `first + PANEL`. Products are rounded: X is double.
extern "C" __global__ void inverse_update(
    const float* l, double* x, const int* report, int n, int begin, int wide, int first) {
  extern __shared__ float4 shared[];
  double* rows = reinterpret_cast<double*>(shared);
  double* columns = rows + DEPTH * ACROSS;
  int left = blockIdx.x * PANEL;
  if (report[0] || begin + left >= first + PANEL) {
    return;  // X is 0 above its diagonal
  }
  int top = first + PANEL + blockIdx.y * PANEL;
  int line = threadIdx.x / 16 * 4;
  int column = threadIdx.x % 16 * 4;
  double sum[4][4];
#pragma unroll
  for (int r = 0; r < 4; r++) {
#pragma unroll
    for (int c = 0; c < 4; c++) {
      bool there = top + line + r < n && left + column + c < wide;
      long long at = (long long)(top + line + r - begin) * wide + left + column + c;
      sum[r][c] = there ? x[at] : 0.0;
    }
  }
  for (int p = first; p < first + PANEL; p += DEPTH) {
    __syncthreads();
    for (int i = threadIdx.x; i < PANEL * DEPTH; i += blockDim.x) {
      int row = top + i / DEPTH;
      int k = i % DEPTH;
      rows[k * ACROSS + i / DEPTH] = row < n ? l[(long long)row * n + p + k] : 0.0f;
      k = i / PANEL;
      int to = left + i % PANEL;
      long long at = (long long)(p + k - begin) * wide + to;
      columns[k * ACROSS + i % PANEL] = to < wide ? x[at] : 0.0;
    }
    __syncthreads();
#pragma unroll
    for (int k = 0; k < DEPTH; k++) {
#pragma unroll
      for (int r = 0; r < 4; r++) {
#pragma unroll
        for (int c = 0; c < 4; c++) {
          sum[r][c] -= rows[k * ACROSS + line + r] * columns[k * ACROSS + column + c];
        }
      }
    }
  }
#pragma unroll
  for (int r = 0; r < 4; r++) {
#pragma unroll
    for (int c = 0; c < 4; c++) {
      if (top + line + r < n && left + column + c < wide) {
        x[(long long)(top + line + r - begin) * wide + left + column + c] = sum[r][c];
      }
    }
  }
}

// l: n x n in double, which is what the panels' squares are; a as above.
extern "C" __global__ void cholesky_naive(float* a, double* l, int n) {
  if (blockIdx.x + threadIdx.x > 0) {
    return;
  }
  for (int r = 0; r < n; r++) {
    for (int c = 0; c <= r; c++) {
      double sum = a[(long long)r * n + c];
      for (int p = 0; p < c; p++) {
        // a panel's own columns are not rounded yet
        bool own = p / PANEL == c / PANEL;
        double x = own ? l[(long long)r * n + p] : a[(long long)r * n + p];
        double y = own ? l[(long long)c * n + p] : a[(long long)c * n + p];
        sum -= x * y;
      }
      l[(long long)r * n + c] = r == c ? sqrt(sum) : sum / l[(long long)c * n + c];
      a[(long long)r * n + c] = (float)l[(long long)r * n + c];
    }
  }
}

extern "C" __global__ void inverse_naive(const float* l, double* x, float* inverse, int n) {
  int column = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  for (int r = column; r < n && column < n; r++) {
    double sum = r == column ? 1.0 : 0.0;
    for (int p = column; p < r; p++) {
      sum -= l[(long long)r * n + p] * x[(long long)p * n + column];
    }
    x[(long long)r * n + column] = sum / l[(long long)r * n + r];
    inverse[(long long)r * n + column] = (float)x[(long long)r * n + column];
  }
}
