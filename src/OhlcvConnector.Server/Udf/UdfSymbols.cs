using OhlcvConnector.Domain;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Udf;

/// <summary>What the protocol wants to know of an instrument.</summary>
internal static class UdfSymbols
{
    private const int MostDecimals = 16;
    private const int UsualDecimals = 8;

    /// <summary>An instrument.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="market">Its market.</param>
    public static UdfSymbol Of(Instrument instrument, MarketProfile market)
    {
        var (step, scale) = Step(instrument.TickSize);
        var intervals = market.HistoryIntervals;
        return new UdfSymbol
        {
            Name = instrument.Symbol,
            Ticker = Ticker(instrument.Exchange, instrument.Market.Name(), instrument.VenueSymbol),
            Description = Describe(instrument.Symbol, instrument.Exchange, instrument.Market.Name()),
            Type = instrument.Market.Name(),
            Exchange = instrument.Exchange,
            ListedExchange = instrument.Exchange,
            MinMov = step,
            PriceScale = scale,
            HasIntraday = intervals.Any(one => one.Unit is IntervalUnit.Minute or IntervalUnit.Hour),
            HasSeconds = intervals.Any(one => one.Unit == IntervalUnit.Second),
            HasDaily = intervals.Any(one => one.Unit == IntervalUnit.Day),
            HasWeeklyAndMonthly = intervals.Any(one => one.Unit == IntervalUnit.Week) && intervals.Any(one => one.Unit == IntervalUnit.Month),
            IntradayMultipliers = [.. intervals.Where(one => one.Unit is IntervalUnit.Minute or IntervalUnit.Hour).Select(UdfResolution.Write)],
            SecondsMultipliers = [.. intervals.Where(one => one.Unit == IntervalUnit.Second).Select(one => $"{one.Count}")],
            SupportedResolutions = [.. intervals.Select(UdfResolution.Write)],
            VolumePrecision = instrument.LotSize is { } lot ? Decimals(lot) : UsualDecimals,
            CurrencyCode = instrument.QuoteAsset,
        };
    }

    /// <summary>An instrument that a search found.</summary>
    public static UdfFound Found(SymbolRow row) => new()
    {
        Symbol = row.Symbol,
        FullName = Ticker(row.Exchange, row.Market, row.VenueSymbol),
        Description = Describe(row.Symbol, row.Exchange, row.Market),
        Exchange = row.Exchange,
        Ticker = Ticker(row.Exchange, row.Market, row.VenueSymbol),
        Type = row.Market,
    };

    private static string Ticker(string exchange, string market, string symbol) => $"{exchange}/{market}:{symbol}";

    private static string Describe(string symbol, string exchange, string market) => $"{symbol} {exchange} {market}";

    /// <summary>The price step as whole parts of one over a power of ten.</summary>
    private static (long Step, long Scale) Step(decimal? tick)
    {
        if (tick is not { } size || size <= 0 || Decimals(size) > MostDecimals)
        {
            return (1, PowerOfTen(UsualDecimals));
        }

        var scale = PowerOfTen(Decimals(size));
        return (Math.Max(1, (long)(size * scale)), scale);
    }

    private static int Decimals(decimal size)
    {
        var decimals = 0;
        for (var rest = size; rest != decimal.Truncate(rest) && decimals <= MostDecimals; rest *= 10)
        {
            decimals++;
        }

        return decimals;
    }

    private static long PowerOfTen(int exponent)
    {
        var power = 1L;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }
}
