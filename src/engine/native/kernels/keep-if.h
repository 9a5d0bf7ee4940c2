#pragma once

#include <cstdint>
#include <cstring>

#include "processor.h"

// The value or 0, without a branch: compilers put the value's loading behind one, and then make no vectors.
PREP_LAB_INLINE float KeepIf(bool condition, float value) {
  int32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  bits &= -static_cast<int32_t>(condition);
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}
