using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>What targets mean at the exchanges, patterns included.</summary>
internal static class SeriesOfTargets
{
    /// <summary>Resolves them.</summary>
    /// <param name="session">The connector.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="intervals">The intervals of each.</param>
    /// <param name="isHistory">Whether the past is wanted, of which exchanges can have other intervals than of the stream.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UsageException">A pattern matches nothing.</exception>
    public static async Task<IReadOnlyList<Series>> FindAsync(
        Session session, IEnumerable<SeriesTarget> targets, IReadOnlyList<Interval> intervals, bool isHistory, CancellationToken cancellationToken)
    {
        var (stream, history) = (new StreamPrices(session.Instruments, session.Feeds, session.MarketClock),
            new FetchHistory(session.Instruments, session.History, session.MarketClock));
        var found = new List<Series>();
        foreach (var target in targets)
        {
            foreach (var (market, symbol) in await SymbolsAsync(session, target, cancellationToken).ConfigureAwait(false))
            {
                foreach (var length in intervals)
                {
                    found.AddRange(isHistory
                        ? [(await history.ResolveAsync(
                            new HistoryRequest { Exchange = target.Exchange, Market = market, Symbol = symbol, Interval = length,
                            From = DateTimeOffset.UnixEpoch }, cancellationToken).ConfigureAwait(false)).Series]
                        : await stream.ResolveAsync(new StreamRequest { Exchange = target.Exchange, Market = market, Symbols = [symbol], Interval = length },
                            cancellationToken).ConfigureAwait(false));
                }
            }
        }

        return [.. found.Distinct()];
    }

    private static async Task<IEnumerable<(Market? Market, string Symbol)>> SymbolsAsync(Session session, SeriesTarget target,
        CancellationToken cancellationToken)
    {
        if (!SeriesPattern.Is(target.Symbol))
        {
            return [(target.Market, target.Symbol)];
        }

        var matches = await new SeriesPattern(target.Exchange, target.Market, target.Symbol).FindAsync(session.Instruments,
            cancellationToken).ConfigureAwait(false);
        return matches.Count > 0
            ? matches.Select(one => ((Market?)one.Market, one.VenueSymbol))
            : throw new UsageException($"Nothing that trades matches '{target}'. 'connector-cli symbols {target.Exchange}' lists what there is.");
    }
}
