// Loading this library registers the ops. As every library that Node loads, it is an addon.
#include <exception>
#include <mutex>

#include "inference.h"
#include "tiles.h"
#include "winograd.h"

void RegisterAdam();
void RegisterAdjustColours();
void RegisterBatchNormReluGrad();
void RegisterBiasReluMaxPool();
void RegisterConv();
void RegisterConvReluMaxPool();
void RegisterDropout();
void RegisterEqualizeTiles();
void RegisterGelu();
void RegisterKerasOperations();
void RegisterLookUp();
void RegisterPixelOperations();
void RegisterTransform();
void RegisterWarp();

static void SetBoolean(napi_env env, napi_value object, const char* name, bool value) {
  napi_value made;
  napi_get_boolean(env, value, &made);
  napi_set_named_property(env, object, name, made);
}

NAPI_MODULE_INIT() {
  static std::once_flag registered;
  try {
    std::call_once(registered, [] {
      RegisterAdam();
      RegisterAdjustColours();
      RegisterBatchNormReluGrad();
      RegisterBiasReluMaxPool();
      RegisterConv();
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
  SetBoolean(env, exports, "hasTiles", HasTiles());
  SetBoolean(env, exports, "hasWideVectors", HasWideVectors());
  return exports;
}
