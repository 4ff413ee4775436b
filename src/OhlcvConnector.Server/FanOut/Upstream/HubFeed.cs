using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>Candles of some of the hub's series, the past first.</summary>
/// <param name="hub">All series that are followed.</param>
/// <param name="history">The past.</param>
/// <param name="isWhole">Whether it fails rather than leave out what cannot be read.</param>
[SuppressMessage("Design", "CA1001", Justification = "It is disposed of asynchronously.")]
internal sealed class HubFeed(Hub hub, IPriceHistoryRepository history, bool isWhole = false) : IPriceFeed
{
    private readonly Channel<PriceQuote> _quotes = Channel.CreateUnbounded<PriceQuote>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _gate = new();
    private readonly Dictionary<Series, FollowedChannel> _followed = [];
    private readonly List<Task> _leading = [];
    private readonly CancellationTokenSource _stop = new();

    /// <inheritdoc/>
    public Action<SeriesStatus>? OnStatus { get; set; }

    /// <inheritdoc/>
    public IAsyncEnumerable<PriceQuote> ReadAllAsync(CancellationToken cancellationToken = default) => _quotes.Reader.ReadAllAsync(cancellationToken);

    /// <inheritdoc/>
    public void Add(Series series, DateTimeOffset? since = null)
    {
        lock (_gate)
        {
            if (_followed.ContainsKey(series))
            {
                return;
            }

            var followed = new FollowedChannel(hub.Acquire(series), quote => _quotes.Writer.TryWrite(quote), reason => Refuse(series, reason));
            _followed.Add(series, followed);
            _leading.RemoveAll(task => task.IsCompleted);
            _leading.Add(Task.Run(() => LeadAsync(followed, since)));
        }
    }

    /// <inheritdoc/>
    public void Remove(Series series)
    {
        lock (_gate)
        {
            if (_followed.Remove(series, out var followed))
            {
                followed.End();
                hub.Release(followed.Channel);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task[] leading;
        lock (_gate)
        {
            foreach (var series in _followed.Keys.ToList())
            {
                Remove(series);
            }

            leading = [.. _leading];
        }

        await Task.WhenAll(leading).ConfigureAwait(false);
        _quotes.Writer.TryComplete();
        _stop.Dispose();
    }

    /// <summary>Hands on the past up to where the channel's memory begins, then what it remembers, then what comes.</summary>
    private async Task LeadAsync(FollowedChannel followed, DateTimeOffset? since)
    {
        var channel = followed.Channel;
        try
        {
            await channel.First.WaitAsync(_stop.Token).ConfigureAwait(false);
            if (channel.Refusal is { } reason)
            {
                Refuse(channel.Series, reason);
                return;
            }

            followed.Begin();
            Gap? hole = null;
            if (since is { } from && DateTimeOffset.FromUnixTimeMilliseconds(followed.BeginMs) is var to && from < to)
            {
                hole = await ReadPastAsync(followed, from, to).ConfigureAwait(false);
            }

            followed.GoLive(hole);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the feed ends
        }
    }

    private void Refuse(Series series, string reason)
    {
        OnStatus?.Invoke(new SeriesStatus(series, SeriesCondition.Refused, reason));
        if (isWhole)
        {
            _quotes.Writer.TryComplete(new IOException($"{series}: {reason}"));
        }
    }

    /// <summary>Reads the past; returns what is missing at its end, because it could not be read.</summary>
    private async Task<Gap?> ReadPastAsync(FollowedChannel followed, DateTimeOffset from, DateTimeOffset to)
    {
        Gap? hole = null;
        var next = from;
        try
        {
            var past = history.ReadAsync(followed.Channel.Series, from, to, missing: Miss, cancellationToken: _stop.Token);
            await foreach (var quote in past.ConfigureAwait(false))
            {
                followed.Hand(hole is null ? quote : quote with { GapBefore = hole });
                (hole, next) = (null, quote.CloseTime);
            }

            return hole;
        }
        catch (OhlcvConnectorException exception)
        {
            if (isWhole)
            {
                _quotes.Writer.TryComplete(exception);
            }

            return new Gap(next, to, exception.Message);
        }

        void Miss(MissingCandles part) => hole = part.Kind == MissingKind.Gap ? new Gap(part.From, part.To, part.Reason) : hole;
    }
}
