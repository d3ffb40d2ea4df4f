// The stand-in's machine: what its calls share.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "fibers.h"
#include "kernels.h"

#define API extern "C" __attribute__((visibility("default")))

typedef unsigned long long Address;
typedef int Result;

static const Result OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NO_DEVICE = 100,
                    INVALID_DEVICE = 101, INVALID_PTX = 218, NOT_FOUND = 500, ILLEGAL_ADDRESS = 700,
                    LAUNCH_FAILED = 719;

namespace standin {

// A kernel that was queued.
struct Work {
  const Kernel* kernel;
  dim3 grid, block;
  size_t sharedBytes;
  std::function<void()> body;
};

typedef std::vector<Work> Graph;

struct Machine {
  std::mutex lock;
  int devices = 1;
  int capability = 75;
  int multiprocessors = 1;
  size_t memory = (size_t)1 << 30;
  size_t used = 0;
  long launches = 0;
  size_t uploaded = 0;                    // bytes
  long pins = 0;                          // of host memory, so far
  std::map<void*, size_t> pinned;         // of them in use
  size_t pinnable = (size_t)1 << 40;      // bytes in use at a time
  long failAt = -1;   // number of the launch that fails
  Result failure = OK;
  Result lost = OK;   // after a kernel's fault every call gives it
  std::map<Address, size_t> blocks;
  std::map<const Kernel*, size_t> asked;  // for shared memory
  std::map<void*, Graph> captures;        // of streams
};

extern Machine machine;

}  // namespace standin

using standin::machine;

#define GUARDED                                        \
  std::lock_guard<std::mutex> guard(machine.lock);     \
  if (machine.lost) return machine.lost
