using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>Subscriptions of one client of protocol v1, and the way that they get the past before the present.</summary>
internal sealed partial class V1Subscriptions(ClientContext client) : IAsyncDisposable
{
    private const int HistoriesAtOnce = 4;
    private static readonly TimeSpan MinTolerance = TimeSpan.FromMinutes(1); // by which another server's clock, or an exchange's, may be ahead

    private readonly Lock _gate = new();
    private readonly Dictionary<Series, Subscription> _all = [];
    private readonly List<Task> _catchingUp = [];

    /// <summary>Returns all subscriptions.</summary>
    public IReadOnlyList<V1Subscription> List()
    {
        lock (_gate)
        {
            return [.. _all.Values.Select(one => new V1Subscription(one.Channel, one.Encoding.Symbol, one.Subscriber.ClosedOnly, one.With))];
        }
    }

    /// <summary>Subscribes, and answers. A series that was subscribed already begins anew, with what this request says.</summary>
    /// <param name="request">The request.</param>
    /// <param name="series">The series that it is about; no other request is about any of them at the same time.</param>
    /// <param name="deadline">Ends the reading of the past; what there is by then is given.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    /// <exception cref="RequestException">Not possible; nothing has changed.</exception>
    public async Task SubscribeAsync(V1Request request, IReadOnlyList<Series> series, CancellationToken deadline, CancellationToken cancellationToken)
    {
        CheckPast(request, series);
        var added = New(series);
        client.Follow(added);
        var channels = new List<SeriesChannel>(series.Count);
        var indicators = new List<SeriesIndicators?>(series.Count);
        var begun = 0;
        try
        {
            foreach (var one in series)
            {
                channels.Add(client.Hub.Acquire(one)); // one by one, so that a failure gives back those before it
            }

            if (channels.Find(channel => channel.Refusal is not null) is { } refused)
            {
                throw new RequestException(ErrorCode.UpstreamUnavailable, $"The exchange refuses {refused.Series}: {refused.Refusal}")
                {
                    Refused = refused.Series,
                };
            }

            foreach (var channel in channels)
            {
                indicators.Add(Acquire(channel, request));
            }

            var pasts = await ReadPastsAsync(request, channels, deadline, cancellationToken).ConfigureAwait(false);
            client.Outbox.Push(V1Answers.Ack(
                request,
                [.. channels.Select((channel, i) => new V1Subscription(channel, series[i].Symbol, request.Stream!.ClosedOnly, request.With, pasts[i]))],
                client.Hub.Now, client.IsSandbox));
            for (; begun < channels.Count; begun++)
            {
                Begin(channels[begun], series[begun], request, indicators[begun], pasts[begun]);
            }

            client.Outbox.Flush();
        }
        catch
        {
            foreach (var (channel, used) in channels.Zip(indicators).Skip(begun))
            {
                Release(channel, used);
            }

            channels.Skip(begun).ToList().ForEach(client.Hub.Release);
            client.Unfollow([.. series.Skip(begun).Where(added.Contains)]);
            throw;
        }
    }

    /// <summary>Unsubscribes, and answers.</summary>
    /// <exception cref="RequestException">A series is not subscribed; nothing has changed.</exception>
    public void Unsubscribe(V1Request request, IReadOnlyList<Series> series)
    {
        List<V1Subscription> ended = [];
        lock (_gate)
        {
            if (series.FirstOrDefault(one => !_all.ContainsKey(one)) is { } stranger)
            {
                throw new RequestException(ErrorCode.BadRequest, $"There is no subscription to {stranger}. {{\"op\":\"list\"}} says what there is.");
            }

            ended.AddRange(series.Select(one => new V1Subscription(_all[one].Channel, one.Symbol, _all[one].Subscriber.ClosedOnly, _all[one].With)));
        }

        foreach (var one in series)
        {
            Remove(one);
        }

        client.Say(V1Answers.Ack(request, ended, client.Hub.Now, client.IsSandbox));
    }

    /// <summary>Ends one subscription, and says whether there was one.</summary>
    public bool Remove(Series series)
    {
        lock (_gate)
        {
            if (!_all.Remove(series, out var subscription))
            {
                return false;
            }

            End(subscription);
        }

        client.Unfollow([series]);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task[] tasks;
        Series[] left;
        lock (_gate)
        {
            left = [.. _all.Keys];
            foreach (var subscription in _all.Values)
            {
                End(subscription);
            }

            _all.Clear();
            tasks = [.. _catchingUp];
        }

        client.Unfollow(left);
        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    private HashSet<Series> New(IReadOnlyList<Series> series)
    {
        lock (_gate)
        {
            return [.. series.Where(one => !_all.ContainsKey(one))];
        }
    }

    private void CheckPast(V1Request request, IReadOnlyList<Series> series)
    {
        var now = client.Hub.Now;
        if (request.ResumeFrom is { } resume && resume > now + MinTolerance && resume > request.Stream!.Interval.Next(request.Stream.Interval.Floor(now)))
        {
            throw new RequestException(ErrorCode.BadRequest, $"'resume_from' is in the future: it is {JsonFields.Time(now)} now.");
        }

        var each = request.ResumeFrom is { } from
            ? request.Stream!.Interval.CountBetween(
                request.Stream.Interval.FloorMs(from.ToUnixTimeMilliseconds()), Math.Max(from.ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds()))
            : request.Snapshot;
        var most = client.Options.ClosedQueueCapacity / 2;
        var all = series.Sum(one => BuiltHistory.CountOfParts(one, client.Hub.Exchanges, each));
        if (all > most)
        {
            throw new RequestException(
                ErrorCode.BadRequest,
                $"This asks for {all} candles of the past; one request may ask for {most}. Ask for fewer series at a time, or read GET /v1/candles.");
        }
    }

    private async Task<Past?[]> ReadPastsAsync(V1Request request, List<SeriesChannel> channels, CancellationToken deadline, CancellationToken cancellationToken)
    {
        var pasts = new Past?[channels.Count];
        if (request.ResumeFrom is not null || request.Snapshot > 0)
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = HistoriesAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, channels.Count, parallel, async (i, token) =>
                pasts[i] = await client.Hub.Past.ReadAsync(client.Asker, channels[i], FromMs(request, channels[i].Series.Interval), deadline, token)
                    .ConfigureAwait(false)).ConfigureAwait(false);
        }

        return pasts;
    }

    private long FromMs(V1Request request, Interval interval) => request.ResumeFrom is { } from
        ? from.ToUnixTimeMilliseconds()
        : interval.AddMs(interval.FloorMs(client.Hub.Now.ToUnixTimeMilliseconds()), -request.Snapshot);

    private SeriesIndicators? Acquire(SeriesChannel channel, V1Request request) => request.Indicators is not { } set ? null
        : channel.Acquire(set, (indicators, token) => client.Hub.WarmUp.RunAsync(channel, indicators, token))
        ?? throw new RequestException(
            ErrorCode.TooManySubscriptions,
            $"{channel.Series} is asked for with {SeriesChannel.MaxSets} other sets of indicators already; ask for one of those, or for none.");

    private static void Release(SeriesChannel channel, SeriesIndicators? indicators)
    {
        if (indicators is not null)
        {
            channel.Release(indicators);
        }
    }

    private void Begin(SeriesChannel channel, Series asked, V1Request request, SeriesIndicators? indicators, Past? past)
    {
        var encoding = new V1Encoding(asked.Symbol, request.DecimalsAsStrings, client.IsSandbox);
        var subscription = new Subscription(channel, encoding, new Subscriber(client.Outbox, encoding, request.Stream!.ClosedOnly, indicators), request.With);
        lock (_gate)
        {
            if (_all.Remove(channel.Series, out var before))
            {
                End(before);
            }

            _all.Add(channel.Series, subscription);
            channel.Attach(subscription.Subscriber);
            if (indicators is not null)
            {
                CatchUp(subscription, token => BeginWithValuesAsync(subscription, indicators, past, token));
                return;
            }

            if (past is null)
            {
                channel.GoLive(subscription.Subscriber, client.Hub.Now);
                return;
            }

            Push(subscription, past.Candles);
            if (!TryGoLive(subscription, past.NextMs))
            {
                CatchUp(subscription, token => CatchUpAsync(subscription, past.NextMs, token));
            }
        }
    }

    private void End(Subscription subscription)
    {
        subscription.Stop?.Cancel();
        subscription.Channel.Detach(subscription.Subscriber);
        Release(subscription.Channel, subscription.Subscriber.Indicators);
        client.Hub.Release(subscription.Channel);
    }

    private sealed record Subscription(SeriesChannel Channel, V1Encoding Encoding, Subscriber Subscriber, IReadOnlyList<string> With)
    {
        /// <summary>Indicators that have gone through the candles of the past so far; null before the first.</summary>
        public SeriesIndicators? Going { get; set; }

        /// <summary>Ends the catching up; null when there is none.</summary>
        public CancellationTokenSource? Stop { get; set; }
    }
}
