// Loading this library registers the ops. As every library that Node loads, it is an addon.
#include <exception>
#include <mutex>

#include "inference.h"

void RegisterBatchNormReluGrad();
void RegisterBiasReluMaxPool();
void RegisterGelu();

NAPI_MODULE_INIT() {
  static std::once_flag registered;
  try {
    std::call_once(registered, [] {
      RegisterBatchNormReluGrad();
      RegisterBiasReluMaxPool();
      RegisterGelu();
    });
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  ExportInference(env, exports);
  return exports;
}
