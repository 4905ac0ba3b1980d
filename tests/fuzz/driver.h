/*
 * What a fuzz target is: one function that takes any bytes, and that crashes, hangs, leaks or calls
 * abort() where something is wrong. libFuzzer calls it, and so does driver.c, which needs no clang.
 *
 * To add a target: write NAME_fuzz.c with this function, put small inputs of your own writing into
 * corpus/NAME/, and add jscope_fuzz_target(NAME ROUNDS LIBS...) to CMakeLists.txt. The test
 * fuzz_NAME then runs NAME_fuzz over the corpus and over ROUNDS changes of it. With
 * -DJSCOPE_FUZZERS=ON and CC=clang there is NAME_fuzzer, too: `NAME_fuzzer -dict=NAME.dict NEW
 * corpus/NAME`. What either finds becomes a file of the corpus, named after what was wrong.
 */
#ifndef TESTS_FUZZ_DRIVER_H
#define TESTS_FUZZ_DRIVER_H

#include <stddef.h>
#include <stdint.h>

/* bytes: may not be touched outside of size_bytes. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

#endif
