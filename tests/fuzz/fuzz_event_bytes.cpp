#include "core/check.hpp"
#include "messages/codec_journal.hpp"

using namespace riskcluster;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto event = decode_event({reinterpret_cast<const char*>(data), size});
  if (!event) {
    check(!event.error().message.empty(), "an error says why");
    return 0;
  }
  const auto bytes = encode_event(*event);
  const auto again = decode_event(bytes);
  check(again && *again == *event, "an event is read back exactly"); // also: nothing in it is NaN
  check(encode_event(*again) == bytes, "one event, one form");
  return 0;
}
