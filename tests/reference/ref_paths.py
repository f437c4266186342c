"""Joint scenario paths, drawn exactly as the engine draws them, so that answers can be compared one by one.

Counter-based generator: Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011). One counter (path pair, factor column)
under the key `seed` gives two uniforms, each made normal by Wichura's AS 241. Arrays all through.
"""

import numpy as np

_A = (3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
      4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3)
_B = (1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3, 2.1213794301586595867e+4,
      3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3)
_C = (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
      1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4)
_D = (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
      1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9)
_E = (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
      2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7)
_F = (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15)


def _polynomial(coefficients, x):
    total = np.full_like(x, coefficients[-1])
    for c in coefficients[-2::-1]:
        total = total * x + c
    return total


def normal_quantile(p):
    """Inverse of the normal distribution, elementwise; p strictly between 0 and 1."""
    p = np.atleast_1d(np.asarray(p, dtype=np.float64))
    q = p - 0.5
    centre = np.abs(q) <= 0.425
    r = np.where(centre, 0.180625 - q * q, 0.0)
    middle = q * _polynomial(_A, r) / _polynomial(_B, r)
    t = np.sqrt(-np.log(np.where(q < 0, p, 1.0 - p)))
    near, far = t - 1.6, t - 5.0
    tail = np.where(t <= 5.0, _polynomial(_C, near) / _polynomial(_D, near), _polynomial(_E, far) / _polynomial(_F, far))
    return np.where(centre, middle, np.where(q < 0, -tail, tail))


def philox(c0, c1, c2, c3, k0, k1):
    """Ten rounds on arrays of 32-bit words held in uint64."""
    m0, m1, low = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57), np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    for _ in range(10):
        a, b = m0 * c0, m1 * c2
        c0, c1, c2, c3 = (b >> half) ^ c1 ^ np.uint64(k0), b & low, (a >> half) ^ c3 ^ np.uint64(k1), a & low
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def normals(paths, column, seed):
    """Standard normals of one factor column, `paths` of them."""
    pairs = np.arange((paths + 1) // 2, dtype=np.uint64)
    zero = np.zeros_like(pairs)
    words = philox(pairs, zero + np.uint64(column), zero, zero, seed & 0xFFFFFFFF, seed >> 32)

    def uniform(high, low):
        return ((((high << np.uint64(32)) | low) >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0 ** -52

    z = np.empty(2 * len(pairs))
    z[0::2] = normal_quantile(uniform(words[0], words[1]))
    z[1::2] = normal_quantile(uniform(words[2], words[3]))
    return z[:paths]


def factorise(cov):
    """Pivoted LDL': cov = L L' in the symbols' own order; returns (L, rank). Pivots <= 1e-12 of the largest end it."""
    n = len(cov)
    a = np.array(cov, dtype=np.float64)
    largest = float(np.max(np.abs(np.diag(a)))) if n else 0.0
    lower, left, rank = np.zeros((n, n)), list(range(n)), 0
    while left:
        p = max(left, key=lambda i: a[i, i])  # the first of equals
        if a[p, p] <= 1e-12 * largest:
            break
        left.remove(p)
        root = np.sqrt(a[p, p])
        lower[p, rank] = root
        lower[left, rank] = a[left, p] / root
        a[np.ix_(left, left)] -= np.outer(lower[left, rank], lower[left, rank])
        rank += 1
    if left and float(np.max(np.abs(a[np.ix_(left, left)]))) > 1e-10 * largest:
        raise ValueError("not a covariance matrix")
    return lower, rank


def simulate(mean, cov, paths, seed, horizon=1):
    """paths x N float32 returns over the horizon: x = mean h + sqrt(h) L z."""
    lower, rank = factorise(cov)
    x = np.zeros((paths, len(mean)))
    for k in range(rank):
        x += np.outer(normals(paths, k, seed), lower[:, k])
    return np.asfortranarray((np.asarray(mean) * horizon + np.sqrt(horizon) * x).astype(np.float32))
