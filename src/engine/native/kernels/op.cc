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

Tensor Call::OutputLike(const Tensor& like, int candidates) {
  if (HasFailed()) return Tensor();
  const std::vector<int64_t> shape = like.Shape();
  std::vector<int> inputs(candidates);
  for (int i = 0; i < candidates; ++i) inputs[i] = i;
  int forwarded = -1;
  return Tensor(TF_ForwardInputOrAllocateOutput(context_, inputs.data(), candidates, 0,
                                                shape.data(), static_cast<int>(shape.size()),
                                                &forwarded, status_));
}

void Call::RequireSameShape(const Tensor& left, const Tensor& right) {
  if (HasFailed() || left.Shape() == right.Shape()) return;
  TF_SetStatus(status_, TF_INVALID_ARGUMENT, "The inputs must have one shape.");
}

namespace {

void Require(TF_Status* status, const char* name) {
  const std::string reason = TF_GetCode(status) == TF_OK ? "" : TF_Message(status);
  TF_DeleteStatus(status);
  if (!reason.empty()) throw std::runtime_error(std::string(name) + ": " + reason);
}

void InferLikeFirst(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeHandle* shape = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, 0, shape, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, 0, shape, status);
  TF_DeleteShapeHandle(shape);
}

std::string OfTypeT(const char* name) { return std::string(name) + ": T"; }

}  // namespace

void RegisterOp(const char* name, const std::vector<const char*>& inputs, const char* output) {
  TF_OpDefinitionBuilder* builder = TF_NewOpDefinitionBuilder(name);
  TF_OpDefinitionBuilderAddAttr(builder, "T: {float, bfloat16}");
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(builder, OfTypeT(input).c_str());
  TF_OpDefinitionBuilderAddOutput(builder, OfTypeT(output).c_str());
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, InferLikeFirst);
  TF_Status* status = TF_NewStatus();
  TF_RegisterOpDefinition(builder, status);
  Require(status, name);
}

void RegisterKernel(const char* op, TF_DataType type,
                    void (*compute)(void*, TF_OpKernelContext*)) {
  TF_KernelBuilder* builder = TF_NewKernelBuilder(op, "CPU", nullptr, compute, nullptr);
  TF_Status* status = TF_NewStatus();
  TF_KernelBuilder_TypeConstraint(builder, "T", type, status);
  if (TF_GetCode(status) == TF_OK) TF_RegisterKernelBuilder(op, builder, status);
  Require(status, op);
}
