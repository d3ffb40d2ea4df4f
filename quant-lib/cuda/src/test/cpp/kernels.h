// The kernels of src/main/cuda by name.
#pragma once

namespace standin {

struct Kernel {
  const char* name;
  void* function;
  // Calls function with the values that the arguments point to.
  void (*call)(void* function, void** arguments);
};

// nullptr if there is none of that name.
const Kernel* kernelNamed(const char* name);

}  // namespace standin
