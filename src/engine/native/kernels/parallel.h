#pragma once

#include <cstdint>
#include <functional>

// Runs `body(begin, end)` over the numbers below `count`, in pieces, on as many threads as TensorFlow was told to take for
// an op (TF_NUM_INTRAOP_THREADS, else one a core). Which thread takes a piece is left to chance: a body must not care.
void RunParallel(int64_t count, const std::function<void(int64_t, int64_t)>& body);
