// What follows this header in a file rounds after each operation, as TensorFlow's ops do: no product and sum are fused into one.
// Include it after the others, but before processor.h where that makes functions of the file's templates.
#pragma once

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize("fp-contract=off")
#endif
