#pragma once

#include <string>

#include "risk/returns.hpp"

std::string encode(const Returns& returns);
