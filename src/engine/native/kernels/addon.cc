// Loading this library registers the ops. As every library that Node loads, it is an addon.
#include <exception>
#include <mutex>

#include "inference.h"

void RegisterAdam();
void RegisterAdjustColours();
void RegisterBatchNormReluGrad();
void RegisterBiasReluMaxPool();
void RegisterConvReluMaxPool();
void RegisterEqualizeTiles();
void RegisterGelu();
void RegisterKerasOperations();
void RegisterLookUp();
void RegisterPixelOperations();
void RegisterTransform();
void RegisterWarp();

NAPI_MODULE_INIT() {
  static std::once_flag registered;
  try {
    std::call_once(registered, [] {
      RegisterAdam();
      RegisterAdjustColours();
      RegisterBatchNormReluGrad();
      RegisterBiasReluMaxPool();
      RegisterConvReluMaxPool();
      RegisterEqualizeTiles();
      RegisterGelu();
      RegisterKerasOperations();
      RegisterLookUp();
      RegisterPixelOperations();
      RegisterTransform();
      RegisterWarp();
    });
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  ExportInference(env, exports);
  return exports;
}
