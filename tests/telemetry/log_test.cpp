// The process's log: where lines go, what is not printed, and what a reader of the file may rely on.

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/temporary_folder.hpp"
#include "telemetry/log.hpp"
#include "telemetry/log_limit.hpp"
#include "telemetry/standard_error.hpp"

using namespace riskcluster;

namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file{path};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

void open_at(const std::string& file, LogFormat format = LogFormat::json, LogLevel level = LogLevel::info) {
  const auto opened = open_log({.level = level, .format = format, .file = file});
  REQUIRE(opened);
}

/// What comes out of a pipe or terminal until its other side is closed.
std::string everything_from(int file) {
  std::string all;
  std::array<char, 4'096> part{};
  for (ssize_t size = 0; (size = ::read(file, part.data(), part.size())) > 0;)
    all.append(part.data(), static_cast<std::size_t>(size));
  return all;
}

/// What a line looks like on a terminal with these variables set.
std::string shown_on_terminal(const char* no_color, const char* terminal) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(master >= 0);
  REQUIRE((::grantpt(master) == 0 && ::unlockpt(master) == 0));
  const int slave = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
  REQUIRE(slave >= 0);
  ::setenv("TERM", terminal, 1);
  no_color == nullptr ? ::unsetenv("NO_COLOR") : ::setenv("NO_COLOR", no_color, 1);
  {
    const test::StandardErrorTo there{slave};
    open_at("", LogFormat::human);
    log_event(LogLevel::error, "went wrong");
  }
  ::close(slave);
  std::string shown = everything_from(master);
  ::close(master);
  return shown;
}

} // namespace

TEST_CASE("an error is in the file when the call returns, as JSON or for people") {
  const test::TemporaryFolder folder;
  const std::string json = folder.path("logs/riskd.jsonl"), human = folder.path("riskd.log");
  open_at(json); // with the folder above it
  log_event(LogLevel::error, "batch {} decided", {{"correlation_id", "c-1"}, {"signals", 3}});
  REQUIRE(lines_of(json).size() == 1);
  CHECK(lines_of(json)[0].starts_with(R"({"time":"20)"));
  CHECK(lines_of(json)[0].ends_with(
      R"(Z","level":"error","message":"batch {} decided","correlation_id":"c-1","signals":3})"));
  open_at(human, LogFormat::human);
  log_event(LogLevel::warn, "went on", {{"after_ms", 2}});
  flush_log();
  CHECK(lines_of(json).size() == 1);
  REQUIRE(lines_of(human).size() == 1);
  CHECK(lines_of(human)[0].ends_with("Z warn  went on after_ms=2"));
}

TEST_CASE("the time of a line is the wall clock's") {
  const test::TemporaryFolder folder;
  open_at(folder.path("log"));
  const auto now = [] {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  };
  const TimeMs before = now();
  log_event(LogLevel::error, "now");
  const auto at = parse_rfc3339(lines_of(folder.path("log")).at(0).substr(9, 24));
  REQUIRE(at);
  CHECK(before <= *at);
  CHECK(*at <= now());
}

TEST_CASE("what is below the level is not printed") {
  const test::TemporaryFolder folder;
  constexpr std::array levels = {LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error};
  for (const auto level : levels) {
    const std::string file = folder.path(std::string{name(level)});
    open_at(file, LogFormat::json, level);
    for (const auto said : levels) {
      CHECK(log_enabled(said) == (said >= level));
      log_event(said, "a line");
    }
    CHECK(lines_of(file).size() == levels.size() - static_cast<std::size_t>(level));
  }
}

TEST_CASE("a file that cannot be opened is named, and the log goes on where it was") {
  const test::TemporaryFolder folder;
  open_at(folder.path("log"));
  const auto refused = open_log({.level = LogLevel::error, .file = folder.path("log/below")});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
  CHECK(contains(refused.error().message, folder.path("log/below")));
  log_event(LogLevel::error, "still here");
  CHECK(lines_of(folder.path("log")).size() == 1);
}

TEST_CASE("opened again, the log goes on in a new file when the old one was moved away, and appends when it was not") {
  const test::TemporaryFolder folder;
  open_at(folder.path("log"));
  log_event(LogLevel::info, "first");
  open_at(folder.path("log"));
  log_event(LogLevel::error, "second");
  REQUIRE(lines_of(folder.path("log")).size() == 2);
  std::filesystem::rename(folder.path("log"), folder.path("log.1"));
  log_event(LogLevel::info, "third");
  open_at(folder.path("log"));
  log_event(LogLevel::error, "fourth");
  CHECK(lines_of(folder.path("log.1")).size() == 3);
  CHECK(lines_of(folder.path("log")).size() == 1);
}

TEST_CASE("a disk that is full loses lines, not the process, and a log that was opened elsewhere works again") {
  const test::TemporaryFolder folder;
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  {
    const test::StandardErrorTo there{nowhere}; // spdlog complains
    open_at("/dev/full");
    for (int i = 0; i < 10; ++i) log_event(LogLevel::error, "lost");
    flush_log();
    open_at(folder.path("log"));
  }
  ::close(nowhere);
  log_event(LogLevel::error, "found");
  CHECK(lines_of(folder.path("log")).size() == 1);
}

TEST_CASE(
    "a pipe that nobody reads holds up nobody for long; lines wait, then are dropped and counted, and none is torn") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const auto before = log_lines_dropped();
  std::size_t said = 0, dropped = 0;
  std::string got;
  std::thread reader;
  {
    const test::StandardErrorTo there{ends[1]};
    open_at("", LogFormat::json, LogLevel::debug);
    const auto begin = std::chrono::steady_clock::now();
    const std::string text(1'000, 'x');
    for (; log_lines_dropped() == before; ++said) log_event(LogLevel::debug, "hop", {{"text", text}});
    for (int i = 0; i < 50; ++i, ++said) log_event(LogLevel::error, "seen all the same", {{"i", i}});
    CHECK(std::chrono::steady_clock::now() - begin < 50 * log_wait_max);
    CHECK(said * text.size() < 2 * log_waiting_bytes_max);
    dropped = log_lines_dropped() - before;
    reader = std::thread{[&] { got = everything_from(ends[0]); }};
    const test::TemporaryFolder folder;
    open_at(folder.path("log"));
    while (lines_of(folder.path("log")).empty()) log_event(LogLevel::info, "behind all of it");
  }
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  std::size_t lines = 0, errors = 0;
  for (std::size_t at = 0; at < got.size(); ++lines) {
    const auto end = got.find('\n', at);
    REQUIRE(end != std::string::npos);
    const auto line = got.substr(at, end - at);
    CHECK((line.starts_with("{\"time\":\"") && line.ends_with("}")));
    if (contains(line, "seen all the same")) ++errors;
    at = end + 1;
  }
  CHECK(errors == 50); // the flood of debug lines has left them room
  CHECK(lines + dropped == said);
}

TEST_CASE("debug lines are not held back however many there are: who follows a request misses no hop") {
  const test::TemporaryFolder folder;
  open_at(folder.path("log"), LogFormat::json, LogLevel::debug);
  for (std::size_t i = 0; i < 5 * log_repeats_max; ++i) log_event(LogLevel::debug, "hop", {{"i", i}});
  flush_log();
  CHECK(lines_of(folder.path("log")).size() == 5 * log_repeats_max);
}

TEST_CASE("a line that repeats is counted beyond the bound, and the count is told: none is lost") {
  const test::TemporaryFolder folder;
  open_at(folder.path("log"));
  constexpr std::size_t said = 50'000;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < said; ++i) log_event(LogLevel::warn, "no price", {{"i", i}});
  flush_log();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin);
  std::size_t printed = 0, held = 0;
  for (const auto& line : lines_of(folder.path("log"))) {
    if (contains(line, R"("message":"no price")")) {
      ++printed;
    } else {
      REQUIRE(contains(line, R"("level":"warn","message":"lines held back","of":"no price","lines":)"));
      held += std::stoul(line.substr(line.rfind(':') + 1));
    }
  }
  CHECK(printed >= log_repeats_max);
  CHECK(printed <= log_repeats_max * (static_cast<std::size_t>(seconds.count()) + 2));
  CHECK(printed + held == said);
}

TEST_CASE("what was held back is told with the first line of a later second, unasked") {
  const test::TemporaryFolder folder;
  open_at(folder.path("log"));
  for (std::size_t i = 0; i < 50 * log_repeats_max; ++i) log_event(LogLevel::info, "no price");
  const auto told = [&] {
    for (const auto& line : lines_of(folder.path("log")))
      if (contains(line, R"("message":"lines held back","of":"no price")")) return true;
    return false;
  };
  CHECK(lines_of(folder.path("log")).size() < 10 * log_repeats_max); // it may have been more than one second
  for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20}; !told();) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    log_event(LogLevel::info, "tick");
  }
}

TEST_CASE("lines of many threads are whole, all there, and in the order of their times") {
  const test::TemporaryFolder folder;
  open_at(folder.path("log"));
  std::vector<std::thread> threads(8);
  for (std::size_t t = 0; t < threads.size(); ++t)
    threads[t] = std::thread{[t] {
      const std::string message = "thread " + std::to_string(t);
      for (std::size_t i = 0; i < log_repeats_max; ++i) log_event(LogLevel::info, message, {{"i", i}});
    }};
  for (auto& thread : threads) thread.join();
  flush_log();
  const auto lines = lines_of(folder.path("log"));
  CHECK(lines.size() == 8 * log_repeats_max);
  std::string last;
  for (const auto& line : lines) {
    CHECK((line.starts_with("{\"time\":\"") && line.ends_with("}")));
    const std::string time = line.substr(9, 24);
    CHECK(last <= time);
    last = time;
  }
}

TEST_CASE("colours are for terminals, and only where nobody forbids them") {
  CHECK(contains(shown_on_terminal(nullptr, "xterm"), "\x1b[31merror\x1b[0m"));
  CHECK(contains(shown_on_terminal("", "xterm"), "\x1b[31m")); // no-color.org: when present and not an empty string
  CHECK_FALSE(contains(shown_on_terminal("1", "xterm"), "\x1b"));
  CHECK_FALSE(contains(shown_on_terminal(nullptr, "dumb"), "\x1b"));
  CHECK(contains(shown_on_terminal("1", "xterm"), "went wrong"));
  const test::TemporaryFolder folder;
  open_at(folder.path("log"), LogFormat::human);
  log_event(LogLevel::error, "went wrong");
  CHECK_FALSE(contains(lines_of(folder.path("log")).at(0), "\x1b"));
}

TEST_CASE("child: says one line of each level without opening a log" * doctest::skip()) {
  log_event(LogLevel::debug, "at debug");
  log_event(LogLevel::info, "at info");
  log_event(LogLevel::warn, "at warn");
  log_event(LogLevel::error, "at error");
}

TEST_CASE("before it is opened, the log says warnings and errors to standard error") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) { // a fresh process: this one's log is open
    ::dup2(ends[1], STDERR_FILENO);
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    ::close(ends[0]);
    ::execl("/proc/self/exe", "test_telemetry", "--no-skip", "--test-case=child: says one line*", nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  const std::string said = everything_from(ends[0]);
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(contains(said, "Z warn  at warn\n"));
  CHECK(contains(said, "Z error at error\n"));
  CHECK_FALSE(contains(said, "at info"));
  CHECK_FALSE(contains(said, "at debug"));
}
