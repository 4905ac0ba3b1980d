set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(BUILD_TESTING "Build the tests" ON)
option(JSCOPE_WERROR "Treat warnings as errors" OFF)
set(JSCOPE_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# jscope_folder(NAME SOURCES... [PUBLIC dependencies...] [PRIVATE dependencies...])
# The static library of one folder with its include root NAME/include.
function(jscope_folder name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC include PRIVATE .)
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE jscope_flags ${ARG_PRIVATE})
endfunction()

# Flags of our own code; not handed on to anyone's dependencies.
add_library(jscope_flags INTERFACE)
target_compile_options(jscope_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes
                       -Wmissing-prototypes -Wvla -Wformat=2 -Wundef)
target_compile_definitions(jscope_flags INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64)
if(JSCOPE_WERROR)
  target_compile_options(jscope_flags INTERFACE -Werror)
endif()
if(JSCOPE_SANITIZE)
  add_compile_options(-fsanitize=${JSCOPE_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${JSCOPE_SANITIZE})
endif()

# Targets for libFuzzer (tests/fuzz/driver.h): what they run through is compiled for them.
option(JSCOPE_FUZZERS "Build libFuzzer targets; needs clang" OFF)
if(JSCOPE_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

# The build tree mirrors the installed one, so that programs find each other the same way.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(JSCOPE_LIBEXEC_OUTPUT ${PROJECT_BINARY_DIR}/${CMAKE_INSTALL_LIBEXECDIR}/jitterscope)
set(JSCOPE_LIB_OUTPUT ${PROJECT_BINARY_DIR}/${CMAKE_INSTALL_LIBDIR}/jitterscope)
