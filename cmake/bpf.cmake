# Programs for the kernel: clang makes them, bpftool a header of bytes from them.
find_program(JSCOPE_CLANG REQUIRED
             NAMES clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14)
find_program(JSCOPE_BPFTOOL bpftool PATHS /usr/sbin /sbin REQUIRED)

# As libbpf's headers call it, for the registers of arguments.
string(REGEX REPLACE "^(x86_64|amd64|i.86)$" "x86" JSCOPE_BPF_ARCH "${CMAKE_SYSTEM_PROCESSOR}")
string(REGEX REPLACE "^aarch64$" "arm64" JSCOPE_BPF_ARCH "${JSCOPE_BPF_ARCH}")

# jscope_bpf_object(NAME): NAME.bpf.c in this folder becomes NAME.skel.h in the build tree.
function(jscope_bpf_object name)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/${name})
  # Arguments of a program are 64-bit slots, which libbpf's macros cast to pointers.
  set(flags -target bpf -D__TARGET_ARCH_${JSCOPE_BPF_ARCH} -mcpu=v3 -O2 -g
      -Wall -Wextra -Wno-unused-parameter -Wno-int-conversion
      -I${PROJECT_SOURCE_DIR}/probes/include
      -isystem /usr/include/${CMAKE_LIBRARY_ARCHITECTURE})
  if(JSCOPE_WERROR)
    list(APPEND flags -Werror)
  endif()
  # The second step leaves out what only a debugger would read.
  add_custom_command(
    OUTPUT ${made}.skel.h
    COMMAND ${JSCOPE_CLANG} ${flags} -MD -MF ${made}.d -MT ${made}.skel.h
            -c ${CMAKE_CURRENT_SOURCE_DIR}/${name}.bpf.c -o ${made}.o
    COMMAND ${JSCOPE_BPFTOOL} gen object ${made}.bpf.o ${made}.o
    COMMAND ${JSCOPE_BPFTOOL} gen skeleton ${made}.bpf.o name ${name}_bpf > ${made}.skel.h
    DEPENDS ${name}.bpf.c
    DEPFILE ${made}.d
    VERBATIM)
endfunction()
