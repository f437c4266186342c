// The stream source while its server dies, stands still and forgets: nothing that was stored is lost, the credit holds.

#include <condition_variable>
#include <deque>
#include <random>
#include <thread>

#include "transport/nats_source_stages.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using Kind = NatsNotice::Kind;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t credit = 32;

/// Some threads that settle what was taken, some of it only at a later try.
class Workers {
public:
  explicit Workers(unsigned seed) : random_{seed} {
    for (int i = 0; i < 4; ++i) threads_.emplace_back([this] { work(); });
  }
  ~Workers() {
    {
      const std::lock_guard lock{mutex_};
      ended_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
  }
  Source::Take take() {
    return [this](const Delivery& delivery, Source::Settle settle) {
      const std::lock_guard lock{mutex_};
      most_ = std::max(most_, ++unsettled_);
      ++taken_;
      waiting_.emplace_back(delivery.bytes, std::move(settle));
      changed_.notify_one();
    };
  }
  std::map<std::string, int> done() const {
    const std::lock_guard lock{mutex_};
    return done_;
  }
  std::size_t most() const {
    const std::lock_guard lock{mutex_};
    return most_;
  }
  std::size_t taken() const {
    const std::lock_guard lock{mutex_};
    return taken_;
  }

private:
  void work() {
    std::unique_lock lock{mutex_};
    for (;;) {
      changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const auto [bytes, settle] = std::move(waiting_.front());
      waiting_.pop_front();
      const bool again = random_() % 16 == 0;
      if (!again) ++done_[bytes];
      --unsettled_;
      lock.unlock();
      settle(again ? Settled::retry : Settled::done);
      lock.lock();
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::mt19937 random_;
  std::deque<std::pair<std::string, Source::Settle>> waiting_;
  std::map<std::string, int> done_;
  std::size_t unsettled_ = 0, most_ = 0, taken_ = 0;
  bool ended_ = false;
  std::vector<std::thread> threads_; ///< last: they work with the others
};

/// Stores numbered messages, each until it is stored, and goes on until it is told to end.
class Sender {
public:
  explicit Sender(const std::string& url) : client_{url}, thread_{[this] { run(); }} {}
  ~Sender() { end(); }
  std::size_t end() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
    return stored_;
  }
  std::size_t stored() const { return stored_; }

private:
  void run() {
    while (!ended_) {
      const auto number = std::to_string(stored_);
      const Message message{"trading.signals.acme.ann", {{"Nats-Msg-Id", "m-" + number}}, number};
      if (eventually([&] { return client_.store(message); })) ++stored_;
    }
  }
  NatsClient client_;
  std::atomic<bool> ended_{false};
  std::atomic<std::size_t> stored_{0};
  std::thread thread_;
};

struct Trouble {
  const char* name;
  std::function<void(StreamStage&)> happens;
};

void wait_a_moment(milliseconds time) {
  const auto begin = std::chrono::steady_clock::now();
  eventually([&] { return std::chrono::steady_clock::now() - begin >= time; });
}

/// All that was stored before, during and after the trouble is done at the end.
void survives(const Trouble& trouble, int times, unsigned seed) {
  MESSAGE(std::string{trouble.name} << ", seed " << seed);
  Workers workers{seed};
  auto options = quick_stream(credit);
  options.idle_heartbeat = milliseconds{100};
  StreamStage stage{options};
  REQUIRE(stage.start(workers.take()));
  Sender sender{stage.linked.server.url()};
  for (int time = 0; time < times; ++time) {
    const auto before = sender.stored();
    REQUIRE(eventually([&] { return sender.stored() > before + 200; }));
    trouble.happens(stage);
  }
  const auto before = sender.stored();
  REQUIRE(eventually([&] { return sender.stored() > before + 200; }));
  const auto stored = sender.end();
  REQUIRE(eventually([&] { return workers.done().size() >= stored; }));
  CHECK(eventually([&] { return stage.nothing_owed(); }));
  // Also what a killed server had forgotten to be settled: it would be there for ever.
  CHECK(eventually([&] { return stage.client.count_of("RISK_SIGNALS_IN") == 0; }));
  const auto done = workers.done();
  CHECK(done.size() == stored);
  for (std::size_t i = 0; i < stored; ++i) CHECK(done.contains(std::to_string(i)));
  std::size_t repeats = 0;
  for (const auto& [bytes, count] : done) repeats += static_cast<std::size_t>(count) - 1;
  MESSAGE(stored << " stored, " << workers.taken() << " taken, " << repeats << " done again, "
                 << stage.stream_source().copies() << " copies held back, most unsettled " << workers.most());
  CHECK(workers.most() <= credit);
  CHECK(stage.stream_source().unsettled() == 0);
}

} // namespace

TEST_CASE(
    "nothing stored is lost and the credit holds when the server is killed, stands still or forgets its consumer") {
  if (nats_server_is_missing()) return;
  const auto forget = [](StreamStage& stage) {
    REQUIRE(eventually([&] { return stage.client.has_consumer("RISK_SIGNALS_IN", "riskd"); }));
    stage.client.delete_consumer("RISK_SIGNALS_IN", "riskd");
  };
  const Trouble troubles[] = {
      {"killed and back at once",
       [](StreamStage& stage) {
         stage.linked.server.kill();
         stage.linked.server.start();
       }},
      {"killed and back after a second",
       [](StreamStage& stage) {
         stage.linked.server.kill();
         wait_a_moment(milliseconds{1'000});
         stage.linked.server.start();
       }},
      {"still for a moment",
       [](StreamStage& stage) {
         stage.linked.server.freeze();
         wait_a_moment(milliseconds{100});
         stage.linked.server.thaw();
       }},
      {"still until its consumer was given up",
       [](StreamStage& stage) {
         stage.linked.server.freeze();
         wait_a_moment(milliseconds{450});
         stage.linked.server.thaw();
       }},
      {"still until it was given up",
       [](StreamStage& stage) {
         stage.linked.server.freeze();
         REQUIRE(stage.linked.wait_until_connected(false));
         wait_a_moment(milliseconds{500});
         stage.linked.server.thaw();
       }},
      {"the consumer is deleted", forget},
      {"the consumer is deleted and the server killed",
       [&](StreamStage& stage) {
         forget(stage);
         stage.linked.server.kill();
         stage.linked.server.start();
       }},
  };
  unsigned seed = 20261205;
  for (const auto& trouble : troubles) survives(trouble, 3, seed++);
}

TEST_CASE("a server that is away for ten seconds is waited for") {
  if (nats_server_is_missing()) return;
  survives({"killed and back after ten seconds",
            [](StreamStage& stage) {
              stage.linked.server.kill();
              wait_a_moment(milliseconds{10'000});
              stage.linked.server.start();
            }},
           1, 20261211);
}

TEST_CASE("a consumer that was deleted under it is made again, and said to be") {
  if (nats_server_is_missing()) return;
  Taken taken;
  taken.settle_with(Taken::at_once(Settled::done));
  StreamStage stage{quick_stream(8)};
  REQUIRE(stage.start(taken.take()));
  stage.send(sent("before"));
  REQUIRE(taken.wait_for(1));
  REQUIRE(eventually([&] { return stage.nothing_owed(); }));
  stage.client.delete_consumer("RISK_SIGNALS_IN", "riskd");
  REQUIRE(stage.linked.notices.wait_for(Kind::failed, "Consumer Deleted"));
  stage.send(sent("after"));
  REQUIRE(taken.wait_for(2));
  CHECK(eventually([&] { return stage.linked.notices.count(Kind::repaired, "consumer riskd") == 2; }));
}

TEST_CASE("a consumer whose server has forgotten nothing is not made anew, whoever holds what") {
  if (nats_server_is_missing()) return;
  Taken taken;
  StreamStage stage{quick_stream(8)};
  REQUIRE(stage.start(taken.take()));
  for (int i = 0; i < 5; ++i) stage.send(sent(std::to_string(i)));
  REQUIRE(taken.wait_for(5)); // and none is settled
  stage.source().stop();
  stage.renew();
  taken.settle_with(Taken::at_once(Settled::done));
  for (int i = 5; i < 9; ++i) stage.send(sent(std::to_string(i)));
  REQUIRE(stage.start(taken.take()));
  CHECK(eventually([&] { return stage.nothing_owed(); }));
  CHECK(stage.linked.notices.count(Kind::repaired, "was made anew") == 0);
}

TEST_CASE("a stream that was deleted under it is made again, and its new messages are not taken for old ones") {
  if (nats_server_is_missing()) return;
  Taken taken;
  StreamStage stage{quick_stream(8)};
  REQUIRE(stage.start(taken.take()));
  stage.send(sent("old"));
  REQUIRE(taken.wait_for(1)); // sequence 1, and still unsettled
  stage.client.delete_stream("RISK_SIGNALS_IN");
  // It is sequence 1 again.
  REQUIRE(eventually([&] { return stage.client.store(message_of(sent("new"), true)); }));
  REQUIRE(taken.wait_for(2));
  CHECK(taken.deliveries()[1].bytes == "new");
  taken.settle(2, Settled::done);
  CHECK(eventually([&] { return stage.nothing_owed(); }));
}

TEST_CASE("started before its server it takes what the server has when it comes, and told before what does not fit") {
  if (nats_server_is_missing()) return;
  Taken taken;
  taken.settle_with(Taken::at_once(Settled::done));
  StreamStage stage{quick_stream(8)};
  stage.client.make_stream("RISK_SIGNALS_IN", {"trading.signals.>"});
  stage.send(sent("early"));
  stage.linked.server.kill();
  REQUIRE(stage.linked.wait_until_connected(false));
  REQUIRE(stage.start(taken.take()));
  stage.linked.server.start();
  REQUIRE(stage.linked.notices.wait_for(Kind::failed, "is there with the subjects"));
  CHECK(taken.count() == 0);
  stage.client.wait_until_back();
  stage.client.delete_stream("RISK_SIGNALS_IN");
  REQUIRE(eventually([&] { return stage.client.has_consumer("RISK_SIGNALS_IN", "riskd"); }));
  stage.send(sent("now"));
  CHECK(taken.wait_for(1));
}

TEST_CASE("with nothing to make it takes what is there, says when it is not, and finds it when it comes") {
  if (nats_server_is_missing()) return;
  Taken taken;
  taken.settle_with(Taken::at_once(Settled::done));
  auto options = quick_stream(8);
  options.create_streams = false;
  StreamStage stage{options};
  REQUIRE(stage.start(taken.take()));
  // The server does not answer a request for a consumer that is not there.
  REQUIRE(stage.linked.notices.wait_for(Kind::failed, "the server is silent"));
  CHECK_FALSE(stage.client.has_stream("RISK_SIGNALS_IN"));
  stage.client.make_stream("RISK_SIGNALS_IN", {"trading.signals.>"});
  stage.client.make_consumer("RISK_SIGNALS_IN", "riskd", 100);
  stage.send(sent("x"));
  CHECK(taken.wait_for(1));
  CHECK(stage.linked.notices.count(Kind::failed) == 1); // told once, not at each try
}
