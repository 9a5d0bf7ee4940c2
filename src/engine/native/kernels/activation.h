#pragma once

#include <string>

#include "bfloat16.h"
#include "op.h"
#include "parallel.h"
#include "processor.h"

// The kernels of an activation: a class with the static functions Value(x) and Slope(x), both of single floats. float32 is
// computed in vectors. bfloat16 has only 65,536 numbers: tables of the same functions are faster, and round only once.
template <typename Function>
class Activation {
 public:
  // Registers NAME(x: T) -> y: T and NAMEGrad(dy: T, x: T) -> dx: T, T float or bfloat16.
  static void Register(const char* name) {
    const std::string gradient = std::string(name) + "Grad";
    const char* const type = "T: {float, bfloat16}";
    RegisterOp({name, {type}, {"x: T"}, {"y: T"}, InferLike<0>});
    RegisterKernel(name, {"T", TF_FLOAT}, Forward<float>);
    RegisterKernel(name, {"T", TF_BFLOAT16}, Forward<BFloat16>);
    RegisterOp({gradient.c_str(), {type}, {"dy: T", "x: T"}, {"dx: T"}, InferLike<0>});
    RegisterKernel(gradient.c_str(), {"T", TF_FLOAT}, Backward<float>);
    RegisterKernel(gradient.c_str(), {"T", TF_BFLOAT16}, Backward<BFloat16>);
  }

 private:
  template <typename T>
  static void Forward(void*, TF_OpKernelContext* context) {
    Call call(context);
    const Tensor x = call.Input(0);
    const Tensor y = call.OutputLike(0, x, {0});
    if (call.HasFailed()) return;
    RunParallel(x.Count(), kPiece, [&](int64_t begin, int64_t end) {
      ApplyTo(x.Data<T>() + begin, y.Data<T>() + begin, end - begin);
    });
  }

  template <typename T>
  static void Backward(void*, TF_OpKernelContext* context) {
    Call call(context);
    const Tensor dy = call.Input(0);
    const Tensor x = call.Input(1);
    call.RequireSameShape(dy, x);
    const Tensor dx = call.OutputLike(0, dy, {0, 1});
    if (call.HasFailed()) return;
    RunParallel(x.Count(), kPiece, [&](int64_t begin, int64_t end) {
      WeighSlopes(dy.Data<T>() + begin, x.Data<T>() + begin, dx.Data<T>() + begin, end - begin);
    });
  }

  // Takes about 20 us.
  static constexpr int64_t kPiece = 32768;

  // Where an output has an input's memory, each element is read before it is written: hence "ivdep".

  struct Apply {
    static PREP_LAB_INLINE void Run(const float* x, float* y, int64_t count) {
#pragma GCC ivdep
      for (int64_t i = 0; i < count; ++i) y[i] = Function::Value(x[i]);
    }
  };

  struct Weigh {
    static PREP_LAB_INLINE void Run(const float* dy, const float* x, float* dx, int64_t count) {
#pragma GCC ivdep
      for (int64_t i = 0; i < count; ++i) dx[i] = dy[i] * Function::Slope(x[i]);
    }
  };

  static void ApplyTo(const float* x, float* y, int64_t count) {
    Vectorised<Apply>::Run(x, y, count);
  }

  static void ApplyTo(const BFloat16* x, BFloat16* y, int64_t count) {
    const BFloat16* const value = Tables().value;
#pragma GCC ivdep
    for (int64_t i = 0; i < count; ++i) y[i] = value[x[i]];
  }

  static void WeighSlopes(const float* dy, const float* x, float* dx, int64_t count) {
    Vectorised<Weigh>::Run(dy, x, dx, count);
  }

  static void WeighSlopes(const BFloat16* dy, const BFloat16* x, BFloat16* dx, int64_t count) {
    const float* const slope = Tables().slope;
#pragma GCC ivdep
    for (int64_t i = 0; i < count; ++i) dx[i] = RoundToBFloat16(ToFloat(dy[i]) * slope[x[i]]);
  }

  struct OfBFloat16 {
    BFloat16 value[1 << 16];
    float slope[1 << 16];
  };

  static const OfBFloat16& Tables() {
    static const OfBFloat16* const tables = [] {
      auto* filled = new OfBFloat16;
      for (int bits = 0; bits < 1 << 16; ++bits) {
        const float x = ToFloat(static_cast<BFloat16>(bits));
        const float one = 1.0f;
        float value;
        ApplyTo(&x, &value, 1);
        WeighSlopes(&one, &x, &filled->slope[bits], 1);
        filled->value[bits] = RoundToBFloat16(value);
      }
      return filled;
    }();
    return *tables;
  }
};
