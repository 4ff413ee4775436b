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
            listed = await instruments.ListAsync(Quiet, cancellationToken).ConfigureAwait(false);
        }
        catch (ExchangeUnavailableException)
        {
            return; // it is logged, and asked again
        }

        var bySymbol = listed.ToDictionary(instrument => instrument.VenueSymbol, StringComparer.Ordinal);
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

    /// <summary>Returns the reason in the words of the exchange: whether the instrument trades, and its status where the exchange gives one.</summary>
    public static string ReasonOf(Instrument instrument) =>
        $"it {(instrument.IsTrading ? "trades" : "does not trade now")}{(instrument.Status is { } status ? $" ({status})" : "")}";
}
