#pragma once
// The standard normal distribution.

namespace riskcluster {

/// Density φ(z).
double normal_density(double z);
/// Φ(z).
double normal_probability(double z);
/// Φ⁻¹(p), p in (0, 1). Wichura (1988), AS 241 PPND16, relative accuracy about 1e-16; uses only + - x / and sqrt
/// and an own logarithm of those, so that it gives the same bits on every machine.
double normal_quantile(double p);

} // namespace riskcluster
