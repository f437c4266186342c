#pragma once
// Expected failure as a value. A bug stops the process; a driver's exception ends at its door.

#include <string>
#include <utility>
#include <variant>

namespace riskcluster {

/// What kind of failure it is; the message says where and why.
enum class Errc {
  invalid_argument, ///< a value outside what the function is defined for
  malformed,        ///< bytes or text that cannot be read
  not_found,
  insufficient_data, ///< too few observations
  unavailable,
  fenced,      ///< a newer epoch owns the shard
  overloaded,  ///< a bound is reached; the same may be tried later
  quarantined, ///< whose calculations failed too often; a person has been told
  denied,      ///< it speaks for somebody who did not send it
  failed,      ///< the calculation itself, again and again: the same will not be tried later
};

struct Error {
  Errc code = Errc::invalid_argument;
  std::string message;
};

inline Error invalid(std::string message) { return {Errc::invalid_argument, std::move(message)}; }
inline Error malformed(std::string message) { return {Errc::malformed, std::move(message)}; }

/// Either a T or an Error; never both, never neither. Reading the absent one stops the process.
template <class T>
class [[nodiscard]] Result {
public:
  Result(T value) : data_{std::in_place_index<0>, std::move(value)} {}
  Result(Error error) : data_{std::in_place_index<1>, std::move(error)} {}

  explicit operator bool() const noexcept { return data_.index() == 0; }
  T& operator*() { return std::get<0>(data_); }
  const T& operator*() const { return std::get<0>(data_); }
  T* operator->() { return &std::get<0>(data_); }
  const T* operator->() const { return &std::get<0>(data_); }
  const Error& error() const { return std::get<1>(data_); }

private:
  std::variant<T, Error> data_;
};

} // namespace riskcluster
