// PrepLabEqualizeTiles: contrast-limited adaptive histogram equalization. With TensorFlow's ops the tables of all tiles of all
// images go through memory ten times.
// Source: Keras 3.15, ContrastLimitedAdaptiveHistogramEqualization.
#include <algorithm>
#include <cmath>
#include <vector>

#include "op.h"
#include "parallel.h"

namespace {

constexpr int kLevels = 256;

struct Settings {
  int64_t tiles;
  float clip_limit;
};

struct Image {
  int64_t height, width, channels;
};

int64_t LevelOf(float value) {
  return value >= 0.0f ? static_cast<int64_t>(std::min(value, 255.0f)) : 0;
}

// Each sum waits for the one before it, so several tables are made at once.
constexpr int kTogether = 8;

// Turns the counts of tiles of so many pixels into their tables, in place; at most kTogether, one behind the other.
template <int kCount>
void MakeTables(float* tables, float pixels, float clip_limit) {
  const float limit = clip_limit * pixels / kLevels;
  float share[kCount] = {}, sum[kCount] = {};
  for (int v = 0; v < kLevels; ++v) {
    for (int t = 0; t < kCount; ++t) share[t] += std::max(tables[t * kLevels + v] - limit, 0.0f);
  }
  for (int t = 0; t < kCount; ++t) share[t] /= kLevels;
  for (int v = 0; v < kLevels; ++v) {
    for (int t = 0; t < kCount; ++t) {
      float& entry = tables[t * kLevels + v];
      sum[t] += std::min(entry, limit) + share[t];
      entry = sum[t];
    }
  }
  for (int t = 0; t < kCount; ++t) {
    float* const table = tables + t * kLevels;
    // The sums rise: the first is the lowest.
    const float lowest = table[0];
    const float rest = pixels - lowest;
    const float divisor = rest == 0.0f ? 1.0f : rest;
    for (int v = 0; v < kLevels; ++v) {
      table[v] = std::min(std::max((table[v] - lowest) * 255.0f / divisor, 0.0f), 255.0f);
    }
  }
}

// A table for each tile, row by row, and channel.
std::vector<float> TablesOf(const float* in, Image image, Settings settings) {
  const int64_t rows = image.height / settings.tiles, columns = image.width / settings.tiles;
  std::vector<float> tables(settings.tiles * settings.tiles * image.channels * kLevels, 0.0f);
  for (int64_t y = 0; y < image.height; ++y) {
    for (int64_t x = 0; x < image.width; ++x) {
      const int64_t tile = y / rows * settings.tiles + x / columns;
      for (int64_t c = 0; c < image.channels; ++c) {
        tables[(tile * image.channels + c) * kLevels + LevelOf(*in++)] += 1.0f;
      }
    }
  }
  const float pixels = static_cast<float>(rows * columns);
  size_t start = 0;
  for (; start + kTogether * kLevels <= tables.size(); start += kTogether * kLevels) {
    MakeTables<kTogether>(&tables[start], pixels, settings.clip_limit);
  }
  for (; start < tables.size(); start += kLevels) {
    MakeTables<1>(&tables[start], pixels, settings.clip_limit);
  }
  return tables;
}

// The tiles whose centres are before and after a place of a line, and how far it is from the one to the other.
struct Neighbours {
  int64_t before, after;
  float share;
  Neighbours(int64_t place, int64_t length, int64_t tiles) {
    const float tile_length = static_cast<float>(length / tiles);
    const float position = (place - tile_length / 2.0f) / tile_length;
    const int64_t tile = static_cast<int64_t>(std::floor(position));
    before = std::min(std::max<int64_t>(tile, 0), tiles - 1);
    after = std::min(std::max<int64_t>(tile + 1, 0), tiles - 1);
    share = position - tile;
  }
};

float Mix(float first, float second, float share) { return first * (1.0f - share) + second * share; }

void EqualizeImage(const float* in, float* out, Image image, Settings settings) {
  const std::vector<float> tables = TablesOf(in, image, settings);
  const int64_t step = image.channels * kLevels;
  for (int64_t y = 0; y < image.height; ++y) {
    const Neighbours rows(y, image.height, settings.tiles);
    for (int64_t x = 0; x < image.width; ++x) {
      const Neighbours columns(x, image.width, settings.tiles);
      for (int64_t c = 0; c < image.channels; ++c) {
        const float* table = tables.data() + c * kLevels + LevelOf(*in++);
        const float* top = table + rows.before * settings.tiles * step;
        const float* bottom = table + rows.after * settings.tiles * step;
        const float above = Mix(top[columns.before * step], top[columns.after * step], columns.share);
        const float below =
            Mix(bottom[columns.before * step], bottom[columns.after * step], columns.share);
        *out++ = Mix(above, below, rows.share);
      }
    }
  }
}

void* ReadSettings(TF_OpKernelConstruction* construction) {
  return new Settings{static_cast<int64_t>(ReadFloat(construction, "tiles")),
                      ReadFloat(construction, "clip_limit")};
}

void FreeSettings(void* settings) { delete static_cast<Settings*>(settings); }

void Compute(void* given, TF_OpKernelContext* context) {
  const Settings settings = *static_cast<Settings*>(given);
  Call call(context);
  const Tensor levels = call.Input(0);
  if (call.HasFailed()) return;
  const std::vector<int64_t> shape = levels.Shape();
  call.Require(shape.size() == 4 && settings.tiles > 0 && shape[1] % settings.tiles == 0 &&
                   shape[2] % settings.tiles == 0,
               "levels must be images that the tiles fit into.");
  // Not in the memory of the input, which is read until the end.
  const Tensor output = call.OutputLike(0, levels, {});
  if (call.HasFailed()) return;
  const Image image{shape[1], shape[2], shape[3]};
  const int64_t values = image.height * image.width * image.channels;
  RunParallel(shape[0], 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      EqualizeImage(levels.Data<const float>() + n * values, output.Data<float>() + n * values,
                    image, settings);
    }
  });
}

}  // namespace

void RegisterEqualizeTiles() {
  RegisterOp({"PrepLabEqualizeTiles",
              {"T: {float}", "tiles: float", "clip_limit: float"},
              {"levels: T"},
              {"output: T"},
              InferLike<0>});
  RegisterKernel("PrepLabEqualizeTiles", {"T", TF_FLOAT}, Compute, ReadSettings, FreeSettings);
}
