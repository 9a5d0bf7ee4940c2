// PrepLabConvReluMaxPool and PrepLabConvReluMaxPoolGrad: a 3x3 convolution over images of three channels with its bias, relu and
// 2x2 max pooling, and the gradients of its filter and bias. What the convolution gives is the largest tensor of a small
// network and is never written: two rows of it at a time stay in the processor's nearest cache. And oneDNN is made for more
// channels than three.
#include <algorithm>
#include <vector>

#include "max-pool-window.h"
#include "op.h"
#include "parallel.h"
#include "processor.h"

namespace {

// Of the filter, and of a row of it with all channels.
constexpr int64_t kSide = 3, kInputs = 3, kTaps = kSide * kInputs;

// Channels are taken 32 at a time, as two of these.
typedef float Vector __attribute__((vector_size(64), aligned(4)));
constexpr int64_t kLanes = 16, kGroup = 2 * kLanes;

PREP_LAB_INLINE Vector& At(float* values) { return *reinterpret_cast<Vector*>(values); }
PREP_LAB_INLINE const Vector& At(const float* values) {
  return *reinterpret_cast<const Vector*>(values);
}

struct Problem {
  // Of images [N, H, W, 3].
  Problem(const std::vector<int64_t>& images, int64_t channels)
      : row(images[2] * kInputs),
        image(images[1] * row),
        filter(kSide * kTaps * channels),
        convolved({images[0], images[1] - kSide + 1, images[2] - kSide + 1, channels}) {}
  // Numbers of a row and of an image before, and of the filter.
  int64_t row, image, filter;
  PoolShape convolved;
};

// Convolves so many places of a row beside each other, for one group of channels.
template <int64_t kPlaces>
PREP_LAB_INLINE void ConvolvePlaces(const float* x, const float* filter, float* y,
                                    const Problem& problem) {
  const int64_t channels = problem.convolved.channels;
  Vector low[kPlaces] = {}, high[kPlaces] = {};
  for (int64_t i = 0; i < kSide; ++i, x += problem.row) {
#pragma GCC unroll 9
    for (int64_t tap = 0; tap < kTaps; ++tap, filter += channels) {
      const Vector first = At(filter), second = At(filter + kLanes);
#pragma GCC unroll 8
      for (int64_t place = 0; place < kPlaces; ++place) {
        low[place] += first * x[place * kInputs + tap];
        high[place] += second * x[place * kInputs + tap];
      }
    }
  }
  for (int64_t place = 0; place < kPlaces; ++place) {
    At(y + place * channels) = low[place];
    At(y + place * channels + kLanes) = high[place];
  }
}

PREP_LAB_INLINE void ConvolveRow(const float* x, const float* filter, float* y,
                                 const Problem& problem) {
  const int64_t channels = problem.convolved.channels;
  constexpr int64_t kTogether = 6;
  // An odd last column is in no window.
  const int64_t width = 2 * problem.convolved.PooledWidth();
  for (int64_t c = 0; c < channels; c += kGroup) {
    int64_t place = 0;
    for (; place + kTogether <= width; place += kTogether) {
      ConvolvePlaces<kTogether>(x + place * kInputs, filter + c, y + place * channels + c, problem);
    }
    for (; place < width; ++place) {
      ConvolvePlaces<1>(x + place * kInputs, filter + c, y + place * channels + c, problem);
    }
  }
}

struct ConvolveImage {
  static PREP_LAB_INLINE void Run(const float* x, const float* filter, const float* bias,
                                  float* pooled, uint8_t* choice, float* rows,
                                  const Problem* problem) {
    const PoolShape& convolved = problem->convolved;
    float* const lower = rows + convolved.Row();
    for (int64_t row = 0; row < convolved.PooledHeight(); ++row) {
      ConvolveRow(x, filter, rows, *problem);
      ConvolveRow(x + problem->row, filter, lower, *problem);
      PoolRow(rows, lower, bias, pooled, choice, convolved);
      x += 2 * problem->row;
      pooled += convolved.PooledRow();
      choice += convolved.PooledRow();
    }
  }
};

// Adds to the gradient of a row of the filter what a row of the convolved image brings, for one group of channels.
PREP_LAB_INLINE void AddRow(const float* x, const float* dy, float* dfilter, const Problem& problem) {
  const int64_t channels = problem.convolved.channels;
  Vector low[kTaps], high[kTaps];
#pragma GCC unroll 9
  for (int64_t tap = 0; tap < kTaps; ++tap) {
    low[tap] = At(dfilter + tap * channels);
    high[tap] = At(dfilter + tap * channels + kLanes);
  }
  for (int64_t place = 0; place < 2 * problem.convolved.PooledWidth(); ++place) {
    const Vector first = At(dy), second = At(dy + kLanes);
#pragma GCC unroll 9
    for (int64_t tap = 0; tap < kTaps; ++tap) {
      low[tap] += first * x[tap];
      high[tap] += second * x[tap];
    }
    x += kInputs;
    dy += channels;
  }
#pragma GCC unroll 9
  for (int64_t tap = 0; tap < kTaps; ++tap) {
    At(dfilter + tap * channels) = low[tap];
    At(dfilter + tap * channels + kLanes) = high[tap];
  }
}

struct AddImage {
  static PREP_LAB_INLINE void Run(const float* x, const float* dpooled, const uint8_t* choice,
                                  float* rows, float* dfilter, float* dbias,
                                  const Problem* problem) {
    const PoolShape& convolved = problem->convolved;
    float* const lower = rows + convolved.Row();
    for (int64_t row = 0; row < convolved.PooledHeight(); ++row) {
      UnpoolRow(dpooled, choice, rows, lower, dbias, convolved);
      for (int64_t i = 0; i < kSide; ++i) {
        for (int64_t c = 0; c < convolved.channels; c += kGroup) {
          float* const to = dfilter + i * kTaps * convolved.channels + c;
          AddRow(x + i * problem->row, rows + c, to, *problem);
          AddRow(x + (i + 1) * problem->row, lower + c, to, *problem);
        }
      }
      x += 2 * problem->row;
      dpooled += convolved.PooledRow();
      choice += convolved.PooledRow();
    }
  }
};

// Two rows of a convolved image, kept from image to image. An odd last column is never written.
float* Rows(const PoolShape& convolved) {
  static thread_local std::vector<float> rows;
  rows.resize(2 * convolved.Row());
  return rows.data();
}

bool IsFit(Call& call, const std::vector<int64_t>& images, const std::vector<int64_t>& filter) {
  call.Require(images.size() == 4 && images[1] >= kSide && images[2] >= kSide && images[3] == kInputs,
               "x must be [N, H, W, 3], with 3 rows and columns at least.");
  call.Require(filter.size() == 4 && filter[0] == kSide && filter[1] == kSide &&
                   filter[2] == kInputs && filter[3] % kGroup == 0,
               "filter must be [3, 3, 3, C], C a multiple of 32.");
  return !call.HasFailed();
}

void Forward(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor x = call.Input(0);
  const Tensor filter = call.Input(1);
  const Tensor bias = call.Input(2);
  if (call.HasFailed() || !IsFit(call, x.Shape(), filter.Shape())) return;
  const Problem problem(x.Shape(), filter.Shape()[3]);
  const PoolShape& convolved = problem.convolved;
  call.Require(bias.Shape() == std::vector<int64_t>{convolved.channels}, "bias must be [C].");
  const Tensor pooled = call.Output(0, TF_FLOAT, convolved.Pooled());
  const Tensor choice = call.Output(1, TF_UINT8, convolved.Pooled());
  if (call.HasFailed()) return;
  RunParallel(convolved.count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      Vectorised<ConvolveImage>::Run(x.Data<const float>() + n * problem.image,
                                     filter.Data<const float>(), bias.Data<const float>(),
                                     pooled.Data<float>() + n * convolved.PooledImage(),
                                     choice.Data<uint8_t>() + n * convolved.PooledImage(),
                                     Rows(convolved), &problem);
    }
  });
}

// Adds up the sums of all images, in their order: the same whatever the number of threads.
void AddUp(const std::vector<float>& sums, int64_t size, float* total) {
  std::vector<double> added(size, 0.0);
  for (size_t start = 0; start < sums.size(); start += size) {
    for (int64_t i = 0; i < size; ++i) added[i] += sums[start + i];
  }
  std::copy(added.begin(), added.end(), total);
}

void Backward(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor dpooled = call.Input(0);
  const Tensor choice = call.Input(1);
  const Tensor x = call.Input(2);
  const Tensor filter = call.Input(3);
  if (call.HasFailed() || !IsFit(call, x.Shape(), filter.Shape())) return;
  const Problem problem(x.Shape(), filter.Shape()[3]);
  const PoolShape& convolved = problem.convolved;
  call.Require(dpooled.Shape() == convolved.Pooled() && choice.Shape() == convolved.Pooled(),
               "dpooled and choice must have the shape of the pooled images.");
  const Tensor dfilter = call.OutputLike(0, filter, {});
  const Tensor dbias = call.Output(1, TF_FLOAT, {convolved.channels});
  if (call.HasFailed()) return;
  std::vector<float> filters(convolved.count * problem.filter, 0.0f);
  std::vector<float> biases(convolved.count * convolved.channels, 0.0f);
  RunParallel(convolved.count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      Vectorised<AddImage>::Run(x.Data<const float>() + n * problem.image,
                                dpooled.Data<const float>() + n * convolved.PooledImage(),
                                choice.Data<const uint8_t>() + n * convolved.PooledImage(),
                                Rows(convolved), filters.data() + n * problem.filter,
                                biases.data() + n * convolved.channels, &problem);
    }
  });
  AddUp(filters, problem.filter, dfilter.Data<float>());
  AddUp(biases, convolved.channels, dbias.Data<float>());
}

}  // namespace

void RegisterConvReluMaxPool() {
  const char* const name = "PrepLabConvReluMaxPool";
  const char* const type = "T: {float}";
  RegisterOp({name,
              {type},
              {"x: T", "filter: T", "bias: T"},
              {"pooled: T", "choice: uint8"},
              InferNothing});
  RegisterKernel(name, {"T", TF_FLOAT}, Forward);
  const char* const gradient = "PrepLabConvReluMaxPoolGrad";
  RegisterOp({gradient,
              {type},
              {"dpooled: T", "choice: uint8", "x: T", "filter: T"},
              {"dfilter: T", "dbias: T"},
              InferLike<3>});
  RegisterKernel(gradient, {"T", TF_FLOAT}, Backward);
}
