// PrepLabBiasReluMaxPool and PrepLabBiasReluMaxPoolGrad: what follows a convolution up to its 2x2 max pooling, and what
// comes back, in one pass each. The largest of four is looked for before the bias is added: it is the same one, and three
// of four additions and comparisons with 0 are saved. The gradient needs no image of before the pooling, only which of
// the four was taken.
#include <algorithm>
#include <vector>

#include "keep-if.h"
#include "op.h"
#include "parallel.h"
#include "processor.h"

namespace {

// In place of 0 to 3, the place in the window, where relu lets nothing through.
constexpr uint8_t kNone = 4;

struct Shape {
  explicit Shape(const std::vector<int64_t>& images)
      : count(images[0]), height(images[1]), width(images[2]), channels(images[3]) {}
  int64_t PooledHeight() const { return height / 2; }
  int64_t PooledWidth() const { return width / 2; }
  int64_t Row() const { return width * channels; }
  int64_t Image() const { return height * Row(); }
  int64_t PooledImage() const { return PooledHeight() * PooledWidth() * channels; }
  std::vector<int64_t> Pooled() const { return {count, PooledHeight(), PooledWidth(), channels}; }

  int64_t count, height, width, channels;
};

struct PoolImage {
  static PREP_LAB_INLINE void PoolWindow(const float* upper, const float* lower, const float* bias,
                                         float* pooled, uint8_t* choice, int64_t channels) {
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
      choice[c] = static_cast<uint8_t>(biased <= 0.0f ? kNone : place);
    }
  }

  static PREP_LAB_INLINE void Run(const float* y, const float* bias, float* pooled, uint8_t* choice,
                                  const Shape* shape) {
    const int64_t channels = shape->channels;
    for (int64_t row = 0; row < shape->PooledHeight(); ++row) {
      for (int64_t column = 0; column < shape->PooledWidth(); ++column) {
        const float* upper = y + 2 * row * shape->Row() + 2 * column * channels;
        const float* lower = upper + shape->Row();
        PoolWindow(upper, lower, bias, pooled, choice, channels);
        pooled += channels;
        choice += channels;
      }
    }
  }
};

struct UnpoolImage {
  static PREP_LAB_INLINE void UnpoolWindow(const float* __restrict dpooled,
                                           const uint8_t* __restrict choice,
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
      sum[c] += KeepIf(place != kNone, g);
    }
  }

  static PREP_LAB_INLINE void Run(const float* dpooled, const uint8_t* choice, float* dy, float* sum,
                                  const Shape* shape) {
    const int64_t channels = shape->channels;
    for (int64_t row = 0; row < shape->PooledHeight(); ++row) {
      float* upper = dy + 2 * row * shape->Row();
      float* lower = upper + shape->Row();
      for (int64_t column = 0; column < shape->PooledWidth(); ++column) {
        UnpoolWindow(dpooled, choice, upper, lower, sum, channels);
        upper += 2 * channels;
        lower += 2 * channels;
        dpooled += channels;
        choice += channels;
      }
      // An odd column, and an odd row below, are in no window.
      std::fill(upper, upper + (shape->width % 2) * channels, 0.0f);
      std::fill(lower, lower + (shape->width % 2) * channels, 0.0f);
    }
    std::fill(dy + 2 * shape->PooledHeight() * shape->Row(), dy + shape->Image(), 0.0f);
  }
};

void Forward(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor y = call.Input(0);
  const Tensor bias = call.Input(1);
  if (call.HasFailed()) return;
  const std::vector<int64_t> images = y.Shape();
  call.Require(images.size() == 4 && bias.Shape() == std::vector<int64_t>{images.back()},
               "y must be [N, H, W, C] and bias [C].");
  if (call.HasFailed()) return;
  const Shape shape(images);
  const Tensor pooled = call.Output(0, TF_FLOAT, shape.Pooled());
  const Tensor choice = call.Output(1, TF_UINT8, shape.Pooled());
  if (call.HasFailed()) return;
  RunParallel(shape.count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      Vectorised<PoolImage>::Run(y.Data<const float>() + n * shape.Image(), bias.Data<const float>(),
                                 pooled.Data<float>() + n * shape.PooledImage(),
                                 choice.Data<uint8_t>() + n * shape.PooledImage(), &shape);
    }
  });
}

void Backward(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor dpooled = call.Input(0);
  const Tensor choice = call.Input(1);
  const Tensor y = call.Input(2);
  if (call.HasFailed()) return;
  const std::vector<int64_t> images = y.Shape();
  call.Require(images.size() == 4, "y must be [N, H, W, C].");
  if (call.HasFailed()) return;
  const Shape shape(images);
  call.Require(dpooled.Shape() == shape.Pooled() && choice.Shape() == shape.Pooled(),
               "dpooled and choice must have the shape of y after a 2x2 pooling.");
  const Tensor dy = call.OutputLike(0, y, {2});
  const Tensor dbias = call.Output(1, TF_FLOAT, {shape.channels});
  if (call.HasFailed()) return;
  // One sum an image, added up in their order: the same whatever the number of threads.
  std::vector<float> sums(shape.count * shape.channels, 0.0f);
  RunParallel(shape.count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      Vectorised<UnpoolImage>::Run(dpooled.Data<const float>() + n * shape.PooledImage(),
                                   choice.Data<const uint8_t>() + n * shape.PooledImage(),
                                   dy.Data<float>() + n * shape.Image(),
                                   sums.data() + n * shape.channels, &shape);
    }
  });
  for (int64_t c = 0; c < shape.channels; ++c) {
    double sum = 0;
    for (int64_t n = 0; n < shape.count; ++n) sum += sums[n * shape.channels + c];
    dbias.Data<float>()[c] = static_cast<float>(sum);
  }
}

}  // namespace

void RegisterBiasReluMaxPool() {
  const char* const name = "PrepLabBiasReluMaxPool";
  const char* const type = "T: {float}";
  RegisterOp({name, {type}, {"y: T", "bias: T"}, {"pooled: T", "choice: uint8"}, InferNothing});
  RegisterKernel(name, {"T", TF_FLOAT}, Forward);
  const char* const gradient = "PrepLabBiasReluMaxPoolGrad";
  RegisterOp({gradient,
              {type},
              {"dpooled: T", "choice: uint8", "y: T"},
              {"dy: T", "dbias: T"},
              InferLike<2>});
  RegisterKernel(gradient, {"T", TF_FLOAT}, Backward);
}
