// A stand-in for libcuda.so.1: the calls of CUDA's driver API that we use, on the processor. Device
// memory is malloc's, streams do everything at once, a kernel is the C++ of its own source. It tests
// arguments, sizes, indices, barriers, arithmetic and what becomes of errors; not PTX, not real
// concurrency, not speed.
#include "machine.h"

standin::Machine standin::machine;

namespace {

// Whether all bytes lie in one allocation: what a device would answer with an illegal address.
bool holds(Address at, size_t bytes) {
  auto next = machine.blocks.upper_bound(at);
  if (next == machine.blocks.begin()) {
    return false;
  }
  auto block = std::prev(next);
  return at + bytes <= block->first + block->second;
}

// Bytes of pinned memory in use.
size_t pinned() {
  size_t bytes = 0;
  for (const auto& block : machine.pinned) {
    bytes += block.second;
  }
  return bytes;
}

}  // namespace

// ---- what tests set

API void standin_reset() {
  std::lock_guard<std::mutex> guard(machine.lock);
  machine.devices = 1;
  machine.capability = 75;
  machine.multiprocessors = 1;
  machine.memory = (size_t)1 << 30;
  machine.launches = 0;
  machine.uploaded = 0;
  machine.pinnable = (size_t)1 << 40;
  machine.failAt = -1;
  machine.lost = OK;
  machine.asked.clear();
  machine.captures.clear();
}
API void standin_devices(int count) { machine.devices = count; }
API void standin_capability(int capability) { machine.capability = capability; }
API void standin_multiprocessors(int count) { machine.multiprocessors = count; }
API void standin_memory(long bytes) { machine.memory = (size_t)bytes; }
API void standin_fail(long launch, int code) {
  machine.failAt = machine.launches + launch;
  machine.failure = code;
}
API long standin_launches() { return machine.launches; }
API long standin_used() { return (long)machine.used; }
API long standin_uploaded() { return (long)machine.uploaded; }
API long standin_pins() { return machine.pins; }
API long standin_pinned() { return (long)pinned(); }
API void standin_pinnable(long bytes) { machine.pinnable = (size_t)bytes; }

// ---- devices

API Result cuInit(unsigned) { return machine.devices ? OK : NO_DEVICE; }
API Result cuDriverGetVersion(int* version) {
  *version = 12000;
  return OK;
}
API Result cuDeviceGetCount(int* count) {
  *count = machine.devices;
  return OK;
}
API Result cuDeviceGet(int* device, int index) {
  *device = index;
  return index < machine.devices ? OK : INVALID_DEVICE;
}
API Result cuDeviceGetName(char* name, int length, int) {
  snprintf(name, (size_t)length, "stand-in on the processor");
  return OK;
}
API Result cuDeviceGetAttribute(int* value, int attribute, int) {
  const int MULTIPROCESSORS = 16, MAJOR = 75, MINOR = 76;
  *value = attribute == MAJOR             ? machine.capability / 10
           : attribute == MINOR           ? machine.capability % 10
           : attribute == MULTIPROCESSORS ? machine.multiprocessors
                                          : 0;
  return OK;
}
API Result cuDeviceTotalMem_v2(size_t* bytes, int) {
  *bytes = machine.memory;
  return OK;
}
API Result cuDevicePrimaryCtxRetain(void** context, int) {
  GUARDED;
  *context = &machine;
  return OK;
}
API Result cuDevicePrimaryCtxRelease_v2(int) { return OK; }
API Result cuCtxSetCurrent(void*) { return machine.lost; }

// ---- memory

API Result cuMemGetInfo_v2(size_t* free, size_t* total) {
  GUARDED;
  *total = machine.memory;
  *free = machine.memory > machine.used ? machine.memory - machine.used : 0;
  return OK;
}
API Result cuMemAlloc_v2(Address* at, size_t bytes) {
  GUARDED;
  if (machine.used + bytes > machine.memory) {
    return OUT_OF_MEMORY;
  }
  void* block = aligned_alloc(256, (bytes + 255) / 256 * 256);
  memset(block, 0xff, bytes);  // NaN: what was not written shows
  machine.used += bytes;
  machine.blocks[*at = (Address)block] = bytes;
  return OK;
}
API Result cuMemFree_v2(Address at) {
  std::lock_guard<std::mutex> guard(machine.lock);
  auto block = machine.blocks.find(at);
  if (block == machine.blocks.end()) {
    return INVALID_VALUE;
  }
  machine.used -= block->second;
  machine.blocks.erase(block);
  free((void*)at);
  return machine.lost;
}
API Result cuMemHostAlloc(void** at, size_t bytes, unsigned) {
  std::lock_guard<std::mutex> guard(machine.lock);
  if (pinned() + bytes > machine.pinnable) {
    return OUT_OF_MEMORY;
  }
  *at = aligned_alloc(256, (bytes + 255) / 256 * 256);
  machine.pinned[*at] = bytes;
  machine.pins++;
  return OK;
}
API Result cuMemFreeHost(void* at) {
  std::lock_guard<std::mutex> guard(machine.lock);
  machine.pinned.erase(at);
  free(at);
  return OK;
}
API Result cuMemcpyHtoDAsync_v2(Address to, const void* from, size_t bytes, void*) {
  GUARDED;
  if (!holds(to, bytes)) return machine.lost = ILLEGAL_ADDRESS;
  memcpy((void*)to, from, bytes);
  machine.uploaded += bytes;
  return OK;
}
API Result cuMemcpyDtoHAsync_v2(void* to, Address from, size_t bytes, void*) {
  GUARDED;
  if (!holds(from, bytes)) return machine.lost = ILLEGAL_ADDRESS;
  memcpy(to, (void*)from, bytes);
  return OK;
}
API Result cuMemsetD8Async(Address at, unsigned char value, size_t bytes, void*) {
  GUARDED;
  if (!holds(at, bytes)) return machine.lost = ILLEGAL_ADDRESS;
  memset((void*)at, value, bytes);
  return OK;
}

// ---- streams and events

API Result cuStreamCreate(void** stream, unsigned) {
  GUARDED;
  *stream = malloc(1);
  return OK;
}
API Result cuStreamDestroy_v2(void* stream) {
  free(stream);
  return machine.lost;
}
API Result cuStreamSynchronize(void*) { return machine.lost; }
API Result cuEventCreate(void** event, unsigned) {
  GUARDED;
  *event = calloc(1, sizeof(long));
  return OK;
}
API Result cuEventDestroy_v2(void* event) {
  free(event);
  return machine.lost;
}
API Result cuEventRecord(void* event, void*) {
  *(long*)event = machine.launches;
  return machine.lost;
}
API Result cuEventSynchronize(void*) { return machine.lost; }
// A millisecond a launch: nobody shall take the stand-in's time for a device's.
API Result cuEventElapsedTime(float* millis, void* from, void* to) {
  *millis = (float)(*(long*)to - *(long*)from);
  return machine.lost;
}
