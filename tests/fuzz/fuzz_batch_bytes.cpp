#include "batch_rules.hpp"

using namespace riskcluster;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::check_batch(decode_batch_bytes({reinterpret_cast<const char*>(data), size}));
  return 0;
}
