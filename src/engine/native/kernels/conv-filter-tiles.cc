// PrepLabConvFilterGrad in bfloat16: the gradient of a convolution's filter, summed in float32 and rounded to
// bfloat16 once, on processors that multiply tiles (AMX). The pixels of all images, with zeros between them, are one long row:
// for each place in the filter the gradient is a product of two matrices along it, of which one is shifted.
#include "tiles.h"

#ifdef PREP_LAB_TILES

#include <algorithm>
#include <cstring>
#include <vector>

#include "aligned.h"
#include "op.h"
#include "parallel.h"

namespace {

// A tile holds 16 x 16 numbers of a product, along 32 pixels. Four products are made at once of two tiles from each side.
constexpr int64_t kTile = 16;
constexpr int64_t kStep = 32;
constexpr int64_t kBlock = 2 * kTile;
// Pixels of which both sides of a block stay in the nearest cache while the places of the filter take turns.
constexpr int64_t kNear = 8 * kStep;
// Bytes of both sides for a part of the row that is laid out at once: half of a core's cache.
constexpr int64_t kLaidOut = 1 << 20;
// The row is cut in as many parts, whatever the number of threads, and their sums are added up in order.
constexpr int64_t kParts = 8;

int64_t RoundUp(int64_t count, int64_t step) { return (count + step - 1) / step * step; }

// Where the pixels of the images lie in the row: `row_length` apart from row to row and `rows` rows from image to image, far
// enough that a filter that looks past an edge sees zeros only.
struct Geometry {
  int64_t count, height, width, channels;
  int64_t out_height, out_width, out_channels;
  int64_t filter_height, filter_width;
  int64_t top, left;
  int64_t rows, row_length;

  int64_t Image() const { return rows * row_length; }
  int64_t Places() const { return filter_height * filter_width; }
  int64_t Offset(int64_t place) const {
    return place / filter_width * row_length + place % filter_width;
  }
  int64_t First() const { return -top * row_length - left; }
  int64_t Reach() const { return Offset(Places() - 1); }
  // With few channels, all places of the filter are rows of one product.
  bool IsGathered() const { return Places() * channels <= 2 * kBlock; }
  int64_t Products() const { return IsGathered() ? 1 : Places(); }
  int64_t ProductRows() const { return IsGathered() ? Places() * channels : channels; }
  int64_t RowBlocks() const { return RoundUp(ProductRows(), kBlock) / kBlock; }
  int64_t ColumnBlocks() const { return RoundUp(out_channels, kBlock) / kBlock; }
  int64_t SumSize() const { return Products() * RowBlocks() * ColumnBlocks() * kBlock * kBlock; }
};

using Pixels = std::vector<const BFloat16*>;

// Points to the pixels from `first` on of the row of images with that many rows, columns and channels; what lies between
// images, before the first and behind the last is zero.
void FindPixels(const BFloat16* images, int64_t count, int64_t height, int64_t width,
                int64_t channels, const Geometry& geometry, int64_t first, const BFloat16* zero,
                Pixels& pixels) {
  for (size_t i = 0; i < pixels.size();) {
    const int64_t at = first + static_cast<int64_t>(i);
    const int64_t image = at < 0 ? -1 : at / geometry.Image();
    const int64_t row = at / geometry.row_length % geometry.rows;
    const int64_t column = at % geometry.row_length;
    if (image < 0 || image >= count) {
      pixels[i++] = zero;
      continue;
    }
    const int64_t end = std::min<int64_t>(pixels.size(), i + geometry.row_length - column);
    const BFloat16* const start = images + ((image * height + row) * width) * channels;
    for (int64_t c = column; static_cast<int64_t>(i) < end; ++c, ++i)
      pixels[i] = row < height && c < width ? start + c * channels : zero;
  }
}

// Sums of one part of the images: for each place of the filter, [channels, out_channels] in blocks of four tiles.
class Part {
 public:
  Part(const Geometry& geometry, float* sums) : geometry_(geometry), sums_(sums) {
    const int64_t channels = RoundUp(geometry.channels, kTile);
    const int64_t columns = geometry.ColumnBlocks() * kBlock;
    const int64_t rows = geometry.RowBlocks() * kBlock;
    const int64_t bytes_a_pixel = sizeof(BFloat16) * (rows + columns);
    length_ = std::max(kNear, kLaidOut / bytes_a_pixel / kNear * kNear);
    // Neighbouring rows must not fall on the same lines of the cache.
    stride_ = RoundUp(length_ + geometry.Reach(), kStep) + kStep;
    if (stride_ / kStep % 2 == 0) stride_ += kStep;
    before_ = Allocate<BFloat16>(std::max(rows, channels) * stride_);
    if (geometry.IsGathered()) gathered_ = Allocate<BFloat16>(rows * stride_);
    std::fill(before_.get(), before_.get() + std::max(rows, channels) * stride_, BFloat16{0});
    if (gathered_) std::fill(gathered_.get(), gathered_.get() + rows * stride_, BFloat16{0});
    after_ = Allocate<BFloat16>(columns * length_);
    zero_.assign(std::max(geometry.channels, geometry.out_channels), 0);
    std::fill(sums_, sums_ + geometry.SumSize(), 0.0f);
  }

  void Add(const BFloat16* x, const BFloat16* dy, int64_t count) {
    const int64_t total = count * geometry_.Image();
    for (int64_t first = 0; first < total; first += length_) {
      const int64_t length = std::min(length_, RoundUp(total - first, kStep));
      LayOut(x, dy, count, first, length);
      for (int64_t near = 0; near < length; near += kNear)
        Multiply(near, std::min(kNear, length - near) / kStep);
    }
  }

 private:
  void LayOut(const BFloat16* x, const BFloat16* dy, int64_t count, int64_t first, int64_t length) {
    const Geometry& g = geometry_;
    Pixels pixels(RoundUp(length + g.Reach(), kStep));
    FindPixels(x, count, g.height, g.width, g.channels, g, first + g.First(), zero_.data(), pixels);
    TransposePixels(pixels.data(), pixels.size(), g.channels, before_.get(), stride_);
    if (gathered_) {
      for (int64_t row = 0; row < g.ProductRows(); ++row) {
        const BFloat16* source =
            before_.get() + row % g.channels * stride_ + g.Offset(row / g.channels);
        std::memcpy(gathered_.get() + row * stride_, source, length * sizeof(BFloat16));
      }
    }
    pixels.resize(length);
    FindPixels(dy, count, g.out_height, g.out_width, g.out_channels, g, first, zero_.data(),
               pixels);
    PairPixels(pixels.data(), length, g.out_channels, g.ColumnBlocks() * 2, after_.get(), length_);
  }

  void Multiply(int64_t near, int64_t steps) {
    const BFloat16* const before = gathered_ ? gathered_.get() : before_.get();
    const int64_t rows = geometry_.RowBlocks(), columns = geometry_.ColumnBlocks();
    for (int64_t column = 0; column < columns; ++column) {
      const BFloat16* const right = after_.get() + 2 * column * kTile * length_ + near * kTile;
      for (int64_t row = 0; row < rows; ++row) {
        const BFloat16* const left = before + row * kBlock * stride_ + near;
        for (int64_t place = 0; place < geometry_.Products(); ++place) {
          float* const sums = sums_ + ((place * rows + row) * columns + column) * kBlock * kBlock;
          const int64_t offset = gathered_ ? 0 : geometry_.Offset(place);
          MultiplyTiles({left + offset, left + offset + kTile * stride_, stride_, right,
                         right + kTile * length_, sums, steps});
        }
      }
    }
  }

  const Geometry geometry_;
  float* const sums_;
  int64_t length_, stride_;
  Aligned<BFloat16> before_, gathered_, after_;
  std::vector<BFloat16> zero_;
};

// Adds the sums of all parts, in their order, for some rows [place, channel] of the gradient.
void AddUp(const Geometry& g, const float* sums, int64_t parts, int64_t begin, int64_t end,
           float* gradient) {
  for (int64_t i = begin; i < end; ++i) {
    const int64_t product = g.IsGathered() ? 0 : i / g.channels;
    const int64_t row = g.IsGathered() ? i : i % g.channels;
    for (int64_t column = 0; column < g.out_channels; ++column) {
      const int64_t block =
          (product * g.RowBlocks() + row / kBlock) * g.ColumnBlocks() + column / kBlock;
      const int64_t tile = row % kBlock / kTile * 2 + column % kBlock / kTile;
      const int64_t at = (block * 4 + tile) * kTile * kTile + row % kTile * kTile + column % kTile;
      float sum = 0.0f;
      for (int64_t part = 0; part < parts; ++part) sum += sums[part * g.SumSize() + at];
      gradient[i * g.out_channels + column] = ToFloat(RoundToBFloat16(sum));
    }
  }
}

// Padding of an edge where both sides together are `whole`: TensorFlow's "SAME" puts the odd one behind.
int64_t Before(int64_t whole) { return whole / 2; }

Geometry Measure(const std::vector<int64_t>& x, const std::vector<int64_t>& dy,
                 const int32_t* filter) {
  Geometry g{};
  g.count = x[0], g.height = x[1], g.width = x[2], g.channels = x[3];
  g.out_height = dy[1], g.out_width = dy[2], g.out_channels = dy[3];
  g.filter_height = filter[0], g.filter_width = filter[1];
  // With a stride of 1 the sizes alone tell the padding.
  const int64_t vertical = g.out_height + g.filter_height - 1 - g.height;
  const int64_t horizontal = g.out_width + g.filter_width - 1 - g.width;
  g.top = Before(vertical), g.left = Before(horizontal);
  g.rows = g.height + vertical - g.top;
  g.row_length = g.width + horizontal - g.left;
  return g;
}

void Compute(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor x = call.Input(0);
  const Tensor sizes = call.Input(1);
  const Tensor dy = call.Input(2);
  if (call.HasFailed()) return;
  const std::vector<int64_t> before = x.Shape(), after = dy.Shape();
  call.Require(
      sizes.Count() == 4 && before.size() == 4 && after.size() == 4 && before[0] == after[0],
      "x and dy must be images, as many of both, and the filter's sizes four.");
  if (call.HasFailed()) return;
  const int32_t* const filter = sizes.Data<const int32_t>();
  const Geometry geometry = Measure(before, after, filter);
  call.Require(
      filter[2] == before[3] && filter[3] == after[3] && geometry.rows >= geometry.height &&
          geometry.row_length >= geometry.width,
      "The filter must have the channels of x and dy, and dy the size that a stride of 1 leaves.");
  const Tensor gradient = call.Output(0, TF_FLOAT, {filter[0], filter[1], filter[2], filter[3]});
  if (call.HasFailed()) return;

  const int64_t parts = std::min(kParts, geometry.count);
  const int64_t images = parts == 0 ? 0 : (geometry.count + parts - 1) / parts;
  const Aligned<float> sums = Allocate<float>(std::max<int64_t>(1, parts * geometry.SumSize()));
  RunParallel(parts, 1, [&](int64_t begin, int64_t end) {
    const TileUse use;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = std::min(i * images, geometry.count);
      const int64_t count = std::min(images, geometry.count - first);
      Part part(geometry, sums.get() + i * geometry.SumSize());
      part.Add(x.Data<const BFloat16>() + first * before[1] * before[2] * before[3],
               dy.Data<const BFloat16>() + first * after[1] * after[2] * after[3], count);
    }
  });
  RunParallel(geometry.Places() * geometry.channels, 64, [&](int64_t begin, int64_t end) {
    AddUp(geometry, sums.get(), parts, begin, end, gradient.Data<float>());
  });
}

}  // namespace

void RegisterConvFilterTiles() {
  RegisterKernel("PrepLabConvFilterGrad", {"T", TF_BFLOAT16}, Compute);
}

#else

void RegisterConvFilterTiles() {}

#endif
