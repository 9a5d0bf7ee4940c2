// PrepLabConv, PrepLabConvInputGrad and PrepLabConvFilterGrad: a convolution of float32 images by a 3 x 3 filter with a stride of
// 1, with bias and relu if wanted, and its gradients, by fewer products than there are (winograd.h).
#include "op.h"
#include "winograd.h"

#ifdef PREP_LAB_WINOGRAD

#include <algorithm>
#include <memory>

#include "parallel.h"

namespace {

// A part of the gradient's sums has at least so many blocks of tiles: adding parts up costs as much as some blocks.
constexpr int64_t kBlocksAPart = 16;
// There are as many parts whatever the number of threads, and their sums are added up in order.
constexpr int64_t kMostParts = 8;

using Numbers = std::unique_ptr<float[]>;

struct Options {
  int64_t padding;
  bool has_relu;
};

void* ReadOptions(TF_OpKernelConstruction* construction) {
  return new Options{ReadInt(construction, "padding"), ReadBool(construction, "relu")};
}

void* ReadPadding(TF_OpKernelConstruction* construction) {
  return new Options{ReadInt(construction, "padding"), false};
}

void FreeOptions(void* options) { delete static_cast<Options*>(options); }

bool IsFilter(const std::vector<int64_t>& shape) {
  return shape.size() == 4 && shape[0] == 3 && shape[1] == 3 && shape[2] % kColumns == 0 &&
         shape[3] % kColumns == 0;
}

void Convolve(const Convolution& convolution, const Filter& filter, const float* x,
              const float* bias, bool has_relu, float* y) {
  const Numbers points(new float[kPoints * convolution.channels * convolution.out_channels]);
  RunParallel(convolution.channels, 8, [&](int64_t begin, int64_t end) {
    TransformFilter(filter, convolution, begin, end, points.get());
  });
  RunParallel(convolution.Blocks(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block)
      ConvolveBlock(convolution, block, x, points.get(), bias, has_relu, y);
  });
}

constexpr const char* kRule =
    "The filter must be [3, 3, I, O], the images [N, H, W, I] and the bias [O], I and O multiples "
    "of 32.";

constexpr const char* kSizeRule = "The images must be as large as the filter, or be padded.";

bool IsPossible(const Convolution& convolution) {
  return convolution.out_height >= 0 && convolution.out_width >= 0;
}

void Forward(void* state, TF_OpKernelContext* context) {
  const Options& options = *static_cast<const Options*>(state);
  Call call(context);
  const Tensor x = call.Input(0);
  const Tensor filter = call.Input(1);
  const bool has_bias = TF_NumInputs(context) > 2;
  const Tensor bias = has_bias ? call.Input(2) : Tensor();
  if (call.HasFailed()) return;
  const std::vector<int64_t> images = x.Shape(), sizes = filter.Shape();
  call.Require(IsFilter(sizes) && images.size() == 4 && images[3] == sizes[2] &&
                   (!has_bias || bias.Count() == sizes[3]),
               kRule);
  if (call.HasFailed()) return;
  const Convolution convolution(images, options.padding, sizes[3]);
  call.Require(IsPossible(convolution), kSizeRule);
  if (call.HasFailed()) return;
  const Tensor y = call.Output(
      0, TF_FLOAT, {images[0], convolution.out_height, convolution.out_width, sizes[3]});
  if (call.HasFailed()) return;
  Convolve(convolution, {filter.Data<const float>(), sizes[3], 1, false}, x.Data<const float>(),
           has_bias ? bias.Data<const float>() : nullptr, options.has_relu, y.Data<float>());
}

// The gradient of the images: dy convolved by the filter turned round, its channels swapped.
void InputGradient(void* state, TF_OpKernelContext* context) {
  const int64_t padding = static_cast<const Options*>(state)->padding;
  Call call(context);
  const Tensor filter = call.Input(0);
  const Tensor dy = call.Input(1);
  if (call.HasFailed()) return;
  const std::vector<int64_t> images = dy.Shape(), sizes = filter.Shape();
  call.Require(IsFilter(sizes) && images.size() == 4 && images[3] == sizes[3], kRule);
  if (call.HasFailed()) return;
  const Convolution convolution(images, 2 - padding, sizes[2]);
  call.Require(IsPossible(convolution), kSizeRule);
  if (call.HasFailed()) return;
  const Tensor dx = call.Output(
      0, TF_FLOAT, {images[0], convolution.out_height, convolution.out_width, sizes[2]});
  if (call.HasFailed()) return;
  Convolve(convolution, {filter.Data<const float>(), 1, sizes[3], true}, dy.Data<const float>(),
           nullptr, false, dx.Data<float>());
}

void FilterGradient(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor x = call.Input(0);
  const Tensor sizes = call.Input(1);
  const Tensor dy = call.Input(2);
  if (call.HasFailed()) return;
  const int32_t* const numbers = sizes.Data<const int32_t>();
  const std::vector<int64_t> filter(numbers, numbers + sizes.Count());
  const std::vector<int64_t> before = x.Shape(), after = dy.Shape();
  call.Require(IsFilter(filter) && before.size() == 4 && after.size() == 4 &&
                   before[0] == after[0] && before[3] == filter[2] && after[3] == filter[3],
               kRule);
  if (call.HasFailed()) return;
  const Convolution convolution(before, (after[1] - before[1] + 2) / 2, filter[3]);
  call.Require(convolution.out_height == after[1] && convolution.out_width == after[2],
               "dy must have the size that a stride of 1 leaves.");
  const Tensor gradient = call.Output(0, TF_FLOAT, filter);
  if (call.HasFailed()) return;

  const int64_t blocks = convolution.Blocks();
  const int64_t most = std::clamp<int64_t>(blocks / kBlocksAPart, 2, kMostParts);
  const int64_t blocks_a_part = std::max<int64_t>(1, (blocks + most - 1) / most);
  const int64_t parts = (blocks + blocks_a_part - 1) / blocks_a_part;
  const int64_t size = kPoints * filter[2] * filter[3];
  const Numbers sums(parts == 0 ? new float[size]() : new float[parts * size]);
  RunParallel(parts, 1, [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) {
      const int64_t first = part * blocks_a_part;
      for (int64_t block = first; block < std::min(blocks, first + blocks_a_part); ++block) {
        AddFilterGradient(convolution, block, x.Data<const float>(), dy.Data<const float>(),
                          block == first, sums.get() + part * size);
      }
    }
  });
  RunParallel(filter[2], 8, [&](int64_t begin, int64_t end) {
    TransformGradient(convolution, sums.get(), parts, begin, end, gradient.Data<float>());
  });
}

}  // namespace

void RegisterConvKernels() {
  RegisterKernel("PrepLabConv", {"T", TF_FLOAT}, Forward, ReadOptions, FreeOptions);
  RegisterKernel("PrepLabConvInputGrad", {"T", TF_FLOAT}, InputGradient, ReadPadding, FreeOptions);
  RegisterKernel("PrepLabConvFilterGrad", {"T", TF_FLOAT}, FilterGradient);
}

#else

void RegisterConvKernels() {}

#endif

void RegisterConvFilterTiles();

void RegisterConv() {
  RegisterOp({"PrepLabConv",
              {"T: {float}", "N: int >= 0", "relu: bool", "padding: int"},
              {"x: T", "filter: T", "bias: N * T"},
              {"y: T"},
              InferNothing});
  RegisterOp({"PrepLabConvInputGrad",
              {"T: {float}", "padding: int"},
              {"filter: T", "dy: T"},
              {"dx: T"},
              InferNothing});
  RegisterOp({"PrepLabConvFilterGrad",
              {"T: {float, bfloat16}"},
              {"x: T", "filter_sizes: int32", "dy: T"},
              {"gradient: float"},
              InferNothing});
  RegisterConvKernels();
  RegisterConvFilterTiles();
}
