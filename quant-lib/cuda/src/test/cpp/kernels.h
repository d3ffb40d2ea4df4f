// The kernels of src/main/cuda by name.
#pragma once
#include <functional>

namespace standin {

struct Kernel {
  const char* name;
  void* function;
  // A call of function with copies of the values that the arguments point to.
  std::function<void()> (*bind)(void* function, void** arguments);
};

// nullptr if there is none of that name.
const Kernel* kernelNamed(const char* name);

}  // namespace standin
