// Runs a kernel on the processor.
#pragma once
#include <functional>

#include "device.h"

namespace standin {

// What a kernel did wrong; empty if it ran to its end.
// Blocks run one after the other, their threads as fibers in a fixed order.
const char* run(dim3 grid, dim3 block, size_t sharedBytes, const std::function<void()>& kernel);

// Where kernels keep their dynamic shared memory: registered by name, since each declares its own.
void registerShared(void* memory, size_t bytes);

}  // namespace standin
