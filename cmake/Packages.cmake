# Every package as one SYSTEM target, and the generated code of proto/ as one library.

function(riskcluster_package name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK;INCLUDE")
  add_library(${name} INTERFACE)
  target_include_directories(${name} SYSTEM INTERFACE ${arg_INCLUDE})
  target_link_libraries(${name} INTERFACE ${arg_LINK})
endfunction()

find_package(PkgConfig REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
find_package(Eigen3 3.4 REQUIRED)
find_package(Protobuf REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(doctest REQUIRED)
find_package(date REQUIRED)
find_package(toml11 3.7 REQUIRED)
find_package(spdlog REQUIRED)
# Of Prometheus the metrics only, not its HTTP server. Debian's httplib is a library: its .pc names the macros that it
# was compiled with, which change the layout of its types.
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)

# Debian's CAF, RocksDB and nats.c are plain libraries with headers.
find_library(ROCKSDB rocksdb REQUIRED)
find_library(NATS nats REQUIRED)
if(RISKCLUSTER_TSAN)
  # Debian's libcaf_core is not instrumented: every lock in it would be invisible, every message a race.
  set(CAF_ROOT ${PROJECT_SOURCE_DIR}/build/caf-tsan CACHE PATH "what scripts/build_caf_tsan has built")
  find_library(CAF_CORE caf_core PATHS ${CAF_ROOT}/lib NO_DEFAULT_PATH REQUIRED)
  riskcluster_package(caf LINK ${CAF_CORE} INCLUDE ${CAF_ROOT}/include)
else()
  find_library(CAF_CORE caf_core REQUIRED)
  riskcluster_package(caf LINK ${CAF_CORE})
endif()

# CAF's templates bind references to null on purpose, where nothing is read through them.
if(RISKCLUSTER_SANITIZE)
  target_compile_options(caf INTERFACE -fno-sanitize=null)
endif()

# The sanitizers bring a malloc of their own.
if(RISKCLUSTER_SANITIZE OR RISKCLUSTER_TSAN OR RISKCLUSTER_FUZZ)
  riskcluster_package(malloc)
else()
  pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)
  riskcluster_package(malloc LINK PkgConfig::JEMALLOC)
endif()

riskcluster_package(rocksdb LINK ${ROCKSDB})
riskcluster_package(nats LINK ${NATS})
riskcluster_package(xxhash LINK PkgConfig::XXHASH)
riskcluster_package(eigen LINK Eigen3::Eigen)
riskcluster_package(cli11 LINK CLI11::CLI11)
riskcluster_package(nlohmann LINK nlohmann_json::nlohmann_json)
riskcluster_package(date LINK date::date-tz)
riskcluster_package(toml11 LINK toml11::toml11)
riskcluster_package(spdlog LINK spdlog::spdlog)
riskcluster_package(prometheus LINK PkgConfig::PROMETHEUS)
riskcluster_package(httplib LINK PkgConfig::HTTPLIB)

file(GLOB_RECURSE proto_files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/proto ${PROJECT_SOURCE_DIR}/proto/*.proto)
set(proto_out ${CMAKE_BINARY_DIR}/proto)
file(MAKE_DIRECTORY ${proto_out})
set(proto_sources "")
foreach(proto IN LISTS proto_files)
  string(REPLACE ".proto" ".pb" stem ${proto})
  add_custom_command(
    OUTPUT ${proto_out}/${stem}.cc ${proto_out}/${stem}.h
    COMMAND protobuf::protoc --proto_path=${PROJECT_SOURCE_DIR}/proto --cpp_out=${proto_out} ${proto}
    DEPENDS ${PROJECT_SOURCE_DIR}/proto/${proto} COMMENT "protoc ${proto}" VERBATIM)
  list(APPEND proto_sources ${proto_out}/${stem}.cc ${proto_out}/${stem}.h)
endforeach()
add_library(contracts STATIC ${proto_sources})
target_include_directories(contracts SYSTEM PUBLIC ${proto_out})
target_link_libraries(contracts PUBLIC protobuf::libprotobuf)
