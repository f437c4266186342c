#pragma once

#include <utility>

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "messages/errors.hpp"

namespace riskcluster {

/// An answer that somebody waits for. Whoever drops it unpaid, by dying for instance, has thereby told the asker.
template <class T>
class Owed {
public:
  Owed() = default;
  explicit Owed(caf::typed_response_promise<T> promise) : promise_{std::move(promise)} {}
  Owed(Owed&& other) noexcept : promise_{std::exchange(other.promise_, {})} {}
  Owed& operator=(Owed&& other) noexcept {
    std::swap(promise_, other.promise_);
    return *this;
  }
  Owed(const Owed&) = delete;
  Owed& operator=(const Owed&) = delete;
  ~Owed() {
    if (promise_.pending()) promise_.deliver(to_caf({Errc::unavailable, "who should have answered is gone"}));
  }

  /// Nothing when nobody asked.
  void pay(T value) {
    if (promise_.pending()) promise_.deliver(std::move(value));
  }
  void fail(const Error& error) { promise_.deliver(to_caf(error)); }
  void fail(const caf::error& error) { promise_.deliver(error); }
  /// Somebody else pays.
  template <class Handle, class... Words>
  void pass(const Handle& to, Words&&... words) {
    promise_.delegate(to, std::forward<Words>(words)...);
    promise_ = {};
  }

private:
  caf::typed_response_promise<T> promise_;
};

} // namespace riskcluster
