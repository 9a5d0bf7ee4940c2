// PrepLabKerasOperations: what Keras' RandAugment does to images, some of 11 operations one after the other, of each image's own.
// TensorFlow would compute every operation for every image and then choose.
// Source: Keras 3.15's image layers, and TensorFlow's ImageProjectiveTransformV3 for what is resampled.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "op.h"
#include "parallel.h"
#include "processor.h"

namespace {

// The places of src/stages/keras-rand-augment.ts.
enum Kind {
  kShear,
  kTranslation,
  kRotation,
  kBrightness,
  kDegeneration,
  kContrast,
  kSharpness,
  kPosterize,
  kSolarize,
  kAutoContrast,
  kEqualize,
};

// Where the numbers of each operation begin: six of a map from output to input pixels, one, or two.
constexpr std::array<int, 9> kFirst = {0, 6, 12, 18, 19, 20, 21, 22, 23};
constexpr int64_t kNumbers = 25;
constexpr int kLevels = 256;
constexpr float kTop = 255.0f;

struct Settings {
  bool is_bilinear;
  // The level of the value 0, which lies beyond the border of what is made smooth.
  float zero;
  // Added before values are cut off to whole levels.
  float slack;
};

struct Shape {
  int64_t height, width, channels;
  int64_t Values() const { return height * width * channels; }
};

PREP_LAB_INLINE float Clip(float value) { return std::min(std::max(value, 0.0f), kTop); }

// A place outside of a line of pixels, seen in its reflection: d c b a | a b c d | d c b a.
float Reflect(float place, int64_t length) {
  const float last = static_cast<float>(length - 1);
  if (place >= 0.0f && place <= last) return place;
  const float period = 2.0f * length;
  const float within = place - period * std::floor(place / period);
  const float seen = within >= length ? period - within - 1.0f : within;
  // What is not a number becomes 0.
  return std::min(std::max(0.0f, seen), last);
}

class Worker {
 public:
  Worker(Shape shape, Settings settings)
      : shape_(shape), settings_(settings), next_(shape.Values()) {}

  void Apply(float* image, int32_t kind, const float* numbers) {
    if (kind < 0 || kind > kEqualize) return;
    const float* p = kind <= kSolarize ? numbers + kFirst[kind] : numbers;
    switch (kind) {
      case kShear:
      case kTranslation:
      case kRotation:
        return Resample(image, p);
      case kBrightness:
        return ForEach(image, [&](float x) { return Clip(x + p[0]); });
      case kDegeneration:
        return Degenerate(image, p[0]);
      case kContrast:
        return Contrast(image, p[0]);
      case kSharpness:
        return Sharpen(image, p[0]);
      case kPosterize:
        return ForEach(image, [&](float x) { return std::floor(WholeLevel(x) / p[0]) * p[0]; });
      case kSolarize:
        return ForEach(image, [&](float x) {
          const float v = Clip(x + p[0]);
          return v < p[1] ? v : kTop - v;
        });
      case kAutoContrast:
        return Stretch(image);
      case kEqualize:
        return Equalize(image);
    }
  }

 private:
  template <typename Function>
  void ForEach(float* image, Function function) const {
    for (int64_t i = 0; i < shape_.Values(); ++i) image[i] = function(image[i]);
  }

  // What is not a number becomes 0.
  float WholeLevel(float value) const {
    const float level = value + settings_.slack;
    return level > 0.0f ? std::floor(std::min(level, kTop)) : 0.0f;
  }

  void Degenerate(float* image, float factor) const {
    for (float* pixel = image; pixel < image + shape_.Values(); pixel += 3) {
      const float grey = 0.2989f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
      for (int c = 0; c < 3; ++c) pixel[c] = Clip((pixel[c] - grey) * factor + grey);
    }
  }

  void Contrast(float* image, float factor) const {
    double sum[3] = {};
    for (int64_t i = 0; i < shape_.Values(); i += 3) {
      for (int c = 0; c < 3; ++c) sum[c] += image[i + c];
    }
    for (int c = 0; c < 3; ++c) {
      const float mean = static_cast<float>(sum[c] / (shape_.height * shape_.width));
      for (int64_t i = c; i < shape_.Values(); i += 3) image[i] = Clip((image[i] - mean) * factor + mean);
    }
  }

  // Formula: s + (x - s) f, s = (the 3 x 3 pixels around + 4 x) / 13.
  void Sharpen(float* image, float factor) {
    const int64_t line = (shape_.width + 2) * 3;
    padded_.assign(line * (shape_.height + 2), settings_.zero);
    for (int64_t y = 0; y < shape_.height; ++y) {
      std::copy_n(image + y * shape_.width * 3, shape_.width * 3, &padded_[(y + 1) * line + 3]);
    }
    for (int64_t y = 0; y < shape_.height; ++y) {
      float* const out = image + y * shape_.width * 3;
      const float* const above = &padded_[y * line + 3];
      for (int64_t i = 0; i < shape_.width * 3; ++i) {
        const float* const a = above + i;
        const float* const b = a + line;
        const float* const c = b + line;
        const float sum = (a[-3] + a[0] + a[3]) + (b[-3] + b[0] + b[3]) + (c[-3] + c[0] + c[3]);
        const float smooth = (sum + 4.0f * b[0]) / 13.0f;
        out[i] = Clip(smooth + (b[0] - smooth) * factor);
      }
    }
  }

  void Stretch(float* image) const {
    for (int c = 0; c < 3; ++c) {
      float low = image[c], high = image[c];
      for (int64_t i = c; i < shape_.Values(); i += 3) {
        low = std::min(low, image[i]);
        high = std::max(high, image[i]);
      }
      const float offset = high > low ? low : 0.0f;
      const float width = high > low ? (high - low) * static_cast<float>(1.0 / 255.0) : 1.0f;
      for (int64_t i = c; i < shape_.Values(); i += 3) image[i] = Clip((image[i] - offset) / width);
    }
  }

  void Equalize(float* image) const {
    for (int c = 0; c < 3; ++c) {
      std::array<float, kLevels> table{};
      for (int64_t i = c; i < shape_.Values(); i += 3) table[static_cast<int>(WholeLevel(image[i]))] += 1.0f;
      const float lowest = *std::find_if(table.begin(), table.end(), [](float n) { return n > 0.0f; });
      const float rest = static_cast<float>(shape_.height * shape_.width) - lowest;
      float sum = 0.0f;
      for (int v = 0; v < kLevels; ++v) {
        sum += table[v];
        table[v] = rest == 0.0f ? v : Clip(std::nearbyint((sum - lowest) * kTop / rest));
      }
      for (int64_t i = c; i < shape_.Values(); i += 3) image[i] = table[static_cast<int>(WholeLevel(image[i]))];
    }
  }

  // `map` is [a0, a1, a2, b0, b1, b2]: column a0 x + a1 y + a2, row b0 x + b1 y + b2.
  void Resample(float* image, const float* map) {
    std::copy_n(image, shape_.Values(), next_.begin());
    float* out = image;
    for (int64_t row = 0; row < shape_.height; ++row) {
      for (int64_t column = 0; column < shape_.width; ++column, out += 3) {
        const float x = Reflect(map[0] * column + map[1] * row + map[2], shape_.width);
        const float y = Reflect(map[3] * column + map[4] * row + map[5], shape_.height);
        if (settings_.is_bilinear) {
          Mix(x, y, out);
        } else {
          std::copy_n(At(static_cast<int64_t>(std::round(x)), static_cast<int64_t>(std::round(y))), 3, out);
        }
      }
    }
  }

  const float* At(int64_t column, int64_t row) const { return &next_[(row * shape_.width + column) * 3]; }

  void Mix(float x, float y, float* out) const {
    const int64_t left = static_cast<int64_t>(x), top = static_cast<int64_t>(y);
    // What lies behind the last pixel counts for nothing.
    const int64_t right = std::min(left + 1, shape_.width - 1), bottom = std::min(top + 1, shape_.height - 1);
    const float across = x - left, down = y - top;
    const float *a = At(left, top), *b = At(right, top), *c = At(left, bottom), *d = At(right, bottom);
    for (int i = 0; i < 3; ++i) {
      const float above = (1.0f - across) * a[i] + across * b[i];
      const float below = (1.0f - across) * c[i] + across * d[i];
      out[i] = (1.0f - down) * above + down * below;
    }
  }

  const Shape shape_;
  const Settings settings_;
  std::vector<float> next_, padded_;
};

void* ReadSettings(TF_OpKernelConstruction* construction) {
  return new Settings{ReadFloat(construction, "is_bilinear") != 0.0f, ReadFloat(construction, "zero"),
                      ReadFloat(construction, "slack")};
}

void FreeSettings(void* settings) { delete static_cast<Settings*>(settings); }

void Compute(void* given, TF_OpKernelContext* context) {
  const Settings settings = *static_cast<Settings*>(given);
  Call call(context);
  const Tensor levels = call.Input(0);
  const Tensor kinds = call.Input(1);
  const Tensor numbers = call.Input(2);
  if (call.HasFailed()) return;
  const std::vector<int64_t> size = levels.Shape(), chosen = kinds.Shape();
  call.Require(size.size() == 4 && size[3] == 3 && size[1] > 0 && size[2] > 0,
               "levels must be images of three channels.");
  if (call.HasFailed()) return;
  call.Require(chosen.size() == 2 && (chosen[0] == size[0] || chosen[0] == 1),
               "kinds must have shape [N or 1, slots].");
  call.Require(numbers.Shape() == std::vector<int64_t>{size[0], kNumbers},
               "numbers must have shape [N, 25].");
  const Tensor output = call.OutputLike(0, levels, {0});
  if (call.HasFailed()) return;
  const Shape shape{size[1], size[2], size[3]};
  const int64_t slots = chosen[1], step = chosen[0] == 1 ? 0 : slots;
  // About 20 us.
  RunParallel(size[0], 1, [&](int64_t begin, int64_t end) {
    Worker worker(shape, settings);
    for (int64_t n = begin; n < end; ++n) {
      const float* in = levels.Data<const float>() + n * shape.Values();
      float* image = output.Data<float>() + n * shape.Values();
      if (image != in) std::copy_n(in, shape.Values(), image);
      for (int64_t slot = 0; slot < slots; ++slot) {
        worker.Apply(image, kinds.Data<const int32_t>()[n * step + slot],
                     numbers.Data<const float>() + n * kNumbers);
      }
    }
  });
}

}  // namespace

void RegisterKerasOperations() {
  RegisterOp({"PrepLabKerasOperations",
              {"T: {float}", "is_bilinear: float", "zero: float", "slack: float"},
              {"levels: T", "kinds: int32", "numbers: T"},
              {"output: T"},
              InferLike<0>});
  RegisterKernel("PrepLabKerasOperations", {"T", TF_FLOAT}, Compute, ReadSettings, FreeSettings);
}
