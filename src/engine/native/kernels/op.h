#pragma once

#include <cstdint>
#include <vector>

#include "tensorflow-kernels.h"

// A tensor of one call, given back at the end of it.
class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(TF_Tensor* tensor) : tensor_(tensor) {}
  Tensor(Tensor&& other) noexcept : tensor_(other.tensor_) { other.tensor_ = nullptr; }
  Tensor& operator=(Tensor&&) = delete;
  ~Tensor() {
    if (tensor_ != nullptr) TF_DeleteTensor(tensor_);
  }

  int64_t Count() const { return TF_TensorElementCount(tensor_); }
  std::vector<int64_t> Shape() const;
  template <typename T>
  T* Data() const {
    return static_cast<T*>(TF_TensorData(tensor_));
  }

 private:
  TF_Tensor* tensor_ = nullptr;
};

// One run of a kernel. What fails is told to TensorFlow at the end, and the output is then of no account.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  Call(const Call&) = delete;
  ~Call();

  Tensor Input(int index);
  Tensor Output(int index, TF_DataType type, const std::vector<int64_t>& shape);
  // An output with the shape and type of `like`; in the memory of one of these inputs where nobody else needs it.
  Tensor OutputLike(int index, const Tensor& like, const std::vector<int>& inputs);
  void RequireSameShape(const Tensor& left, const Tensor& right);
  void Require(bool condition, const char* rule);
  bool HasFailed() const { return TF_GetCode(status_) != TF_OK; }

 private:
  TF_OpKernelContext* const context_;
  TF_Status* const status_;
};

// An op, by TensorFlow's specifications such as "T: {float, bfloat16}" and "x: T".
struct OpDefinition {
  const char* name;
  std::vector<const char*> attributes, inputs, outputs;
  void (*infer)(TF_ShapeInferenceContext*, TF_Status*);
};

// Infers for the first outputs the shape of an input, and nothing for the others.
template <int kInput, int kOutputs = 1>
void InferLike(TF_ShapeInferenceContext* context, TF_Status* status);

// Leaves all shapes to the run.
inline void InferNothing(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

struct TypeConstraint {
  const char* attribute;
  TF_DataType type;
};

// Both throw std::runtime_error with TensorFlow's reason. `compute` is given what `create` returned.
void RegisterOp(const OpDefinition& definition);
void RegisterKernel(const char* op, const TypeConstraint& constraint,
                    void (*compute)(void*, TF_OpKernelContext*),
                    void* (*create)(TF_OpKernelConstruction*) = nullptr,
                    void (*destroy)(void*) = nullptr);

// Read an attribute where a kernel is created.
float ReadFloat(TF_OpKernelConstruction* construction, const char* attribute);
int64_t ReadInt(TF_OpKernelConstruction* construction, const char* attribute);
bool ReadBool(TF_OpKernelConstruction* construction, const char* attribute);

// For a kernel whose state is one float: reads it, and gives it back.
float* KeepFloat(TF_OpKernelConstruction* construction, const char* attribute);
void FreeFloat(void* kept);
