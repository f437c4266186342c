// Compiled as what is shipped is compiled: a failpoint must leave nothing behind, neither a call nor its name.

#include "failpoints/failpoints.hpp"

void passes_a_failpoint() { riskcluster::failpoint("name_of_a_failpoint"); }
