#include "live/line_source.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <set>
#include <thread>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/text_file.hpp"
#include "storage/cursors.hpp"
#include "transport/credit.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

namespace {

/// Lines read beyond the first that is not settled. All of them come again after a crash, so they must be fewer than
/// what a tenant remembers of batches without a number.
constexpr std::uint64_t ahead_max = 32;

using Clock = std::chrono::steady_clock;
constexpr std::string_view suffix = ".jsonl";
constexpr std::uint64_t mark_every = 16;         ///< settled lines
constexpr std::chrono::seconds stop_wait_max{1}; ///< for a read of standard input that nobody can interrupt

/// What a mark is of: a file that was replaced under the same name is another one.
std::string mark_name(const std::string& path) {
  struct stat info {};
  ::stat(path.c_str(), &info);
  return "lines/" + path + "/" + std::to_string(info.st_ino) + "/" + std::to_string(info.st_size) + "/" +
         std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec);
}

} // namespace

/// Shared with settlements, which may come after the source is gone.
struct LineSource::Core : std::enable_shared_from_this<Core> {
  Core(LineSourceOptions made, Cursors& marks, std::function<void()> when_ended,
       std::function<void(const std::string&)> told)
      : options{std::move(made)}, cursors{marks}, ended{std::move(when_ended)}, complain{std::move(told)} {}

  struct Line {
    std::uint64_t number = 0;
    Delivery delivery;
    Clock::time_point due{};
  };

  void run();
  void read_standard_input();
  void read_folder();
  bool read_file(const std::string& path);
  /// False: stopped before its end. True when all lines are settled.
  bool feed(const std::string& place, LineReader& reader, std::uint64_t skip, const std::string& mark);
  bool line_there(std::unique_lock<std::mutex>& lock);
  void hand_out(std::unique_lock<std::mutex>& lock, Line line);
  void settled(const Line& line, Settled settlement);
  void put_mark(std::unique_lock<std::mutex>& lock, const std::string& mark);

  const LineSourceOptions options;
  Cursors& cursors;
  std::function<void()> ended;
  std::function<void(const std::string&)> complain;
  Take take;
  std::thread thread;

  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  bool finished = false;
  bool abandoned = false;            ///< the thread hangs in a read, and what it works with goes
  std::set<std::uint64_t> unsettled; ///< lines
  std::deque<Line> again;            ///< to be handed out once more
  std::uint64_t read = 0;            ///< the last line that was handed out
  std::uint64_t since_mark = 0;
  std::set<std::string> unusable; ///< files that could not be renamed; of the source's own thread
};

LineSource::LineSource(LineSourceOptions options, Cursors& cursors, std::function<void()> ended,
                       std::function<void(const std::string&)> complain)
    : core_{std::make_shared<Core>(std::move(options), cursors, std::move(ended), std::move(complain))} {}

LineSource::~LineSource() { stop(); }

const std::string& LineSource::name() const { return core_->options.name; }

Result<bool> LineSource::usable(const std::string& path) {
  std::error_code failed;
  if (path == "-" || std::filesystem::is_directory(path, failed)) return true;
  return Error{Errc::not_found, path + ": is no folder; signals come from a folder, or - for standard input"};
}

Result<bool> LineSource::start(Take take) {
  if (auto can = usable(core_->options.path); !can) return can;
  core_->take = std::move(take);
  core_->thread = std::thread{[core = core_] {
    core->run();
    const std::lock_guard lock{core->mutex};
    core->finished = true;
    core->changed.notify_all();
  }};
  return true;
}

void LineSource::stop() {
  std::unique_lock lock{core_->mutex};
  core_->stopping = true;
  core_->changed.notify_all();
  if (!core_->thread.joinable()) return;
  const bool done = core_->changed.wait_for(lock, stop_wait_max, [&] { return core_->finished; });
  core_->abandoned = !done;
  lock.unlock();
  // Somebody who began a line and never ended it must not hold the node up.
  done ? core_->thread.join() : core_->thread.detach();
}

void LineSource::Core::run() { options.path == "-" ? read_standard_input() : read_folder(); }

void LineSource::Core::read_standard_input() {
  auto reader = LineReader::open("-");
  if (feed("standard input", *reader, 0, "") && ended) ended();
}

void LineSource::Core::read_folder() {
  for (;;) {
    std::vector<std::string> files;
    std::error_code failed;
    for (std::filesystem::directory_iterator at{options.path, failed}, end; !failed && at != end; at.increment(failed))
      if (at->path().string().ends_with(suffix) && !unusable.contains(at->path().string()))
        files.push_back(at->path().string());
    std::sort(files.begin(), files.end());
    for (const auto& file : files)
      if (!read_file(file)) return;
    std::unique_lock lock{mutex};
    if (changed.wait_for(lock, options.look_every, [&] { return stopping; })) return;
  }
}

/// False: stopped.
bool LineSource::Core::read_file(const std::string& path) {
  const std::string mark = mark_name(path);
  const auto marked = cursors.find(mark);
  const std::uint64_t skip = marked && *marked ? std::strtoull((*marked)->c_str(), nullptr, 10) : 0;
  auto reader = LineReader::open(path);
  std::error_code failed;
  if (!reader && !std::filesystem::exists(path, failed)) return true; // somebody took it away
  if (reader && !feed(path, *reader, skip, mark)) return false;
  std::filesystem::rename(path, path + (reader ? ".done" : ".unreadable"), failed);
  if (complain && !reader) complain(reader.error().message);
  if (!failed) return true;
  unusable.insert(path); // or it would be read for ever
  if (complain) complain(path + " cannot be renamed, and is not looked at again: " + failed.message());
  return true;
}

bool LineSource::Core::feed(const std::string& place, LineReader& reader, std::uint64_t skip, const std::string& mark) {
  while (reader.line() < skip && reader.next()) {
  }
  std::unique_lock lock{mutex};
  unsettled.clear();
  again.clear();
  read = reader.line();
  for (bool more = true; more || !unsettled.empty();) {
    const auto room = [&] {
      return unsettled.size() < options.credit && (unsettled.empty() || read + 1 < *unsettled.begin() + ahead_max);
    };
    const auto turn = [&] {
      const bool due = !again.empty() && again.front().due <= Clock::now();
      return stopping || due || since_mark >= mark_every || (more ? room() : unsettled.empty());
    };
    if (again.empty())
      changed.wait(lock, [&] { return turn() || !again.empty(); });
    else
      changed.wait_until(lock, again.front().due, turn);
    if (stopping) break;
    if (since_mark >= mark_every) {
      put_mark(lock, mark);
      continue;
    }
    if (!again.empty() && again.front().due <= Clock::now()) {
      Line line = std::move(again.front());
      again.pop_front();
      hand_out(lock, std::move(line));
      continue;
    }
    if (!more || !room() || (options.path == "-" && !line_there(lock))) continue;
    lock.unlock();
    const auto text = reader.next();
    lock.lock();
    if (stopping) break; // nobody is there any more to take it
    more = text.has_value();
    if (!more) continue;
    read = reader.line();
    if (text->empty()) continue;
    Line line{.number = read,
              .delivery = {.subject = place + ":" + std::to_string(read), .content_type = std::string{json_type}}};
    line.delivery.bytes = *text;
    if (reader.too_long()) line.delivery.fault = "longer than 1 MiB, and cut there";
    unsettled.insert(read);
    hand_out(lock, std::move(line));
  }
  put_mark(lock, mark);
  return !stopping;
}

/// Looks for a while; nobody can interrupt a read.
bool LineSource::Core::line_there(std::unique_lock<std::mutex>& lock) {
  if (std::cin.rdbuf()->in_avail() > 0) return true;
  lock.unlock();
  pollfd input{STDIN_FILENO, POLLIN, 0};
  const int ready = ::poll(&input, 1, static_cast<int>(options.retry_after.count()));
  lock.lock();
  return ready > 0;
}

void LineSource::Core::hand_out(std::unique_lock<std::mutex>& lock, Line line) {
  lock.unlock();
  Delivery delivery = line.delivery;
  take(std::move(delivery), settle_once([core = shared_from_this(), line = std::move(line)](Settled settlement) {
         core->settled(line, settlement);
       }));
  lock.lock();
}

void LineSource::Core::settled(const Line& line, Settled settlement) {
  const std::lock_guard lock{mutex};
  if (settlement == Settled::retry) {
    again.push_back(line);
    again.back().due = Clock::now() + options.retry_after;
    ++again.back().delivery.deliveries;
  } else {
    unsettled.erase(line.number);
    ++since_mark;
  }
  changed.notify_all();
}

/// Everything up to the first line that is not settled. Whoever settles does not wait for the disk.
void LineSource::Core::put_mark(std::unique_lock<std::mutex>& lock, const std::string& mark) {
  since_mark = 0;
  if (mark.empty() || abandoned) return;
  const std::uint64_t upto = unsettled.empty() ? read : *unsettled.begin() - 1;
  lock.unlock();
  // A mark that is lost only means that lines come again.
  static_cast<void>(cursors.put(mark, std::to_string(upto)));
  lock.lock();
}

} // namespace riskcluster
