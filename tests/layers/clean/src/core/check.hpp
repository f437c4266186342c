#pragma once

#include <cstdio>

inline void say(const char* what) { std::fprintf(stderr, "%s\n", what); }
