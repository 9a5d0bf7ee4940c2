// Memory that begins on a line of the cache.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>

struct AlignedFree {
  void operator()(void* memory) const { std::free(memory); }
};
template <typename T>
using Aligned = std::unique_ptr<T[], AlignedFree>;

template <typename T>
Aligned<T> Allocate(int64_t count) {
  constexpr size_t kLine = 64;
  const size_t bytes = (count * sizeof(T) + kLine - 1) / kLine * kLine;
  return Aligned<T>(static_cast<T*>(std::aligned_alloc(kLine, bytes)));
}
