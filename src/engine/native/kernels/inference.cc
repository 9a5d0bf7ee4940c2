// Tells what ops would give, without running them: their outputs' types and shapes, by TensorFlow's own inference.
#include "inference.h"

#include <cstdint>
#include <string>
#include <vector>

#include "tensorflow/c/c_api.h"

namespace {

class Status {
 public:
  ~Status() { TF_DeleteStatus(status_); }
  operator TF_Status*() { return status_; }
  bool IsOk() const { return TF_GetCode(status_) == TF_OK; }
  const char* Message() const { return TF_Message(status_); }

 private:
  TF_Status* const status_ = TF_NewStatus();
};

class Graph {
 public:
  ~Graph() { TF_DeleteGraph(graph_); }
  operator TF_Graph*() { return graph_; }

  void Import(const void* bytes, size_t length, TF_Status* status) {
    TF_Buffer* definition = TF_NewBufferFromString(bytes, length);
    TF_ImportGraphDefOptions* options = TF_NewImportGraphDefOptions();
    TF_GraphImportGraphDef(graph_, definition, options, status);
    TF_DeleteImportGraphDefOptions(options);
    TF_DeleteBuffer(definition);
  }

 private:
  TF_Graph* const graph_ = TF_NewGraph();
};

napi_value MakeNumber(napi_env env, int64_t number) {
  napi_value value;
  napi_create_int64(env, number, &value);
  return value;
}

// An array of lengths; an unknown length, or an unknown number of them, makes it null.
napi_value MakeShape(napi_env env, TF_Graph* graph, TF_Output output, TF_Status* status) {
  napi_value none;
  napi_get_null(env, &none);
  const int rank = TF_GraphGetTensorNumDims(graph, output, status);
  if (rank < 0) return none;
  std::vector<int64_t> lengths(rank);
  TF_GraphGetTensorShape(graph, output, lengths.data(), rank, status);
  napi_value shape;
  napi_create_array_with_length(env, rank, &shape);
  for (int axis = 0; axis < rank; ++axis) {
    if (lengths[axis] < 0) return none;
    napi_set_element(env, shape, axis, MakeNumber(env, lengths[axis]));
  }
  return shape;
}

napi_value MakeOutputs(napi_env env, TF_Graph* graph, TF_Operation* operation,
                       TF_Status* status) {
  const int count = TF_OperationNumOutputs(operation);
  napi_value outputs;
  napi_create_array_with_length(env, count, &outputs);
  for (int index = 0; index < count; ++index) {
    const TF_Output output = {operation, index};
    napi_value made;
    napi_create_object(env, &made);
    napi_set_named_property(env, made, "dtype", MakeNumber(env, TF_OperationOutputType(output)));
    napi_set_named_property(env, made, "shape", MakeShape(env, graph, output, status));
    napi_set_element(env, outputs, index, made);
  }
  return outputs;
}

// inferOutputs(graph: Uint8Array, node: string): { dtype: number, shape: number[] | null }[]
napi_value InferOutputs(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  void* bytes = nullptr;
  size_t length = 0;
  char name[256];
  size_t nameLength = 0;
  if (napi_get_typedarray_info(env, arguments[0], nullptr, &length, &bytes, nullptr, nullptr) !=
          napi_ok ||
      napi_get_value_string_utf8(env, arguments[1], name, sizeof(name), &nameLength) != napi_ok) {
    napi_throw_type_error(env, nullptr, "inferOutputs takes a graph's bytes and a node's name.");
    return nullptr;
  }
  Status status;
  Graph graph;
  graph.Import(bytes, length, status);
  TF_Operation* operation = status.IsOk() ? TF_GraphOperationByName(graph, name) : nullptr;
  napi_value outputs =
      operation == nullptr ? nullptr : MakeOutputs(env, graph, operation, status);
  if (outputs != nullptr && status.IsOk()) return outputs;
  napi_throw_error(env, nullptr, status.IsOk() ? "The graph has no such node." : status.Message());
  return nullptr;
}

}  // namespace

void ExportInference(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "inferOutputs", NAPI_AUTO_LENGTH, InferOutputs, nullptr, &function);
  napi_set_named_property(env, exports, "inferOutputs", function);
}
