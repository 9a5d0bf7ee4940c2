// PrepLabBiasReluMaxPool and PrepLabBiasReluMaxPoolGrad: what follows a convolution up to its 2x2 max pooling, and what
// comes back, in one pass each.
#include <algorithm>
#include <vector>

#include "max-pool-window.h"
#include "op.h"
#include "parallel.h"
#include "processor.h"

namespace {

struct PoolImage {
  static PREP_LAB_INLINE void Run(const float* y, const float* bias, float* pooled, uint8_t* choice,
                                  const PoolShape* shape) {
    for (int64_t row = 0; row < shape->PooledHeight(); ++row) {
      const float* upper = y + 2 * row * shape->Row();
      PoolRow(upper, upper + shape->Row(), bias, pooled, choice, *shape);
      pooled += shape->PooledRow();
      choice += shape->PooledRow();
    }
  }
};

struct UnpoolImage {
  static PREP_LAB_INLINE void Run(const float* dpooled, const uint8_t* choice, float* dy, float* sum,
                                  const PoolShape* shape) {
    const int64_t odd = shape->width % 2 * shape->channels;
    for (int64_t row = 0; row < shape->PooledHeight(); ++row) {
      float* upper = dy + 2 * row * shape->Row();
      float* lower = upper + shape->Row();
      UnpoolRow(dpooled, choice, upper, lower, sum, *shape);
      // An odd column, and an odd row below, are in no window.
      std::fill(lower - odd, lower, 0.0f);
      std::fill(lower + shape->Row() - odd, lower + shape->Row(), 0.0f);
      dpooled += shape->PooledRow();
      choice += shape->PooledRow();
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
  const PoolShape shape(images);
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
  const PoolShape shape(images);
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
