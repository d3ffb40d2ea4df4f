// One fiber per CUDA thread. A switch saves the six registers that a callee must keep and the stack
// pointer; swapcontext would also ask the kernel for the signal mask, twice each time.
#include "fibers.h"

#include <cstdlib>
#include <vector>

#if !defined(__x86_64__)
#error "the stand-in switches stacks on x86-64; JCuda has natives for no other processor either"
#endif

extern "C" void standin_switch(void** save, void* load);
asm(R"(
.text
.globl standin_switch
.hidden standin_switch
.type standin_switch, @function
standin_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
)");

namespace standin {

dim3 threadIndex, blockIndex, blockSize, gridSize;

namespace {

const size_t STACK = 64 << 10;
const unsigned WARP = 32;
const unsigned char CANARY = 0xa5;

enum State { READY, IN_WARP, IN_BLOCK, DONE };

struct Fiber {
  std::vector<char> stack = std::vector<char>(STACK);
  void* sp = nullptr;
  State state = DONE;
  unsigned mask = 0;
  unsigned partner = 0;
  uint32_t given = 0;
  uint32_t received = 0;
  unsigned turn = 0;
};

struct Shared {
  unsigned char* memory;
  size_t bytes;
};

std::vector<Fiber> fibers;
// Where lanes show words to their warp. Two in turn: a lane may show anew before all have looked.
uint32_t boards[1024 / WARP][2][WARP][SHOWN];
std::vector<Shared> shareds;
void* scheduler = nullptr;
unsigned current = 0;
const std::function<void()>* body = nullptr;

void enter() {
  (*body)();
  fibers[current].state = DONE;
  standin_switch(&fibers[current].sp, scheduler);
}

void begin(Fiber& fiber) {
  uintptr_t top = ((uintptr_t)fiber.stack.data() + STACK) & ~(uintptr_t)15;
  void** sp = (void**)(top - 16);
  *sp = (void*)enter;
  for (int saved = 0; saved < 6; saved++) {
    *--sp = nullptr;
  }
  fiber.sp = sp;
  fiber.state = READY;
  fiber.turn = 0;
}

void wait(State state, unsigned mask) {
  Fiber& fiber = fibers[current];
  fiber.state = state;
  fiber.mask = mask;
  standin_switch(&fiber.sp, scheduler);
}

void resume(unsigned thread) {
  current = thread;
  threadIndex.x = thread;
  standin_switch(&scheduler, fibers[thread].sp);
}

// Lets the lanes of a mask go on that are all here.
bool released(unsigned first, unsigned end, unsigned thread) {
  unsigned mask = fibers[thread].mask;
  for (unsigned t = first; t < first + WARP; t++) {
    bool named = mask >> (t - first) & 1;
    if (named && (t >= end || fibers[t].state != IN_WARP || fibers[t].mask != mask)) {
      return false;
    }
  }
  for (unsigned t = first; t < end; t++) {
    if (mask >> (t - first) & 1) {
      fibers[t].received = fibers[fibers[t].partner].given;
      fibers[t].state = READY;
    }
  }
  return true;
}

bool runWarp(unsigned first, unsigned end) {
  bool any = false;
  for (bool more = true; more;) {
    more = false;
    for (unsigned t = first; t < end; t++) {
      if (fibers[t].state == READY) {
        resume(t);
        any = true;
      }
    }
    for (unsigned t = first; t < end; t++) {
      more |= fibers[t].state == IN_WARP && released(first, end, t);
    }
  }
  return any;
}

const char* runBlock(unsigned threads) {
  for (unsigned t = 0; t < threads; t++) {
    begin(fibers[t]);
  }
  for (;;) {
    bool any = false;
    for (unsigned first = 0; first < threads; first += WARP) {
      any |= runWarp(first, first + WARP < threads ? first + WARP : threads);
    }
    unsigned done = 0;
    unsigned atBarrier = 0;
    for (unsigned t = 0; t < threads; t++) {
      done += fibers[t].state == DONE;
      atBarrier += fibers[t].state == IN_BLOCK;
    }
    if (done == threads) {
      return "";
    }
    if (done + atBarrier == threads) {
      for (unsigned t = 0; t < threads; t++) {
        fibers[t].state = fibers[t].state == IN_BLOCK ? READY : DONE;
      }
    } else if (!any) {
      return "threads wait for lanes that never come";
    }
  }
}

}  // namespace

void blockBarrier() { wait(IN_BLOCK, 0); }

uint32_t take(unsigned mask, uint32_t bits, unsigned lane) {
  Fiber& fiber = fibers[current];
  fiber.given = bits;
  fiber.partner = (current & ~31u) | lane;
  wait(IN_WARP, mask);
  return fiber.received;
}

const uint32_t (*show(const uint32_t* words))[SHOWN] {
  Fiber& fiber = fibers[current];
  fiber.turn ^= 1;
  uint32_t(*board)[SHOWN] = boards[current / WARP][fiber.turn];
  memcpy(board[current % WARP], words, sizeof board[0]);
  fiber.partner = current;
  wait(IN_WARP, 0xffffffffu);
  return board;
}

void registerShared(void* memory, size_t bytes) {
  shareds.push_back({(unsigned char*)memory, bytes});
}

const char* run(dim3 grid, dim3 block, size_t sharedBytes, const std::function<void()>& kernel) {
  body = &kernel;
  blockSize = block;
  gridSize = grid;
  if (fibers.size() < block.x) {
    fibers.resize(block.x);
  }
  for (Shared& shared : shareds) {
    if (sharedBytes > shared.bytes) {
      return "more shared memory than a block has";
    }
    memset(shared.memory, CANARY, shared.bytes);
  }
  for (blockIndex.y = 0; blockIndex.y < grid.y; blockIndex.y++) {
    for (blockIndex.x = 0; blockIndex.x < grid.x; blockIndex.x++) {
      const char* wrong = runBlock(block.x);
      if (*wrong) {
        return wrong;
      }
    }
  }
  for (Shared& shared : shareds) {
    for (size_t i = sharedBytes; i < shared.bytes; i++) {
      if (shared.memory[i] != CANARY) {
        return "a write beyond the block's shared memory";
      }
    }
  }
  return "";
}

}  // namespace standin
