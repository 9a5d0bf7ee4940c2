#pragma once

// Inlined into a loop for each kind of processor below.
#define PREP_LAB_INLINE inline __attribute__((always_inline))

// Runs `Loop::Run(...)`, which must be PREP_LAB_INLINE, in the vectors of the processor that it finds itself on: not of the
// one where it was compiled, because a cache folder may serve several machines.
template <typename Loop>
class Vectorised {
 public:
  template <typename... Arguments>
  static void Run(Arguments... arguments) {
#if defined(__x86_64__)
    static const int level = Level();
    if (level == 2) return Avx512(arguments...);
    if (level == 1) return Avx2(arguments...);
#endif
    Loop::Run(arguments...);
  }

 private:
#if defined(__x86_64__)
  static int Level() {
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
      return 2;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 1 : 0;
  }

  template <typename... Arguments>
  __attribute__((target("avx2,fma"))) static void Avx2(Arguments... arguments) {
    Loop::Run(arguments...);
  }

  template <typename... Arguments>
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) static void Avx512(
      Arguments... arguments) {
    Loop::Run(arguments...);
  }
#endif
};
