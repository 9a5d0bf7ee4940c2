#pragma once

#include <cstdint>
#include <cstring>

#include "processor.h"

// The upper half of a float.
using BFloat16 = uint16_t;

PREP_LAB_INLINE float ToFloat(BFloat16 value) {
  const uint32_t bits = static_cast<uint32_t>(value) << 16;
  float result;
  std::memcpy(&result, &bits, sizeof(result));
  return result;
}

// Rounds to the nearest, ties to even. Not a number becomes the one that TensorFlow writes for it.
PREP_LAB_INLINE BFloat16 RoundToBFloat16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return static_cast<BFloat16>(value != value ? 0x7fc0 : rounded);
}

// A kernel of both types reads and writes its numbers by these.
PREP_LAB_INLINE float ToFloat(float value) { return value; }
template <typename T>
PREP_LAB_INLINE T RoundTo(float value) {
  return value;
}
template <>
PREP_LAB_INLINE BFloat16 RoundTo<BFloat16>(float value) {
  return RoundToBFloat16(value);
}
