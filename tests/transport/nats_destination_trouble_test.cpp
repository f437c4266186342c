// The destination while its server dies and stands still: each shard's order without a gap, as the egress publishes.

#include <map>
#include <random>

#include "transport/destination_contract.hpp"
#include "transport/nats_client.hpp"
#include "transport/nats_destination.hpp"
#include "transport/nats_link.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using std::chrono::milliseconds;

namespace {

constexpr std::uint32_t shards = 16;

/// One portion a shard under way, the next one when it has arrived, the same one when it has not.
class Egress {
public:
  Egress(Destination& destination, int outputs, unsigned seed)
      : destination_{destination}, outputs_{outputs}, random_{seed} {
    for (std::uint32_t shard = 0; shard < shards; ++shard) send(shard);
  }
  /// Sends again what has failed; true when all is out.
  bool tick() {
    std::vector<std::uint32_t> again;
    {
      const std::lock_guard lock{mutex_};
      again = std::exchange(blocked_, {});
    }
    for (const auto shard : again) send(shard);
    const std::lock_guard lock{mutex_};
    return out_ == shards;
  }
  std::size_t failures() const {
    const std::lock_guard lock{mutex_};
    return failures_;
  }
  int confirmed() const {
    const std::lock_guard lock{mutex_};
    int all = 0;
    for (const auto& [shard, n] : confirmed_) all += n;
    return all;
  }

private:
  void send(std::uint32_t shard) {
    std::vector<Publication> publications;
    int last = 0;
    {
      const std::lock_guard lock{mutex_};
      const int first = confirmed_[shard] + 1;
      last = std::min(outputs_, first + static_cast<int>(random_() % 12));
      publications = portion(shard, first, last - first + 1);
    }
    destination_.publish({shard}, std::move(publications), [this, shard, last](bool arrived) {
      {
        const std::lock_guard lock{mutex_};
        if (!arrived) {
          ++failures_;
          blocked_.push_back(shard);
          return;
        }
        confirmed_[shard] = last;
        if (last == outputs_) {
          ++out_;
          return;
        }
      }
      send(shard);
    });
  }

  Destination& destination_;
  int outputs_;
  mutable std::mutex mutex_;
  std::mt19937 random_;
  std::map<std::uint32_t, int> confirmed_;
  std::vector<std::uint32_t> blocked_;
  std::size_t failures_ = 0;
  std::uint32_t out_ = 0;
};

void in_order_without_gap(const char* name, unsigned seed, const std::function<void(Linked&)>& trouble) {
  constexpr int outputs = 400, times = 4;
  MESSAGE(std::string{name} << ", seed " << seed);
  Linked linked;
  NatsClient client{linked.server.url()};
  auto made = NatsDestination::open(*linked.link);
  REQUIRE(made);
  Egress egress{**made, outputs, seed};
  const auto until = [&](int confirmed) {
    return eventually([&] { return egress.tick() || egress.confirmed() >= confirmed; });
  };
  for (int time = 1; time <= times; ++time) {
    REQUIRE(until(time * outputs * static_cast<int>(shards) / (times + 2)));
    trouble(linked);
  }
  REQUIRE(eventually([&] { return egress.tick(); }));
  client.wait_until_back();
  const auto all = client.all_of("RISK_OUT");
  std::vector<std::pair<std::string, std::string>> arrived;
  arrived.reserve(all.size());
  for (const auto& message : all) arrived.emplace_back(message.headers.front().second, message.bytes);
  MESSAGE((outputs * static_cast<int>(shards)) << " outputs, " << arrived.size() << " in the stream, "
                                               << egress.failures() << " portions failed and came again");
  CHECK(egress.failures() > 0);
  for (std::uint32_t shard = 0; shard < shards; ++shard)
    CHECK(first_seen(arrived, shard) == ids_of(portion(shard, 1, outputs)));
}

} // namespace

TEST_CASE("a reader that knows repeats by id sees each shard's outputs in order, and misses none, when the server is "
          "killed") {
  if (nats_server_is_missing()) return;
  in_order_without_gap("killed", 20261206, [](Linked& linked) {
    linked.server.kill();
    linked.server.start();
  });
}

TEST_CASE("and when it stands still until it is given up") {
  if (nats_server_is_missing()) return;
  in_order_without_gap("still", 20261207, [](Linked& linked) {
    linked.server.freeze();
    REQUIRE(linked.wait_until_connected(false));
    linked.server.thaw();
  });
}

TEST_CASE("and when it stands still for less than that") {
  if (nats_server_is_missing()) return;
  in_order_without_gap("still, then killed", 20261208, [](Linked& linked) {
    const auto begin = std::chrono::steady_clock::now();
    linked.server.freeze();
    eventually([&] { return std::chrono::steady_clock::now() - begin > milliseconds{100}; });
    linked.server.thaw();
    linked.server.kill();
    linked.server.start();
  });
}
