"""Statistics of random trades, calculated plainly and apart from the library: python3 naive_statistics.py > naive-statistics.json

Candles and orders are drawn by seed. Market orders fill at the next open and pay a fee; lots close first in first out; what is open at the end is closed at
the last close. Money is Decimal, statistics are floats. Each definition is written out anew, by Python's statistics module where it has one.
"""
import json
import math
import random
import statistics
from decimal import Decimal

DAY = 86_400_000


def candles_of(rng, count, step, gap_every):
    price, open_ms, rows = Decimal(100), 1_704_067_200_000, []
    for i in range(count):
        o = (price * Decimal(1 + rng.gauss(0, 0.004))).quantize(Decimal("0.01"))
        c = (o * Decimal(1 + rng.gauss(0.0004, 0.02))).quantize(Decimal("0.01"))
        h = max(o, c) + Decimal(rng.randrange(0, 150)) / 100
        l = min(o, c) - Decimal(rng.randrange(0, 150)) / 100
        rows.append((open_ms, open_ms + step, o, h, l, c))
        price = c
        open_ms += step * (3 if gap_every and i % gap_every == gap_every - 1 else 1)
    return rows


def orders_of(rng, count):
    """bar -> signed quantity; mostly small, some that turn the position around"""
    return {bar: rng.choice([-9, -5, -3, -2, 2, 3, 5, 9]) for bar in range(count - 1) if rng.random() < 0.12}


def run(rows, orders, cash, fee):
    start, lots, trades, equity, notional, fees = cash, [], [], [], Decimal(0), Decimal(0)
    held = [False] * len(rows)

    def fill(quantity, price, bar, ms):
        nonlocal cash, notional, fees
        cost = abs(quantity) * price * fee
        cash -= quantity * price + cost
        notional += abs(quantity) * price
        fees += cost
        left = quantity
        while left and lots and (lots[0]["q"] > 0) != (left > 0):
            lot = lots[0]
            part = min(abs(left), abs(lot["q"])) * (1 if lot["q"] > 0 else -1)
            gross = part * (price - lot["p"])
            paid = abs(part) * lot["p"] * fee + abs(part) * price * fee
            low, high = min(lot["low"], price), max(lot["high"], price)
            worst, best = (low, high) if part > 0 else (high, low)
            sign = 1 if part > 0 else -1
            trades.append(dict(
                profit=gross - paid, ret=float((gross - paid) / (abs(part) * lot["p"])), length=ms - lot["ms"], bars=(lot["bar"], bar),
                worst=min(0.0, float(sign * (worst - lot["p"]) / lot["p"])), best=max(0.0, float(sign * (best - lot["p"]) / lot["p"]))))
            lot["q"] -= part
            left += part
            if not lot["q"]:
                lots.pop(0)
        if left:
            lots.append(dict(q=left, p=price, ms=ms, bar=bar, low=price, high=price))

    for bar, (open_ms, close_ms, o, h, l, c) in enumerate(rows):
        if bar - 1 in orders:
            fill(Decimal(orders[bar - 1]), o, bar, open_ms)
        for lot in lots:
            lot["low"], lot["high"] = min(lot["low"], l), max(lot["high"], h)
        if bar == len(rows) - 1:
            position = sum(lot["q"] for lot in lots)
            if position:
                fill(-position, c, bar, open_ms)
        equity.append(cash + sum(lot["q"] for lot in lots) * c)
    for trade in trades:
        for bar in range(trade["bars"][0], trade["bars"][1] + 1):
            held[bar] = True
    return dict(start=start, trades=trades, equity=equity, notional=notional, fees=fees, held=held)


def up(ms, step):
    step = min(step, DAY)
    return math.ceil(ms / step) * step / DAY


def figures(rows, result, year, step):
    year = 52 if step == 7 * DAY else year  # a year has so many of its candles
    equity, trades = [float(value) for value in result["equity"]], result["trades"]
    days = (rows[-1][0] - rows[0][0]) / DAY
    total = float(result["equity"][-1] / result["start"]) - 1
    hold = float(rows[-1][5] / rows[0][5]) - 1

    last = {}
    for row, value in zip(rows, equity):
        last[(row[1] - 1) // DAY] = value
    ends = [last[day] for day in sorted(last)]
    returns = [b / a - 1 for a, b in zip(ends, ends[1:])]
    growth = statistics.geometric_mean([1 + r for r in returns])
    annual = growth ** year - 1
    volatility = math.sqrt((statistics.variance(returns) + growth ** 2) ** year - growth ** (2 * year))
    downside = math.sqrt(statistics.fmean([min(r, 0) ** 2 for r in returns])) * math.sqrt(year)

    # a drawdown lasts from its peak to the first candle at or above the peak, or to the end; one of a single step that ends there is none
    spans, peak_at = [], 0
    for i in range(1, len(equity)):
        if equity[i] >= equity[peak_at]:
            if i - peak_at > 1:
                spans.append((peak_at, i))
            peak_at = i
    if len(equity) - 1 - peak_at > 1:
        spans.append((peak_at, len(equity) - 1))
    depths = [max(1 - equity[k] / equity[a] for k in range(a, b + 1)) for a, b in spans]
    lengths = [rows[b][1] - rows[a][1] for a, b in spans]
    deepest = max(1 - value / max(equity[: i + 1]) for i, value in enumerate(equity))

    ours = [math.log(b / a) for a, b in zip(equity, equity[1:])]
    market = [math.log(float(b[5]) / float(a[5])) for a, b in zip(rows, rows[1:])]
    beta = statistics.covariance(ours, market) / statistics.variance(market)

    profits, rets = [float(trade["profit"]) for trade in trades], [trade["ret"] for trade in trades]
    won, lost = [p for p in profits if p > 0], [p for p in profits if p < 0]
    rate = len(won) / len(trades)
    return dict(
        durationDays=days, exposureTimePercent=100 * sum(result["held"]) / len(rows), equityFinal=equity[-1], equityPeak=max(equity),
        commissions=float(result["fees"]), returnPercent=100 * total, buyAndHoldReturnPercent=100 * hold, annualReturnPercent=100 * annual,
        annualVolatilityPercent=100 * volatility, cagrPercent=100 * ((1 + total) ** (365.25 / days) - 1), sharpeRatio=annual / volatility,
        sortinoRatio=annual / downside, calmarRatio=annual / deepest, alphaPercent=100 * (total - beta * hold), beta=beta,
        maxDrawdownPercent=-100 * deepest, averageDrawdownPercent=-100 * statistics.fmean(depths), maxDrawdownDays=up(max(lengths), step),
        averageDrawdownDays=up(statistics.fmean(lengths), step), trades=len(trades), winRatePercent=100 * rate, bestTradePercent=100 * max(rets),
        worstTradePercent=100 * min(rets), averageTradePercent=100 * (statistics.geometric_mean([1 + r for r in rets]) - 1),
        maxTradeDays=up(max(trade["length"] for trade in trades), step), averageTradeDays=up(statistics.fmean([trade["length"] for trade in trades]), step),
        profitFactor=sum(r for r in rets if r > 0) / -sum(r for r in rets if r < 0), expectancyPercent=100 * statistics.fmean(rets),
        sqn=math.sqrt(len(profits)) * statistics.fmean(profits) / statistics.stdev(profits),
        kellyCriterion=rate - (1 - rate) / (statistics.fmean(won) / -statistics.fmean(lost)),
        turnoverPerYear=float(result["notional"]) / statistics.fmean(equity) * 365.25 / days,
        averageWorstPercent=100 * statistics.fmean([trade["worst"] for trade in trades]),
        averageBestPercent=100 * statistics.fmean([trade["best"] for trade in trades]))


def case(seed, count, step, year, gap_every, fee):
    rng = random.Random(seed)
    rows, orders, fee = candles_of(rng, count, step, gap_every), orders_of(rng, count), Decimal(fee)
    result = run(rows, orders, Decimal(10_000), fee)
    return dict(
        seed=seed, year=year, fee=float(fee), candles=[[r[0], r[1], *[float(v) for v in r[2:]]] for r in rows],
        orders=[[bar, quantity] for bar, quantity in orders.items()], expected=figures(rows, result, year, step))


print(json.dumps([
    case(1, 400, DAY, 365, 0, "0.001"), case(2, 400, DAY, 252, 5, "0"), case(3, 900, 3_600_000, 365, 0, "0.0005"), case(4, 600, 4 * 3_600_000, 365, 37, "0.002"),
    case(5, 120, 7 * DAY, 365, 0, "0.001"),
], indent=None, separators=(",", ":")))
