#pragma once

#include <node_api.h>

// Adds inferOutputs(graph, node) to what the addon exports.
void ExportInference(napi_env env, napi_value exports);
