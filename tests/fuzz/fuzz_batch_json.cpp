#include "batch_rules.hpp"

using namespace riskcluster;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line{reinterpret_cast<const char*>(data), size};
  const auto batch = decode_batch_json(line);
  fuzz::check_batch(batch);
  const auto header = batch_header_of(line);
  if (header) {
    check(is_valid_id(header->batch_id.value), "a header has a valid batch_id");
    check(header->user_id.empty() || is_valid_id(header->user_id.value), "and no invalid id");
    for (const auto& id : header->signals) check(is_valid_id(id.value), "nor among its signals");
  }
  if (batch) check(header && header->batch_id == batch->batch_id, "the header of a good batch is its header");
  return 0;
}
