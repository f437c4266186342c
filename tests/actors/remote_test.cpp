// Which words may leave the process; held by the compiler, and so by this file's being compiled.

#include <doctest/doctest.h>

#include "messages/actor_interfaces.hpp"
#include "messages/remote.hpp"

using namespace riskcluster;

namespace {

using ask_atom = caf::atom_constant<caf::atom("ask")>;

template <class... Words>
using Told = caf::reacts_to<ask_atom, Words...>;
template <class T>
using Gives = caf::replies_to<ask_atom>::with<T>;

template <class... Signatures>
concept Remote = requires {
  typename remote_actor<Signatures...>;
};

static_assert(is_remote_word<std::string>);
static_assert(is_remote_word<std::uint64_t>);
static_assert(is_remote_word<bool>);
static_assert(is_remote_word<std::vector<char>>);
static_assert(is_remote_word<ask_atom>);
static_assert(!is_remote_word<double>, "CAF's format gives no NaN, no -0 and no infinity back");
static_assert(!is_remote_word<float>);
static_assert(!is_remote_word<StatePtr>, "it would arrive as an empty message");
static_assert(!is_remote_word<std::shared_ptr<const std::string>>);
static_assert(!is_remote_word<ShardId>, "local only until it has a codec");

static_assert(Remote<Told<std::string>, Gives<std::string>>);
static_assert(!Remote<Told<StatePtr>>);
static_assert(!Remote<Told<std::string, double>>);
static_assert(!Remote<Gives<AnswerPtr>>);
static_assert(!Remote<Told<std::string>, Gives<double>>, "one bad word among good ones");

} // namespace

TEST_CASE("an interface of serialised words is remote, one with a shared_ptr or a double is refused by the compiler") {
  CHECK(Remote<Told<std::string>>);
  CHECK(!Remote<Told<JobPtr>>);
  CHECK(!Remote<Told<double>>);
}
