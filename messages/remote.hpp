#pragma once
// Which words may leave the process. A shared_ptr compiles on a remote handle, too, and would arrive there as an empty
// message: an interface that other nodes may hold is declared through remote_actor, and this is found by the compiler.

#include <type_traits>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/detail/type_list.hpp>
#include <caf/typed_actor.hpp>

namespace riskcluster {

/// A word that CAF really serialises; and no double, which its binary format does not give back (NaN becomes -1).
template <class T>
inline constexpr bool is_remote_word = !caf::is_allowed_unsafe_message_type<T>::value && !std::is_floating_point_v<T>;

template <class Signature>
inline constexpr bool has_remote_words = false;
template <class... Ins, class... Outs>
inline constexpr bool has_remote_words<caf::typed_mpi<caf::detail::type_list<Ins...>, caf::output_tuple<Outs...>>> =
    (is_remote_word<Ins> && ...) && (is_remote_word<Outs> && ...);

template <class... Signatures>
requires(has_remote_words<Signatures>&&...) using remote_actor = caf::typed_actor<Signatures...>;

} // namespace riskcluster
