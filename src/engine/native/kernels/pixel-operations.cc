// PrepLabPixelOperations: what augmentation policies do to images of 256 levels. Each image has rows of operations of its own, one
// after the other in a row; what comes of the rows is mixed with the image, by shares. TensorFlow would compute every operation
// for every image and then choose.
// Source: torchvision 0.28, transforms/v2/functional, with its order of float32 operations, which decides ties.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "op.h"
#include "parallel.h"

// Fused products and sums would move values across a level.
#include "round-each-operation.h"

#include "processor.h"

namespace {

// The numbers of src/graph/pixel-operations.ts.
enum Kind {
  kIdentity,
  kNearest,
  kBilinear,
  kBrightness,
  kColor,
  kContrast,
  kSharpness,
  kPosterize,
  kSolarize,
  kSolarizeAdd,
  kAutoContrast,
  kEqualize,
  kInvert,
};

constexpr int64_t kParameters = 7;
constexpr int kLevels = 256;

using Table = std::array<uint8_t, kLevels>;

struct Shape {
  int64_t count, height, width, channels, rows, slots;
  int64_t Pixels() const { return height * width; }
  int64_t Image() const { return Pixels() * channels; }
};

// Half to even, below 2^22: the sum has no place for what is behind the point. The processor's own way is not in every one.
PREP_LAB_INLINE float Round(float value) {
  constexpr float kRounder = 12582912.0f;
  return (value + kRounder) - kRounder;
}

PREP_LAB_INLINE float Floor(float value) {
  const float rounded = Round(value);
  return rounded > value ? rounded - 1.0f : rounded;
}

// What is not a number becomes 0.
PREP_LAB_INLINE float Bound(float value) {
  const float positive = value > 0.0f ? value : 0.0f;
  return positive < 255.0f ? positive : 255.0f;
}

// Rounds into the levels.
PREP_LAB_INLINE uint8_t ToLevel(float value) {
  return static_cast<uint8_t>(static_cast<int>(Round(Bound(value))));
}

// Cuts off what lies behind the point, as a cast to uint8 does in torch.
PREP_LAB_INLINE uint8_t Truncate(float value) {
  return static_cast<uint8_t>(static_cast<int>(Bound(value)));
}

// A value's product with its share, which is rounded, and its base's, which is not: one rounding for it and the sum, as where
// torch fuses them.
inline double TimesShare(float value, float share) { return value * share; }
inline double TimesRest(float base, float rest) {
  return static_cast<double>(base) * static_cast<double>(rest);
}
inline uint8_t Blend(double first, double second) {
  return Truncate(static_cast<float>(first + second));
}

// The values of a pixel of three channels, and one more, which makes them a vector of the processor.
using Four = float __attribute__((vector_size(16)));
using FourWhole = int32_t __attribute__((vector_size(16)));

inline Four Load(const float* pixel) {
  Four values;
  std::memcpy(&values, pixel, sizeof(values));
  return values;
}

// As ToLevel.
inline void ToLevels(Four values, uint8_t* to) {
  const Four zero{}, top = zero + 255.0f, rounder = zero + 12582912.0f;
  const Four positive = values > zero ? values : zero;
  const Four bounded = positive < top ? positive : top;
  const FourWhole whole = __builtin_convertvector((bounded + rounder) - rounder, FourWhole);
  for (int c = 0; c < 3; ++c) to[c] = static_cast<uint8_t>(whole[c]);
}

// Cut off to a whole level.
inline int GreyOf(const uint8_t* pixel) {
  return static_cast<int>(0.2989f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2]);
}

// Loops over all values of an image.
struct TakeIn {
  static PREP_LAB_INLINE void Run(const float* __restrict image, float share, int64_t count,
                                  uint8_t* __restrict levels, float* __restrict sum) {
    for (int64_t i = 0; i < count; ++i) {
      const float level = Round(Bound(image[i]));
      levels[i] = static_cast<uint8_t>(static_cast<int>(level));
      sum[i] = level * share;
    }
  }
};

struct Add {
  static PREP_LAB_INLINE void Run(const uint8_t* __restrict levels, float share, int64_t count,
                                  float* __restrict sum) {
    for (int64_t i = 0; i < count; ++i) sum[i] += levels[i] * share;
  }
};

struct GiveOut {
  static PREP_LAB_INLINE void Run(const float* __restrict sum, int64_t count, float* __restrict output) {
    for (int64_t i = 0; i < count; ++i) output[i] = Truncate(sum[i]);
  }
};

// A line of an image without its ends. `row` and `pixel`: how far neighbours are apart.
struct Sharpen {
  static PREP_LAB_INLINE void Run(const uint8_t* __restrict line, int64_t row, int64_t pixel, float strength,
                                  int64_t count, uint8_t* __restrict output) {
    for (int64_t i = 0; i < count; ++i) {
      const uint8_t* x = line + i;
      const int sum = x[-row - pixel] + x[-row] + x[-row + pixel] + x[-pixel] + 5 * x[0] + x[pixel] +
                      x[row - pixel] + x[row] + x[row + pixel];
      const float smooth = Round(static_cast<float>(sum) / 13.0f);
      output[i] = Truncate(x[0] + strength * (smooth - x[0]));
    }
  }
};

// Where a line of an image reads. Formula: from the image's centre, ((a x + b y + c) + 1) (n / 2) - 1 / 2, with a, b and c divided
// by n / 2 before.
struct FindPlaces {
  static PREP_LAB_INLINE void Run(const float* __restrict p, float y, float width, float height,
                                  float* __restrict places_x, float* __restrict places_y) {
    // Of int, vectors of every processor become float.
    const int count = static_cast<int>(width);
    for (int column = 0; column < count; ++column) {
      const float x = static_cast<float>(column) - (width - 1) / 2;
      const float gx = (x * p[0] + y * p[1]) + p[2];
      const float gy = (x * p[3] + y * p[4]) + p[5];
      places_x[column] = (gx + 1.0f) * (width / 2) - 0.5f;
      places_y[column] = (gy + 1.0f) * (height / 2) - 0.5f;
    }
  }
};

// One image, and the operations on it. Each reads `now` and leaves its result there.
class Worker {
 public:
  explicit Worker(const Shape& shape)
      : shape_(shape),
        given_(shape.Image()),
        now_(shape.Image()),
        next_(shape.Image()),
        sum_(shape.Image()),
        places_x_(shape.width),
        places_y_(shape.width) {}

  void Run(const float* images, const int32_t* kinds, const float* parameters, const float* shares,
           float* output) {
    const int64_t size = shape_.Image();
    Vectorised<TakeIn>::Run(images, shares[0], size, given_.data(), sum_.data());
    for (int64_t row = 0; row < shape_.rows; ++row) {
      now_ = given_;
      for (int64_t slot = 0; slot < shape_.slots; ++slot, ++kinds, parameters += kParameters)
        Apply(*kinds, parameters);
      Vectorised<Add>::Run(now_.data(), shares[row + 1], size, sum_.data());
    }
    Vectorised<GiveOut>::Run(sum_.data(), size, output);
  }

 private:
  void Apply(int32_t kind, const float* p) {
    switch (kind) {
      case kNearest:
        return shape_.channels == 3 ? Nearest<3>(p) : Nearest<0>(p);
      case kBilinear:
        return shape_.channels == 3 ? Bilinear<3>(p) : Bilinear<0>(p);
      case kColor:
        return Color(p);
      case kSharpness:
        return Sharpness(p);
      case kContrast: {
        const float mean = MeanOfGrey();
        const double second = TimesRest(mean, p[1]);
        return LookUp([&](int x) { return Blend(TimesShare(x, p[0]), second); });
      }
      case kBrightness:
        return LookUp([&](int x) { return Truncate(x * p[0]); });
      case kPosterize: {
        const int step = std::max(1, static_cast<int>(p[0]));
        return LookUp([&](int x) { return x / step * step; });
      }
      case kSolarize:
        return LookUp([&](int x) { return x >= p[0] ? 255 - x : x; });
      case kSolarizeAdd:
        return LookUp([&](int x) { return x < p[1] ? Truncate(x + p[0]) : x; });
      case kInvert:
        return LookUp([](int x) { return 255 - x; });
      case kAutoContrast:
        return LookUpByChannel(Stretch);
      case kEqualize:
        return LookUpByChannel(Equalize);
      default:
        return;
    }
  }

  template <typename Function>
  void LookUp(Function function) {
    Table table;
    for (int x = 0; x < kLevels; ++x) table[x] = static_cast<uint8_t>(function(x));
    for (uint8_t& value : now_) value = table[value];
  }

  using Histogram = std::array<int64_t, kLevels>;

  void LookUpByChannel(Table (*create)(const Histogram&)) {
    const int64_t channels = shape_.channels;
    if (now_.empty()) return;
    for (int64_t c = 0; c < channels; ++c) {
      Histogram histogram{};
      for (int64_t i = c; i < shape_.Image(); i += channels) ++histogram[now_[i]];
      const Table table = create(histogram);
      for (int64_t i = c; i < shape_.Image(); i += channels) now_[i] = table[now_[i]];
    }
  }

  static Table Unchanged() {
    Table table;
    for (int x = 0; x < kLevels; ++x) table[x] = static_cast<uint8_t>(x);
    return table;
  }

  static int FirstOf(const Histogram& histogram) {
    int x = 0;
    while (histogram[x] == 0) ++x;
    return x;
  }

  static int LastOf(const Histogram& histogram) {
    int x = kLevels - 1;
    while (histogram[x] == 0) --x;
    return x;
  }

  static Table Stretch(const Histogram& histogram) {
    const int low = FirstOf(histogram), high = LastOf(histogram);
    if (low == high) return Unchanged();
    const float scale = static_cast<float>(high - low) * static_cast<float>(1.0 / 255.0);
    Table table;
    for (int x = 0; x < kLevels; ++x) table[x] = Truncate(static_cast<float>(x - low) / scale);
    return table;
  }

  static Table Equalize(const Histogram& histogram) {
    int64_t total = 0;
    for (const int64_t number : histogram) total += number;
    const int64_t step = (total - histogram[LastOf(histogram)]) / 255;
    if (step == 0) return Unchanged();
    Table table;
    int64_t below = 0;
    for (int x = 0; x < kLevels; ++x) {
      table[x] = static_cast<uint8_t>(std::min<int64_t>((below + step / 2) / step, 255));
      below += histogram[x];
    }
    return table;
  }

  float MeanOfGrey() const {
    int64_t sum = 0;
    for (int64_t i = 0; i < shape_.Image(); i += shape_.channels)
      sum += shape_.channels == 3 ? GreyOf(&now_[i]) : now_[i];
    return static_cast<float>(static_cast<double>(sum) / shape_.Pixels());
  }

  void Color(const float* p) {
    if (shape_.channels != 3) return;
    std::array<double, kLevels> first, second;
    for (int x = 0; x < kLevels; ++x) {
      first[x] = TimesShare(x, p[0]);
      second[x] = TimesRest(x, p[1]);
    }
    for (int64_t i = 0; i < shape_.Image(); i += 3) {
      const double base = second[GreyOf(&now_[i])];
      for (int64_t c = i; c < i + 3; ++c) now_[c] = Blend(first[now_[c]], base);
    }
  }

  void Sharpness(const float* p) {
    if (std::min(shape_.height, shape_.width) <= 2) return;
    const int64_t pixel = shape_.channels, row = shape_.width * pixel;
    next_ = now_;
    for (int64_t y = 1; y < shape_.height - 1; ++y) {
      const int64_t start = y * row + pixel;
      Vectorised<Sharpen>::Run(&now_[start], row, pixel, p[1], row - 2 * pixel, &next_[start]);
    }
    now_.swap(next_);
  }

  // Calls `read(pixel, x, y)` for each pixel with the place that it reads.
  template <typename Read>
  void ForPlaces(const float* p, Read read) {
    const float width = static_cast<float>(shape_.width), height = static_cast<float>(shape_.height);
    int64_t pixel = 0;
    for (int64_t row = 0; row < shape_.height; ++row) {
      Vectorised<FindPlaces>::Run(p, row - (height - 1) / 2, width, height, places_x_.data(),
                                  places_y_.data());
      for (int64_t column = 0; column < shape_.width; ++column, ++pixel)
        read(pixel, places_x_[column], places_y_[column]);
    }
  }

  bool IsInside(float column, float row) const {
    return column >= 0 && column < shape_.width && row >= 0 && row < shape_.height;
  }

  // With a number of channels that the compiler knows; 0 stands for any.
  template <int kChannels>
  void Nearest(const float* p) {
    const int64_t channels = kChannels > 0 ? kChannels : shape_.channels;
    const uint8_t fill = ToLevel(p[6]);
    ForPlaces(p, [&](int64_t pixel, float x, float y) {
      const float column = Round(x), row = Round(y);
      uint8_t* to = &next_[pixel * channels];
      if (!IsInside(column, row)) return static_cast<void>(std::fill(to, to + channels, fill));
      const int64_t place = static_cast<int64_t>(row) * shape_.width + static_cast<int64_t>(column);
      std::copy_n(&now_[place * channels], channels, to);
    });
    now_.swap(next_);
  }

  template <int kChannels>
  void Bilinear(const float* p) {
    const int64_t channels = kChannels > 0 ? kChannels : shape_.channels;
    // How far pixels are apart.
    const int64_t step = kChannels == 3 ? 4 : channels;
    // Stands for every pixel outside.
    const std::vector<float> fill(step, p[6]);
    levels_.resize(shape_.Pixels() * step);
    for (int64_t pixel = 0; pixel < shape_.Pixels(); ++pixel) {
      for (int64_t c = 0; c < channels; ++c) levels_[pixel * step + c] = now_[pixel * channels + c];
    }
    const float lastColumn = static_cast<float>(shape_.width - 1);
    const float lastRow = static_cast<float>(shape_.height - 1);
    const int64_t line = shape_.width * step;
    ForPlaces(p, [&](int64_t pixel, float x, float y) {
      const float left = Floor(x), top = Floor(y);
      const float right = x - left, bottom = y - top;
      uint8_t* const to = &now_[pixel * channels];
      if (IsInside(left, top) && left < lastColumn && top < lastRow) {
        const int64_t place = static_cast<int64_t>(top) * shape_.width + static_cast<int64_t>(left);
        const float* const a = &levels_[place * step];
        return Mix<kChannels>({a, a + step, a + line, a + line + step}, right, bottom, to);
      }
      const auto read = [&](float column, float row) {
        if (!IsInside(column, row)) return fill.data();
        const int64_t place = static_cast<int64_t>(row) * shape_.width + static_cast<int64_t>(column);
        return static_cast<const float*>(&levels_[place * step]);
      };
      Mix<kChannels>({read(left, top), read(left + 1, top), read(left, top + 1),
                      read(left + 1, top + 1)},
                     right, bottom, to);
    });
  }

  struct Corners {
    const float *a, *b, *c, *d;
  };

  template <int kChannels>
  void Mix(Corners corners, float right, float bottom, uint8_t* to) const {
    const int64_t channels = kChannels > 0 ? kChannels : shape_.channels;
    const auto [a, b, c, d] = corners;
    const float wa = (1 - bottom) * (1 - right), wb = (1 - bottom) * right;
    const float wc = bottom * (1 - right), wd = bottom * right;
    if (kChannels == 3)
      return ToLevels(((wa * Load(a) + wb * Load(b)) + wc * Load(c)) + wd * Load(d), to);
    for (int64_t i = 0; i < channels; ++i)
      to[i] = ToLevel(((wa * a[i] + wb * b[i]) + wc * c[i]) + wd * d[i]);
  }

  const Shape shape_;
  std::vector<uint8_t> given_, now_, next_;
  std::vector<float> sum_, levels_;
  // Where a line reads.
  std::vector<float> places_x_, places_y_;
};

void Compute(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor images = call.Input(0);
  const Tensor kinds = call.Input(1);
  const Tensor parameters = call.Input(2);
  const Tensor shares = call.Input(3);
  if (call.HasFailed()) return;
  const std::vector<int64_t> size = images.Shape(), chosen = kinds.Shape();
  call.Require(size.size() == 4 && chosen.size() == 3 && chosen[0] == size[0],
               "images must be [N, H, W, C] and kinds [N, rows, slots].");
  if (call.HasFailed()) return;
  const Shape shape{size[0], size[1], size[2], size[3], chosen[1], chosen[2]};
  const int64_t operations = shape.rows * shape.slots;
  call.Require(parameters.Shape() ==
                       std::vector<int64_t>{shape.count, shape.rows, shape.slots, kParameters} &&
                   shares.Shape() == std::vector<int64_t>{shape.count, shape.rows + 1},
               "parameters must be [N, rows, slots, 7] and shares [N, rows + 1].");
  const Tensor output = call.OutputLike(0, images, {0});
  if (call.HasFailed()) return;
  // About 20 us.
  constexpr int64_t kPiece = 2;
  RunParallel(shape.count, kPiece, [&](int64_t begin, int64_t end) {
    Worker worker(shape);
    for (int64_t n = begin; n < end; ++n) {
      worker.Run(images.Data<const float>() + n * shape.Image(),
                 kinds.Data<const int32_t>() + n * operations,
                 parameters.Data<const float>() + n * operations * kParameters,
                 shares.Data<const float>() + n * (shape.rows + 1),
                 output.Data<float>() + n * shape.Image());
    }
  });
}

}  // namespace

void RegisterPixelOperations() {
  const char* const name = "PrepLabPixelOperations";
  RegisterOp({name,
              {"T: {float}"},
              {"images: T", "kinds: int32", "parameters: T", "shares: T"},
              {"output: T"},
              InferLike<0>});
  RegisterKernel(name, {"T", TF_FLOAT}, Compute);
}
