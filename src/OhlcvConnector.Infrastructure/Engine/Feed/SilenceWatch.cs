using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Rest;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// Looks for series that fall silent on a connection that lives: of one that has said nothing for a while, history is asked again and again, at growing
/// intervals, whether the open candle goes on. If it does, the stream is at fault; if not, the market is quiet. Takes a tenth of the exchange's budget at most.
/// </summary>
/// <param name="access">The market of the feed.</param>
/// <param name="history">The history of that market.</param>
/// <param name="stalled">Told of a series whose stream is at fault.</param>
internal sealed class SilenceWatch(VenueAccess access, VenueHistory history, Action<FeedSeries> stalled)
{
    private const int ShareOfBudget = 10;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = access.Options.TimeProvider;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(Func<IEnumerable<FeedSeries>> all, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(LookEvery, _time, cancellationToken).ConfigureAwait(false);
                foreach (var series in all().Where(series => series.IsQuestionDue).OrderByDescending(series => series.Silence).ToArray())
                {
                    await AskAsync(series, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the feed ends
        }
    }

    private async Task AskAsync(FeedSeries series, CancellationToken cancellationToken)
    {
        var interval = series.Series.Interval;
        var nowMs = access.Clock.NowMs;
        var fromMs = interval.AddMs(interval.FloorMs(nowMs), -1); // and the one before, should the clock be ahead
        var question = series.Ask();
        PriceQuote? newest = null;
        try
        {
            var answer = await history.AskAsync(series.Series, fromMs, nowMs + 1, cancellationToken).ConfigureAwait(false);
            if (answer.Refusal is not null)
            {
                return;
            }

            newest = answer.Candles is [.., var last] ? last : null;
        }
        catch (ExchangeUnavailableException)
        {
            return; // it is asked again later
        }

        if (series.WentOn(question, newest))
        {
            stalled(series);
        }

        await Task.Delay(Pause(series.Series, fromMs, nowMs), _time, cancellationToken).ConfigureAwait(false);
    }

    private TimeSpan Pause(Series series, long fromMs, long nowMs)
    {
        var budget = access.Market.Limits.Weight;
        var share = budget.Per * ((double)access.Venue.HistoryPage(access.Market, series, fromMs, nowMs + 1, nowMs).Weight * ShareOfBudget / budget.Count);
        return share > MinPause ? share : MinPause;
    }
}
