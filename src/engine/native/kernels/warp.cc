// PrepLabWarp: reads each pixel of each image at a place of its own. With TensorFlow's ops the four neighbours of each place are
// gathered apart, and their mixture goes through memory nine times.
#include <algorithm>
#include <vector>

#include "op.h"
#include "parallel.h"

// As TensorFlow's ops round: after each of them.
#include "round-each-operation.h"

namespace {

struct Settings {
  float fill_value;
  bool is_bilinear;
};

// One image with a border of fill_value around it; places are counted from the corner of the border.
class Warp {
 public:
  Warp(int64_t height, int64_t width, int64_t channels, Settings settings)
      : height_(height),
        width_(width),
        channels_(channels),
        settings_(settings),
        fill_(channels, settings.fill_value) {}

  void Run(const float* image, const float* columns, const float* rows, float* out) const {
    for (int64_t pixel = 0; pixel < height_ * width_; ++pixel, out += channels_) {
      if (settings_.is_bilinear) {
        Mix(image, Bound(columns[pixel], width_) + 1.0f, Bound(rows[pixel], height_) + 1.0f, out);
      } else {
        const int64_t column = Round(Bound(columns[pixel], width_)) + 1;
        const int64_t row = Round(Bound(rows[pixel], height_)) + 1;
        std::copy_n(At(image, column, row), channels_, out);
      }
    }
  }

 private:
  // From the border before the first pixel to the one behind the last. What is no number becomes the first.
  static float Bound(float place, int64_t last) {
    return place > -1.0f ? std::min(place, static_cast<float>(last)) : -1.0f;
  }

  // Half to even, below 2^22: the sum has no place for what is behind the point.
  static int64_t Round(float place) {
    constexpr float kRounder = 12582912.0f;
    return static_cast<int64_t>((place + kRounder) - kRounder);
  }

  const float* At(const float* image, int64_t column, int64_t row) const {
    const bool is_inside = column >= 1 && column <= width_ && row >= 1 && row <= height_;
    return is_inside ? image + ((row - 1) * width_ + column - 1) * channels_ : fill_.data();
  }

  void Mix(const float* image, float x, float y, float* out) const {
    const int64_t left = static_cast<int64_t>(x), top = static_cast<int64_t>(y);
    const float right = x - static_cast<float>(left), bottom = y - static_cast<float>(top);
    const float* const a = At(image, left, top);
    const float* const b = At(image, left + 1, top);
    const float* const c = At(image, left, top + 1);
    const float* const d = At(image, left + 1, top + 1);
    for (int64_t i = 0; i < channels_; ++i) {
      const float above = a[i] + (b[i] - a[i]) * right;
      const float below = c[i] + (d[i] - c[i]) * right;
      out[i] = above + (below - above) * bottom;
    }
  }

  const int64_t height_, width_, channels_;
  const Settings settings_;
  // Stands for every pixel of the border.
  const std::vector<float> fill_;
};

void* ReadSettings(TF_OpKernelConstruction* construction) {
  return new Settings{ReadFloat(construction, "fill_value"),
                      ReadFloat(construction, "is_bilinear") != 0.0f};
}

void FreeSettings(void* settings) { delete static_cast<Settings*>(settings); }

void Compute(void* given, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor images = call.Input(0);
  const Tensor columns = call.Input(1);
  const Tensor rows = call.Input(2);
  if (call.HasFailed()) return;
  const std::vector<int64_t> shape = images.Shape();
  call.Require(shape.size() == 4 &&
                   columns.Shape() == std::vector<int64_t>{shape[0], shape[1], shape[2]} &&
                   rows.Shape() == columns.Shape(),
               "images must be [N, H, W, C], columns and rows [N, H, W].");
  if (call.HasFailed()) return;
  // Not in the memory of the input, which is read until the end.
  const Tensor output = call.OutputLike(0, images, {});
  if (call.HasFailed()) return;
  const int64_t pixels = shape[1] * shape[2], values = pixels * shape[3];
  const Warp warp(shape[1], shape[2], shape[3], *static_cast<Settings*>(given));
  // About 20 us.
  constexpr int64_t kPiece = 2;
  RunParallel(shape[0], kPiece, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      warp.Run(images.Data<const float>() + n * values, columns.Data<const float>() + n * pixels,
               rows.Data<const float>() + n * pixels, output.Data<float>() + n * values);
    }
  });
}

}  // namespace

void RegisterWarp() {
  RegisterOp({"PrepLabWarp",
              {"T: {float}", "fill_value: float", "is_bilinear: float"},
              {"images: T", "columns: T", "rows: T"},
              {"output: T"},
              InferLike<0>});
  RegisterKernel("PrepLabWarp", {"T", TF_FLOAT}, Compute, ReadSettings, FreeSettings);
}
