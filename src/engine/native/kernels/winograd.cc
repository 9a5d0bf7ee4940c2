#include "winograd.h"

#ifdef PREP_LAB_WINOGRAD

#include <immintrin.h>

#include <algorithm>

#include "aligned.h"

#define PREP_LAB_WIDE __attribute__((target("avx512f")))
#define PREP_LAB_WIDE_INLINE PREP_LAB_WIDE inline __attribute__((always_inline))

namespace {

constexpr int64_t kLanes = 16;
// Rows that are multiplied at once: with two vectors of columns they fill half of the registers.
constexpr int64_t kRows = 8;

// A left side, whose number in row i at step k is numbers[i * row + k * step].
struct LeftSide {
  const float* numbers;
  int64_t row, step;
};

enum class Sums { kNew, kAdded };

// Multiplies 8 rows by 32 columns, along some steps. The right side has 32 numbers a step, the product 32 a row.
template <Sums kSums>
PREP_LAB_WIDE_INLINE void MultiplyRows(LeftSide left, const float* right, int64_t steps,
                                       float* product) {
  __m512 sums[kRows][2];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
    sums[i][0] =
        kSums == Sums::kNew ? _mm512_setzero_ps() : _mm512_loadu_ps(product + i * kColumns);
    sums[i][1] = kSums == Sums::kNew ? _mm512_setzero_ps()
                                     : _mm512_loadu_ps(product + i * kColumns + kLanes);
  }
  for (int64_t k = 0; k < steps; ++k) {
    const __m512 first = _mm512_loadu_ps(right + k * kColumns);
    const __m512 second = _mm512_loadu_ps(right + k * kColumns + kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      const __m512 number = _mm512_set1_ps(left.numbers[i * left.row + k * left.step]);
      sums[i][0] = _mm512_fmadd_ps(number, first, sums[i][0]);
      sums[i][1] = _mm512_fmadd_ps(number, second, sums[i][1]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
    _mm512_storeu_ps(product + i * kColumns, sums[i][0]);
    _mm512_storeu_ps(product + i * kColumns + kLanes, sums[i][1]);
  }
}

template <Sums kSums>
PREP_LAB_WIDE void Multiply(LeftSide left, int64_t rows, const float* right, int64_t steps,
                            float* product) {
  for (int64_t i = 0; i < rows; i += kRows) {
    const LeftSide some = {left.numbers + i * left.row, left.row, left.step};
    MultiplyRows<kSums>(some, right, steps, product + i * kColumns);
  }
}

using Tile = __m512[4][4];

// Both directions of a tile, one after the other: Step takes four numbers of a row or column in place.
template <typename Step>
PREP_LAB_WIDE_INLINE void InBothDirections(Tile& tile) {
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) Step::Take(tile[0][i], tile[1][i], tile[2][i], tile[3][i]);
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) Step::Take(tile[i][0], tile[i][1], tile[i][2], tile[i][3]);
}

struct Input {
  static PREP_LAB_WIDE_INLINE void Take(__m512& a, __m512& b, __m512& c, __m512& d) {
    const __m512 first = a - c, second = b + c, third = c - b, fourth = b - d;
    a = first, b = second, c = third, d = fourth;
  }
};

struct Output {
  static PREP_LAB_WIDE_INLINE void Take(__m512& a, __m512& b, __m512& c, __m512& d) {
    const __m512 first = a + b + c, second = b - c - d;
    a = first, b = second;
  }
};

// What stands in the first two of four goes to all four.
struct OutputGradient {
  static PREP_LAB_WIDE_INLINE void Take(__m512& a, __m512& b, __m512& c, __m512& d) {
    const __m512 second = a + b, third = a - b, fourth = -b;
    b = second, c = third, d = fourth;
  }
};

// Three numbers of a filter go to four points, and the gradient of these back to three.
struct FilterPoints {
  static PREP_LAB_WIDE_INLINE void Take(__m512& a, __m512& b, __m512& c, __m512& d) {
    const __m512 half = _mm512_set1_ps(0.5f);
    const __m512 second = (a + b + c) * half, third = (a - b + c) * half;
    d = c, b = second, c = third;
  }
};

struct FilterGradient {
  static PREP_LAB_WIDE_INLINE void Take(__m512& a, __m512& b, __m512& c, __m512& d) {
    const __m512 half = _mm512_set1_ps(0.5f);
    const __m512 even = (b + c) * half, odd = (b - c) * half;
    a = a + even, b = odd, c = even + d;
  }
};

struct Place {
  int64_t image, row, column;
};

Place Find(const Convolution& c, int64_t tile) {
  const int64_t across = c.TilesAcross(), down = c.TilesDown();
  return {tile / across / down, tile / across % down * 2, tile % across * 2};
}

// The numbers that go into some tiles, at their 16 points: [point, tile, channel].
PREP_LAB_WIDE void TransformInput(const Convolution& c, const float* x, int64_t first,
                                  int64_t tiles, float* to) {
  const int64_t plane = kTiles * c.channels;
  for (int64_t t = 0; t < tiles; ++t) {
    const Place place = Find(c, first + t);
    const float* pixels[4][4];
    for (int64_t i = 0; i < 4; ++i) {
      for (int64_t j = 0; j < 4; ++j) {
        const int64_t row = place.row + i - c.padding, column = place.column + j - c.padding;
        const bool is_inside = row >= 0 && row < c.height && column >= 0 && column < c.width;
        pixels[i][j] = is_inside
                           ? x + ((place.image * c.height + row) * c.width + column) * c.channels
                           : nullptr;
      }
    }
    for (int64_t channel = 0; channel < c.channels; channel += kLanes) {
      Tile tile;
#pragma GCC unroll 16
      for (int i = 0; i < kPoints; ++i) {
        const float* pixel = pixels[i / 4][i % 4];
        tile[i / 4][i % 4] = pixel ? _mm512_loadu_ps(pixel + channel) : _mm512_setzero_ps();
      }
      InBothDirections<Input>(tile);
#pragma GCC unroll 16
      for (int i = 0; i < kPoints; ++i)
        _mm512_storeu_ps(to + i * plane + t * c.channels + channel, tile[i / 4][i % 4]);
    }
  }
}

// Takes the products of some tiles, [point, tile, 32], back to the pixels of 32 channels that come out.
PREP_LAB_WIDE void TransformOutput(const Convolution& c, const float* products, int64_t first,
                                   int64_t tiles, const float* bias, bool has_relu, float* y) {
  for (int64_t t = 0; t < tiles; ++t) {
    const Place place = Find(c, first + t);
    for (int64_t channel = 0; channel < kColumns; channel += kLanes) {
      Tile tile;
#pragma GCC unroll 16
      for (int i = 0; i < kPoints; ++i)
        tile[i / 4][i % 4] = _mm512_loadu_ps(products + (i * kTiles + t) * kColumns + channel);
      InBothDirections<Output>(tile);
      const __m512 added = bias ? _mm512_loadu_ps(bias + channel) : _mm512_setzero_ps();
      for (int64_t i = 0; i < 2 && place.row + i < c.out_height; ++i) {
        for (int64_t j = 0; j < 2 && place.column + j < c.out_width; ++j) {
          const int64_t pixel =
              (place.image * c.out_height + place.row + i) * c.out_width + place.column + j;
          __m512 value = tile[i][j] + added;
          // What is not a number comes out as it is.
          if (has_relu) value = _mm512_max_ps(_mm512_setzero_ps(), value);
          _mm512_storeu_ps(y + pixel * c.out_channels + channel, value);
        }
      }
    }
  }
}

// The gradients towards some tiles, at their 16 points: [column block, point, tile, 32].
PREP_LAB_WIDE void TransformOutputGradient(const Convolution& c, const float* dy, int64_t first,
                                           int64_t tiles, float* to) {
  for (int64_t t = 0; t < tiles; ++t) {
    const Place place = Find(c, first + t);
    for (int64_t channel = 0; channel < c.out_channels; channel += kLanes) {
      Tile tile = {};
      for (int64_t i = 0; i < 2 && place.row + i < c.out_height; ++i) {
        for (int64_t j = 0; j < 2 && place.column + j < c.out_width; ++j) {
          const int64_t pixel =
              (place.image * c.out_height + place.row + i) * c.out_width + place.column + j;
          tile[i][j] = _mm512_loadu_ps(dy + pixel * c.out_channels + channel);
        }
      }
      InBothDirections<OutputGradient>(tile);
      float* const block =
          to + channel / kColumns * kPoints * kTiles * kColumns + channel % kColumns;
#pragma GCC unroll 16
      for (int i = 0; i < kPoints; ++i)
        _mm512_storeu_ps(block + (i * kTiles + t) * kColumns, tile[i / 4][i % 4]);
    }
  }
}

// Memory of a thread, kept from one call to the next: it stays in the thread's cache. Zero at first.
class Scratch {
 public:
  float* Of(int64_t count) {
    if (count > size_) {
      memory_ = Allocate<float>(count);
      std::fill(memory_.get(), memory_.get() + count, 0.0f);
      size_ = count;
    }
    return memory_.get();
  }

 private:
  Aligned<float> memory_;
  int64_t size_ = 0;
};

thread_local Scratch input_scratch, output_scratch;

int64_t TilesOf(const Convolution& c, int64_t block) {
  return std::min(kTiles, c.Tiles() - block * kTiles);
}

}  // namespace

bool HasWideVectors() { return __builtin_cpu_supports("avx512f"); }

Convolution::Convolution(const std::vector<int64_t>& images, int64_t padding, int64_t out_channels)
    : count(images[0]),
      height(images[1]),
      width(images[2]),
      channels(images[3]),
      out_height(height + 2 * padding - 2),
      out_width(width + 2 * padding - 2),
      out_channels(out_channels),
      padding(padding) {}

PREP_LAB_WIDE void TransformFilter(const Filter& filter, const Convolution& c, int64_t begin,
                                   int64_t end, float* to) {
  const int64_t plane = c.channels * c.out_channels;
  const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i columns = _mm512_mullo_epi32(lanes, _mm512_set1_epi32(filter.column_stride));
  for (int64_t channel = begin; channel < end; ++channel) {
    for (int64_t column = 0; column < c.out_channels; column += kLanes) {
      const float* const numbers =
          filter.numbers + channel * filter.channel_stride + column * filter.column_stride;
      Tile tile = {};
#pragma GCC unroll 9
      for (int i = 0; i < 9; ++i) {
        const float* const place = numbers + (filter.is_turned ? 8 - i : i) * plane;
        tile[i / 3][i % 3] = _mm512_i32gather_ps(columns, place, sizeof(float));
      }
      InBothDirections<FilterPoints>(tile);
      float* const block =
          to + column / kColumns * kPoints * c.channels * kColumns + column % kColumns;
#pragma GCC unroll 16
      for (int i = 0; i < kPoints; ++i)
        _mm512_storeu_ps(block + (i * c.channels + channel) * kColumns, tile[i / 4][i % 4]);
    }
  }
}

void ConvolveBlock(const Convolution& c, int64_t block, const float* x, const float* filter,
                   const float* bias, bool has_relu, float* y) {
  const int64_t first = block * kTiles, tiles = TilesOf(c, block);
  float* const input = input_scratch.Of(kPoints * kTiles * c.channels);
  float* const products = output_scratch.Of(kPoints * kTiles * kColumns);
  TransformInput(c, x, first, tiles, input);
  for (int64_t column = 0; column < c.ColumnBlocks(); ++column) {
    for (int64_t i = 0; i < kPoints; ++i) {
      const LeftSide left = {input + i * kTiles * c.channels, c.channels, 1};
      Multiply<Sums::kNew>(left, kTiles, filter + (column * kPoints + i) * c.channels * kColumns,
                           c.channels, products + i * kTiles * kColumns);
    }
    TransformOutput(c, products, first, tiles, bias ? bias + column * kColumns : nullptr, has_relu,
                    y + column * kColumns);
  }
}

void AddFilterGradient(const Convolution& c, int64_t block, const float* x, const float* dy,
                       bool is_first, float* sums) {
  const int64_t first = block * kTiles, tiles = TilesOf(c, block);
  float* const input = input_scratch.Of(kPoints * kTiles * c.channels);
  float* const output = output_scratch.Of(kPoints * kTiles * c.out_channels);
  TransformInput(c, x, first, tiles, input);
  TransformOutputGradient(c, dy, first, tiles, output);
  for (int64_t column = 0; column < c.ColumnBlocks(); ++column) {
    for (int64_t i = 0; i < kPoints; ++i) {
      const LeftSide left = {input + i * kTiles * c.channels, 1, c.channels};
      const int64_t point = column * kPoints + i;
      const auto multiply = is_first ? Multiply<Sums::kNew> : Multiply<Sums::kAdded>;
      multiply(left, c.channels, output + point * kTiles * kColumns, tiles,
               sums + point * c.channels * kColumns);
    }
  }
}

PREP_LAB_WIDE void TransformGradient(const Convolution& c, const float* sums, int64_t parts,
                                     int64_t begin, int64_t end, float* gradient) {
  const int64_t part_size = kPoints * c.channels * c.out_channels;
  for (int64_t channel = begin; channel < end; ++channel) {
    for (int64_t column = 0; column < c.out_channels; column += kLanes) {
      const float* const block = sums + column / kColumns * kPoints * c.channels * kColumns +
                                 channel * kColumns + column % kColumns;
      Tile tile;
#pragma GCC unroll 16
      for (int i = 0; i < kPoints; ++i) {
        const float* const point = block + i * c.channels * kColumns;
        __m512 sum = _mm512_loadu_ps(point);
        for (int64_t part = 1; part < parts; ++part)
          sum = sum + _mm512_loadu_ps(point + part * part_size);
        tile[i / 4][i % 4] = sum;
      }
      InBothDirections<FilterGradient>(tile);
      for (int64_t i = 0; i < 9; ++i)
        _mm512_storeu_ps(gradient + (i * c.channels + channel) * c.out_channels + column,
                         tile[i / 3][i % 3]);
    }
  }
}

#else

bool HasWideVectors() { return false; }

#endif
