// GGUF's blocks of 32 weights: a scale as half float, a minimum alike at Q4_1, then the codes.
//
//   codes   rows x columns, one byte each; columns is a multiple of 32
//   scales  rows x columns / size, and zeros alike, in code units; w = (code - zero) * scale
//   packed  rows x columns / 32 blocks of blockBytes(format) bytes; overwritten
//   report  one word, 0 before: not 0 if the format cannot hold a block, whose bytes are then any
//   format  0 Q4_0: d * (q - 8); 1 Q4_1: d * q + m; 2 Q8_0: d * (q - 128), q's highest bit inverted
//
// Launch: gguf_pack, gguf_unpack: a thread a block of weights, 128 threads, 128 * 34 bytes shared; the naive
// ones alike, with any number of threads and no shared memory.
// Checked: bytes against core's GgufBlocks, and what it refuses; naive against fast.
#include "mma.cuh"

#define WEIGHTS 32
#define Q4_0 0
#define Q4_1 1
#define Q8_0 2

static __device__ __forceinline__ int headerBytes(int format) { return format == Q4_1 ? 4 : 2; }

static __device__ __forceinline__ int blockBytes(int format) {
  return headerBytes(format) + (format == Q8_0 ? WEIGHTS : WEIGHTS / 2);
}

// What a block's codes become in the format.
struct Adopted {
  float scale;
  float minimum;
  int move;  // what is added to a code
  bool fits;

  __device__ __forceinline__ Adopted(float groupScale, float zero, int format)
      : scale(groupScale), minimum(0.0f), move(0), fits(true) {
    if (format == Q4_1) {
      minimum = -zero * groupScale;
    } else {
      fits = zero == rintf(zero);
      move = (format == Q4_0 ? 8 : 128) - (int)zero;
    }
    fits = fits && !(fabsf(scale) > 65504.0f) && !(fabsf(minimum) > 65504.0f);
  }

  __device__ __forceinline__ unsigned code(unsigned char given, int format) {
    int moved = (int)given + move;
    fits = fits && moved >= 0 && moved <= (format == Q8_0 ? 255 : 15);
    return (unsigned)moved & 0xffu;
  }
};

static __device__ __forceinline__ Adopted adopted(
    const float* scales, const float* zeros, unsigned block, int columns, int size, int format) {
  long long group = (long long)block * WEIGHTS / columns * (columns / size) +
                    (long long)block * WEIGHTS % columns / size;
  return Adopted(scales[group], zeros[group], format);
}

// Moves the bytes of this block's blocks of weights, sixteen bits a thread, side by side.
static __device__ __forceinline__ void move(
    const unsigned short* from, unsigned short* into, unsigned first, int blocks, int format) {
  unsigned here = (unsigned)blocks - first < blockDim.x ? (unsigned)blocks - first : blockDim.x;
  for (unsigned i = threadIdx.x; i < here * (blockBytes(format) / 2); i += blockDim.x) {
    into[i] = from[i];
  }
}

extern "C" __global__ void gguf_pack(
    const unsigned char* codes, const float* scales, const float* zeros, unsigned short* packed,
    int* report, int blocks, int columns, int size, int format) {
  extern __shared__ float4 shared[];
  unsigned short* staged = reinterpret_cast<unsigned short*>(shared);
  unsigned first = blockIdx.x * blockDim.x;
  unsigned block = first + threadIdx.x;
  int halves = blockBytes(format) / 2;
  if (block < (unsigned)blocks) {
    Adopted grid = adopted(scales, zeros, block, columns, size, format);
    const unsigned char* from = codes + (long long)block * WEIGHTS;
    unsigned short* own = staged + threadIdx.x * halves;
    *own++ = (unsigned short)toHalf(grid.scale);
    if (format == Q4_1) {
      *own++ = (unsigned short)toHalf(grid.minimum);
    }
    if (format == Q8_0) {
      for (int i = 0; i < WEIGHTS; i += 2) {
        unsigned pair = grid.code(from[i], format) | grid.code(from[i + 1], format) << 8;
        *own++ = (unsigned short)(pair ^ 0x8080u);
      }
    } else {
      for (int i = 0; i < WEIGHTS / 2; i += 2) {
        unsigned low = grid.code(from[i], format) | grid.code(from[i + 16], format) << 4;
        unsigned high = grid.code(from[i + 1], format) | grid.code(from[i + 17], format) << 4;
        *own++ = (unsigned short)(low | high << 8);
      }
    }
    if (!grid.fits) {
      *report = 1;
    }
  }
  __syncthreads();
  move(staged, packed + (long long)first * halves, first, blocks, format);
}

extern "C" __global__ void gguf_unpack(
    const unsigned short* packed, unsigned char* codes, int blocks, int format) {
  extern __shared__ float4 shared[];
  unsigned short* staged = reinterpret_cast<unsigned short*>(shared);
  unsigned first = blockIdx.x * blockDim.x;
  unsigned block = first + threadIdx.x;
  int halves = blockBytes(format) / 2;
  move(packed + (long long)first * halves, staged, first, blocks, format);
  __syncthreads();
  if (block >= (unsigned)blocks) {
    return;
  }
  const unsigned short* own = staged + threadIdx.x * halves + headerBytes(format) / 2;
  unsigned char* into = codes + (long long)block * WEIGHTS;
  if (format == Q8_0) {
    for (int i = 0; i < WEIGHTS; i++) {
      into[i] = (unsigned char)((own[i / 2] >> (i % 2 * 8) & 0xffu) ^ 0x80u);
    }
    return;
  }
  for (int i = 0; i < WEIGHTS / 2; i++) {
    unsigned both = own[i / 2] >> (i % 2 * 8) & 0xffu;
    into[i] = (unsigned char)(both & 15u);
    into[i + WEIGHTS / 2] = (unsigned char)(both >> 4);
  }
}

extern "C" __global__ void gguf_pack_naive(
    const unsigned char* codes, const float* scales, const float* zeros, unsigned char* packed,
    int* report, int blocks, int columns, int size, int format) {
  unsigned block = blockIdx.x * blockDim.x + threadIdx.x;
  if (block >= (unsigned)blocks) {
    return;
  }
  Adopted grid = adopted(scales, zeros, block, columns, size, format);
  unsigned char* own = packed + (long long)block * blockBytes(format);
  own[0] = (unsigned char)toHalf(grid.scale);
  own[1] = (unsigned char)(toHalf(grid.scale) >> 8);
  if (format == Q4_1) {
    own[2] = (unsigned char)toHalf(grid.minimum);
    own[3] = (unsigned char)(toHalf(grid.minimum) >> 8);
  }
  own += headerBytes(format);
  for (int i = 0; i < WEIGHTS; i++) {
    unsigned code = grid.code(codes[(long long)block * WEIGHTS + i], format);
    if (format == Q8_0) {
      own[i] = (unsigned char)(code - 128u);
    } else if (i < 16) {
      own[i] = (unsigned char)code;
    } else {
      own[i - 16] |= (unsigned char)(code << 4);
    }
  }
  if (!grid.fits) {
    *report = 1;
  }
}

extern "C" __global__ void gguf_unpack_naive(
    const unsigned char* packed, unsigned char* codes, int blocks, int format) {
  unsigned block = blockIdx.x * blockDim.x + threadIdx.x;
  if (block >= (unsigned)blocks) {
    return;
  }
  const unsigned char* own = packed + (long long)block * blockBytes(format) + headerBytes(format);
  for (int i = 0; i < WEIGHTS; i++) {
    unsigned code = format == Q8_0 ? own[i] + 128u : i < 16 ? own[i] & 15u : own[i - 16] >> 4;
    codes[(long long)block * WEIGHTS + i] = (unsigned char)code;
  }
}
