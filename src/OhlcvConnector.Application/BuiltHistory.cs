using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>A history in which what the exchange lacks is built from shorter candles.</summary>
/// <param name="history">The history of what exchanges have.</param>
/// <param name="instruments">The listings.</param>
/// <param name="clock">The clock that candles are measured with.</param>
internal sealed class BuiltHistory(IPriceHistoryRepository history, IInstrumentRepository instruments, TimeProvider clock) : IPriceHistoryRepository
{
    /// <inheritdoc/>
    public IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen = false, Action<MissingCandles>? missing = null, bool waitForLate = true,
        CancellationToken cancellationToken = default) =>
        PartOf(series, instruments.Exchanges) == series.Interval
            ? history.ReadAsync(series, from, to, includeOpen, missing, waitForLate, cancellationToken)
            : Build(series, from, to, includeOpen, missing, waitForLate, cancellationToken);

    /// <summary>Returns the interval that a series' past is built from: its own interval where the exchange has it.</summary>
    public static Interval PartOf(Series series, IReadOnlyList<ExchangeProfile> exchanges) => IntervalChoice.Choose(
        series.Exchange, series.Market,
        exchanges.First(exchange => exchange.Name == series.Exchange).Markets.First(row => row.Market == series.Market).HistoryIntervals, series.Interval,
        build: true);

    /// <summary>Returns the number of candles that are read to build so many of a series.</summary>
    public static long CountOfParts(Series series, IReadOnlyList<ExchangeProfile> exchanges, long candles) =>
        candles * Math.Max(1, (long)(series.Interval.ApproximateLength / PartOf(series, exchanges).ApproximateLength));

    private async IAsyncEnumerable<PriceQuote> Build(
        Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen, Action<MissingCandles>? missing, bool waitForLate,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (to <= from || from > new OurClock(clock).Latest)
        {
            yield break;
        }

        var request = new HistoryRequest
        {
            Exchange = series.Exchange,
            Market = series.Market,
            Symbol = series.VenueSymbol,
            Interval = series.Interval,
            BuildInterval = true,
            From = from,
            To = to,
            IncludeOpen = includeOpen,
            OnMissing = missing ?? (_ => { }),
            WaitForLate = waitForLate,
        };
        await foreach (var quote in new FetchHistory(instruments, history, clock).ReadAsync(request, cancellationToken).ConfigureAwait(false))
        {
            yield return quote;
        }
    }
}
