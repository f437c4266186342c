"""Companies with different policies, their tenants, and what each tenant likes to trade.

Every profile exists to make one or two controls the smallest allowed size; the comment says which.
A profile is a company's policy plus the habits of its tenants; sizes are shares of the account's equity.
"""

import random
from dataclasses import dataclass, field

from .market import DAILY_VOL, DIGITS, TRADABLE

_FX = TRADABLE[:7]
_ANY = {s: 3 for s in _FX} | {"US30": 3, "DE40": 3, "XAUUSD": 2}
_FX_ONLY = {s: 1 for s in _FX}
_NO_CAP = {"max_position_size_notional": 1e9}  # takes the static cap of the tier out of the way
_NO_VAR = {"max_daily_var": 1e8, "max_company_daily_var": 1e9}
_WIDE = {"max_order_size_pct": 100, "max_position_concentration_pct": 100, "max_sector_concentration_pct": 400,
         "max_currency_exposure_pct": 400, "max_correlated_exposure_pct": 400}
_BIG_RISK = {"risk_per_trade": 0.2, "target_vol": 0.2}  # so that the sizing methods are not the smallest


@dataclass(frozen=True)
class Profile:
    name: str
    weight: float  # share of companies
    request: tuple = (0.03, 0.22)  # requested notional / equity, log-uniform
    limits: dict = field(default_factory=dict)  # of the company
    company: dict = field(default_factory=dict)  # its other fields
    symbols: dict = field(default_factory=lambda: _ANY)  # symbol -> how often it is liked
    tiers: str = "FREE PRO ENTERPRISE"
    position: float = 0.15  # largest position that fills build up, share of equity
    user_var: dict = field(default_factory=dict)  # tenant's own VaR limits, share of equity
    patience: float = 1.0  # multiplies the life of a signal: long lives fill the book with reservations
    burst: float = 0.004  # share of batches with 20 to 50 signals


# Order matters for small samples: the first profiles are the ones that every sample has.
PROFILES = (
    # Tier defaults: max_position_size (20% of a typical equity), max_positions for FREE.
    Profile("default", 0.26),
    # Leverage 3.0 of the whole book: larger orders are free to reach it.
    Profile("roomy", 0.07, (0.25, 1.2), _NO_CAP | _NO_VAR | {"max_order_size_pct": 30, "max_sector_concentration_pct": 80,
            "max_currency_exposure_pct": 200, "max_correlated_exposure_pct": 60, "risk_per_trade": 0.05,
            "target_vol": 0.05}, position=0.8, patience=3),
    # Sector: 1.5% of equity as measure = 0.45 x equity of FX notional, 0.3 of an index, 0.15 of gold.
    Profile("sector", 0.06, (0.04, 0.25), _NO_CAP | _NO_VAR | {"max_sector_concentration_pct": 1.5,
            "max_currency_exposure_pct": 60}, position=0.15, patience=2),
    # Book VaR: the tenant's own daily limit of 0.5% of equity, reached by adding positions.
    Profile("bookvar", 0.06, (0.05, 0.35), _NO_CAP | {"max_var_per_trade": 1e7, "max_currency_exposure_pct": 200,
            "max_correlated_exposure_pct": 60}, position=0.25, user_var={"max_daily_var": 0.005}, patience=2),
    # Currency: 0.05 x 3 x equity net in any currency other than the account's.
    Profile("currency", 0.06, (0.03, 0.20), _NO_CAP | _NO_VAR | {"max_currency_exposure_pct": 5},
            symbols=_FX_ONLY, position=0.12),
    # Gold: one order up to 5% of equity as measure = 0.5 x equity, all of them up to 10% = 1.0 x equity.
    Profile("metals", 0.06, (0.15, 0.9), _NO_CAP | _NO_VAR | {"max_correlated_exposure_pct": 60, "risk_per_trade": 0.05,
            "target_vol": 0.05}, symbols={"XAUUSD": 5, "EURUSD": 1, "US30": 2}, tiers="PRO ENTERPRISE",
            position=0.8, patience=3),
    # Correlation: a group may hold 1% of equity as measure = 0.3 x equity of EURUSD, GBPUSD and short USDCHF.
    Profile("correlated", 0.06, (0.03, 0.25), _NO_CAP | _NO_VAR | {"max_correlation": 0.6, "max_correlated_exposure_pct": 1,
            "max_currency_exposure_pct": 200}, symbols={"EURUSD": 3, "GBPUSD": 3, "USDCHF": 2, "AUDUSD": 1, "US30": 2,
            "DE40": 2}, position=0.2, patience=2),
    # Strategy bans: the types and the ids that this house does not want.
    Profile("bans", 0.05, limits={"banned_strategy_types": ["MOMENTUM", "SCALPING"], "banned_strategies": ["carry-one"]}),
    # Message rate: 5 a second, burst 8, while whole batches of 20 to 50 arrive.
    Profile("slow", 0.05, limits={"message_rate_per_s": 5, "message_burst": 8}, burst=0.03),
    # VaR of one trade: the tenant's own limit of 0.15% of equity, about 0.2 x equity of FX.
    Profile("tradevar", 0.06, (0.05, 0.40), _NO_CAP | {"max_currency_exposure_pct": 200, "max_correlated_exposure_pct": 60},
            position=0.2, user_var={"max_var_per_trade": 0.0015}),
    # Class leverage: FX 3, INDEX 2, COMMODITY 1 below a portfolio leverage of 30.
    Profile("classcap", 0.05, (0.3, 1.5), _NO_CAP | _NO_VAR | _WIDE | _BIG_RISK | {"max_portfolio_leverage": 30,
            "max_class_leverage": {"FX": 3, "INDEX": 2, "COMMODITY": 1}}, position=0.7, patience=3),
    # Max positions: two symbols, whatever the tier.
    Profile("focused", 0.04, limits={"max_positions": 2}),
    # Price collar: 0.15% for FX and 0.4% for the rest, within the usual distance of a limit order.
    Profile("collar", 0.04, limits={"price_collar_fx_pct": 0.15, "price_collar_pct": 0.4}),
    # Portfolio leverage 30: the class limits of FX 30 and INDEX 20 bind, and the whole book.
    Profile("leveraged", 0.04, (1.5, 12.0), _NO_CAP | _NO_VAR | _WIDE | {"max_portfolio_leverage": 30, "risk_per_trade": 0.3,
            "target_vol": 0.4, "kelly_fraction": 0.5}, symbols=_ANY | {"US30": 8, "DE40": 8}, position=5.0, patience=3),
    # Allow list: everything else is refused.
    Profile("allowlist", 0.03, company={"allowed_instruments": ["EURUSD", "GBPUSD", "USDJPY", "EURJPY"]}),
    # Deny list.
    Profile("denylist", 0.03, company={"denied_instruments": ["XAUUSD", "AUDUSD"]}),
    # Trading hours switched off: indices trade at night on the last close.
    Profile("allhours", 0.03, company={"trading_hours_restriction": False}, symbols=_ANY | {"US30": 6, "DE40": 6}),
    # Yen accounts: the money limits of a tier are too small here, so the company states its own.
    Profile("tokyo", 0.03, limits={"max_position_size_notional": 1.5e6, "max_daily_var": 1.5e5,
            "max_company_daily_var": 2e6}, symbols=_FX_ONLY, tiers="PRO"),
)

TIER_SHARE = {"FREE": 0.50, "PRO": 0.35, "ENTERPRISE": 0.15}
TIER_BALANCE = {"FREE": 5_000, "PRO": 50_000, "ENTERPRISE": 500_000}
TIER_POSITIONS_MAX = {"FREE": 3, "PRO": 8, "ENTERPRISE": 8}
JPY_FACTOR = 150
# id -> (type, share of the tenants' signals); the last three are fanned out to their subscribers.
STRATEGIES = {
    "trend-daily": ("TREND_FOLLOWING", 5), "mom-fast": ("MOMENTUM", 4), "revert-band": ("MEAN_REVERSION", 5),
    "break-open": ("BREAKOUT", 3), "carry-one": ("OTHER", 2), "scalp-tick": ("SCALPING", 2), "arb-cross": ("ARBITRAGE", 1),
}
FAN_OUT = {"global-macro": "TREND_FOLLOWING", "dawn-break": "BREAKOUT", "vol-harvest": "MEAN_REVERSION"}


@dataclass
class Tenant:
    company_id: str
    user_id: str
    profile: Profile
    tier: str
    currency: str
    balance: float
    symbols: list  # with their weights: what the tenant likes to trade
    weights: list
    strategies: list  # own ones, weighted
    setup: dict = field(default_factory=dict)  # the line of tenants.json
    book: dict = field(default_factory=dict)  # symbol -> signed quantity, as the generator's fills make it
    sequences: dict = field(default_factory=dict)  # source -> last used

    @property
    def scale(self):
        """Money that request sizes are shares of; an empty account still sends orders."""
        typical = TIER_BALANCE[self.tier] * (JPY_FACTOR if self.currency == "JPY" else 1)
        return self.balance if self.balance > 0 else typical

    def next_sequence(self, source):
        self.sequences[source] = self.sequences.get(source, 0) + 1
        return self.sequences[source]


def pick(rng, weighted):
    """A key of {key: weight}."""
    return rng.choices(list(weighted), list(weighted.values()))[0]


def _company_profiles(count):
    """One profile per company: each once as far as they go, then by weight."""
    chosen = list(PROFILES[:count])
    while len(chosen) < count:
        have = {p.name: sum(c is p for c in chosen) for p in PROFILES}
        chosen.append(max(PROFILES, key=lambda p: p.weight * count - have[p.name]))
    return chosen


def make_tenants(rng: random.Random, count, market):
    company_count = max(1, min(count, max(count // 10, min(12, count // 2))))
    companies, tenants, numbers = [], [], {}
    for profile in _company_profiles(company_count):
        numbers[profile.name] = numbers.get(profile.name, 0) + 1
        limits = {"limits": profile.limits} if profile.limits else {}
        companies.append({"company_id": f"{profile.name}-{numbers[profile.name]}", **limits, **profile.company})
    profiles = _company_profiles(company_count)
    for index in range(count):
        home = index % company_count
        tenants.append(_make_tenant(rng, companies[home]["company_id"], f"u{index + 1:05d}", profiles[home], market,
                                    index % 80 == 17, fan_share=0.05 + 4 / count))
    return companies, tenants


def _make_tenant(rng, company_id, user_id, profile, market, ruined, fan_share):
    tier = pick(rng, {t: TIER_SHARE[t] for t in profile.tiers.split()})
    currency = "JPY" if profile.name == "tokyo" else pick(rng, {"USD": 78, "EUR": 12, "GBP": 7, "JPY": 3})
    balance = TIER_BALANCE[tier] * rng.lognormvariate(0.0, 0.45) * (JPY_FACTOR if currency == "JPY" else 1)
    if ruined:  # nothing but reductions may pass
        balance = -0.1 * balance if rng.random() < 0.7 else 0.0
    liked = sorted({pick(rng, profile.symbols) for _ in range(rng.randint(2, 6))})
    strategies = [pick(rng, {s: weight for s, (_, weight) in STRATEGIES.items()}) for _ in range(3)]
    tenant = Tenant(company_id, user_id, profile, tier, currency, round(balance, 0 if currency == "JPY" else 2), liked,
                    [rng.uniform(0.5, 2) for _ in liked], strategies)
    tenant.setup = {"company_id": company_id, "user_id": user_id, "tier": tier,
                    "account": {"currency": currency, "balance": tenant.balance},
                    **{key: value for key, value in (("positions", _positions(rng, tenant, market)),
                       ("limits", _user_limits(rng, tenant)), ("strategies", _subscriptions(rng, fan_share)),
                       ("trade_statistics", _statistics(rng, tenant))) if value}}
    return tenant


def _positions(rng, tenant, market):
    """Up to eight open positions, small enough to leave room; three tenants in a hundred start over their limits."""
    row = len(market.days) - 1 - 10
    most = TIER_POSITIONS_MAX[tenant.tier]
    excess = 4.0 if rng.random() < 0.03 else 1.0
    held = [s for s in tenant.symbols + rng.sample(list(TRADABLE), 5) if s in tenant.profile.symbols]
    positions = []
    for symbol in dict.fromkeys(held[: min(most, int(rng.triangular(0, 9, 1)))]):
        notional = tenant.scale * tenant.profile.position * rng.uniform(0.1, 0.8) * excess
        quantity = market.whole_lots(symbol, notional / market.unit_value(symbol, row, tenant.currency))
        if not quantity:
            continue
        quantity *= rng.choice((1, -1))
        price = market.last(symbol, row) * (1 + rng.gauss(0, 1.5) * DAILY_VOL[symbol])
        positions.append({"symbol": symbol, "quantity": quantity, "average_price": _rounded(symbol, price)})
        tenant.book[symbol] = quantity
    return positions


def _rounded(symbol, price):
    return round(price, DIGITS[symbol])


def _user_limits(rng, tenant):
    """Overrides of the tenant. Most tighten; the looser ones must change nothing."""
    limits = {key: round(share * tenant.scale, 2) for key, share in tenant.profile.user_var.items()}
    roll = rng.random()
    if roll < 0.04:
        limits["max_positions"] = rng.choice((1, 2))
    elif roll < 0.08:
        limits["max_order_size_pct"] = rng.choice((0.2, 0.3))
    elif roll < 0.11:
        limits["max_position_size_notional"] = round(0.05 * tenant.scale, 2)
    elif roll < 0.13:
        limits["banned_strategy_types"] = [rng.choice(("MOMENTUM", "BREAKOUT"))]
    elif roll < 0.16:
        limits["risk_tolerance"] = "CONSERVATIVE"
    elif roll < 0.19:
        limits |= {"max_portfolio_leverage": 50, "max_order_size_pct": 90, "message_rate_per_s": 100_000}
    return limits


def _subscriptions(rng, share):
    return [s for s in FAN_OUT if rng.random() < share]


def _statistics(rng, tenant):
    """Closed trades per (strategy, symbol): with an edge, without one (NO_EDGE), or too few to be used."""
    rows = {}
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        wins, losses = rng.choice(((26, 14), (45, 35), (18, 30), (60, 20), (9, 6), (31, 31)))
        money = tenant.scale * 0.004
        sum_win, sum_loss = wins * money * rng.uniform(0.8, 1.6), losses * money * rng.uniform(0.7, 1.1)
        if wins < losses:  # lost more often and not more when winning: Kelly is negative
            sum_win *= 0.6
        last_30 = (sum_win - sum_loss) * 0.4 if wins + losses >= 30 else 0.0
        key = (rng.choice(tenant.strategies), rng.choice(tenant.symbols))
        rows[key] = {"strategy_id": key[0], "symbol": key[1], "wins": wins, "losses": losses, "sum_win": round(sum_win, 2),
                     "sum_loss": round(sum_loss, 2), "last_30_pnl": round(last_30, 2)}
    return list(rows.values())
