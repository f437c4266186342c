#include "files/text_file.hpp"

#include <date/tz.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "core/time.hpp"

std::string text_of(const std::string& path) { return path + std::to_string(time(nullptr)); }
