"""Writes statistics.json: what SciPy and statsmodels say of random cases.

    python -m venv venv && venv/bin/pip install scipy==1.17.1 statsmodels==0.15.0
    venv/bin/python generate.py > statistics.json

The paired interval of proportions is Newcombe's (1998, method 10), which neither library has: it is put together here
from statsmodels' Wilson intervals; uncorrelated cases are statsmodels' own "newcomb" interval.
"""
import json
import math
import sys
import warnings

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats import multitest, power, proportion
from statsmodels.stats.contingency_tables import mcnemar

warnings.simplefilter("ignore")
CASES = 60
random = np.random.default_rng(20260)


def level():
    return float(random.choice([0.8, 0.9, 0.95, 0.99]))


def rates(count, spread):
    return np.round(random.uniform(0.2, 0.9) + spread * random.standard_normal(count), 4).tolist()


def spread():
    return float(random.choice([0.001, 0.01, 0.04]))


def mean():
    values, confidence = rates(int(random.integers(2, 31)), spread()), level()
    error = stats.sem(values)
    lower, upper = stats.t.interval(confidence, len(values) - 1, np.mean(values), error)
    return dict(values=values, level=confidence, mean=np.mean(values), std=np.std(values, ddof=1), interval=[lower, upper])


def outcome(result, difference, confidence):
    interval = result.confidence_interval(confidence)
    return dict(level=confidence, difference=difference, p=result.pvalue, interval=[interval.low, interval.high])


def pairs():
    count, confidence = int(random.integers(2, 31)), level()
    before = rates(count, spread())
    after = np.round(np.array(before) + random.uniform(-0.03, 0.03) + spread() * random.standard_normal(count), 4).tolist()
    result = stats.ttest_rel(after, before)
    return dict(before=before, after=after, **outcome(result, np.mean(after) - np.mean(before), confidence))


def groups():
    before, after = (rates(int(random.integers(2, 21)), spread()) for _ in range(2))
    shift = np.mean(before) - np.mean(after) + random.uniform(-0.03, 0.03)
    after = np.round(np.array(after) + shift, 4).tolist()
    result = stats.ttest_ind(after, before, equal_var=False)
    return dict(before=before, after=after, **outcome(result, np.mean(after) - np.mean(before), level()))


def same_images():
    count, confidence = int(random.choice([10, 50, 1000, 10000])), level()
    discordant = float(random.uniform(0, 0.4))
    lean = float(random.uniform(0.3, 0.7))
    shares = [(1 - discordant) * 0.7, discordant * lean, discordant * (1 - lean), (1 - discordant) * 0.3]
    both, only_before, only_after, neither = (int(n) for n in random.multinomial(count, shares))
    pvalue = mcnemar([[both, only_before], [only_after, neither]], exact=True).pvalue
    one, other = both + only_before, both + only_after
    product = both * neither - only_before * only_after
    margins = math.sqrt(one * (count - one)) * math.sqrt(other * (count - other))
    phi = 0 if margins == 0 else (max(0, product - count / 2) if product > 0 else product) / margins
    wilson = [proportion.proportion_confint(n, count, 1 - confidence, "wilson") for n in (one, other)]
    p1, p2, (l1, u1), (l2, u2) = one / count, other / count, *wilson
    below = math.sqrt((p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2)
    above = math.sqrt((u2 - p2) ** 2 - 2 * phi * (u2 - p2) * (p1 - l1) + (p1 - l1) ** 2)
    return dict(counts=[both, only_before, only_after, neither], level=confidence, p=pvalue,
                interval=[p2 - p1 - below, p2 - p1 + above])


def proportions():
    counts = [int(random.choice([20, 1000, 10000])) for _ in range(2)]
    rate = random.uniform(0.05, 0.95)
    successes = [int(random.binomial(n, min(1, max(0, rate + random.uniform(-0.05, 0.05))))) for n in counts]
    confidence = level()
    pvalue = proportion.proportions_ztest([successes[1], successes[0]], [counts[1], counts[0]])[1]
    interval = proportion.confint_proportions_2indep(
        successes[1], counts[1], successes[0], counts[0], method="newcomb", alpha=1 - confidence)
    wilson = proportion.proportion_confint(successes[0], counts[0], 1 - confidence, "wilson")
    return dict(successes=successes, counts=counts, level=confidence, p=1 if math.isnan(pvalue) else pvalue,
                interval=list(interval), wilson=list(wilson))


def powers():
    count = int(random.integers(2, 40))
    effect = float(random.uniform(0.5, 5)) / math.sqrt(count)
    alpha = float(random.choice([0.01, 0.05, 0.1]))
    return dict(count=count, effect=effect, alpha=alpha,
                pairs=power.TTestPower().power(effect, count, alpha),
                groups=power.TTestIndPower().power(effect, count, alpha))


def holm():
    values = random.uniform(0, 0.2, int(random.integers(1, 9))).tolist()
    return dict(values=values, corrected=multitest.multipletests(values, method="holm")[1].tolist())


def tails():
    """Arguments and value of each distribution, far from its middle too."""
    freedoms = [1, 1.5, 2.7, 5, 9.3, 30, 200.5, 5000, 19998]
    shares = [1e-10, 1e-6, 1e-4, 0.005, 0.025, 0.1, 0.3, 0.499, 0.8, 0.975, 0.9999, 1 - 1e-8]
    return dict(
        normalCdf=[[z, 0, 1, stats.norm.cdf(z)] for z in (-37, -20, -10, -5, -2, -0.5, 0, 1, 5)],
        normalQuantile=[[p, 0, 1, stats.norm.ppf(p)] for p in shares],
        tCdf=[[t, f, stats.t.cdf(t, f)] for f in freedoms for t in (-1e4, -100, -30, -10, -5, -2, -0.1, -1e-3, 3)],
        tQuantile=[[p, f, stats.t.ppf(p, f)] for f in freedoms for p in shares],
        betaQuantile=[[p, a, a, stats.beta.ppf(p, a, a)] for a in (0.1, 0.2, 0.5, 1, 2, 8) for p in shares if p > 1e-5],
        binomialCdf=[[k, n, 0.5, stats.binom.cdf(k, n, 0.5)]
                     for n in (1, 10, 57, 1000, 10000) for k in sorted({int(n * r) for r in (0, 0.1, 0.3, 0.45, 0.5)})])


kinds = dict(mean=mean, pairs=pairs, groups=groups, sameImages=same_images, proportions=proportions, power=powers, holm=holm)
cases = {name: [kind() for _ in range(CASES)] for name, kind in kinds.items()}
made = dict(scipy=scipy.__version__, statsmodels=statsmodels.__version__)
json.dump(dict(madeWith=made, **cases, tails=tails()), sys.stdout, separators=(",", ":"))
