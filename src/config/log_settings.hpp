#pragma once
// What a node says about itself, and what it keeps of what it could not read.

#include <cstddef>
#include <string>

#include "config/text_rules.hpp"

namespace riskcluster {

struct LogSettings {
  std::string level = "info";
  std::string format = "human";
  std::string file;
};

struct DeadLetterSettings {
  std::size_t kept_max = 10'000;
  std::size_t first_bytes_max = 512;
};

inline constexpr TextRule log_level{"debug, info, warn or error", [](std::string_view text) {
                                      return text == "debug" || text == "info" || text == "warn" || text == "error";
                                    }};
inline constexpr TextRule log_format{"human or json",
                                     [](std::string_view text) { return text == "human" || text == "json"; }};

template <class Visit>
void each_setting(LogSettings& log, Visit&& visit) {
  visit("level", log.level, log_level, "The least that is worth a line.");
  visit("format", log.format, log_format, "human: lines for people; json: an object a line, for programs.");
  visit("file", log.file, path_or_empty, "Where lines are appended; empty: standard error.");
}

template <class Visit>
void each_setting(DeadLetterSettings& dead_letters, Visit&& visit) {
  visit("kept_max", dead_letters.kept_max, Whole{1, 10'000'000, "letters"},
        "Inputs refused for good that are kept to be looked at: 10,000 signals of 512 bytes are 5 MB; facts and orders "
        "are kept whole, up to 64 KiB each.");
  visit("first_bytes_max", dead_letters.first_bytes_max, Whole{0, 65'536, "bytes"},
        "First bytes of signals that are kept: enough to see what it was meant to be, little of somebody's data.");
}

} // namespace riskcluster
