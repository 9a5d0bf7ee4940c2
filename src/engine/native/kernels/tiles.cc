#include "tiles.h"

#ifdef PREP_LAB_TILES

#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#define PREP_LAB_WITH_TILES \
  __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512dq,avx512vl")))

namespace {

// Source: Linux, Documentation/arch/x86/xstate.rst: a process must ask for the registers before it uses them.
constexpr int kRequestPermission = 0x1023;
constexpr int kTileData = 18;

struct alignas(64) TileConfiguration {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t bytes_a_row[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

// The compiler does not know that these instructions read and write memory.
inline void ForgetMemory() { asm volatile("" ::: "memory"); }

PREP_LAB_WITH_TILES void SaveTiles(void* configuration) {
  _tile_storeconfig(configuration);
  ForgetMemory();
}

PREP_LAB_WITH_TILES void SetTiles(const void* configuration) {
  ForgetMemory();
  _tile_loadconfig(configuration);
}

bool AskForTiles() {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  const bool has_tiles = (d >> 24 & 1) != 0, has_bfloat16 = (d >> 22 & 1) != 0;
  if (!has_tiles || !has_bfloat16 || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512dq"))
    return false;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

// The 16 numbers of two pixels: one of each in turn.
PREP_LAB_WITH_TILES inline __m512i Pair(const BFloat16* first, const BFloat16* second,
                                        __mmask16 mask) {
  const __m512i low = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, first));
  const __m512i high = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, second));
  return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

inline __mmask16 MaskOf(int64_t channels) {
  return static_cast<__mmask16>(channels >= 16 ? 0xffff
                                               : (1 << std::max<int64_t>(channels, 0)) - 1);
}

// Swaps rows and columns of 16 x 16 numbers of 32 bits.
PREP_LAB_WITH_TILES inline void Transpose(__m512i (&rows)[16]) {
  __m512i turned[16];
  for (int i = 0; i < 8; ++i) {
    turned[2 * i] = _mm512_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
    turned[2 * i + 1] = _mm512_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
  }
  for (int i = 0; i < 4; ++i) {
    rows[4 * i] = _mm512_unpacklo_epi64(turned[4 * i], turned[4 * i + 2]);
    rows[4 * i + 1] = _mm512_unpackhi_epi64(turned[4 * i], turned[4 * i + 2]);
    rows[4 * i + 2] = _mm512_unpacklo_epi64(turned[4 * i + 1], turned[4 * i + 3]);
    rows[4 * i + 3] = _mm512_unpackhi_epi64(turned[4 * i + 1], turned[4 * i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    turned[i] = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0x88);
    turned[i + 4] = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0xdd);
    turned[i + 8] = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0x88);
    turned[i + 12] = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0xdd);
  }
  for (int i = 0; i < 8; ++i) {
    rows[i] = _mm512_shuffle_i32x4(turned[i], turned[i + 8], 0x88);
    rows[i + 8] = _mm512_shuffle_i32x4(turned[i], turned[i + 8], 0xdd);
  }
}

}  // namespace

bool HasTiles() {
  static const bool has_tiles = AskForTiles();
  return has_tiles;
}

TileUse::TileUse() {
  SaveTiles(before_);
  const TileConfiguration configuration;
  SetTiles(&configuration);
}

TileUse::~TileUse() { SetTiles(before_); }

PREP_LAB_WITH_TILES void MultiplyTiles(const TileProduct& product) {
  ForgetMemory();
  const auto [upper, lower, stride, right, far_right, sums, steps] = product;
  constexpr int64_t kRow = 64;
  _tile_loadd(0, sums, kRow);
  _tile_loadd(1, sums + 256, kRow);
  _tile_loadd(2, sums + 512, kRow);
  _tile_loadd(3, sums + 768, kRow);
  for (int64_t i = 0; i < steps; ++i) {
    _tile_loadd(4, upper + 32 * i, stride * 2);
    _tile_loadd(6, right + 512 * i, kRow);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, far_right + 512 * i, kRow);
    _tile_dpbf16ps(1, 4, 7);
    _tile_loadd(5, lower + 32 * i, stride * 2);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, sums, kRow);
  _tile_stored(1, sums + 256, kRow);
  _tile_stored(2, sums + 512, kRow);
  _tile_stored(3, sums + 768, kRow);
}

PREP_LAB_WITH_TILES void TransposePixels(const BFloat16* const* pixels, int64_t count,
                                         int64_t channels, BFloat16* to, int64_t stride) {
  for (int64_t p = 0; p < count; p += 32) {
    for (int64_t c = 0; c < channels; c += 16) {
      const __mmask16 mask = MaskOf(channels - c);
      __m512i rows[16];
      for (int i = 0; i < 16; ++i)
        rows[i] = Pair(pixels[p + 2 * i] + c, pixels[p + 2 * i + 1] + c, mask);
      Transpose(rows);
      for (int i = 0; i < 16; ++i) _mm512_storeu_si512(to + (c + i) * stride + p, rows[i]);
    }
  }
}

PREP_LAB_WITH_TILES void PairPixels(const BFloat16* const* pixels, int64_t count, int64_t channels,
                                    int64_t blocks, BFloat16* to, int64_t length) {
  for (int64_t p = 0; p < count; p += 2) {
    for (int64_t block = 0; block < blocks; ++block) {
      const __mmask16 mask = MaskOf(channels - 16 * block);
      const int64_t c = mask == 0 ? 0 : 16 * block;
      _mm512_storeu_si512(to + (block * length + p) * 16,
                          Pair(pixels[p] + c, pixels[p + 1] + c, mask));
    }
  }
}

#else

bool HasTiles() { return false; }

#endif
