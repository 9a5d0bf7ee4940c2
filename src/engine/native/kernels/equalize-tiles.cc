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

PREP_LAB_INLINE int32_t LevelOf(float value) {
  return value >= 0.0f ? static_cast<int32_t>(std::min(value, 255.0f)) : 0;
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
    float share[kTogether] = {}, sum[kTogether] = {}, lowest[kTogether], factor[kTogether];
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
      factor[t] = 255.0f / (rest == 0.0f ? 1.0f : rest);
    }
    for (int v = 0; v < kLevels; ++v) {
      for (int t = 0; t < kTogether; ++t) {
        float& entry = block[v * kTogether + t];
        sum[t] += std::min(entry, limit) + share[t];
        entry = std::min(std::max((sum[t] - lowest[t]) * factor[t], 0.0f), 255.0f);
      }
    }
  }
};

// The tiles whose centres are before and after a place of a line, and how far it is from the one to the other; and its own tile.
struct Neighbours {
  int64_t own, before, after;
  float share;
  Neighbours(int64_t place, int64_t length, int64_t tiles) {
    const float tile_length = static_cast<float>(length / tiles);
    const float position = (place - tile_length / 2.0f) / tile_length;
    const int64_t tile = static_cast<int64_t>(std::floor(position));
    own = place / (length / tiles);
    before = std::min(std::max<int64_t>(tile, 0), tiles - 1);
    after = std::min(std::max<int64_t>(tile + 1, 0), tiles - 1);
    share = position - tile;
  }
};

// Where the tables of an image's tiles start, which is the same for all images.
struct Layout {
  // For each value of a row of pixels, the tables of its own column of tiles and of its neighbours.
  struct RowOfTiles {
    std::vector<int32_t> own, before, after;
  };

  Layout(Image image, int64_t tiles)
      : row_values(image.width * image.channels),
        image_values(image.height * row_values),
        table_values((tiles * tiles * image.channels + kTogether - 1) / kTogether * kBlock),
        tile_pixels(static_cast<float>(image.height / tiles * (image.width / tiles))),
        of_tiles(tiles) {
    for (int64_t y = 0; y < image.height; ++y) rows.emplace_back(y, image.height, tiles);
    for (int64_t x = 0; x < image.width; ++x) {
      const Neighbours column(x, image.width, tiles);
      shares.insert(shares.end(), image.channels, column.share);
      for (int64_t row = 0; row < tiles; ++row) {
        for (int64_t c = 0; c < image.channels; ++c) {
          const auto start = [&](int64_t tile) {
            return static_cast<int32_t>(StartOf((row * tiles + tile) * image.channels + c));
          };
          of_tiles[row].own.push_back(start(column.own));
          of_tiles[row].before.push_back(start(column.before));
          of_tiles[row].after.push_back(start(column.after));
        }
      }
    }
  }

  int64_t row_values, image_values, table_values;
  float tile_pixels;
  std::vector<RowOfTiles> of_tiles;
  std::vector<Neighbours> rows;
  // Of the values of a row.
  std::vector<float> shares;
};

// Makes a table for each tile, row by row, and channel.
void MakeTables(const float* in, const Layout& layout, float clip_limit, float* tables) {
  std::fill_n(tables, layout.table_values, 0.0f);
  for (const Neighbours& row : layout.rows) {
    const int32_t* const own = layout.of_tiles[row.own].own.data();
    for (int64_t i = 0; i < layout.row_values; ++i) {
      tables[own[i] + LevelOf(*in++) * kTogether] += 1.0f;
    }
  }
  const TableSettings settings{layout.tile_pixels, clip_limit * layout.tile_pixels / kLevels};
  for (int64_t start = 0; start < layout.table_values; start += kBlock) {
    Vectorised<MakeBlock>::Run(tables + start, settings);
  }
}

PREP_LAB_INLINE float Mix(float first, float second, float share) {
  return first * (1.0f - share) + second * share;
}

struct MixRow {
  static PREP_LAB_INLINE void Run(const float* in, float* out, const float* tables,
                                  const Layout* layout, const Neighbours* row) {
    const Layout::RowOfTiles& upper = layout->of_tiles[row->before];
    const Layout::RowOfTiles& lower = layout->of_tiles[row->after];
    const int32_t* const a = upper.before.data();
    const int32_t* const b = upper.after.data();
    const int32_t* const c = lower.before.data();
    const int32_t* const d = lower.after.data();
    const float* const shares = layout->shares.data();
    const float down = row->share;
#pragma GCC ivdep
    for (int64_t i = 0; i < layout->row_values; ++i) {
      const int32_t level = LevelOf(in[i]) * static_cast<int32_t>(kTogether);
      const float above = Mix(tables[a[i] + level], tables[b[i] + level], shares[i]);
      const float below = Mix(tables[c[i] + level], tables[d[i] + level], shares[i]);
      out[i] = Mix(above, below, down);
    }
  }
};

void EqualizeImage(const float* in, float* out, const Layout& layout, float clip_limit) {
  // Kept from image to image: so much memory would come from the system anew each time.
  static thread_local std::vector<float> tables;
  tables.resize(layout.table_values);
  MakeTables(in, layout, clip_limit, tables.data());
  for (const Neighbours& row : layout.rows) {
    Vectorised<MixRow>::Run(in, out, static_cast<const float*>(tables.data()), &layout, &row);
    in += layout.row_values;
    out += layout.row_values;
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
  const Layout layout({shape[1], shape[2], shape[3]}, settings.tiles);
  RunParallel(shape[0], 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      const int64_t start = n * layout.image_values;
      EqualizeImage(levels.Data<const float>() + start, output.Data<float>() + start, layout,
                    settings.clip_limit);
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
