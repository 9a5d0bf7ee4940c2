// PrepLabAdam: a step of Adam for all weights of a network in one pass over memory. TensorFlow composes it of twelve.
// Formula: m += (g - m) s1; v += (g^2 - v) s2; w -= rate m / (sqrt(v) + epsilon), s1 and s2 what the betas leave of 1.
// Source: src/training/optimizers/adam.ts, bit for bit.
#include <algorithm>
#include <cmath>
#include <vector>

#include "op.h"
#include "parallel.h"

// As TensorFlow's ops round: after each of them. What is made of the templates below must do so too.
#include "round-each-operation.h"

#include "processor.h"

namespace {

struct Settings {
  float first_share, second_share, epsilon;
};

// What one weight is made of, before and after.
struct Weight {
  Tensor w, g, m, v, next_w, next_m, next_v;
};

struct UpdatePiece {
  static PREP_LAB_INLINE void Run(const Weight* weight, int64_t begin, int64_t end, float rate,
                                  Settings settings) {
    const float* const w = weight->w.Data<const float>();
    const float* const g = weight->g.Data<const float>();
    const float* const m = weight->m.Data<const float>();
    const float* const v = weight->v.Data<const float>();
    float* const next_w = weight->next_w.Data<float>();
    float* const next_m = weight->next_m.Data<float>();
    float* const next_v = weight->next_v.Data<float>();
    // Where the new weight has the gradient's memory, each is read before it is written.
#pragma GCC ivdep
    for (int64_t i = begin; i < end; ++i) {
      const float gradient = g[i];
      const float first = m[i] + (gradient - m[i]) * settings.first_share;
      const float second = v[i] + (gradient * gradient - v[i]) * settings.second_share;
      next_m[i] = first;
      next_v[i] = second;
      next_w[i] = w[i] - first * rate / (std::sqrt(second) + settings.epsilon);
    }
  }
};

struct Piece {
  const Weight* weight;
  int64_t begin, end;
};

// Of some 20 us; small weights are a piece each.
std::vector<Piece> Cut(const std::vector<Weight>& weights) {
  constexpr int64_t kPiece = 16384;
  std::vector<Piece> pieces;
  for (const Weight& weight : weights) {
    const int64_t count = weight.w.Count();
    for (int64_t begin = 0; begin < count; begin += kPiece) {
      pieces.push_back({&weight, begin, std::min(begin + kPiece, count)});
    }
  }
  return pieces;
}

void* ReadSettings(TF_OpKernelConstruction* construction) {
  return new Settings{ReadFloat(construction, "first_share"), ReadFloat(construction, "second_share"),
                      ReadFloat(construction, "epsilon")};
}

void FreeSettings(void* settings) { delete static_cast<Settings*>(settings); }

void Compute(void* given, TF_OpKernelContext* context) {
  const Settings settings = *static_cast<Settings*>(given);
  Call call(context);
  const Tensor rate = call.Input(0);
  if (call.HasFailed()) return;
  call.Require(rate.Count() == 1, "rate must be one number.");
  const int count = (TF_NumInputs(context) - 1) / 4;
  std::vector<Weight> weights;
  weights.reserve(count);
  for (int i = 0; i < count && !call.HasFailed(); ++i) {
    const int g = 1 + count + i;
    Tensor parts[] = {call.Input(1 + i), call.Input(g), call.Input(g + count),
                      call.Input(g + 2 * count)};
    for (const Tensor& part : parts) call.RequireSameShape(parts[0], part);
    if (call.HasFailed()) return;
    Tensor next_w = call.OutputLike(i, parts[0], {g});
    Tensor next_m = call.OutputLike(count + i, parts[0], {});
    Tensor next_v = call.OutputLike(2 * count + i, parts[0], {});
    weights.push_back({std::move(parts[0]), std::move(parts[1]), std::move(parts[2]),
                       std::move(parts[3]), std::move(next_w), std::move(next_m),
                       std::move(next_v)});
  }
  if (call.HasFailed()) return;
  const std::vector<Piece> pieces = Cut(weights);
  RunParallel(pieces.size(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      Vectorised<UpdatePiece>::Run(pieces[i].weight, pieces[i].begin, pieces[i].end,
                                   *rate.Data<const float>(), settings);
    }
  });
}

// Each output is like the weight whose it is.
void Infer(TF_ShapeInferenceContext* context, TF_Status* status) {
  const int count = static_cast<int>(TF_ShapeInferenceContextNumInputs(context) - 1) / 4;
  TF_ShapeHandle* shape = TF_NewShapeHandle();
  for (int output = 0; output < 3 * count && TF_GetCode(status) == TF_OK; ++output) {
    TF_ShapeInferenceContextGetInput(context, 1 + output % count, shape, status);
    if (TF_GetCode(status) != TF_OK) break;
    TF_ShapeInferenceContextSetOutput(context, output, shape, status);
  }
  TF_DeleteShapeHandle(shape);
}

}  // namespace

void RegisterAdam() {
  RegisterOp({"PrepLabAdam",
              {"T: {float}", "N: int >= 1", "first_share: float", "second_share: float",
               "epsilon: float"},
              {"rate: T", "w: N * T", "g: N * T", "m: N * T", "v: N * T"},
              {"next_w: N * T", "next_m: N * T", "next_v: N * T"},
              Infer});
  RegisterKernel("PrepLabAdam", {"T", TF_FLOAT}, Compute, ReadSettings, FreeSettings);
}
