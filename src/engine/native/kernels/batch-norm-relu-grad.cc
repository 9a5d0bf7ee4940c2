// PrepLabBatchNormReluGrad: the gradients of relu followed by batch normalisation, and of the bias before both, in two
// passes over memory. TensorFlow takes two for the normalisation and one each for relu and the bias. Images in float32 or
// bfloat16, everything else, sums included, in float32; the bias' gradient holds what the images' type holds.
#include <algorithm>
#include <cmath>
#include <vector>

#include "bfloat16.h"
#include "keep-if.h"
#include "op.h"
#include "parallel.h"
#include "processor.h"

namespace {

// Both passes go over [rows, channels] in blocks of rows, with sums a block that are added up in their order: the same
// whatever the number of threads.
template <typename T>
struct Block {
  const T* dy;
  const T* x;
  T* dx;
  int64_t rows, channels;
};

template <typename T>
struct SumBlock {
  // dy, and dy * (x - mean).
  static PREP_LAB_INLINE void Run(Block<T> block, const float* __restrict mean,
                                  float* __restrict sum, float* __restrict product) {
    for (int64_t row = 0; row < block.rows; ++row) {
      const T* dy = block.dy + row * block.channels;
      const T* x = block.x + row * block.channels;
#pragma GCC ivdep
      for (int64_t c = 0; c < block.channels; ++c) {
        const float slope = ToFloat(dy[c]);
        sum[c] += slope;
        product[c] += slope * (ToFloat(x[c]) - mean[c]);
      }
    }
  }
};

template <typename T>
struct ApplyBlock {
  static PREP_LAB_INLINE void Run(Block<T> block, const float* __restrict mean,
                                  const float* __restrict offset, const float* __restrict slope,
                                  const float* __restrict scale, float* __restrict sum) {
    for (int64_t row = 0; row < block.rows; ++row) {
      const T* dy = block.dy + row * block.channels;
      const T* x = block.x + row * block.channels;
      T* dx = block.dx + row * block.channels;
#pragma GCC ivdep
      for (int64_t c = 0; c < block.channels; ++c) {
        const float value = ToFloat(x[c]);
        const float g = scale[c] * (ToFloat(dy[c]) - offset[c] - slope[c] * (value - mean[c]));
        const float kept = KeepIf(value > 0.0f, g);
        dx[c] = RoundTo<T>(kept);
        sum[c] += kept;
      }
    }
  }
};

struct Problem {
  int64_t rows, channels, rows_a_block;
  int64_t Blocks() const { return (rows + rows_a_block - 1) / rows_a_block; }
  template <typename T>
  Block<T> At(int64_t index, const Tensor& dy, const Tensor& x, const Tensor& dx) const {
    const int64_t first = index * rows_a_block;
    const int64_t skipped = first * channels;
    return {dy.Data<const T>() + skipped, x.Data<const T>() + skipped, dx.Data<T>() + skipped,
            std::min(rows_a_block, rows - first), channels};
  }
};

// Adds the sums of all blocks, in their order.
std::vector<double> AddUp(const std::vector<float>& sums, int64_t blocks, int64_t channels) {
  std::vector<double> total(channels, 0.0);
  for (int64_t block = 0; block < blocks; ++block) {
    for (int64_t c = 0; c < channels; ++c) total[c] += sums[block * channels + c];
  }
  return total;
}

void* ReadEpsilon(TF_OpKernelConstruction* construction) {
  return KeepFloat(construction, "epsilon");
}

template <typename T>
void Compute(void* epsilon, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor dy = call.Input(0);
  const Tensor x = call.Input(1);
  const Tensor scale = call.Input(2);
  const Tensor mean = call.Input(3);
  const Tensor variance = call.Input(4);
  call.RequireSameShape(dy, x);
  call.RequireSameShape(scale, mean);
  call.RequireSameShape(scale, variance);
  if (call.HasFailed()) return;
  const std::vector<int64_t> images = x.Shape();
  call.Require(!images.empty() && scale.Shape() == std::vector<int64_t>{images.back()},
               "scale must have the last axis of x.");
  const Tensor dx = call.OutputLike(0, dy, {0});
  const Tensor dscale = call.OutputLike(1, scale, {});
  const Tensor doffset = call.OutputLike(2, scale, {});
  const Tensor dbias = call.OutputLike(3, scale, {});
  if (call.HasFailed()) return;

  const int64_t channels = images.back();
  const int64_t rows = x.Count() / std::max<int64_t>(channels, 1);
  const Problem problem{rows, channels,
                        std::max<int64_t>(1, 65536 / std::max<int64_t>(channels, 1))};
  const int64_t blocks = problem.Blocks();
  std::vector<float> sums(blocks * channels, 0.0f), products(blocks * channels, 0.0f);
  RunParallel(blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      Vectorised<SumBlock<T>>::Run(problem.At<T>(i, dy, x, dx), mean.Data<const float>(),
                                   sums.data() + i * channels, products.data() + i * channels);
    }
  });
  const std::vector<double> sum = AddUp(sums, blocks, channels);
  const std::vector<double> product = AddUp(products, blocks, channels);
  std::vector<float> offset(channels), slope(channels), factor(channels);
  for (int64_t c = 0; c < channels; ++c) {
    const double deviation = std::sqrt(static_cast<double>(variance.Data<float>()[c]) +
                                       *static_cast<const float*>(epsilon));
    doffset.Data<float>()[c] = static_cast<float>(sum[c]);
    dscale.Data<float>()[c] = static_cast<float>(product[c] / deviation);
    offset[c] = static_cast<float>(sum[c] / rows);
    slope[c] = static_cast<float>(product[c] / rows / (deviation * deviation));
    factor[c] = static_cast<float>(scale.Data<float>()[c] / deviation);
  }
  std::fill(sums.begin(), sums.end(), 0.0f);
  RunParallel(blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      Vectorised<ApplyBlock<T>>::Run(problem.At<T>(i, dy, x, dx), mean.Data<const float>(),
                                     offset.data(), slope.data(), factor.data(),
                                     sums.data() + i * channels);
    }
  });
  const std::vector<double> total = AddUp(sums, blocks, channels);
  for (int64_t c = 0; c < channels; ++c) dbias.Data<float>()[c] = ToFloat(RoundTo<T>(total[c]));
}

}  // namespace

void RegisterBatchNormReluGrad() {
  const char* const name = "PrepLabBatchNormReluGrad";
  RegisterOp({name,
              {"T: {float, bfloat16}", "epsilon: float"},
              {"dy: T", "x: T", "scale: float", "mean: float", "variance: float"},
              {"dx: T", "dscale: float", "doffset: float", "dbias: float"},
              InferLike<0>});
  RegisterKernel(name, {"T", TF_FLOAT}, Compute<float>, ReadEpsilon, FreeFloat);
  RegisterKernel(name, {"T", TF_BFLOAT16}, Compute<BFloat16>, ReadEpsilon, FreeFloat);
}
