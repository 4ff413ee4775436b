using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>What a feed asks of the server, and what it makes of the answers. The reader's alone.</summary>
internal sealed partial class ServerFeed
{
    private static readonly TimeSpan MaxPostponed = TimeSpan.FromSeconds(30);

    private readonly Dictionary<long, List<FeedSeries>> _asked = [];
    private long _requests;
    private long _nextAttemptAt = long.MaxValue; // when the first of those that were put off is due; a timestamp

    /// <summary>Whether looking through all series may find one to ask for; between two quotes there is no time for that.</summary>
    private bool MayBeDue => _hasWanted || its.Options.TimeProvider.GetTimestamp() >= _nextAttemptAt;

    private long NowMs => its.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A new connection: everything is asked for again, from its own next candle on.</summary>
    private void BeginAnew()
    {
        _isConnected = true;
        _asked.Clear();
        _removed.Clear();
        foreach (var series in _series.Values)
        {
            series.BeginAnew();
            series.NotBefore = 0;
        }

        _hasWanted = true;
    }

    private async Task UnsubscribeAsync(CancellationToken cancellationToken)
    {
        while (_removed.TryDequeue(out var series))
        {
            if (_link is { } link && !_series.ContainsKey(KeyOf(series))) // else it was added again, which replaces the subscription
            {
                await link.SendAsync(V1Message.Unsubscribe(++_requests, series), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks for what is wanted; what lies too far back for a subscription is read, and delivered, before.</summary>
    private async IAsyncEnumerable<PriceQuote> SubscribeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _hasWanted = false; // before they are looked through: who comes meanwhile is seen next time
        var wanted = _series.Values.Where(IsDue).ToList();
        foreach (var series in wanted)
        {
            if (series.NextMs is { } next && (series.ReadsPast || series.Series.Interval.CountBetween(next, NowMs) > SubscribeBatches.MaxResumed))
            {
                var missing = new List<MissingCandles>();
                await foreach (var quote in ReadPastAsync(series, its.Clock.GetUtcNow(), waitForLate: false, missing, cancellationToken).ConfigureAwait(false))
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
            .Where(series => IsDue(series) && IsFollowed(series))
            .GroupBy(series => (series.Series.Interval, HasPast: series.ResumeMs is not null)))
        {
            foreach (var batch in SubscribeBatches.Of(group, NowMs))
            {
                await AskAsync(batch, cancellationToken).ConfigureAwait(false);
            }
        }

        var waiting = _series.Values.Where(series => series.Phase == FeedPhase.Wanted).Select(series => series.NotBefore);
        _nextAttemptAt = waiting.DefaultIfEmpty(long.MaxValue).Min();
    }

    private bool IsDue(FeedSeries series) => series.Phase == FeedPhase.Wanted && its.Options.TimeProvider.GetTimestamp() >= series.NotBefore;

    private async Task AskAsync(List<FeedSeries> batch, CancellationToken cancellationToken)
    {
        var id = ++_requests;
        _asked.Add(id, batch);
        foreach (var series in batch)
        {
            (series.Phase, series.Request) = (FeedPhase.Asked, id);
        }

        if (_link is { } link)
        {
            await link.SendAsync(V1Message.Subscribe(id, [.. batch.Select(series => series.Series)], batch[0].ResumeMs), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private void TakeAnswer(JsonElement message)
    {
        var batch = message.CountOrNull("id") is { } id && _asked.Remove(id, out var found)
            ? found.FindAll(series => series.Request == id && series.Phase == FeedPhase.Asked && IsFollowed(series))
            : null;
        if (message.Text("type") == "error")
        {
            TakeError(message, batch);
        }
        else if (batch is not null)
        {
            var nowMs = message.Time("time").ToUnixTimeMilliseconds();
            var answers = message.List("subscriptions").ToDictionary(one => one.Text("venue_symbol"));
            foreach (var series in batch)
            {
                var answer = answers[series.Series.VenueSymbol];
                series.Begin(nowMs, answer.Find("missing") is { } missing ? ReadGap(missing) : null);
                series.IsDisturbed = answer.TextOrNull("status") == "stale";
                if (!series.Series.Instrument.IsTrading && series.Told is null)
                {
                    Tell(series, SeriesCondition.Halted, $"it does not trade now{(series.Series.Instrument.Status is { } status ? $" ({status})" : "")}");
                }
            }
        }
    }

    private void TakeError(JsonElement message, List<FeedSeries>? batch)
    {
        var (code, text) = (message.TextOrNull("code"), message.TextOrNull("message") ?? "the connector server does not say why");
        TimeSpan? pause = message.CountOrNull("retry_after_ms") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
        if (code == "unauthorized")
        {
            throw new InvalidSettingException(new KeyRefusedException(_link?.Server ?? its.Options.Servers[0], text).Message);
        }

        if (message.Find("refused") is { } refused)
        {
            if (Find(refused) is { } series)
            {
                Refuse(series, text, isLimit: false);
            }

            batch?.FindAll(IsFollowed).ForEach(one => one.Phase = FeedPhase.Wanted);
        }
        else if (code is "rate_limited" && batch is null)
        {
            _asked.Clear(); // the server does not say which it did not read
            _series.Values.Where(series => series.Phase == FeedPhase.Asked).ToList().ForEach(series => Postpone(series, pause, text));
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
            batch?.ForEach(series => Refuse(series, text, isLimit: code == "too_many_subscriptions"));
        }
    }

    private void Postpone(FeedSeries series, TimeSpan? pause, string reason)
    {
        var wait = pause ?? Backoff.Of(its.Options, ++series.Postponed);
        wait = pause is null && wait > MaxPostponed ? MaxPostponed : wait;
        series.Phase = FeedPhase.Wanted;
        series.NotBefore = its.Options.TimeProvider.GetTimestamp() + (long)(wait.TotalSeconds * its.Options.TimeProvider.TimestampFrequency);
        _nextAttemptAt = Math.Min(_nextAttemptAt, series.NotBefore);
        LogPostponed(its.Logger, series.Series, wait, reason);
    }

    /// <summary>How long until something is to be asked for that was put off; null when nothing was.</summary>
    private TimeSpan? NextAttempt()
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
