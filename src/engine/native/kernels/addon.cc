// Loading this library registers the ops. As every library that Node loads, it is an addon.
#include <exception>
#include <mutex>

#include "inference.h"
#include "tiles.h"

void RegisterAdam();
void RegisterAdjustColours();
void RegisterBatchNormReluGrad();
void RegisterBiasReluMaxPool();
void RegisterConvFilterGrad();
void RegisterConvReluMaxPool();
void RegisterDropout();
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
      RegisterConvFilterGrad();
      RegisterConvReluMaxPool();
      RegisterDropout();
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
  napi_value has_tiles;
  napi_get_boolean(env, HasTiles(), &has_tiles);
  napi_set_named_property(env, exports, "hasTiles", has_tiles);
  return exports;
}
