using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>Subscribes a feed's series at the server, and takes the answers. The reader's alone, where it does not say otherwise.</summary>
/// <param name="its">The surroundings that the market's feeds share.</param>
/// <param name="table">The series.</param>
/// <param name="status">Tells what became of a series.</param>
/// <param name="readPast">Reads, and delivers, what lies too far back for a subscription, up to a moment.</param>
internal sealed partial class FeedSubscriber(
    FeedSurroundings its, FeedTable table, FeedStatus status,
    Func<FeedSeries, DateTimeOffset, List<MissingCandles>, CancellationToken, IAsyncEnumerable<PriceQuote>> readPast)
{
    private static readonly TimeSpan MaxPostponed = TimeSpan.FromSeconds(30);

    private readonly Dictionary<long, List<FeedSeries>> _asked = [];
    private readonly ConcurrentQueue<Series> _removed = [];
    private volatile bool _hasWanted; // a series may have come to be wanted since they were looked through
    private long _requests;
    private long _nextAttemptAt = long.MaxValue; // when the first of those that were put off is due; a timestamp

    /// <summary>True when looking through all series may find one to ask for; between two quotes there is no time for that.</summary>
    public bool MayBeDue => _hasWanted || its.Options.TimeProvider.GetTimestamp() >= _nextAttemptAt;

    private long NowMs => its.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Notes that a series came to be wanted. For any thread.</summary>
    public void Want() => _hasWanted = true;

    /// <summary>Notes that a series is wanted no more. For any thread.</summary>
    public void Leave(Series series) => _removed.Enqueue(series);

    /// <summary>Begins anew on a new connection: everything is asked for again, from its own next candle on.</summary>
    public void BeginAnew()
    {
        _asked.Clear();
        _removed.Clear();
        foreach (var series in table.All)
        {
            series.BeginAnew();
            series.NotBefore = 0;
        }

        _hasWanted = true;
    }

    /// <summary>Unsubscribes what is wanted no more.</summary>
    public async Task UnsubscribeAsync(ServerLink link, CancellationToken cancellationToken)
    {
        while (_removed.TryDequeue(out var series))
        {
            if (!table.Contains(series)) // else it was added again, which replaces the subscription
            {
                await link.SendAsync(V1Message.Unsubscribe(++_requests, series), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks for what is wanted; what lies too far back for a subscription is read, and delivered, before.</summary>
    public async IAsyncEnumerable<PriceQuote> SubscribeAsync(ServerLink link, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _hasWanted = false; // before they are looked through: who comes meanwhile is seen next time
        var wanted = table.All.Where(IsDue).ToList();
        foreach (var series in wanted)
        {
            if (series.NextMs is { } next && (series.ReadsPast || series.Series.Interval.CountBetween(next, NowMs) > SubscribeBatches.MaxResumed))
            {
                var missing = new List<MissingCandles>();
                await foreach (var quote in readPast(series, its.Clock.GetUtcNow(), missing, cancellationToken).ConfigureAwait(false))
                {
                    yield return quote;
                }

                foreach (var part in missing.Where(part => part.To.ToUnixTimeMilliseconds() > series.NextMs))
                {
                    series.Announce(new Gap(part.From, part.To, part.Reason), byHistory: true);
                }
            }
        }

        foreach (var group in wanted
            .Where(series => IsDue(series) && table.Follows(series))
            .GroupBy(series => (series.Series.Interval, HasPast: series.ResumeMs is not null)))
        {
            foreach (var batch in SubscribeBatches.Of(group, NowMs))
            {
                await AskAsync(link, batch, cancellationToken).ConfigureAwait(false);
            }
        }

        var waiting = table.All.Where(series => series.Phase == FeedPhase.Wanted).Select(series => series.NotBefore);
        _nextAttemptAt = waiting.DefaultIfEmpty(long.MaxValue).Min();
    }

    private bool IsDue(FeedSeries series) => series.Phase == FeedPhase.Wanted && its.Options.TimeProvider.GetTimestamp() >= series.NotBefore;

    private async Task AskAsync(ServerLink link, List<FeedSeries> batch, CancellationToken cancellationToken)
    {
        var id = ++_requests;
        _asked.Add(id, batch);
        foreach (var series in batch)
        {
            (series.Phase, series.Request) = (FeedPhase.Asked, id);
        }

        await link.SendAsync(V1Message.Subscribe(id, [.. batch.Select(series => series.Series)], batch[0].ResumeMs), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Takes an answer of the server.</summary>
    /// <param name="server">Which server.</param>
    /// <param name="message">The answer.</param>
    /// <exception cref="InvalidSettingException">The server refuses the key.</exception>
    public void TakeAnswer(Uri server, JsonElement message)
    {
        var batch = message.CountOrNull("id") is { } id && _asked.Remove(id, out var found)
            ? found.FindAll(series => series.Request == id && series.Phase == FeedPhase.Asked && table.Follows(series))
            : null;
        _hasWanted = true; // those that were refused for now
        if (message.Text("type") == "error")
        {
            TakeError(server, message, batch);
        }
        else if (batch is not null)
        {
            var nowMs = message.Time("time").ToUnixTimeMilliseconds();
            var answers = message.List("subscriptions").ToDictionary(one => one.Text("venue_symbol"));
            foreach (var series in batch)
            {
                var answer = answers[series.Series.VenueSymbol];
                series.Begin(nowMs, answer.Find("missing") is { } missing ? FeedInlet.ReadGap(missing) : null);
                series.IsDisturbed = answer.TextOrNull("status") == "stale";
                if (!series.Series.Instrument.IsTrading && series.Told is null)
                {
                    status.Tell(series, SeriesCondition.Halted, $"it does not trade now{(series.Series.Instrument.Status is { } word ? $" ({word})" : "")}");
                }
            }
        }
    }

    private void TakeError(Uri server, JsonElement message, List<FeedSeries>? batch)
    {
        var (code, text) = (message.TextOrNull("code"), message.TextOrNull("message") ?? "the connector server does not say why");
        TimeSpan? pause = message.CountOrNull("retry_after_ms") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
        if (code == "unauthorized")
        {
            throw new InvalidSettingException(new KeyRefusedException(server, text).Message);
        }

        if (message.Find("refused") is { } refused)
        {
            if (table.Find(refused) is { } series)
            {
                status.Refuse(series, text, isLimit: false);
            }

            batch?.FindAll(table.Follows).ForEach(one => one.Phase = FeedPhase.Wanted);
        }
        else if (code is "rate_limited" && batch is null)
        {
            _asked.Clear(); // the server does not say which it did not read
            table.All.Where(series => series.Phase == FeedPhase.Asked).ToList().ForEach(series => Postpone(series, pause, text));
        }
        else if (code is "rate_limited" or "upstream_unavailable")
        {
            batch?.ForEach(series => Postpone(series, pause, text));
        }
        else if (batch is { Count: > 1 })
        {
            batch.ForEach(series => (series.Phase, series.MaxTogether) = (FeedPhase.Wanted, Math.Max(1, batch.Count / 2))); // one of them alone is to blame
        }
        else if (batch is [{ NextMs: not null, ReadsPast: false } one] && code == "bad_request")
        {
            (one.Phase, one.ReadsPast) = (FeedPhase.Wanted, true); // so much of the past the server does not send
        }
        else
        {
            batch?.ForEach(series => status.Refuse(series, text, isLimit: code == "too_many_subscriptions"));
        }
    }

    /// <summary>Puts a series off: it is asked for later.</summary>
    /// <param name="series">The series.</param>
    /// <param name="pause">The time to wait; null for waits that double.</param>
    /// <param name="reason">The reason, for the log.</param>
    public void Postpone(FeedSeries series, TimeSpan? pause, string reason)
    {
        var wait = pause ?? Backoff.Of(its.Options, ++series.Postponed);
        wait = pause is null && wait > MaxPostponed ? MaxPostponed : wait;
        series.Phase = FeedPhase.Wanted;
        series.NotBefore = its.Options.TimeProvider.GetTimestamp() + (long)(wait.TotalSeconds * its.Options.TimeProvider.TimestampFrequency);
        _nextAttemptAt = Math.Min(_nextAttemptAt, series.NotBefore);
        LogPostponed(its.Logger, series.Series, wait, reason);
    }

    /// <summary>Returns the time until something is to be asked for that was put off; null when nothing was.</summary>
    public TimeSpan? NextAttempt()
    {
        if (_nextAttemptAt == long.MaxValue)
        {
            return null;
        }

        var left = its.Options.TimeProvider.GetElapsedTime(its.Options.TimeProvider.GetTimestamp(), _nextAttemptAt);
        return left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;
    }

    [LoggerMessage(ClientEventIds.Postponed, LogLevel.Information, "{Series} is subscribed in {Pause}: {Reason}")]
    private static partial void LogPostponed(ILogger logger, Series series, TimeSpan pause, string reason);
}
