// PrepLabEqualizeTiles: contrast-limited adaptive histogram equalization. With TensorFlow's ops the tables of all tiles of all
// images go through memory ten times.
// Source: Keras 3.15, ContrastLimitedAdaptiveHistogramEqualization.
#include <algorithm>
#include <cmath>
#include <vector>

#include "op.h"
#include "parallel.h"
#include "processor.h"

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

// Each sum waits for the one before it, so several tables are made at once: they lie level by level, in blocks of so many.
constexpr int64_t kTogether = 16;
constexpr int64_t kBlock = kTogether * kLevels;

// The table of a tile and channel: that of a block, from its first entry on, each kTogether behind the one before.
PREP_LAB_INLINE int64_t StartOf(int64_t table) {
  return table / kTogether * kBlock + table % kTogether;
}

struct TableSettings {
  float pixels, limit;
};

// Turns the counts of a block of tiles of so many pixels into their tables, in place.
struct MakeBlock {
  static PREP_LAB_INLINE void Run(float* block, TableSettings settings) {
    const float limit = settings.limit;
    float share[kTogether] = {}, sum[kTogether] = {}, lowest[kTogether], divisor[kTogether];
    for (int v = 0; v < kLevels; ++v) {
      for (int t = 0; t < kTogether; ++t) {
        share[t] += std::max(block[v * kTogether + t] - limit, 0.0f);
      }
    }
    // The sums rise: the first is the lowest.
    for (int t = 0; t < kTogether; ++t) {
      share[t] /= kLevels;
      lowest[t] = std::min(block[t], limit) + share[t];
      const float rest = settings.pixels - lowest[t];
      divisor[t] = rest == 0.0f ? 1.0f : rest;
    }
    for (int v = 0; v < kLevels; ++v) {
      for (int t = 0; t < kTogether; ++t) {
        float& entry = block[v * kTogether + t];
        sum[t] += std::min(entry, limit) + share[t];
        const float level = (sum[t] - lowest[t]) * 255.0f / divisor[t];
        entry = std::min(std::max(level, 0.0f), 255.0f);
      }
    }
  }
};

// Makes a table for each tile, row by row, and channel.
void MakeTables(const float* in, Image image, Settings settings, std::vector<float>& tables) {
  const int64_t rows = image.height / settings.tiles, columns = image.width / settings.tiles;
  const int64_t count = settings.tiles * settings.tiles * image.channels;
  tables.assign((count + kTogether - 1) / kTogether * kBlock, 0.0f);
  for (int64_t y = 0; y < image.height; ++y) {
    for (int64_t x = 0; x < image.width; ++x) {
      const int64_t tile = y / rows * settings.tiles + x / columns;
      for (int64_t c = 0; c < image.channels; ++c) {
        tables[StartOf(tile * image.channels + c) + LevelOf(*in++) * kTogether] += 1.0f;
      }
    }
  }
  const float pixels = static_cast<float>(rows * columns);
  for (size_t start = 0; start < tables.size(); start += kBlock) {
    Vectorised<MakeBlock>::Run(&tables[start],
                               TableSettings{pixels, settings.clip_limit * pixels / kLevels});
  }
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
  // Kept from image to image: so much memory would come from the system anew each time.
  static thread_local std::vector<float> tables;
  MakeTables(in, image, settings, tables);
  std::vector<Neighbours> across;
  for (int64_t x = 0; x < image.width; ++x) across.emplace_back(x, image.width, settings.tiles);
  for (int64_t y = 0; y < image.height; ++y) {
    const Neighbours rows(y, image.height, settings.tiles);
    for (const Neighbours& columns : across) {
      for (int64_t c = 0; c < image.channels; ++c) {
        const int64_t level = LevelOf(*in++) * kTogether;
        const auto read = [&](int64_t row, int64_t column) {
          return tables[StartOf((row * settings.tiles + column) * image.channels + c) + level];
        };
        const float above = Mix(read(rows.before, columns.before), read(rows.before, columns.after),
                                columns.share);
        const float below = Mix(read(rows.after, columns.before), read(rows.after, columns.after),
                                columns.share);
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
