// TensorFlow logs through Abseil, which ignores TF_CPP_MIN_LOG_LEVEL for what is logged while the libraries are being
// loaded. This library is loaded before them, with its symbols global, so that the dynamic linker prefers its
// WriteToStderr to the one in libtensorflow_framework.so.2: then the level holds from the first line on.
// With a TensorFlow built on another Abseil release the name below is not used, and that TensorFlow logs as it likes.
#include <node_api.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace absl {
inline namespace lts_20250814 {

enum class LogSeverity : int;

namespace log_internal {

// Source: absl/log/internal/globals.cc; severities are 0 (info) to 3 (fatal), as TF_CPP_MIN_LOG_LEVEL counts them.
__attribute__((visibility("default"))) void WriteToStderr(std::string_view message,
                                                          LogSeverity severity) {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  const int lowest = level == nullptr ? 0 : std::atoi(level);
  if (static_cast<int>(severity) < lowest) return;
  std::fwrite(message.data(), 1, message.size(), stderr);
}

}  // namespace log_internal
}  // namespace lts_20250814
}  // namespace absl

// Node refuses to load a library that is not an addon.
NAPI_MODULE_INIT() { return exports; }
