// PrepLabGelu and PrepLabGeluGrad: the exact Gaussian error linear unit and its gradient, each in one pass over memory.
// TensorFlow composes them of eight and more.
#include <cmath>
#include <cstring>

#include "activation.h"

namespace {

// Formula: exp(-h) for h >= 0, by 2^n * exp(r) with |r| <= ln(2) / 2 and Taylor's series; 0 where a float ends.
PREP_LAB_INLINE float ExpOfNegative(float h) {
  constexpr float kLargest = 87.0f;
  // Adding it leaves the nearest integer in the last bits.
  constexpr float kRounder = 12582912.0f;
  const float bounded = h < kLargest ? h : kLargest;
  const float n = (kRounder - bounded * 1.44269504f) - kRounder;
  // ln(2) in two parts: the first has few enough digits for an exact product.
  const float r = (-bounded - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.0f / 5040;
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof(power));
  return h < kLargest ? p * power : 0.0f;
}

struct Normal {
  // The share of a standard normal distribution below x, and its density without the factor 1 / sqrt(2 pi).
  float below, bell;
};

// Formula: the share beyond |x| is exp(-x^2 / 2) * p(t), t = 1 / (1 + 0.33 |x| / sqrt(2)), the form of Abramowitz and
// Stegun 7.1.26. p is fitted anew, of degree 8, by weighted least squares to a largest relative error of 1e-7 for |x| up
// to 14, with p(1) = 1/2, so that the tail has its digits too.
PREP_LAB_INLINE Normal NormalAt(float x) {
  const float distance = std::fabs(x);
  const float bell = ExpOfNegative(0.5f * x * x);
  const float t = 1.0f / (1.0f + 0.233345238f * distance);
  float p = -0.0676391199f;
  p = p * t + 0.229976997f;
  p = p * t - 0.175327629f;
  p = p * t + 0.204017669f;
  p = p * t + 0.0237369258f;
  p = p * t + 0.10057202f;
  p = p * t + 0.0914847031f;
  p = p * t + 0.0931784362f;
  const float beyond = bell * (p * t);
  return {x < 0.0f ? beyond : 1.0f - beyond, bell};
}

struct Gelu {
  static PREP_LAB_INLINE float Value(float x) { return x * NormalAt(x).below; }
  static PREP_LAB_INLINE float Slope(float x) {
    const Normal normal = NormalAt(x);
    return normal.below + x * (normal.bell * 0.398942280f);
  }
};

}  // namespace

void RegisterGelu() { Activation<Gelu>::Register("PrepLabGelu"); }
