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

  explicit operator bool() const { return tensor_ != nullptr; }
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
  // The only output, with the shape and type of `like`; in the memory of one of the first `candidates` inputs where that
  // is free.
  Tensor OutputLike(const Tensor& like, int candidates);
  void RequireSameShape(const Tensor& left, const Tensor& right);
  bool HasFailed() const { return TF_GetCode(status_) != TF_OK; }

 private:
  TF_OpKernelContext* const context_;
  TF_Status* const status_;
};

// Both throw std::runtime_error with TensorFlow's reason.

// Registers an op of which all inputs and the output have one shape and one type `T`: float or bfloat16.
void RegisterOp(const char* name, const std::vector<const char*>& inputs, const char* output);
void RegisterKernel(const char* op, TF_DataType type, void (*compute)(void*, TF_OpKernelContext*));
