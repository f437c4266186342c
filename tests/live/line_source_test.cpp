// Files that are dropped into a folder: every line once, marked, tried again, and known after a restart.

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include <doctest/doctest.h>

#include "live/line_source.hpp"
#include "storage/memory_cursors.hpp"
#include "storage/temporary_folder.hpp"

using namespace riskcluster;
using namespace std::chrono_literals;

namespace {

/// Takes what a source hands out, and settles when the test says so.
class Taker {
public:
  Source::Take take() {
    return [this](const Delivery& delivery, Source::Settle settle) {
      const std::lock_guard lock{mutex_};
      bytes.push_back(delivery.bytes);
      subjects.push_back(delivery.subject);
      settles.push_back(std::move(settle));
      if (at_once) settles.back()(Settled::done);
      changed_.notify_all();
    };
  }
  /// False: it did not come to pass in time.
  template <class Holds>
  bool wait(Holds holds) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, 10s, holds);
  }
  void settle(std::size_t i, Settled how) {
    Source::Settle call;
    {
      const std::lock_guard lock{mutex_};
      call = settles.at(i);
    }
    call(how);
  }
  bool at_once = true;
  std::vector<std::string> bytes, subjects;
  std::vector<Source::Settle> settles;

private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

struct Inbox {
  Inbox() { std::filesystem::create_directories(folder.path()); }
  test::TemporaryFolder folder;
  MemoryCursors cursors;
  std::string path(const std::string& name) const { return folder.path() + "/" + name; }
  void drop(const std::string& name, const std::string& text) const {
    std::ofstream{path(name + ".part")} << text;
    std::filesystem::rename(path(name + ".part"), path(name));
  }
  bool there(const std::string& name) const { return std::filesystem::exists(path(name)); }
  std::unique_ptr<LineSource> source(std::size_t credit = 64) {
    return std::make_unique<LineSource>(
        LineSourceOptions{.path = folder.path(), .credit = credit, .retry_after = 1ms, .look_every = 1ms}, cursors,
        nullptr, nullptr);
  }
};

bool until(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (std::chrono::steady_clock::now() < end) {
    if (holds()) return true;
    std::this_thread::yield();
  }
  return false;
}

} // namespace

TEST_CASE("files are read in the order of their names, line by line, and renamed when all of it is settled") {
  Inbox inbox;
  Taker taker;
  inbox.drop("b.jsonl", "3\n");
  inbox.drop("a.jsonl", "1\n\n2\n");
  inbox.drop("notes.txt", "no signals\n");
  const auto source = inbox.source();
  REQUIRE(source->start(taker.take()));
  REQUIRE(taker.wait([&] { return taker.bytes.size() == 3; }));
  REQUIRE(until([&] { return inbox.there("b.jsonl.done"); }));
  source->stop();
  CHECK(taker.bytes == std::vector<std::string>{"1", "2", "3"});
  CHECK(taker.subjects[1] == inbox.path("a.jsonl") + ":3");
  CHECK(inbox.there("a.jsonl.done"));
  CHECK_FALSE(inbox.there("a.jsonl"));
  CHECK(inbox.there("notes.txt"));
}

TEST_CASE("no more lines than the credit are out, and a file is not done before its last line is settled") {
  Inbox inbox;
  Taker taker;
  taker.at_once = false;
  inbox.drop("a.jsonl", "1\n2\n3\n");
  const auto source = inbox.source(2);
  REQUIRE(source->start(taker.take()));
  REQUIRE(taker.wait([&] { return taker.settles.size() == 2; }));
  taker.settle(1, Settled::done);
  taker.settle(1, Settled::done); // a second call changes nothing
  REQUIRE(taker.wait([&] { return taker.settles.size() == 3; }));
  taker.settle(2, Settled::done);
  CHECK_FALSE(inbox.there("a.jsonl.done"));
  taker.settle(0, Settled::done);
  CHECK(until([&] { return inbox.there("a.jsonl.done"); }));
  source->stop();
}

TEST_CASE("a line that is to be tried again comes again") {
  Inbox inbox;
  Taker taker;
  taker.at_once = false;
  inbox.drop("a.jsonl", "1\n2\n");
  const auto source = inbox.source();
  REQUIRE(source->start(taker.take()));
  REQUIRE(taker.wait([&] { return taker.settles.size() == 2; }));
  taker.settle(0, Settled::retry);
  taker.settle(1, Settled::done);
  REQUIRE(taker.wait([&] { return taker.settles.size() == 3; }));
  CHECK(taker.bytes.back() == "1");
  taker.settle(2, Settled::done);
  CHECK(until([&] { return inbox.there("a.jsonl.done"); }));
  source->stop();
}

TEST_CASE("a line that is never settled holds up what comes long after it, so that little comes again after a crash") {
  Inbox inbox;
  std::string text;
  for (int i = 1; i <= 100; ++i) text += std::to_string(i) + "\n";
  inbox.drop("a.jsonl", text);
  Taker taker;
  taker.at_once = false;
  const auto source = inbox.source(64);
  REQUIRE(source->start(taker.take()));
  for (std::size_t i = 1; i < 32; ++i) {
    REQUIRE(taker.wait([&] { return taker.settles.size() > i; }));
    taker.settle(i, Settled::done);
  }
  taker.settle(0, Settled::retry); // line 1 comes again, and nothing but it
  REQUIRE(taker.wait([&] { return taker.settles.size() == 33; }));
  CHECK(taker.bytes.back() == "1");
  taker.at_once = true;
  taker.settle(32, Settled::done);
  CHECK(until([&] { return inbox.there("a.jsonl.done"); }));
  source->stop();
}

TEST_CASE("who is stopped in the middle of a file goes on there, at the first line that was not settled") {
  Inbox inbox;
  std::string text;
  for (int i = 1; i <= 200; ++i) text += std::to_string(i) + "\n";
  inbox.drop("a.jsonl", text);
  {
    Taker taker;
    taker.at_once = false;
    const auto source = inbox.source(20);
    REQUIRE(source->start(taker.take()));
    REQUIRE(taker.wait([&] { return taker.settles.size() == 20; }));
    for (std::size_t i = 0; i < 20; ++i)
      if (i != 15) taker.settle(i, Settled::done);
    REQUIRE(taker.wait([&] { return taker.settles.size() == 39; }));
    source->stop();
    taker.settle(38, Settled::done); // too late for anybody, and harmless
  }
  Taker taker;
  const auto source = inbox.source();
  REQUIRE(source->start(taker.take()));
  REQUIRE(until([&] { return inbox.there("a.jsonl.done"); }));
  source->stop();
  CHECK(taker.bytes.front() == "16");
  CHECK(taker.bytes.back() == "200");
}

TEST_CASE("signals that are to come from what is no folder are refused at the start") {
  MemoryCursors cursors;
  LineSource source{{.path = "/nowhere/at/all"}, cursors, nullptr, nullptr};
  CHECK(source.start([](const Delivery&, const Source::Settle&) {}).error().message.find("/nowhere/at/all") !=
        std::string::npos);
}
