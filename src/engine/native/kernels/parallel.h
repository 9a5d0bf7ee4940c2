#pragma once

#include <cstdint>
#include <functional>

// Runs `body(begin, end)` over the numbers below `count`, in pieces of `piece`, on as many threads as TensorFlow was told to
// take for an op (TF_NUM_INTRAOP_THREADS, else one a core). The pieces are the same whatever the number of threads; which
// thread takes one is left to chance. Waking a thread takes about 10 us: a piece should take no less.
void RunParallel(int64_t count, int64_t piece, const std::function<void(int64_t, int64_t)>& body);
