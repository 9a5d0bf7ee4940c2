// Convolutions with filters of 3 x 3 and a stride of 1 by 16 products where there are 36: each 2 x 2 pixels of what comes out are
// made of 4 x 4 that go in, both sides taken to where a convolution is a product number by number, F(2x2, 3x3).
// Source: Lavin and Gray 2015, "Fast algorithms for convolutional neural networks", section 4.1.
#pragma once

#include <cstdint>
#include <vector>

#if defined(__x86_64__)
#define PREP_LAB_WINOGRAD
#endif

// Tells whether this processor has the vectors that make it pay (AVX-512).
bool HasWideVectors();

#ifdef PREP_LAB_WINOGRAD

// Numbers of a 4 x 4 tile.
constexpr int64_t kPoints = 16;
// Output channels that are multiplied at once. All channels must be multiples of it.
constexpr int64_t kColumns = 32;
// Tiles that are multiplied at once.
constexpr int64_t kTiles = 48;

// Images [count, height, width, channels] that are convolved, with `padding` zeros at each edge, and what comes out.
struct Convolution {
  int64_t count, height, width, channels;
  int64_t out_height, out_width, out_channels;
  int64_t padding;

  Convolution(const std::vector<int64_t>& images, int64_t padding, int64_t out_channels);
  int64_t TilesDown() const { return (out_height + 1) / 2; }
  int64_t TilesAcross() const { return (out_width + 1) / 2; }
  int64_t Tiles() const { return count * TilesDown() * TilesAcross(); }
  int64_t Blocks() const { return (Tiles() + kTiles - 1) / kTiles; }
  int64_t ColumnBlocks() const { return out_channels / kColumns; }
};

// Takes the filter [3, 3, ...] to its 16 points: [column block, point, channel, 32]. Strides tell where a filter's number
// for a channel and an output channel is; `is_turned`: by 180 degrees. For the input channels from `begin` to `end`.
struct Filter {
  const float* numbers;
  int64_t channel_stride, column_stride;
  bool is_turned;
};
void TransformFilter(const Filter& filter, const Convolution& convolution, int64_t begin,
                     int64_t end, float* to);

// Convolves one block of tiles. `filter`: as TransformFilter leaves it. `bias` may be null.
void ConvolveBlock(const Convolution& convolution, int64_t block, const float* x,
                   const float* filter, const float* bias, bool has_relu, float* y);

// Adds one block's part of the gradient of the 16 points: [column block, point, channel, 32]. The first block's is written.
void AddFilterGradient(const Convolution& convolution, int64_t block, const float* x,
                       const float* dy, bool is_first, float* sums);

// Takes the gradient of 16 points back to the filter's, [3, 3, channel, out channel], for some channels. `sums` has `parts`
// of them, one after the other, that are added up in order.
void TransformGradient(const Convolution& convolution, const float* sums, int64_t parts,
                       int64_t begin, int64_t end, float* gradient);

#endif
