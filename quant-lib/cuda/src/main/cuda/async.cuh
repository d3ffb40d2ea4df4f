// Copies from device memory to shared memory that go on while threads compute, which devices know from
// sm_80 on. Each is one instruction; the stand-in's async.h copies at once.
#pragma once

#ifdef __CUDACC__

// Begins a copy of 16 bytes, past the first cache.
static __device__ __forceinline__ void copyAsync(float4* shared, const float4* global) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;"
               :
               : "r"((unsigned)__cvta_generic_to_shared(shared)), "l"(global)
               : "memory");
}

// Ends a group of copies, which may be empty.
static __device__ __forceinline__ void endCopies() {
  asm volatile("cp.async.commit_group;" : : : "memory");
}

// Waits for the groups that this thread ended, all but the last GROUPS.
template <int GROUPS>
static __device__ __forceinline__ void awaitCopiesBut() {
  asm volatile("cp.async.wait_group %0;" : : "n"(GROUPS) : "memory");
}

// Waits for the copies that this thread began; a barrier then shows them to the block.
static __device__ __forceinline__ void awaitCopies() {
  asm volatile("cp.async.wait_all;" : : : "memory");
}

#endif
