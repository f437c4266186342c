# How everything is compiled: strict, reproducible, quick to repeat.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
option(RISKCLUSTER_SANITIZE "address and undefined-behaviour sanitizers" OFF)
option(RISKCLUSTER_TSAN "thread sanitizer, with the libcaf_core in CAF_ROOT (scripts/tsan)" OFF)
option(RISKCLUSTER_FUZZ "libFuzzer targets (clang)" OFF)
option(RISKCLUSTER_FAILPOINTS "named places where a test may make the process die or fail" OFF)
if(RISKCLUSTER_FAILPOINTS AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  message(FATAL_ERROR "RISKCLUSTER_FAILPOINTS is for Debug builds only: what is shipped has no failpoint")
endif()

add_library(riskcluster_options INTERFACE)
# No fused multiply-add: state hashes and scenarios must agree across processors. No -march=native for the same reason.
# Designated initialisers leave members to their defaults on purpose: no -Wmissing-field-initializers.
target_compile_options(riskcluster_options INTERFACE
  -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wdouble-promotion -Werror -ffp-contract=off)
target_include_directories(riskcluster_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
if(RISKCLUSTER_SANITIZE)
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_compile_options(riskcluster_options INTERFACE ${sanitizers})
  target_link_options(riskcluster_options INTERFACE ${sanitizers})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # With the sanitizers' own branches GCC 12 takes a variant's other alternatives for uninitialised reads.
    target_compile_options(riskcluster_options INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(RISKCLUSTER_TSAN)
  if(RISKCLUSTER_SANITIZE OR RISKCLUSTER_FUZZ)
    message(FATAL_ERROR "RISKCLUSTER_TSAN excludes the other sanitizers: each needs the memory map for itself")
  endif()
  # For all targets, the generated code as well: an atomic in code that is not instrumented orders nothing for the sanitizer.
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()
if(RISKCLUSTER_FAILPOINTS)
  target_compile_definitions(riskcluster_options INTERFACE RISKCLUSTER_FAILPOINTS)
endif()
if(RISKCLUSTER_FUZZ)
  target_compile_options(riskcluster_options INTERFACE -fsanitize=fuzzer-no-link,address)
  target_link_options(riskcluster_options INTERFACE -fsanitize=address)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # The precompiled header would otherwise make every compilation a miss.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

# Two links at once need more memory than they save time.
set_property(GLOBAL PROPERTY JOB_POOLS link=1)
set(CMAKE_JOB_POOL_LINK link)

# One precompiled header for all our libraries: Eigen and the standard headers that nearly every file reads.
file(WRITE ${CMAKE_BINARY_DIR}/pch/pch.cpp.in "")
configure_file(${CMAKE_BINARY_DIR}/pch/pch.cpp.in ${CMAKE_BINARY_DIR}/pch/pch.cpp COPYONLY)
add_library(riskcluster_pch STATIC ${CMAKE_BINARY_DIR}/pch/pch.cpp)
target_link_libraries(riskcluster_pch PRIVATE riskcluster_options eigen)
target_precompile_headers(riskcluster_pch PRIVATE <algorithm> <map> <memory> <optional> <string> <string_view> <utility>
                          <variant> <vector> <Eigen/Core>)

# A layer: every .cpp of the folder, no recursion. Layers without a .cpp are headers only.
function(riskcluster_layer name folder)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "LINK")
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC riskcluster_options ${arg_LINK})
    target_precompile_headers(${name} REUSE_FROM riskcluster_pch)
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE riskcluster_options ${arg_LINK})
  endif()
endfunction()

function(riskcluster_program name source)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "LINK")
  if(NOT EXISTS ${PROJECT_SOURCE_DIR}/${source})
    return()
  endif()
  add_executable(${name} ${PROJECT_SOURCE_DIR}/${source})
  target_link_libraries(${name} PRIVATE riskcluster_options malloc ${arg_LINK})
  target_compile_definitions(${name} PRIVATE RISKCLUSTER_VERSION="${PROJECT_VERSION}")
endfunction()
