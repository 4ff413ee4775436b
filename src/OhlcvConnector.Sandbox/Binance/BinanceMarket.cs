using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Binance;

/// <summary>Market of Binance, one of three: what it lists, how often it sends and what it allows.</summary>
internal sealed class BinanceMarket
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;
    private static readonly string[] Quarters = ["1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M"];

    public BinanceMarket(VenueWorld world, Market market, LimitWindow weight)
    {
        Market = market;
        Simulated = world.NewMarket(Listings(world, market));
        Intervals = (market == Market.Spot ? (string[])["1s", .. Quarters] : Quarters).ToDictionary(text => text, Interval.Parse, StringComparer.Ordinal);
        Weight = weight;
        Attempts = new LimitWindow(300, TimeSpan.FromMinutes(5), world.Clock);
    }

    public Market Market { get; }

    public bool IsSpot => Market == Market.Spot;

    public bool IsInverse => Market == Market.CoinMargined;

    public MarketBooks Simulated { get; }

    public IReadOnlyDictionary<string, Interval> Intervals { get; }

    /// <summary>REST weight of the one address that there is on loopback; both futures markets share theirs since 2026-06-30.</summary>
    public LimitWindow Weight { get; }

    /// <summary>Connection attempts.</summary>
    public LimitWindow Attempts { get; }

    /// <summary>Messages that a client may send in a second.</summary>
    public int MessagesPerSecond => IsSpot ? 5 : 10;

    public string Prefix => "/binance/" + Market.Name();

    public string RestRoot => Market switch
    {
        Market.Spot => "/api/v3",
        Market.UsdMargined => "/fapi/v1",
        _ => "/dapi/v1",
    };

    /// <summary>USD-M candles are only served under /market since 2026-04-23.</summary>
    public string StreamRoot => Market == Market.UsdMargined ? "/market" : "";

    /// <summary>The other paths of the USD-M stream since 2026, which clients open beside it: no candles are served there.</summary>
    public IReadOnlyList<string> OtherStreamRoots => Market == Market.UsdMargined ? ["/public", "/private"] : [];

    /// <summary>Returns the shortest time between two messages of a series, in milliseconds of market time.</summary>
    public long EveryMs(Interval interval) => interval == Interval.OneSecond ? 1_000 : IsSpot ? 2_000 : 250;

    /// <summary>
    /// Reads a time zone ("8", "+08:00", "-1:00") as the time by which its midnight lies before UTC's, in milliseconds; 0 without a text. Returns false for a
    /// text that is no time zone.
    /// </summary>
    public static bool TryTimeZone(string? text, out long shiftMs)
    {
        shiftMs = 0;
        if (text is null)
        {
            return true;
        }

        var sign = text.StartsWith('-') ? -1 : 1;
        var parts = text.TrimStart('+', '-').Split(':');
        if (parts.Length > 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(parts.ElementAtOrDefault(1) ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59)
        {
            return false;
        }

        shiftMs = sign * ((hours * 60) + minutes) * 60_000L;
        return shiftMs is >= -12 * HourMs and <= 14 * HourMs;
    }

    /// <summary>Returns true when times are asked for in microseconds.</summary>
    public static bool IsMicro(string? timeUnit) => string.Equals(timeUnit, "MICROSECOND", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Listing> Listings(VenueWorld world, Market market)
    {
        var todayMs = world.NowMs / DayMs * DayMs;
        foreach (var one in Coins.Listed(world.Options.SymbolCount))
        {
            var (coin, price, index, life) = one;
            if (life == CoinLife.Coming && market != Market.UsdMargined)
            {
                continue;
            }

            var listing = new Listing
            {
                Market = market,
                Symbol = coin + (market == Market.CoinMargined ? "USD_PERP" : "USDT"),
                BaseAsset = coin,
                QuoteAsset = market == Market.CoinMargined ? "USD" : "USDT",
                SettleAsset = market switch { Market.Spot => null, Market.UsdMargined => "USDT", _ => coin },
                Tick = Coins.Tick(price),
                Step = market == Market.CoinMargined ? (coin == "BTC" ? 100m : 10m) : Coins.Step(price),
                Sizing = market == Market.CoinMargined ? Sizing.InverseContracts : Sizing.Base,
                BasePrice = price,
                ListedMs = life == CoinLife.Coming ? todayMs + (2 * DayMs) : one.ListedMs(world.NowMs, usualDays: 1_095),
                EndsMs = one.EndsMs(world.NowMs),
                IsComing = life == CoinLife.Coming,
                ActiveMinutesPercent = one.ActiveMinutesPercent,
            };
            yield return listing;
            if (index < 2 && market != Market.Spot)
            {
                var expiry = QuarterEnd(todayMs);
                yield return listing with
                {
                    Symbol = coin + (market == Market.CoinMargined ? "USD_" : "USDT_") + expiry.ToString("yyMMdd", CultureInfo.InvariantCulture),
                    ExpiresAt = expiry,
                    ListedMs = todayMs - (DayMs * 120),
                };
            }
        }
    }

    /// <summary>The last Friday of the running quarter, or of the next one when that is near, 08:00 UTC.</summary>
    private static DateTimeOffset QuarterEnd(long todayMs)
    {
        var day = DateTimeOffset.FromUnixTimeMilliseconds(todayMs).AddDays(14);
        var end = new DateTimeOffset(day.Year, ((day.Month - 1) / 3 * 3) + 3, 1, 8, 0, 0, TimeSpan.Zero).AddMonths(1).AddDays(-1);
        while (end.DayOfWeek != DayOfWeek.Friday)
        {
            end = end.AddDays(-1);
        }

        return end;
    }
}
