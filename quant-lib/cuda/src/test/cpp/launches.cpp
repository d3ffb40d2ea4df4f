// The stand-in's modules, kernels and graphs of kernels.
#include "machine.h"

using standin::Graph;
using standin::Work;

namespace {

// What a block has without being asked for more.
const size_t SHARED = 48 << 10;

Result done(const Work& work) {
  if (++machine.launches == machine.failAt) {
    return machine.lost = machine.failure;
  }
  const char* wrong = standin::run(work.grid, work.block, work.sharedBytes, work.body);
  if (*wrong) {
    fprintf(stderr, "stand-in: %s: %s\n", work.kernel->name, wrong);
    return machine.lost = LAUNCH_FAILED;
  }
  return OK;
}

}  // namespace

API Result cuModuleLoadData(void** module, const void* image) {
  GUARDED;
  std::string text((const char*)image);
  if (text.find(".version") == std::string::npos) {
    return INVALID_PTX;
  }
  *module = new std::string(text);
  return OK;
}
API Result cuModuleUnload(void* module) {
  delete (std::string*)module;
  return machine.lost;
}
// A kernel must be in the PTX that came, and in the sources that this library was made of.
API Result cuModuleGetFunction(void** function, void* module, const char* name) {
  GUARDED;
  std::string entry = std::string(".entry ") + name + "(";
  *function = (void*)standin::kernelNamed(name);
  bool there = *function && ((std::string*)module)->find(entry) != std::string::npos;
  return there ? OK : NOT_FOUND;
}
API Result cuFuncSetAttribute(void* function, int attribute, int value) {
  GUARDED;
  const int SHARED_BYTES = 8;
  if (attribute != SHARED_BYTES || value < 0 || machine.capability < 80) {
    return INVALID_VALUE;
  }
  machine.asked[(const standin::Kernel*)function] = (size_t)value;
  return OK;
}
API Result cuLaunchKernel(
    void* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY,
    unsigned blockZ, unsigned sharedBytes, void* stream, void** arguments, void**) {
  GUARDED;
  if (!gridX || !gridY || !blockX || blockX > 1024 || gridZ != 1 || blockY != 1 || blockZ != 1) {
    return INVALID_VALUE;
  }
  const standin::Kernel* kernel = (const standin::Kernel*)function;
  if (sharedBytes > SHARED && sharedBytes > machine.asked[kernel]) {
    return INVALID_VALUE;
  }
  Work work = {kernel, {}, {}, sharedBytes, kernel->bind(kernel->function, arguments)};
  work.grid.x = gridX;
  work.grid.y = gridY;
  work.block.x = blockX;
  auto capture = machine.captures.find(stream);
  if (capture != machine.captures.end()) {
    capture->second.push_back(work);
    return OK;
  }
  return done(work);
}

// ---- graphs: kernels that a stream was given while it was captured

API Result cuStreamBeginCapture_v2(void* stream, int) {
  GUARDED;
  return machine.captures.insert({stream, {}}).second ? OK : INVALID_VALUE;
}
API Result cuStreamEndCapture(void* stream, void** graph) {
  GUARDED;
  auto capture = machine.captures.find(stream);
  if (capture == machine.captures.end()) {
    return INVALID_VALUE;
  }
  *graph = new Graph(capture->second);
  machine.captures.erase(capture);
  return OK;
}
API Result cuGraphInstantiateWithFlags(void** ready, void* graph, unsigned long long) {
  GUARDED;
  *ready = new Graph(*(Graph*)graph);
  return OK;
}
API Result cuGraphLaunch(void* ready, void*) {
  GUARDED;
  for (const Work& work : *(Graph*)ready) {
    if (Result wrong = done(work)) {
      return wrong;
    }
  }
  return OK;
}
API Result cuGraphDestroy(void* graph) {
  delete (Graph*)graph;
  return machine.lost;
}
API Result cuGraphExecDestroy(void* ready) {
  delete (Graph*)ready;
  return machine.lost;
}
