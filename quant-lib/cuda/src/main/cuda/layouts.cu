// Packing for files: codes of one byte to the words of a format, and back. Which format it is, a table
// says: core's LaneLayout in numbers, so that what the processor packs by is what packs here.
//
//   layout  see below; not changed
//   codes   count of them, one byte each, below 2^width, the matrix row by row
//   words   of 8 or 32 bits, as a file has them; overwritten
//
// Launch: layout_pack_8, layout_pack_32: a thread a word, unsigned index. layout_unpack_8,
// layout_unpack_32: a thread a code. layout_pack_quads, layout_unpack_quads: a thread four lanes side by
// side, whose codes do not lie along it and which have one word of 8 bits each. layout_pack_across,
// layout_unpack_across: where a lane's codes lie along it and its words do not, or the other way
// round; words of 32 bits; 256 threads a patch of 32 lanes (grid x) and 32 words (grid y),
// PATCH_WORDS words of shared memory. layout_pack_naive, layout_unpack_naive: a thread a lane.
// Checked: against core's packings, bit for bit, on shapes that fill no patch; naive against fast.

// What the host sends, an int each.
struct Layout {
  int lanes;
  int codesPerLane;
  int codesAlong;    // 1: a lane's codes lie side by side; 0: the lanes' i-th codes do
  int wordsPerLane;
  int wordsAlong;    // the same of words
  int width;         // bits of a code
  int wordBits;
  int perWord;       // codes of a word; 0: a lane's codes are one stream of bits without gaps
  int shifts[10];    // where a word's codes start
};

#define PATCH 32
#define PATCH_ROW (PATCH + 2)  // one word more, into which a code may reach, and no bank twice
#define PATCH_WORDS (PATCH * PATCH_ROW)

// One lane of a matrix, or of its words: element i is at first + i * step.
template <class T>
struct Lane {
  T* first;
  long long step;

  __device__ __forceinline__ Lane(T* all, int lane, int lanes, int perLane, int along)
      : first(all + (along ? (long long)lane * perLane : lane)), step(along ? 1 : lanes) {}
  __device__ __forceinline__ Lane(T* first) : first(first), step(1) {}
  __device__ __forceinline__ T& operator[](int i) const { return first[i * step]; }
};

template <class T>
static __device__ __forceinline__ Lane<T> codesOf(const Layout* layout, T* codes, int lane) {
  return Lane<T>(codes, lane, layout->lanes, layout->codesPerLane, layout->codesAlong);
}

template <class T>
static __device__ __forceinline__ Lane<T> wordsOf(const Layout* layout, T* words, int lane) {
  return Lane<T>(words, lane, layout->lanes, layout->wordsPerLane, layout->wordsAlong);
}

// How many codes of a lane there are: the last ones may lie beyond the matrix.
static __device__ __forceinline__ int codesIn(const Layout* layout, int lane, unsigned count) {
  if (layout->codesAlong) {
    return layout->codesPerLane;
  }
  unsigned there = (count - lane + layout->lanes - 1) / layout->lanes;
  return there < (unsigned)layout->codesPerLane ? (int)there : layout->codesPerLane;
}

// A word of a lane, from its codes.
static __device__ __forceinline__ unsigned packed(
    const Layout* layout, const Lane<const unsigned char>& codes, int there, int word) {
  unsigned value = 0;
  if (layout->perWord > 0) {
    int first = word * layout->perWord;
    for (int i = 0; i < layout->perWord && first + i < there; i++) {
      value |= (unsigned)codes[first + i] << layout->shifts[i];
    }
    return value;
  }
  int bit = 32 * word;
  int code = bit / layout->width;
  for (int at = code * layout->width - bit; at < 32 && code < there; at += layout->width) {
    unsigned bits = codes[code++];
    value |= at < 0 ? bits >> -at : bits << at;
  }
  return value;
}

// A code of a lane, from its words.
template <class T>
static __device__ __forceinline__ unsigned char unpacked(
    const Layout* layout, const Lane<T>& words, int code) {
  unsigned bits;
  if (layout->perWord > 0) {
    bits = words[code / layout->perWord] >> layout->shifts[code % layout->perWord];
  } else {
    int bit = code * layout->width;
    bits = words[bit / 32] >> (bit % 32);
    if (bit % 32 + layout->width > 32) {
      bits |= words[bit / 32 + 1] << (32 - bit % 32);
    }
  }
  return (unsigned char)(bits & ((1u << layout->width) - 1));
}

template <class T>
static __device__ __forceinline__ void packWord(
    const Layout* layout, const unsigned char* codes, T* words, unsigned count) {
  unsigned index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= (unsigned)layout->lanes * layout->wordsPerLane) {
    return;
  }
  int lane = (int)(layout->wordsAlong ? index / layout->wordsPerLane : index % layout->lanes);
  int word = (int)(layout->wordsAlong ? index % layout->wordsPerLane : index / layout->lanes);
  int there = codesIn(layout, lane, count);
  words[index] = (T)packed(layout, codesOf(layout, codes, lane), there, word);
}

template <class T>
static __device__ __forceinline__ void unpackCode(
    const Layout* layout, const T* words, unsigned char* codes, unsigned count) {
  unsigned index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= count) {
    return;
  }
  int lane = (int)(layout->codesAlong ? index / layout->codesPerLane : index % layout->lanes);
  int code = (int)(layout->codesAlong ? index % layout->codesPerLane : index / layout->lanes);
  codes[index] = unpacked(layout, wordsOf(layout, words, lane), code);
}

extern "C" __global__ void layout_pack_8(
    const Layout* layout, const unsigned char* codes, unsigned char* words, int count) {
  packWord(layout, codes, words, (unsigned)count);
}

extern "C" __global__ void layout_pack_32(
    const Layout* layout, const unsigned char* codes, unsigned* words, int count) {
  packWord(layout, codes, words, (unsigned)count);
}

extern "C" __global__ void layout_unpack_8(
    const Layout* layout, const unsigned char* words, unsigned char* codes, int count) {
  unpackCode(layout, words, codes, (unsigned)count);
}

extern "C" __global__ void layout_unpack_32(
    const Layout* layout, const unsigned* words, unsigned char* codes, int count) {
  unpackCode(layout, words, codes, (unsigned)count);
}

// Four bytes at a time: a code stays within its byte wherever it is shifted to.
extern "C" __global__ void layout_pack_quads(
    const Layout* layout, const unsigned* codes, unsigned* words, int count) {
  unsigned quads = (unsigned)layout->lanes / 4;
  unsigned quad = blockIdx.x * blockDim.x + threadIdx.x;
  if (quad >= quads) {
    return;
  }
  unsigned value = 0;
  for (int i = 0; i < layout->perWord; i++) {
    unsigned at = i * quads + quad;
    if (4 * at < (unsigned)count) {
      value |= codes[at] << layout->shifts[i];
    }
  }
  words[quad] = value;
}

extern "C" __global__ void layout_unpack_quads(
    const Layout* layout, const unsigned* words, unsigned* codes, int count) {
  unsigned quads = (unsigned)layout->lanes / 4;
  unsigned quad = blockIdx.x * blockDim.x + threadIdx.x;
  if (quad >= quads) {
    return;
  }
  unsigned mask = 0x01010101u * ((1u << layout->width) - 1);
  for (int i = 0; i < layout->perWord; i++) {
    unsigned at = i * quads + quad;
    if (4 * at < (unsigned)count) {
      codes[at] = words[quad] >> layout->shifts[i] & mask;
    }
  }
}

// Where thread i of a patch is: along a lane first, or across the lanes.
static __device__ __forceinline__ void placeIn(int i, int along, int length, int* lane, int* at) {
  *lane = along ? i / length : i % PATCH;
  *at = along ? i % length : i / PATCH;
}

extern "C" __global__ void layout_pack_across(
    const Layout* layout, const unsigned char* codes, unsigned* words, int count) {
  extern __shared__ float4 shared[];
  unsigned* patch = reinterpret_cast<unsigned*>(shared);
  int firstLane = PATCH * (int)blockIdx.x;
  int firstWord = PATCH * (int)blockIdx.y;
  int lane;
  int word;
  for (int i = threadIdx.x; i < PATCH * PATCH; i += blockDim.x) {
    placeIn(i, layout->codesAlong, PATCH, &lane, &word);
    if (firstLane + lane < layout->lanes && firstWord + word < layout->wordsPerLane) {
      int there = codesIn(layout, firstLane + lane, (unsigned)count);
      patch[lane * PATCH_ROW + word] =
          packed(layout, codesOf(layout, codes, firstLane + lane), there, firstWord + word);
    }
  }
  __syncthreads();
  for (int i = threadIdx.x; i < PATCH * PATCH; i += blockDim.x) {
    placeIn(i, layout->wordsAlong, PATCH, &lane, &word);
    if (firstLane + lane < layout->lanes && firstWord + word < layout->wordsPerLane) {
      wordsOf(layout, words, firstLane + lane)[firstWord + word] = patch[lane * PATCH_ROW + word];
    }
  }
}

// The first code that starts in a word.
static __device__ __forceinline__ int firstCodeOf(const Layout* layout, int word) {
  return layout->perWord > 0 ? word * layout->perWord
                             : (32 * word + layout->width - 1) / layout->width;
}

extern "C" __global__ void layout_unpack_across(
    const Layout* layout, const unsigned* words, unsigned char* codes, int count) {
  extern __shared__ float4 shared[];
  unsigned* patch = reinterpret_cast<unsigned*>(shared);
  int firstLane = PATCH * (int)blockIdx.x;
  int firstWord = PATCH * (int)blockIdx.y;
  int lane;
  int at;
  for (int i = threadIdx.x; i < PATCH * (PATCH + 1); i += blockDim.x) {
    placeIn(i, layout->wordsAlong, PATCH + 1, &lane, &at);
    if (firstLane + lane < layout->lanes && firstWord + at < layout->wordsPerLane) {
      patch[lane * PATCH_ROW + at] = wordsOf(layout, words, firstLane + lane)[firstWord + at];
    }
  }
  __syncthreads();
  int first = firstCodeOf(layout, firstWord);
  int most = firstCodeOf(layout, firstWord + PATCH) - first;
  for (int i = threadIdx.x; i < PATCH * most; i += blockDim.x) {
    placeIn(i, layout->codesAlong, most, &lane, &at);
    int whole = firstLane + lane;
    if (whole < layout->lanes && first + at < codesIn(layout, whole, (unsigned)count)) {
      Lane<unsigned> own(patch + lane * PATCH_ROW - firstWord);
      codesOf(layout, codes, whole)[first + at] = unpacked(layout, own, first + at);
    }
  }
}

// Where bit k of a code is, counted from the first bit of the lane's first word.
static __device__ int bitOf(const Layout* layout, int code, int k) {
  if (layout->perWord == 0) {
    return code * layout->width + k;
  }
  return code / layout->perWord * layout->wordBits + layout->shifts[code % layout->perWord] + k;
}

// The byte in which a bit of a lane lies; words are little-endian.
static __device__ long long byteOf(const Layout* layout, int lane, int bit) {
  int word = bit / layout->wordBits;
  long long index = layout->wordsAlong ? (long long)lane * layout->wordsPerLane + word
                                       : (long long)word * layout->lanes + lane;
  return (index * layout->wordBits + bit % layout->wordBits) / 8;
}

extern "C" __global__ void layout_pack_naive(
    const Layout* layout, const unsigned char* codes, unsigned char* words, int count) {
  int lane = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (lane >= layout->lanes) {
    return;
  }
  for (int bit = 0; bit < layout->wordsPerLane * layout->wordBits; bit += 8) {
    words[byteOf(layout, lane, bit)] = 0;
  }
  for (int code = 0; code < codesIn(layout, lane, (unsigned)count); code++) {
    for (int k = 0; k < layout->width; k++) {
      int bit = bitOf(layout, code, k);
      unsigned set = codesOf(layout, codes, lane)[code] >> k & 1u;
      words[byteOf(layout, lane, bit)] |= (unsigned char)(set << (bit % 8));
    }
  }
}

extern "C" __global__ void layout_unpack_naive(
    const Layout* layout, const unsigned char* words, unsigned char* codes, int count) {
  int lane = (int)(blockIdx.x * blockDim.x + threadIdx.x);
  if (lane >= layout->lanes) {
    return;
  }
  for (int code = 0; code < codesIn(layout, lane, (unsigned)count); code++) {
    unsigned value = 0;
    for (int k = 0; k < layout->width; k++) {
      int bit = bitOf(layout, code, k);
      value |= (words[byteOf(layout, lane, bit)] >> (bit % 8) & 1u) << k;
    }
    codesOf(layout, codes, lane)[code] = (unsigned char)value;
  }
}
