// The console: `riskctl --help`.

#include <iostream>

#include "console/cli.hpp"

int main(int argc, char** argv) {
  return riskcluster::run_console(argc, argv, RISKCLUSTER_VERSION, std::cout, std::cerr);
}
