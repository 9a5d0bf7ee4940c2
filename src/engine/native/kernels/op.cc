#include "op.h"

#include <stdexcept>
#include <string>

std::vector<int64_t> Tensor::Shape() const {
  std::vector<int64_t> shape(TF_NumDims(tensor_));
  for (size_t axis = 0; axis < shape.size(); ++axis) shape[axis] = TF_Dim(tensor_, axis);
  return shape;
}

Call::~Call() {
  if (HasFailed()) TF_OpKernelContext_Failure(context_, status_);
  TF_DeleteStatus(status_);
}

Tensor Call::Input(int index) {
  TF_Tensor* tensor = nullptr;
  TF_GetInput(context_, index, &tensor, status_);
  return Tensor(tensor);
}

Tensor Call::Output(int index, TF_DataType type, const std::vector<int64_t>& shape) {
  if (HasFailed()) return Tensor();
  size_t bytes = TF_DataTypeSize(type);
  for (const int64_t length : shape) bytes *= length;
  return Tensor(TF_AllocateOutput(context_, index, type, shape.data(),
                                  static_cast<int>(shape.size()), bytes, status_));
}

Tensor Call::OutputLike(int index, const Tensor& like, const std::vector<int>& inputs) {
  if (HasFailed()) return Tensor();
  const std::vector<int64_t> shape = like.Shape();
  int forwarded = -1;
  return Tensor(TF_ForwardInputOrAllocateOutput(
      context_, inputs.data(), static_cast<int>(inputs.size()), index, shape.data(),
      static_cast<int>(shape.size()), &forwarded, status_));
}

void Call::RequireSameShape(const Tensor& left, const Tensor& right) {
  if (!HasFailed()) Require(left.Shape() == right.Shape(), "The inputs must have one shape.");
}

void Call::Require(bool condition, const char* rule) {
  if (!HasFailed() && !condition) TF_SetStatus(status_, TF_INVALID_ARGUMENT, rule);
}

template <int kInput, int kOutputs>
void InferLike(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeHandle* shape = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, kInput, shape, status);
  for (int output = 0; output < kOutputs && TF_GetCode(status) == TF_OK; ++output)
    TF_ShapeInferenceContextSetOutput(context, output, shape, status);
  TF_DeleteShapeHandle(shape);
}

template void InferLike<0>(TF_ShapeInferenceContext*, TF_Status*);
template void InferLike<0, 2>(TF_ShapeInferenceContext*, TF_Status*);
template void InferLike<2>(TF_ShapeInferenceContext*, TF_Status*);
template void InferLike<3>(TF_ShapeInferenceContext*, TF_Status*);

namespace {

void ThrowIfFailed(TF_Status* status, const char* name) {
  const std::string reason = TF_GetCode(status) == TF_OK ? "" : TF_Message(status);
  TF_DeleteStatus(status);
  if (!reason.empty()) throw std::runtime_error(std::string(name) + ": " + reason);
}

}  // namespace

void RegisterOp(const OpDefinition& definition) {
  TF_OpDefinitionBuilder* builder = TF_NewOpDefinitionBuilder(definition.name);
  for (const char* text : definition.attributes) TF_OpDefinitionBuilderAddAttr(builder, text);
  for (const char* text : definition.inputs) TF_OpDefinitionBuilderAddInput(builder, text);
  for (const char* text : definition.outputs) TF_OpDefinitionBuilderAddOutput(builder, text);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, definition.infer);
  TF_Status* status = TF_NewStatus();
  TF_RegisterOpDefinition(builder, status);
  ThrowIfFailed(status, definition.name);
}

void RegisterKernel(const char* op, const TypeConstraint& constraint,
                    void (*compute)(void*, TF_OpKernelContext*),
                    void* (*create)(TF_OpKernelConstruction*), void (*destroy)(void*)) {
  TF_KernelBuilder* builder = TF_NewKernelBuilder(op, "CPU", create, compute, destroy);
  TF_Status* status = TF_NewStatus();
  TF_KernelBuilder_TypeConstraint(builder, constraint.attribute, constraint.type, status);
  if (TF_GetCode(status) == TF_OK) TF_RegisterKernelBuilder(op, builder, status);
  ThrowIfFailed(status, op);
}

namespace {

template <typename T>
T ReadBy(void (*read)(TF_OpKernelConstruction*, const char*, T*, TF_Status*),
         TF_OpKernelConstruction* construction, const char* attribute) {
  T value = 0;
  TF_Status* status = TF_NewStatus();
  read(construction, attribute, &value, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return value;
}

}  // namespace

float ReadFloat(TF_OpKernelConstruction* construction, const char* attribute) {
  return ReadBy(TF_OpKernelConstruction_GetAttrFloat, construction, attribute);
}

int64_t ReadInt(TF_OpKernelConstruction* construction, const char* attribute) {
  return ReadBy(TF_OpKernelConstruction_GetAttrInt64, construction, attribute);
}

bool ReadBool(TF_OpKernelConstruction* construction, const char* attribute) {
  return ReadBy(TF_OpKernelConstruction_GetAttrBool, construction, attribute) != 0;
}

float* KeepFloat(TF_OpKernelConstruction* construction, const char* attribute) {
  return new float(ReadFloat(construction, attribute));
}

void FreeFloat(void* kept) { delete static_cast<float*>(kept); }
