using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.FanOut.Clients;

/// <summary>
/// Indicators of one series, calculated once for all who want them. They know nothing before <see cref="IndicatorWarmUp"/> has led them up to the channel's
/// memory; from then on they belong to the series' channel.
/// </summary>
/// <param name="set">The indicators, which know nothing yet.</param>
internal sealed class SeriesIndicators(IndicatorSet set) : IDisposable
{
    private readonly IndicatorSet _fresh = set.Clone();
    private readonly Dictionary<long, IReadOnlyList<double>> _closed = [];
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<double>? _open;
    private long _nextMs;

    /// <summary>The names of the values.</summary>
    public IReadOnlyList<string> Columns { get; } = set.Columns;

    /// <summary>Number of subscribers that want these indicators.</summary>
    public int References { get; set; }

    /// <summary>Open time from which on candles are read for the warm-up, Unix epoch milliseconds; 0 before it begins.</summary>
    public long BeginMs { get; set; }

    /// <summary>True when the indicators have gone through all that the channel's memory has.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Completes when it is ready, or will never be, because the exchange refuses the series.</summary>
    public Task Ready { get; private set; } = Task.CompletedTask;

    /// <summary>Number of times that values were calculated: once for a candle's close, and once for each of its open states that somebody wants.</summary>
    public long Calculations { get; private set; }

    /// <summary>Begins the warm-up.</summary>
    public void Begin(Func<SeriesIndicators, CancellationToken, Task> warmUp) => Ready = warmUp(this, _stop.Token);

    /// <summary>Returns the same indicators that know nothing, for candles of the past that one client alone wants.</summary>
    public IndicatorSet NewSet() => _fresh.Clone();

    /// <summary>
    /// Returns the open time from which on an interval's candles are to be read so that those from an open time on have their values; Unix epoch milliseconds.
    /// </summary>
    public long BeginFor(Interval interval, long openMs) => _fresh.BeginMs(interval, openMs);

    /// <summary>Takes a closed candle of the past. A hole before it makes them begin anew, unless quiet candles are left out.</summary>
    public void Warm(in PriceQuote quote, bool omitsQuiet)
    {
        if (quote.OpenMs > _nextMs && _nextMs != 0 && !omitsQuiet)
        {
            set.Reset();
        }

        _nextMs = quote.CloseMs;
        set.Take(quote);
    }

    /// <summary>Goes through the channel's memory, and is ready.</summary>
    public void Join(IEnumerable<Published> memory, bool omitsQuiet)
    {
        foreach (var published in memory)
        {
            if (published.Quote.OpenMs > _nextMs && !omitsQuiet)
            {
                set.Reset();
            }

            Next(published.Quote);
        }

        IsReady = true;
    }

    /// <summary>Takes the next quote.</summary>
    public void Next(in PriceQuote quote)
    {
        _open = null;
        if (quote.GapBefore is not null)
        {
            set.Reset(); // now, for the open candle that says it may be wanted by nobody
        }

        if (quote.IsClosed && !quote.IsRevision)
        {
            _nextMs = quote.CloseMs;
            _closed[quote.OpenMs] = Calculate(quote);
        }
    }

    /// <summary>The values of the newest quote, or of a closed candle in the channel's memory; of a revision there are none.</summary>
    public QuoteValues Of(in PriceQuote quote) =>
        new(Columns, quote.IsRevision ? null : quote.IsClosed ? _closed.GetValueOrDefault(quote.OpenMs) : _open ??= Calculate(quote));

    /// <summary>Forgets the values of a candle that leaves the channel's memory.</summary>
    public void Forget(long openMs) => _closed.Remove(openMs);

    /// <summary>Ends the indicators: nobody wants them any more.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private IReadOnlyList<double> Calculate(in PriceQuote quote)
    {
        Calculations++;
        return set.Take(quote).Values;
    }
}
