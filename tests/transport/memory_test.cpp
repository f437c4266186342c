// The twins in memory, and the file.

#include <array>
#include <fstream>

#include <unistd.h>

#include "storage/temporary_folder.hpp"
#include "transport/destination_contract.hpp"
#include "transport/file_destination.hpp"
#include "transport/memory_destination.hpp"
#include "transport/memory_publisher.hpp"
#include "transport/memory_source.hpp"
#include "transport/publisher_contract.hpp"
#include "transport/source_contract.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

class MemorySourceStage final : public SourceStage {
public:
  explicit MemorySourceStage(std::size_t credit) : source_{"memory", credit} {}
  Source& source() override { return source_; }
  bool renew() override { return false; }
  void send(const Delivery& what) override { REQUIRE(source_.offer(what)); }
  bool nothing_owed() override { return source_.waiting() == 0; }

private:
  MemorySource source_;
};

class MemoryPublisherStage final : public PublisherStage {
public:
  explicit MemoryPublisherStage(std::size_t messages_max) : publisher_{messages_max} {}
  Publisher& publisher() override { return publisher_; }
  void hold() override {}
  void release() override {}
  std::vector<Message> arrived() override { return publisher_.published(); }

private:
  MemoryPublisher publisher_;
};

class MemoryDestinationStage final : public DestinationStage {
public:
  Destination& destination() override { return destination_; }
  void break_down() override { destination_.refuse(true); }
  void mend() override { destination_.refuse(false); }
  std::vector<std::pair<std::string, std::string>> arrived() override {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& publication : destination_.arrived()) all.emplace_back(publication.id, publication.bytes);
    return all;
  }

private:
  MemoryDestination destination_{"memory"};
};

} // namespace

TEST_CASE("a source in memory keeps the contract") {
  source_contract([](std::size_t credit) { return std::make_unique<MemorySourceStage>(credit); });
}

TEST_CASE("a publisher in memory keeps the contract") {
  publisher_contract([](std::size_t messages_max) { return std::make_unique<MemoryPublisherStage>(messages_max); });
}

TEST_CASE("a destination in memory keeps the contract") {
  destination_contract([] { return std::make_unique<MemoryDestinationStage>(); });
}

TEST_CASE("a source in memory is bounded") {
  MemorySource source{"memory", 1};
  for (std::size_t i = 0; i < memory_source_offers_max; ++i) REQUIRE(source.offer({}));
  CHECK_FALSE(source.offer({}));
}

TEST_CASE("a reader of standard output that stalls holds nobody up: neither who publishes nor the end") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const int own = ::dup(STDOUT_FILENO);
  REQUIRE(::dup2(ends[1], STDOUT_FILENO) >= 0);
  auto out = FileDestination::standard_output("out");
  REQUIRE(::dup2(own, STDOUT_FILENO) >= 0);
  REQUIRE(out);
  std::atomic<int> arrived{0};
  const std::string large(1'000'000, 'x'); // more than any pipe holds
  (*out)->publish({0}, {output(0, 1, large)}, [&](bool) { ++arrived; });
  (*out)->publish({1}, {output(1, 1)}, [&](bool) { ++arrived; });
  CHECK(arrived == 0);
  SUBCASE("until it reads") {
    std::string read(large.size() + 1, ' ');
    for (std::size_t at = 0; at < read.size();)
      at += static_cast<std::size_t>(::read(ends[0], &read[at], std::min<std::size_t>(read.size() - at, 65'536)));
    CHECK(eventually([&] { return arrived == 2; }));
  }
  SUBCASE("even when it never does") {
    out->reset();
    CHECK(arrived == 0);
  }
  for (const int end : {ends[0], ends[1], own}) ::close(end);
}

TEST_CASE("a file has each publication as a line, and ends one that was cut off") {
  const TemporaryFolder folder;
  const auto path = folder.path("out.jsonl");
  std::ofstream{path} << "cut";
  const auto file = FileDestination::open("file", path);
  REQUIRE(file);
  REQUIRE(publish(**file, 0, portion(0, 1, 2)));
  std::ifstream in{path};
  CHECK(std::string{std::istreambuf_iterator<char>{in}, {}} == "cut\nbytes of 0-1-0\nbytes of 0-2-0\n");
}
