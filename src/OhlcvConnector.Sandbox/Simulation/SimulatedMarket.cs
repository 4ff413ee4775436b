using OhlcvConnector.Domain;

namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>A market of which all is simulated.</summary>
internal sealed class SimulatedMarket : MarketBooks
{
    private readonly Dictionary<string, PriceWalk> _walks;

    /// <summary>Creates the market of a venue from its listings.</summary>
    public SimulatedMarket(int seed, string exchange, IEnumerable<Listing> listings)
    {
        _walks = listings.ToDictionary(
            listing => listing.Symbol,
            listing => new PriceWalk(
                Noise.Seed((ulong)seed, $"{exchange} {listing.Market} {listing.Symbol}"), Noise.Seed((ulong)seed, listing.BaseAsset), listing),
            StringComparer.Ordinal);
        Listings = [.. _walks.Values.Select(walk => walk.Listing)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Listing> Listings { get; }

    /// <inheritdoc/>
    public override Listing? Find(string symbol) => _walks.GetValueOrDefault(symbol)?.Listing;

    /// <inheritdoc/>
    public override List<CandleState> Candles(Listing listing, Interval interval, long fromMs, long toMs, int most, bool newest, long nowMs, long shiftMs = 0)
    {
        var found = new List<CandleState>();
        var lastMs = Floor(Math.Min(Math.Min(toMs, nowMs), listing.EndsMs - 1));
        var openMs = Floor(Math.Max(fromMs, listing.ListedMs));
        openMs = openMs < fromMs ? Next(openMs) : openMs;
        if (newest && lastMs >= openMs)
        {
            var all = interval.CountBetween(openMs + shiftMs, Next(lastMs) + shiftMs);
            openMs = all > most ? interval.AddMs(lastMs + shiftMs, 1 - most) - shiftMs : openMs;
        }

        for (; openMs <= lastMs && found.Count < most; openMs = Next(openMs))
        {
            if (Candle(listing, openMs, Next(openMs), nowMs) is { } candle)
            {
                found.Add(candle);
            }
        }

        return found;

        long Floor(long momentMs) => interval.FloorMs(momentMs + shiftMs) - shiftMs;

        long Next(long open) => interval.NextMs(open + shiftMs) - shiftMs;
    }

    /// <inheritdoc/>
    public override CandleState? Candle(Listing listing, long openMs, long closeMs, long nowMs)
    {
        if (closeMs <= listing.ListedMs || openMs > nowMs || openMs >= listing.EndsMs)
        {
            return null;
        }

        var walk = _walks[listing.Symbol];
        Aggregate sum;
        long flat = 0;
        lock (walk)
        {
            sum = walk.Between(openMs / 1000, Math.Min(Math.Min(closeMs, nowMs), listing.EndsMs) / 1000);
            if (sum.Count == 0)
            {
                flat = walk.LastPriceBefore(Math.Max(openMs, listing.ListedMs) / 1000);
            }
        }

        return sum.Count == 0
            ? State(listing, openMs, closeMs, sum, flat, flat, flat, flat)
            : State(listing, openMs, closeMs, sum, sum.Open, sum.High, sum.Low, sum.Close);
    }

    /// <inheritdoc/>
    public override List<SimulatedTrade> Trades(Listing listing, long secondMs)
    {
        var fills = new List<SimulatedTrade>();
        var walk = _walks[listing.Symbol];
        if (secondMs < listing.EndsMs)
        {
            lock (walk)
            {
                walk.Fills(secondMs / 1000, fills);
            }
        }

        return fills;
    }

    private static CandleState State(Listing listing, long openMs, long closeMs, in Aggregate sum, long open, long high, long low, long close)
    {
        var isInverse = listing.Sizing == Sizing.InverseContracts;
        return new CandleState
        {
            OpenMs = openMs,
            CloseMs = closeMs,
            Open = open * listing.Tick,
            High = high * listing.Tick,
            Low = low * listing.Tick,
            Close = close * listing.Tick,
            Steps = sum.Steps,
            TakerSteps = sum.TakerSteps,
            BaseVolume = isInverse ? Coin(sum.Worth) : sum.Steps * listing.Step,
            QuoteVolume = isInverse ? sum.Steps * listing.Step : (decimal)sum.Worth * (listing.Tick * listing.Step),
            TakerBase = isInverse ? Coin(sum.TakerWorth) : sum.TakerSteps * listing.Step,
            TakerQuote = isInverse ? sum.TakerSteps * listing.Step : (decimal)sum.TakerWorth * (listing.Tick * listing.Step),
            Count = sum.Count,
            TradeSeconds = sum.Count == 0 ? (-1, -1) : (sum.FirstSecond, sum.LastSecond),
        };

        static decimal Coin(Int128 hundredMillionths) => (decimal)hundredMillionths / 100_000_000m;
    }
}
