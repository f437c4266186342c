// Credit between a stream's consumer and its takers.

#include <random>

#include <doctest/doctest.h>

#include "transport/pull_ledger.hpp"

using namespace riskcluster;
using Word = PullLedger::Word;
using std::chrono::seconds;

namespace {

PullLedger::Time at(int s) { return PullLedger::Time{} + seconds{s}; }

StreamPlace place(std::uint64_t sequence) { return {sequence, sequence * 10}; }

std::vector<Word> words(const PullLedger& ledger, int now) {
  std::vector<Word> all;
  for (const auto& answer : ledger.answers(at(now), seconds{5})) all.push_back(answer.word);
  return all;
}

void tell_all(PullLedger& ledger, int now) {
  for (const auto& answer : ledger.answers(at(now), seconds{5})) ledger.told(answer, at(now));
}

} // namespace

TEST_CASE(
    "it asks for all its credit at first, then for a quarter at a time, and for less only when nothing is coming") {
  PullLedger ledger{8};
  CHECK(ledger.ask() == 8);
  CHECK(ledger.ask() == 0);
  const auto first = ledger.arrived(place(1), "a1", true, at(0));
  ledger.settle(*first, Settled::done);
  CHECK(ledger.ask() == 0); // the server does not know it yet
  tell_all(ledger, 0);
  CHECK(ledger.ask() == 0); // one of eight
  const auto second = ledger.arrived(place(2), "a2", true, at(0));
  ledger.settle(*second, Settled::done);
  tell_all(ledger, 0);
  CHECK(ledger.ask() == 2);
  for (std::uint64_t n = 3; n < 11; ++n) ledger.arrived(place(n), "a", true, at(0));
  CHECK(ledger.ask() == 0);
  ledger.settle(3, Settled::done);
  tell_all(ledger, 0);
  CHECK(ledger.ask() == 1);
}

TEST_CASE("it is half full when half of its credit is handed out, settled or not, and nothing was said about it") {
  PullLedger ledger{3};
  REQUIRE(ledger.ask() == 3);
  ledger.arrived(place(1), "a", true, at(0));
  CHECK_FALSE(ledger.half_full());
  ledger.arrived(place(2), "b", true, at(0));
  CHECK(ledger.half_full());
  ledger.settle(1, Settled::done);
  CHECK(ledger.half_full());
  tell_all(ledger, 0);
  CHECK_FALSE(ledger.half_full());
}

TEST_CASE("what a request did not bring may be asked for again, and what is lost as well") {
  PullLedger ledger{8};
  REQUIRE(ledger.ask() == 8);
  ledger.arrived(place(1), "a", true, at(0));
  ledger.request_ended(5);
  CHECK(ledger.asked() == 2);
  CHECK(ledger.ask() == 5);
  ledger.requests_lost();
  CHECK(ledger.ask() == 7);
  ledger.request_ended(100);
  CHECK(ledger.asked() == 0);
}

TEST_CASE("a settlement stays until it was told, and a retry is another word than done") {
  PullLedger ledger{8};
  const auto one = ledger.arrived(place(1), "a1", false, at(0)), two = ledger.arrived(place(2), "a2", false, at(0));
  CHECK(words(ledger, 0).empty());
  ledger.settle(*one, Settled::done);
  ledger.settle(*two, Settled::retry);
  CHECK(words(ledger, 0) == std::vector{Word::done, Word::later});
  CHECK(words(ledger, 0) == std::vector{Word::done, Word::later});
  CHECK(ledger.unsettled() == 0);
  tell_all(ledger, 0);
  CHECK(words(ledger, 100).empty());
  ledger.settle(*one, Settled::retry); // long gone
  CHECK(words(ledger, 100).empty());
}

TEST_CASE("a message that takes long gives a sign of life, again and again") {
  PullLedger ledger{8};
  ledger.arrived(place(1), "a1", false, at(0));
  CHECK(words(ledger, 4).empty());
  CHECK(words(ledger, 5) == std::vector{Word::in_progress});
  tell_all(ledger, 5);
  CHECK(words(ledger, 9).empty());
  CHECK(words(ledger, 10) == std::vector{Word::in_progress});
}

TEST_CASE("a copy of what is not settled is not handed out, and the answer goes where the copy asks for it") {
  PullLedger ledger{2};
  REQUIRE(ledger.ask() == 2);
  const auto number = ledger.arrived(place(1), "first", true, at(0));
  REQUIRE(number);
  CHECK_FALSE(ledger.arrived(place(1), "second", true, at(1)));
  CHECK(ledger.asked() == 0);
  CHECK(ledger.ask() == 1);
  ledger.settle(*number, Settled::done);
  const auto answers = ledger.answers(at(1), seconds{5});
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].ack_subject == "second");
  tell_all(ledger, 1);
  CHECK(ledger.arrived(place(1), "third", true, at(2)));
}

TEST_CASE("the same sequence of a stream that was made anew is another message") {
  PullLedger ledger{2};
  CHECK(ledger.arrived({1, 10}, "a", false, at(0)));
  CHECK(ledger.arrived({1, 11}, "b", false, at(0)));
}

TEST_CASE("what is given back goes at once, but for what was settled") {
  PullLedger ledger{4};
  const auto one = ledger.arrived(place(1), "a1", false, at(0));
  ledger.arrived(place(2), "a2", false, at(0));
  ledger.settle(*one, Settled::done);
  ledger.give_back();
  CHECK(words(ledger, 0) == std::vector{Word::done, Word::now});
}

TEST_CASE("asked for and not answered together never exceed the credit, whatever happens") {
  constexpr unsigned seed = 20261204;
  MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  int taken = 0;
  for (int round = 0; round < 200; ++round) {
    const std::size_t credit = 1 + random() % 40;
    PullLedger ledger{credit};
    std::size_t coming = 0; // the server's side of it
    std::vector<std::uint64_t> numbers;
    std::uint64_t next_place = 1;
    for (int step = 0; step < 400; ++step) {
      switch (random() % 6) {
      case 0:
        coming += ledger.ask();
        break;
      case 1:
      case 2:
        if (coming == 0 || !ledger.has_place()) break;
        --coming;
        // Now and then a copy of an older one.
        if (const auto number = ledger.arrived(place(random() % 8 == 0 ? 1 + random() % next_place : next_place++), "a",
                                               true, at(step)))
          numbers.push_back(*number), ++taken;
        break;
      case 3:
        if (!numbers.empty()) ledger.settle(numbers[random() % numbers.size()], Settled::done);
        break;
      case 4:
        tell_all(ledger, step);
        break;
      case 5:
        if (random() % 4 == 0) {
          const auto missing = coming == 0 ? 0 : random() % (coming + 1);
          ledger.request_ended(missing);
          coming -= missing;
        }
        break;
      }
      REQUIRE(ledger.asked() == coming);
      REQUIRE(coming + ledger.unsettled() <= credit);
    }
  }
  MESSAGE(taken << " taken");
  CHECK(taken > 5'000);
}
