using System.Runtime.CompilerServices;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Cli.Computing;

/// <summary>A stream with indicators' values: begins in the past, as far back as the indicators say, and shows what was asked for.</summary>
/// <param name="connector">Streams.</param>
/// <param name="set">The indicators; null for none.</param>
/// <param name="clock">The clock of candles.</param>
internal sealed class ValuedStream(Connector connector, IndicatorSet? set, TimeProvider clock)
{
    /// <summary>Whether flat candles stand where nothing was traded.</summary>
    public bool IsFlat { get; init; }

    /// <summary>Reads.</summary>
    /// <param name="requests">What of each exchange and market, all of one interval and since one moment.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<ValuedQuote> ReadAsync(IReadOnlyList<StreamRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (set is null)
        {
            await foreach (var quote in QuotesAsync(requests, cancellationToken).ConfigureAwait(false))
            {
                yield return new ValuedQuote(quote, [], IsAfterGap: false);
            }

            yield break;
        }

        var request = requests[0];
        var fromMs = request.Since?.ToUnixTimeMilliseconds() ?? request.Interval.FloorMs(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var begin = DateTimeOffset.FromUnixTimeMilliseconds(set.BeginMs(request.Interval, request.Interval.FloorMs(fromMs)));
        IReadOnlyList<StreamRequest> earlier = [.. requests.Select(one => one with { Since = begin })];
        var live = new HashSet<Series>();
        await foreach (var valued in QuotesAsync(earlier, cancellationToken).With(set, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            var quote = valued.Quote;
            var isPast = quote.Source is QuoteSource.History or QuoteSource.Flat && !live.Contains(quote.Series);
            if (!isPast)
            {
                live.Add(quote.Series); // what is live is shown, whatever our clock said
            }

            if (!isPast || quote.OpenMs >= fromMs)
            {
                yield return valued;
            }
        }
    }

    private IAsyncEnumerable<PriceQuote> QuotesAsync(IReadOnlyList<StreamRequest> requests, CancellationToken cancellationToken)
    {
        var quotes = connector.StreamAsync(requests, cancellationToken);
        return IsFlat ? quotes.FillFlat(cancellationToken) : quotes;
    }
}
