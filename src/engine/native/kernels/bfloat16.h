#pragma once

#include <cstdint>
#include <cstring>

// The upper half of a float.
using BFloat16 = uint16_t;

inline float ToFloat(BFloat16 value) {
  const uint32_t bits = static_cast<uint32_t>(value) << 16;
  float result;
  std::memcpy(&result, &bits, sizeof(result));
  return result;
}

// Rounds to the nearest, ties to even. Not a number becomes the one that TensorFlow writes for it.
inline BFloat16 RoundToBFloat16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return static_cast<BFloat16>(value != value ? 0x7fc0 : rounded);
}
