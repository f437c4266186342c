#pragma once

#include <atomic>
#include <string_view>

int hash_of(std::string_view text);
