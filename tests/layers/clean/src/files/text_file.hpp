#pragma once

#include <string>

std::string text_of(const std::string& path);
