// PrepLabDropout and PrepLabDropoutGrad: numbers drawn, compared and multiplied in one pass. TensorFlow writes the drawn ones,
// what they are compared to and what that is multiplied by to memory, each as large as the images.
#include <algorithm>
#include <cstring>

#include "bfloat16.h"
#include "op.h"
#include "parallel.h"
#include "processor.h"

namespace {

// Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox 4x32-10), and how TensorFlow's
// StatelessRandomUniform counts and takes its seeds: tensorflow/core/kernels/stateless_random_ops.cc, GenerateKey.
struct Philox {
  uint32_t counter[4];
  uint32_t key[2];

  explicit Philox(const int32_t* seeds) {
    const uint64_t first = static_cast<int64_t>(seeds[0]), second = static_cast<int64_t>(seeds[1]);
    counter[0] = static_cast<uint32_t>(first);
    counter[1] = static_cast<uint32_t>(first >> 32);
    counter[2] = static_cast<uint32_t>(second);
    counter[3] = static_cast<uint32_t>(second >> 32);
    key[0] = 0x3ec8f720;
    key[1] = 0x02461e29;
    uint32_t mixed[4];
    std::copy(counter, counter + 4, mixed);
    Mix(mixed, key[0], key[1]);
    key[0] = mixed[0];
    key[1] = mixed[1];
    counter[0] = counter[1] = 0;
    counter[2] = mixed[2];
    counter[3] = mixed[3];
  }

  static PREP_LAB_INLINE void Mix(uint32_t (&c)[4], uint32_t first_key, uint32_t second_key) {
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round) {
      const uint64_t left = uint64_t{0xd2511f53} * c[0];
      const uint64_t right = uint64_t{0xcd9e8d57} * c[2];
      c[0] = static_cast<uint32_t>(right >> 32) ^ c[1] ^ first_key;
      c[1] = static_cast<uint32_t>(right);
      c[2] = static_cast<uint32_t>(left >> 32) ^ c[3] ^ second_key;
      c[3] = static_cast<uint32_t>(left);
      first_key += 0x9e3779b9;
      second_key += 0xbb67ae85;
    }
  }
};

// A number of [0, 1) from 23 of the bits, as TensorFlow makes it.
PREP_LAB_INLINE float ToUnit(uint32_t bits) {
  const uint32_t between_one_and_two = 0x3f800000 | (bits & 0x7fffff);
  float value;
  std::memcpy(&value, &between_one_and_two, sizeof(value));
  return value - 1.0f;
}

// Each draw gives four numbers.
constexpr int64_t kDraws = 64;
constexpr int64_t kNumbers = 4 * kDraws;

struct DrawKept {
  // Whether each of 256 numbers, from a multiple of 256 on, is kept.
  static PREP_LAB_INLINE void Run(const Philox* philox, int64_t first, float rate, uint8_t* kept) {
    uint8_t drawn[4][kDraws];
    const uint64_t start = static_cast<uint64_t>(first) / 4;
    // A multiple of 64: no draw of these carries.
    const uint32_t low = static_cast<uint32_t>(start), high = static_cast<uint32_t>(start >> 32);
    const uint32_t third = philox->counter[2], fourth = philox->counter[3];
    const uint32_t first_key = philox->key[0], second_key = philox->key[1];
#pragma GCC ivdep
    for (uint32_t i = 0; i < kDraws; ++i) {
      uint32_t c[4] = {low + i, high, third, fourth};
      Philox::Mix(c, first_key, second_key);
      drawn[0][i] = ToUnit(c[0]) >= rate;
      drawn[1][i] = ToUnit(c[1]) >= rate;
      drawn[2][i] = ToUnit(c[2]) >= rate;
      drawn[3][i] = ToUnit(c[3]) >= rate;
    }
    for (int64_t i = 0; i < kDraws; ++i) {
      for (int64_t k = 0; k < 4; ++k) kept[4 * i + k] = drawn[k][i];
    }
  }
};

template <typename T>
struct Scale {
  // Where x and y are one memory, each number is read before it is written.
  static PREP_LAB_INLINE void Run(const T* x, const uint8_t* kept, T* y, int64_t count,
                                  float factor) {
#pragma GCC ivdep
    for (int64_t i = 0; i < count; ++i)
      y[i] = RoundTo<T>(ToFloat(x[i]) * (kept[i] ? factor : 0.0f));
  }
};

struct Options {
  // Share of the numbers that are dropped.
  float rate;
  // What the others are multiplied by: 1 / (1 - rate), of the rate before it was rounded to float.
  float factor;
};

void* ReadOptions(TF_OpKernelConstruction* construction) {
  return new Options{ReadFloat(construction, "rate"), ReadFloat(construction, "factor")};
}

void FreeOptions(void* options) { delete static_cast<Options*>(options); }

void* ReadFactor(TF_OpKernelConstruction* construction) {
  return KeepFloat(construction, "factor");
}

// The other factor of a product in bfloat16 is in bfloat16.
template <typename T>
float Rounded(float factor) {
  return ToFloat(RoundTo<T>(factor));
}

template <typename T>
void Forward(void* state, TF_OpKernelContext* context) {
  Call call(context);
  const Options& options = *static_cast<const Options*>(state);
  const Tensor x = call.Input(0);
  const Tensor seeds = call.Input(1);
  if (call.HasFailed()) return;
  call.Require(seeds.Count() == 2, "There must be two seeds.");
  const Tensor y = call.OutputLike(0, x, {0});
  const Tensor kept = call.Output(1, TF_BOOL, x.Shape());
  if (call.HasFailed()) return;
  const float rate = options.rate, factor = Rounded<T>(options.factor);
  const Philox philox(seeds.Data<const int32_t>());
  const int64_t count = x.Count();
  RunParallel((count + kNumbers - 1) / kNumbers, 64, [&](int64_t begin, int64_t end) {
    for (int64_t first = begin * kNumbers; first < std::min(end * kNumbers, count);
         first += kNumbers) {
      uint8_t drawn[kNumbers];
      Vectorised<DrawKept>::Run(&philox, first, rate, drawn);
      const int64_t numbers = std::min(kNumbers, count - first);
      std::copy(drawn, drawn + numbers, kept.Data<uint8_t>() + first);
      Vectorised<Scale<T>>::Run(x.Data<const T>() + first, drawn, y.Data<T>() + first, numbers,
                                factor);
    }
  });
}

template <typename T>
void Backward(void* state, TF_OpKernelContext* context) {
  Call call(context);
  const float factor = Rounded<T>(*static_cast<const float*>(state));
  const Tensor dy = call.Input(0);
  const Tensor kept = call.Input(1);
  call.RequireSameShape(dy, kept);
  const Tensor dx = call.OutputLike(0, dy, {0});
  if (call.HasFailed()) return;
  RunParallel(dy.Count(), 1 << 15, [&](int64_t begin, int64_t end) {
    Vectorised<Scale<T>>::Run(dy.Data<const T>() + begin, kept.Data<const uint8_t>() + begin,
                              dx.Data<T>() + begin, end - begin, factor);
  });
}

}  // namespace

void RegisterDropout() {
  const char* const name = "PrepLabDropout";
  const char* const gradient = "PrepLabDropoutGrad";
  const char* const type = "T: {float, bfloat16}";
  RegisterOp({name,
              {type, "rate: float", "factor: float"},
              {"x: T", "seeds: int32"},
              {"y: T", "kept: bool"},
              InferLike<0, 2>});
  RegisterKernel(name, {"T", TF_FLOAT}, Forward<float>, ReadOptions, FreeOptions);
  RegisterKernel(name, {"T", TF_BFLOAT16}, Forward<BFloat16>, ReadOptions, FreeOptions);
  RegisterOp({gradient, {type, "factor: float"}, {"dy: T", "kept: bool"}, {"dx: T"}, InferLike<0>});
  RegisterKernel(gradient, {"T", TF_FLOAT}, Backward<float>, ReadFactor, FreeFloat);
  RegisterKernel(gradient, {"T", TF_BFLOAT16}, Backward<BFloat16>, ReadFactor, FreeFloat);
}
