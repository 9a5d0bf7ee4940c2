// Products of tiles in bfloat16: the processor's AMX instructions, with what lays out their two sides.
#pragma once

#include <cstdint>

#include "bfloat16.h"

// Compilers know them from GCC 11 and Clang 11 on.
#if defined(__x86_64__) && defined(__linux__) && __has_include(<amxbf16intrin.h>)
#define PREP_LAB_TILES
#endif

// Tells whether this processor has tiles and the system lets this process use them.
bool HasTiles();

#ifdef PREP_LAB_TILES

// Sets this thread's tiles up to 16 rows of 64 bytes each, and in the end puts back what was set up before.
class TileUse {
 public:
  TileUse();
  TileUse(const TileUse&) = delete;
  ~TileUse();

 private:
  alignas(64) uint8_t before_[64];
};

// Adds to four tiles of sums, [2, 2] of [16, 16], the products of 2 x 16 rows of the left side with 2 x 16 columns of the right,
// along `steps` times 32 numbers. `stride`: numbers from one row of the left side to the next.
struct TileProduct {
  const BFloat16* upper;
  const BFloat16* lower;
  int64_t stride;
  const BFloat16* right;
  const BFloat16* far_right;
  float* sums;
  int64_t steps;
};
void MultiplyTiles(const TileProduct& product);

// Lays out a left side: writes channel c of pixel p at to[c * stride + p]. `count`: a multiple of 32. Channels are rounded up to
// a multiple of 16, with zeros.
void TransposePixels(const BFloat16* const* pixels, int64_t count, int64_t channels, BFloat16* to,
                     int64_t stride);

// Lays out a right side: for each 16 channels, pairs of pixels of one channel after another. `length`: pixels from one 16 to the
// next.
void PairPixels(const BFloat16* const* pixels, int64_t count, int64_t channels, int64_t blocks,
                BFloat16* to, int64_t length);

#endif
