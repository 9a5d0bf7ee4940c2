// PrepLabTransform: resamples each image through a projective map of its own. TensorFlow's op finds the place to read for every
// channel anew, and its borders for each of four pixels around it.
// Source: TensorFlow's ImageProjectiveTransformV3, bit for bit, in float32.
#include <algorithm>
#include <cmath>
#include <vector>

#include "op.h"
#include "parallel.h"

// As TensorFlow's op rounds: after each operation.
#include "round-each-operation.h"

namespace {

// The numbers of src/graph/transform-images.ts.
enum FillMode { kConstant, kReflect, kWrap, kNearest };

struct Settings {
  FillMode fill_mode;
  float fill_value;
  bool is_bilinear;
};

// A line of pixels, along one axis.
struct Line {
  int64_t length;

  float Last() const { return static_cast<float>(length - 1); }

  bool Holds(float place) const { return place >= 0.0f && place <= Last(); }

  // Moves a place outside of the line to where the fill mode finds its value.
  float MoveIn(float place, FillMode mode) const {
    if (mode == kConstant || Holds(place)) return place;
    if (length > 1 && mode == kReflect) place = Reflect(place);
    if (length > 1 && mode == kWrap) place = Wrap(place);
    // Between the last pixel and the line's end, too. What is no number becomes the first.
    return place > 0.0f ? std::min(place, Last()) : 0.0f;
  }

 private:
  // The line and its reflection take turns: d c b a | a b c d | d c b a.
  float Reflect(float place) const {
    const float all = static_cast<float>(length), period = 2.0f * all;
    if (place < 0.0f) {
      place = period * Whole(-place / period) + place;
      return place < -all ? place + period : -place - 1.0f;
    }
    place -= period * Whole(place / period);
    return place >= all ? period - place - 1.0f : place;
  }

  float Wrap(float place) const {
    const float all = static_cast<float>(length);
    return place < 0.0f ? place + all * (Whole(-place / Last()) + 1.0f)
                        : place - all * Whole(place / Last());
  }

  static float Whole(float number) { return static_cast<float>(static_cast<int64_t>(number)); }
};

// Reads the images of one shape.
class Reader {
 public:
  Reader(const std::vector<int64_t>& images, Settings settings)
      : rows_{images[1]},
        columns_{images[2]},
        channels_(images[3]),
        settings_(settings),
        fill_(channels_, settings.fill_value) {}

  // Of images of three channels the number of channels is known while compiling.
  void Run(const float* image, const float* map, float* out) const {
    channels_ == 3 ? RunWith<3>(image, map, out) : RunWith<0>(image, map, out);
  }

 private:
  template <int64_t kChannels>
  void RunWith(const float* image, const float* map, float* out) const {
    const int64_t channels = kChannels > 0 ? kChannels : channels_;
    const FillMode mode = settings_.fill_mode;
    for (int64_t row = 0; row < rows_.length; ++row) {
      for (int64_t column = 0; column < columns_.length; ++column, out += channels) {
        const float c = static_cast<float>(column), r = static_cast<float>(row);
        const float divisor = map[6] * c + map[7] * r + 1.0f;
        const float x = columns_.MoveIn((map[0] * c + map[1] * r + map[2]) / divisor, mode);
        const float y = rows_.MoveIn((map[3] * c + map[4] * r + map[5]) / divisor, mode);
        if (divisor == 0.0f || !(std::fabs(x) < kFar && std::fabs(y) < kFar)) {
          std::copy_n(fill_.data(), channels, out);
        } else if (settings_.is_bilinear) {
          Mix(image, x, y, out, channels);
        } else {
          std::copy_n(At(image, Round(x), Round(y), channels), channels, out);
        }
      }
    }
  }

  // No image reaches so far, and integers do.
  static constexpr float kFar = 1e9f;

  static int64_t Round(float place) { return static_cast<int64_t>(std::round(place)); }

  static int64_t Floor(float place) {
    const int64_t towards_zero = static_cast<int64_t>(place);
    return static_cast<float>(towards_zero) > place ? towards_zero - 1 : towards_zero;
  }

  const float* At(const float* image, int64_t column, int64_t row, int64_t channels) const {
    const bool is_inside =
        column >= 0 && column < columns_.length && row >= 0 && row < rows_.length;
    return is_inside ? image + (row * columns_.length + column) * channels : fill_.data();
  }

  void Mix(const float* image, float x, float y, float* out, int64_t channels) const {
    const int64_t left = Floor(x), top = Floor(y);
    const float right = x - static_cast<float>(left), bottom = y - static_cast<float>(top);
    const float rest_x = static_cast<float>(left) + 1.0f - x;
    const float rest_y = static_cast<float>(top) + 1.0f - y;
    const float* const a = At(image, left, top, channels);
    const float* const b = At(image, left + 1, top, channels);
    const float* const c = At(image, left, top + 1, channels);
    const float* const d = At(image, left + 1, top + 1, channels);
    for (int64_t i = 0; i < channels; ++i) {
      const float above = rest_x * a[i] + right * b[i];
      const float below = rest_x * c[i] + right * d[i];
      out[i] = rest_y * above + bottom * below;
    }
  }

  const Line rows_, columns_;
  const int64_t channels_;
  const Settings settings_;
  // Stands for every pixel outside.
  const std::vector<float> fill_;
};

void* ReadSettings(TF_OpKernelConstruction* construction) {
  return new Settings{static_cast<FillMode>(static_cast<int>(ReadFloat(construction, "fill_mode"))),
                      ReadFloat(construction, "fill_value"),
                      ReadFloat(construction, "is_bilinear") != 0.0f};
}

void FreeSettings(void* settings) { delete static_cast<Settings*>(settings); }

void Compute(void* given, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor images = call.Input(0);
  const Tensor maps = call.Input(1);
  if (call.HasFailed()) return;
  const std::vector<int64_t> shape = images.Shape(), numbers = maps.Shape();
  call.Require(shape.size() == 4 && numbers.size() == 2 && numbers[1] == 8 &&
                   (numbers[0] == shape[0] || numbers[0] == 1),
               "images must be [N, H, W, C], maps [N, 8] or [1, 8].");
  if (call.HasFailed()) return;
  // Not in the memory of the input, which is read until the end.
  const Tensor output = call.OutputLike(0, images, {});
  if (call.HasFailed()) return;
  const Reader reader(shape, *static_cast<Settings*>(given));
  const int64_t values = shape[1] * shape[2] * shape[3];
  const int64_t step = numbers[0] == 1 ? 0 : numbers[1];
  // About 20 us.
  constexpr int64_t kPiece = 2;
  RunParallel(shape[0], kPiece, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      reader.Run(images.Data<const float>() + n * values, maps.Data<const float>() + n * step,
                 output.Data<float>() + n * values);
    }
  });
}

}  // namespace

void RegisterTransform() {
  RegisterOp({"PrepLabTransform",
              {"T: {float}", "fill_mode: float", "fill_value: float", "is_bilinear: float"},
              {"images: T", "maps: T"},
              {"output: T"},
              InferLike<0>});
  RegisterKernel("PrepLabTransform", {"T", TF_FLOAT}, Compute, ReadSettings, FreeSettings);
}
