using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Rest;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// Asks why a series is quiet: an exchange acknowledges what does not trade, and sends nothing, and says nothing either when something ceases to trade. So the
/// listing is read again, at most every five minutes, while any series says nothing or brings candles without trades.
/// </summary>
internal sealed class TradingWatch(VenueAccess access, VenueInstruments instruments, Action<FeedSeries, SeriesCondition, string> tell)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongQuiet = TimeSpan.FromHours(1); // where each question costs

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(Func<IEnumerable<FeedSeries>> all, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every, access.Options.TimeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                await LookAsync(all(), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the feed ended
        }
    }

    /// <summary>Looks once.</summary>
    public async Task LookAsync(IEnumerable<FeedSeries> all, CancellationToken cancellationToken)
    {
        var quiet = new List<FeedSeries>();
        foreach (var series in all)
        {
            if (series.Quiet >= Quiet || series.Sequencer is { LastClosedMs: > 0, LastClosedHadTrades: false })
            {
                quiet.Add(series);
            }
            else if (series.IsProven && series.Quiet < Every)
            {
                tell(series, SeriesCondition.Trading, "its candles come");
            }
        }

        if (quiet.Count == 0)
        {
            return;
        }

        IReadOnlyList<Instrument> listed;
        try
        {
            listed = access.Venue.InstrumentLookup(access.Market, quiet[0].Series.VenueSymbol) is null
                ? await instruments.ListAsync(Quiet, cancellationToken).ConfigureAwait(false)
                : await FindAsync(quiet, cancellationToken).ConfigureAwait(false);
        }
        catch (ExchangeUnavailableException)
        {
            return; // it is logged, and asked again
        }

        Judge(quiet, listed.ToDictionary(instrument => instrument.VenueSymbol, StringComparer.Ordinal));
    }

    private void Judge(List<FeedSeries> quiet, Dictionary<string, Instrument> bySymbol)
    {
        foreach (var series in quiet)
        {
            if (!bySymbol.TryGetValue(series.Series.VenueSymbol, out var instrument))
            {
                tell(series, SeriesCondition.Delisted, "the exchange lists it no longer");
            }
            else
            {
                tell(series, instrument.IsTrading ? SeriesCondition.Trading : SeriesCondition.Halted, ReasonOf(instrument));
            }
        }
    }

    /// <summary>Asks for each alone, where the listing is too long to be read for a few.</summary>
    private async Task<IReadOnlyList<Instrument>> FindAsync(List<FeedSeries> quiet, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Instrument>(StringComparer.Ordinal);
        foreach (var symbol in quiet.Select(series => series.Series.VenueSymbol).Distinct())
        {
            if (await instruments.FindAsync(symbol, LongQuiet, cancellationToken).ConfigureAwait(false) is { } instrument)
            {
                found[symbol] = instrument;
            }
        }

        return [.. found.Values];
    }

    /// <summary>Returns the reason in the words of the exchange: whether the instrument trades, and its status where the exchange gives one.</summary>
    public static string ReasonOf(Instrument instrument) =>
        $"it {(instrument.IsTrading ? "trades" : "does not trade now")}{(instrument.Status is { } status ? $" ({status})" : "")}";
}
