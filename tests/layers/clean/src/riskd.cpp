#include <CLI/CLI.hpp>

#include <iostream>

#include "files/text_file.hpp"
#include "messages/codec.hpp"

int main() { std::cout << text_of("x"); }
