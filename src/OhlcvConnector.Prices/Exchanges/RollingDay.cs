using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Prices.Exchanges;

/// <summary>
/// The last 24 hours of a series of minutes: the candles that open at or after 24 hours ago, the open one too. Nothing is said of them before they are
/// whole: the first candle that came is older than that, and none is missing since.
/// </summary>
internal sealed class RollingDay
{
    /// <summary>How many hours there are prices of.</summary>
    public const int HourCount = 24;

    private const long MinuteMs = 60_000;
    private const long HourMs = 60 * MinuteMs;
    private const long DayMs = 24 * HourMs;
    private const long KeptMs = DayMs + HourMs;

    private readonly Queue<Minute> _closed = new();
    private Minute? _open;
    private long _lastClosedMs = long.MinValue;
    private long? _knownFromMs;

    /// <summary>Takes the next candle of the series.</summary>
    public void Add(in PriceQuote quote)
    {
        if (quote.OpenMs <= _lastClosedMs)
        {
            return; // an update of what has closed, or a revision
        }

        if (_knownFromMs is null || quote.GapBefore is not null)
        {
            _knownFromMs = quote.OpenMs;
        }

        var minute = new Minute(quote.OpenMs, quote.Open, quote.High, quote.Low, quote.Close, quote.QuoteVolume);
        if (!quote.IsClosed)
        {
            _open = minute;
            return;
        }

        (_open, _lastClosedMs) = (null, quote.OpenMs);
        _closed.Enqueue(minute);
        while (_closed.Peek().OpenMs < quote.OpenMs - KeptMs)
        {
            _closed.Dequeue();
        }
    }

    /// <summary>Adds what is known of the 24 hours before a price to it.</summary>
    public AssetPrice Complete(AssetPrice price)
    {
        var nowMs = price.LastUpdated.ToUnixTimeMilliseconds();
        var fromMs = nowMs - DayMs;
        if (_knownFromMs is not { } known || known >= fromMs + MinuteMs)
        {
            return price;
        }

        Minute? first = null;
        var (high, low) = (decimal.MinValue, decimal.MaxValue);
        decimal? volume = 0;
        var hours = new decimal[HourCount];
        var filled = 0;
        var before = 0m;
        foreach (var minute in _open is { } open ? _closed.Append(open) : _closed)
        {
            if (minute.OpenMs >= fromMs)
            {
                first ??= minute;
                (high, low, volume) = (Math.Max(high, minute.High), Math.Min(low, minute.Low), volume + minute.QuoteVolume);
            }

            for (; filled < HourCount && minute.OpenMs >= fromMs + ((filled + 1) * HourMs); filled++)
            {
                hours[filled] = before == 0 ? minute.Open : before;
            }

            before = minute.Close;
        }

        if (first is null)
        {
            return price;
        }

        for (; filled < HourCount; filled++)
        {
            hours[filled] = price.Price;
        }

        return price with
        {
            Change24h = first.Value.Open == 0 ? null : decimal.Round((price.Price - first.Value.Open) / first.Value.Open * 100, 4),
            High24h = high,
            Low24h = low,
            Volume24h = volume,
            Hours = hours,
        };
    }

    private readonly record struct Minute(long OpenMs, decimal Open, decimal High, decimal Low, decimal Close, decimal? QuoteVolume);
}
