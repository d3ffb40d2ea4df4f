// What async.cuh does, at once: what reads too early shows only on a GPU.
#pragma once

inline void copyAsync(float4* shared, const float4* global) { *shared = *global; }

inline void awaitCopies() {}

inline void endCopies() {}

template <int GROUPS>
void awaitCopiesBut() {}
