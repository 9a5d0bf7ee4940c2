// A 2x2 window of images [N, H, W, C] before and after bias, relu and max pooling. The largest of four is looked for before
// the bias is added: it is the same one, and three of four additions and comparisons with 0 are saved. The gradient needs no
// image of before the pooling, only which of the four was taken.
#pragma once

#include <cstdint>
#include <vector>

#include "keep-if.h"
#include "processor.h"

// In place of 0 to 3, the place in the window, where relu lets nothing through.
constexpr uint8_t kNoPlace = 4;

struct PoolShape {
  explicit PoolShape(const std::vector<int64_t>& images)
      : count(images[0]), height(images[1]), width(images[2]), channels(images[3]) {}
  int64_t PooledHeight() const { return height / 2; }
  int64_t PooledWidth() const { return width / 2; }
  int64_t Row() const { return width * channels; }
  int64_t Image() const { return height * Row(); }
  int64_t PooledRow() const { return PooledWidth() * channels; }
  int64_t PooledImage() const { return PooledHeight() * PooledRow(); }
  std::vector<int64_t> Pooled() const { return {count, PooledHeight(), PooledWidth(), channels}; }

  int64_t count, height, width, channels;
};

// Pools a row of windows: the upper and the lower row of an image before the bias.
PREP_LAB_INLINE void PoolRow(const float* upper, const float* lower, const float* bias,
                             float* pooled, uint8_t* choice, const PoolShape& shape) {
  const int64_t channels = shape.channels;
  for (int64_t column = 0; column < shape.PooledWidth(); ++column) {
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; ++c) {
      const float a = upper[c], b = upper[c + channels];
      const float d = lower[c], e = lower[c + channels];
      const float above = b > a ? b : a;
      const float below = e > d ? e : d;
      // The first of equals, as TensorFlow has it.
      const int32_t place = below > above ? (e > d ? 3 : 2) : (b > a ? 1 : 0);
      const float biased = (below > above ? below : above) + bias[c];
      // Not "biased > 0": what is not a number must come out as it is.
      pooled[c] = biased <= 0.0f ? 0.0f : biased;
      choice[c] = static_cast<uint8_t>(biased <= 0.0f ? kNoPlace : place);
    }
    upper += 2 * channels;
    lower += 2 * channels;
    pooled += channels;
    choice += channels;
  }
}

PREP_LAB_INLINE void UnpoolWindow(const float* __restrict dpooled, const uint8_t* __restrict choice,
                                  float* __restrict upper, float* __restrict lower,
                                  float* __restrict sum, int64_t channels) {
  float* __restrict upper_right = upper + channels;
  float* __restrict lower_right = lower + channels;
#pragma GCC ivdep
  for (int64_t c = 0; c < channels; ++c) {
    const int32_t place = choice[c];
    const float g = dpooled[c];
    upper[c] = KeepIf(place == 0, g);
    upper_right[c] = KeepIf(place == 1, g);
    lower[c] = KeepIf(place == 2, g);
    lower_right[c] = KeepIf(place == 3, g);
    sum[c] += KeepIf(place != kNoPlace, g);
  }
}

// Writes the gradient of a row of windows into the two rows of before, and adds it to the bias' of each channel. An odd last
// column is in no window and left alone.
PREP_LAB_INLINE void UnpoolRow(const float* dpooled, const uint8_t* choice, float* upper, float* lower,
                               float* sum, const PoolShape& shape) {
  const int64_t channels = shape.channels;
  for (int64_t column = 0; column < shape.PooledWidth(); ++column) {
    UnpoolWindow(dpooled, choice, upper, lower, sum, channels);
    upper += 2 * channels;
    lower += 2 * channels;
    dpooled += channels;
    choice += channels;
  }
}
