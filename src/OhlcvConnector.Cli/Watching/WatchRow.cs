using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Cli.Watching;

/// <summary>Row of the table: what is known of one target, which is its last candles. Written by the thread that reads, read by the one that draws.</summary>
internal sealed class WatchRow(SeriesTarget target, IndicatorSet? indicators)
{
    /// <summary>Number of candles that the change, the range and the volume are over.</summary>
    public const int Window = 60;

    private readonly Lock _gate = new();
    private readonly Queue<PriceQuote> _closed = new();
    private PriceQuote _open;
    private IReadOnlyList<double> _values = [.. Enumerable.Repeat(double.NaN, indicators?.Columns.Count ?? 0)];
    private WatchFacts? _facts;

    /// <summary>Target that the row shows.</summary>
    public SeriesTarget Target { get; } = target;

    /// <summary>The names of the indicators' values.</summary>
    public IReadOnlyList<string> Columns => indicators?.Columns ?? [];

    /// <summary>Reason why nothing comes; null while something may.</summary>
    public string? Trouble { get; set; }

    /// <summary>The newest facts; null before the first quote.</summary>
    public WatchFacts? Facts
    {
        get
        {
            lock (_gate)
            {
                return _facts;
            }
        }
    }

    /// <summary>Reading begins, with the past: indicators know nothing yet.</summary>
    public void Begin() => indicators?.Reset();

    /// <summary>Takes a quote.</summary>
    /// <param name="quote">The quote.</param>
    /// <param name="heardAt">The time at which it came, by the terminal's clock.</param>
    public void Post(in PriceQuote quote, long heardAt)
    {
        lock (_gate)
        {
            if (indicators is not null && !quote.IsRevision)
            {
                _values = indicators.Take(quote).Values;
            }

            if (quote.IsClosed)
            {
                _closed.Enqueue(quote);
                if (_closed.Count > Window)
                {
                    _closed.Dequeue();
                }
            }

            _open = quote.IsClosed ? default : quote;
            _facts = NewFacts(heardAt);
        }
    }

    private WatchFacts NewFacts(long heardAt)
    {
        var candles = _open.Series is null ? [.. _closed] : _closed.Append(_open).TakeLast(Window).ToArray();
        var last = candles[^1];
        var before = _facts?.Last ?? last.Close;
        return new WatchFacts(
            last.Market,
            last.Close,
            last.Close == before ? _facts?.Direction ?? 0 : Math.Sign(last.Close - before),
            candles[0].Open == 0 ? 0 : (last.Close / candles[0].Open) - 1,
            candles.Min(candle => candle.Low),
            candles.Max(candle => candle.High),
            candles.Any(candle => candle.Volume is null) ? null : candles.Sum(candle => candle.Volume),
            [.. candles.Select(candle => candle.Close)],
            _values,
            heardAt);
    }
}

/// <summary>Facts that a row shows at one moment.</summary>
/// <param name="Market">The market that the symbol was found on.</param>
/// <param name="Last">The last price.</param>
/// <param name="Direction">The direction of the last change of price: -1, 0 or 1.</param>
/// <param name="Change">The change from the window's first price to the last, as a part of the first.</param>
/// <param name="Low">The lowest price of the window.</param>
/// <param name="High">The highest price of the window.</param>
/// <param name="Volume">The volume of the window in base units; null where the exchange does not give it.</param>
/// <param name="Closes">The window's prices, oldest first.</param>
/// <param name="Values">The indicators' values, in the order of their columns; NaN where there is none.</param>
/// <param name="HeardAt">The time at which the last quote came, by the terminal's clock.</param>
internal sealed record WatchFacts(
    Market Market, decimal Last, int Direction, decimal Change, decimal Low, decimal High, decimal? Volume, IReadOnlyList<decimal> Closes,
    IReadOnlyList<double> Values, long HeardAt);
