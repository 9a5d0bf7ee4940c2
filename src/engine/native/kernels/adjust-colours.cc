// PrepLabAdjustColours: brightness, contrast, saturation and hue of images of three channels, several one after the other, in
// an order of each image's own. TensorFlow would compute every one at every place of the order, for every image.
// Source: torchvision 0.28, transforms/v2/functional, on float images; hue as TensorFlow's RGBToHSV and HSVToRGB.
#include <algorithm>
#include <cmath>

#include "op.h"
#include "parallel.h"
#include "processor.h"

namespace {

// The numbers of src/graph/adjust-colours.ts.
enum Kind { kNothing, kBrightness, kContrast, kSaturation, kHue };

constexpr float kTop = 255.0f;

PREP_LAB_INLINE float Clip(float value, float top) { return std::min(std::max(value, 0.0f), top); }

PREP_LAB_INLINE float GreyOf(const float* pixel) {
  return 0.2989f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
}

void Brighten(float* image, int64_t values, float factor) {
  for (int64_t i = 0; i < values; ++i) image[i] = Clip(image[i] * factor, kTop);
}

// Moves the three values of a pixel away from one level, or towards it.
PREP_LAB_INLINE void Blend(float* pixel, float other, float factor) {
  for (int c = 0; c < 3; ++c) pixel[c] = Clip((pixel[c] - other) * factor + other, kTop);
}

void Contrast(float* image, int64_t values, float factor) {
  double sum = 0;
  for (int64_t i = 0; i < values; i += 3) sum += GreyOf(image + i);
  const float mean = static_cast<float>(sum / (values / 3));
  for (int64_t i = 0; i < values; i += 3) Blend(image + i, mean, factor);
}

void Saturate(float* image, int64_t values, float factor) {
  for (int64_t i = 0; i < values; i += 3) Blend(image + i, GreyOf(image + i), factor);
}

// The hue in turns, from 0 to 1, of a pixel whose largest value is larger than its smallest.
PREP_LAB_INLINE float HueOf(const float* pixel, float largest, float width) {
  const float sixth = 1.0f / (6.0f * width);
  float hue;
  if (pixel[0] == largest) {
    hue = sixth * (pixel[1] - pixel[2]);
  } else if (pixel[1] == largest) {
    hue = sixth * (pixel[2] - pixel[0]) + 2.0f / 6.0f;
  } else {
    hue = sixth * (pixel[0] - pixel[1]) + 4.0f / 6.0f;
  }
  return hue < 0.0f ? hue + 1.0f : hue;
}

void TurnHue(float* image, int64_t values, float turns) {
  for (int64_t i = 0; i < values; i += 3) {
    float* pixel = image + i;
    const float largest = std::max(std::max(pixel[0], pixel[1]), pixel[2]);
    const float width = largest - std::min(std::min(pixel[0], pixel[1]), pixel[2]);
    if (!(width > 0.0f)) {
      for (int c = 0; c < 3; ++c) pixel[c] = Clip(pixel[c], kTop);
      continue;
    }
    const float turned = HueOf(pixel, largest, width) + turns;
    const float hue = 6.0f * (turned - std::floor(turned));
    const float strength = largest > 0.0f ? width / largest : 0.0f;
    const float shares[3] = {std::fabs(hue - 3.0f) - 1.0f, 2.0f - std::fabs(hue - 2.0f),
                             2.0f - std::fabs(hue - 4.0f)};
    for (int c = 0; c < 3; ++c) {
      pixel[c] = Clip((1.0f - strength + strength * Clip(shares[c], 1.0f)) * largest, kTop);
    }
  }
}

void AdjustImage(float* image, int64_t values, Kind kind, float number) {
  switch (kind) {
    case kNothing:
      return;
    case kBrightness:
      return Brighten(image, values, number);
    case kContrast:
      return Contrast(image, values, number);
    case kSaturation:
      return Saturate(image, values, number);
    case kHue:
      return TurnHue(image, values, number);
  }
}

void Compute(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor levels = call.Input(0);
  const Tensor kinds = call.Input(1);
  const Tensor numbers = call.Input(2);
  call.RequireSameShape(kinds, numbers);
  if (call.HasFailed()) return;
  const std::vector<int64_t> shape = levels.Shape();
  const std::vector<int64_t> steps = kinds.Shape();
  call.Require(shape.size() == 4 && shape[3] == 3, "levels must be images of three channels.");
  if (call.HasFailed()) return;
  call.Require(steps.size() == 2 && steps[0] == shape[0], "kinds must have shape [N, steps].");
  const Tensor output = call.OutputLike(0, levels, {0});
  if (call.HasFailed()) return;
  const int64_t values = shape[1] * shape[2] * 3;
  // An image of CIFAR-10's size with some steps takes some 20 us.
  RunParallel(shape[0], 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      const float* in = levels.Data<const float>() + n * values;
      float* image = output.Data<float>() + n * values;
      if (image != in) std::copy(in, in + values, image);
      for (int64_t step = n * steps[1]; step < (n + 1) * steps[1]; ++step) {
        const Kind kind = static_cast<Kind>(static_cast<int>(kinds.Data<const float>()[step]));
        AdjustImage(image, values, kind, numbers.Data<const float>()[step]);
      }
    }
  });
}

}  // namespace

void RegisterAdjustColours() {
  RegisterOp({"PrepLabAdjustColours",
              {"T: {float}"},
              {"levels: T", "kinds: T", "numbers: T"},
              {"output: T"},
              InferLike<0>});
  RegisterKernel("PrepLabAdjustColours", {"T", TF_FLOAT}, Compute);
}
