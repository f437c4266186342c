#include "messages/errors.hpp"

#include <caf/atom.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>
#include <caf/to_string.hpp>

namespace riskcluster {

namespace {

constexpr auto category = caf::atom("risk");

} // namespace

caf::error to_caf(const Error& error) {
  // 0 would mean success to CAF.
  const auto code = static_cast<std::uint8_t>(static_cast<unsigned>(error.code) + 1);
  return {code, category, caf::make_message(error.message)};
}

Error from_caf(const caf::error& error) {
  if (error.category() != category || error.code() == 0)
    return {Errc::unavailable, "a part of the node failed: " + to_string(error)};
  const auto& text = error.context();
  return {static_cast<Errc>(error.code() - 1),
          text.match_elements<std::string>() ? text.get_as<std::string>(0) : std::string{}};
}

} // namespace riskcluster
