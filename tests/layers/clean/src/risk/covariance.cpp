#include <Eigen/Eigenvalues>

#include "risk/returns.hpp"

/*
#include <thread>
*/
