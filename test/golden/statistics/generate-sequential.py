"""Makes sequential.json: how often a t test that is looked at after every pair finds a difference that is not there.

Two and three looks, by nested quadrature over the standardised sum u = sum / sqrt(n * sum of squares) of all looks but the
last, for which the next value over the root of the sum of squares, y, is Student's t over sqrt(n): the last look crosses
where (u sqrt(n) + y)^2 > c^2 (n + 1)(1 + y^2), an interval between the roots of a quadratic. Eight and eighteen looks, by
simulation of 40 million tests. Needs numpy and scipy.
"""

import json
from pathlib import Path

import numpy as np
from scipy import integrate, stats


def bound(nominal, n):
    t = stats.t.ppf(1 - nominal / 2, n - 1)
    return t / np.sqrt(n - 1 + t**2)


def crossing_interval(u, n, c):
    """Where y makes |u'| > c, for u >= 0; empty as (0, 0)."""
    k = c**2 * (n + 1)
    # (u^2 n - k) + 2 u sqrt(n) y + (1 - k) y^2 > 0, and 1 - k < 0.
    a, b, d = 1 - k, 2 * u * np.sqrt(n), u**2 * n - k
    root = b**2 - 4 * a * d
    if root <= 0:
        return 0.0, 0.0
    ends = sorted([(-b + np.sqrt(root)) / (2 * a), (-b - np.sqrt(root)) / (2 * a)])
    return ends[0], ends[1]


def last_look(u, n, nominal):
    low, high = crossing_interval(abs(u), n, bound(nominal, n + 1))
    return stats.t.cdf(high * np.sqrt(n), n) - stats.t.cdf(low * np.sqrt(n), n)


def begin(u, n):
    """Smallest |u| from which the look after n pairs can cross."""
    return np.sqrt(max(0, (u**2 * (n + 1) - 1) / n))


def quad(of, low, high, points=()):
    inside = sorted(p for p in points if low < p < high)
    return integrate.quad(of, low, high, points=inside or None, epsabs=1e-12, epsrel=1e-10, limit=200)[0]


def two_looks(first, nominal):
    c, edge = bound(nominal, first), begin(bound(nominal, first + 1), first)
    # u = sin(angle), density cos(angle)^(first - 2) on both sides.
    density = lambda a: np.cos(a) ** (first - 2)
    total = quad(density, 0, np.pi / 2)
    later = quad(lambda a: density(a) * last_look(np.sin(a), first, nominal), np.arcsin(edge), np.arcsin(c))
    return nominal + later / total


def three_looks(first, nominal):
    c1, c2 = bound(nominal, first), bound(nominal, first + 1)
    edge2 = begin(bound(nominal, first + 2), first + 1)

    def middle(u):
        n = first
        low, high = crossing_interval(u, n, c2)
        now = stats.t.cdf(high * np.sqrt(n), n) - stats.t.cdf(low * np.sqrt(n), n)
        state = lambda y: (u * np.sqrt(n) + y) / np.sqrt((n + 1) * (1 + y**2))
        weight = lambda y: stats.t.pdf(y * np.sqrt(n), n) * np.sqrt(n)
        value = lambda y: 0.0 if abs(state(y)) > c2 else weight(y) * last_look(state(y), n + 1, nominal)
        edges = crossing_interval(u, n, edge2)
        # y = tan(phi) makes the ends finite.
        of = lambda phi: value(np.tan(phi)) / np.cos(phi) ** 2
        cuts = [np.arctan(p) for p in (low, high, *edges)]
        limit = np.pi / 2 - 1e-9
        return now + quad(of, -limit, limit, cuts)

    density = lambda a: np.cos(a) ** (first - 2)
    total = quad(density, 0, np.pi / 2)
    places = [begin(c2, first), begin(edge2, first)]
    later = integrate.quad(
        lambda a: density(a) * middle(np.sin(a)), 0, np.arcsin(c1),
        points=[np.arcsin(p) for p in places if 0 < p < c1], epsabs=1e-9, epsrel=1e-8,
    )[0]
    return nominal + later / total


def simulated(first, last, nominal, count=40_000_000, seed=7):
    rng = np.random.default_rng(seed)
    hits, batch = 0, 400_000
    for _ in range(count // batch):
        x = rng.standard_normal((batch, last))
        sums, squares = x.cumsum(1), (x**2).cumsum(1)
        n = np.arange(first, last + 1)
        u = np.abs(sums[:, first - 1 :]) / np.sqrt(n * squares[:, first - 1 :])
        hits += (u > [bound(nominal, k) for k in n]).any(1).sum()
    return hits / count


cases = []
for first, nominal in [(2, 0.05), (3, 0.05), (3, 0.01), (10, 0.05)]:
    cases.append({"first": first, "last": first + 1, "nominal": nominal, "rate": two_looks(first, nominal), "tolerance": 1e-8})
for first, nominal in [(3, 0.05), (3, 0.01)]:
    cases.append({"first": first, "last": first + 2, "nominal": nominal, "rate": three_looks(first, nominal), "tolerance": 1e-6})
for last, nominal in [(10, 0.05), (10, 0.0121), (20, 0.0077)]:
    rate = simulated(3, last, nominal)
    # Four standard errors.
    tolerance = 4 * np.sqrt(rate * (1 - rate) / 40_000_000)
    cases.append({"first": 3, "last": last, "nominal": nominal, "rate": rate, "tolerance": tolerance})

Path(__file__).with_name("sequential.json").write_text(json.dumps(cases, indent=2) + "\n")
