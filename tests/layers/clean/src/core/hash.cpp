#include "core/hash.hpp"

#include <xxhash.h>

int hash_of(std::string_view text) { return static_cast<int>(XXH64(text.data(), text.size(), 1'000)); }
