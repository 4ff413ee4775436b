using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Pacing;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// The reconnecting client of a shard: opens its connection through the circuit breaker with backoff, opens it again when it is lost, and replaces it before it
/// dies where that is known beforehand, the new one delivering before the old one goes.
/// </summary>
internal sealed partial class FeedLane
{
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortNotice = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BeforeAge = TimeSpan.FromMinutes(10);

    private readonly VenueAccess _access;
    private readonly FirstConnection _first;
    private readonly Func<FeedConnection> _create;
    private readonly Action<FeedLane, FeedConnection> _launch;
    private readonly Action<Series[]> _suspect;
    private readonly Func<double> _random;
    private readonly ILogger _logger;
    private long _liveSinceMs;
    private long _liveSinceAt;

    /// <summary>Prepares a lane.</summary>
    /// <param name="access">The market of the lane.</param>
    /// <param name="first">Remembers whether the feed ever had a connection.</param>
    /// <param name="create">Makes a connection.</param>
    /// <param name="launch">Starts a connection with the shard's series.</param>
    /// <param name="suspect">Told which series a venue had been asked for when it ended a connection without a word.</param>
    /// <param name="random">Jitter.</param>
    public FeedLane(
        VenueAccess access,
        FirstConnection first,
        Func<FeedConnection> create,
        Action<FeedLane, FeedConnection> launch,
        Action<Series[]> suspect,
        Func<double> random)
    {
        _access = access;
        _first = first;
        _create = create;
        _launch = launch;
        _suspect = suspect;
        _random = random;
        _logger = access.Loggers.CreateLogger<FeedLane>();
        first.Join();
    }

    /// <summary>The newest connection; null before the first. Guarded by its shard.</summary>
    public FeedConnection? Connection { get; set; }

    /// <summary>Time since which its connection has delivered without a break, Unix epoch milliseconds by the venue's clock; null while it has none.</summary>
    public long? LiveSinceMs => Volatile.Read(ref _liveSinceMs) is > 0 and var since ? since : null;

    /// <summary>
    /// Time since which its connection has delivered without a break, a timestamp of the clock that waits are measured with; null while it has none.
    /// </summary>
    public long? LiveSinceAt => Volatile.Read(ref _liveSinceMs) > 0 ? Volatile.Read(ref _liveSinceAt) : null;

    /// <summary>Runs until it is cancelled, or the feed's first connection could not be made in the attempts that the settings allow.</summary>
    /// <exception cref="ExchangeUnavailableException">The connection could not be made.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var shortLives = 0;
        var shortNotices = 0;
        FeedConnection? connection = null;
        try
        {
            while (true)
            {
                if (connection is null)
                {
                    connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
                    BeginLife();
                }

                var liveAt = _access.Options.TimeProvider.GetTimestamp();
                var end = await WatchAsync(connection, cancellationToken).ConfigureAwait(false);
                var life = _access.Options.TimeProvider.GetElapsedTime(liveAt);
                if (end != connection.Completion)
                {
                    shortNotices = end == connection.ClosingAnnounced && life < ShortNotice ? shortNotices + 1 : 0;
                    var patience = shortNotices == 0 ? TimeSpan.Zero : WaitAfter(shortNotices);
                    connection = await ReplaceAsync(connection, patience, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                Volatile.Write(ref _liveSinceMs, 0);
                _access.Counters.ConnectionFailed();
                shortLives = life < ShortLife ? shortLives + 1 : 0;
                var wait = connection.IsPlannedEnd && shortLives == 0 ? WaitAfter(0) / 4 : WaitAfter(shortLives);
                LogDisconnected(_logger, _access.Name, connection.Id, connection.Completion.Result, (long)wait.TotalMilliseconds);
                connection.Dispose();
                connection = null;
                await Task.Delay(wait, _access.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
                _access.Counters.Reconnected();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the feed ends
        }
        finally
        {
            if (connection is not null)
            {
                await CloseAsync(connection, "the feed ends").ConfigureAwait(false);
            }
        }
    }

    private void BeginLife()
    {
        Volatile.Write(ref _liveSinceAt, _access.Options.TimeProvider.GetTimestamp());
        Volatile.Write(ref _liveSinceMs, _access.Clock.NowMs);
    }

    /// <summary>The wait spreads connections that were lost together; it grows while they keep dying young.</summary>
    private TimeSpan WaitAfter(int shortLives)
    {
        var longest = Math.Min(
            _access.Options.ReconnectDelayMax.TotalMilliseconds, _access.Options.ReconnectDelay.TotalMilliseconds * Math.Pow(2, Math.Min(shortLives, 20)));
        return TimeSpan.FromMilliseconds(longest * _random());
    }

    /// <summary>Waits for the connection's end, or for the time to replace it; returns which of the two it was.</summary>
    private async Task<Task> WatchAsync(FeedConnection connection, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var age = Task.Delay(Age(), _access.Options.TimeProvider, stop.Token);
        var first = await Task.WhenAny(connection.Completion, connection.ClosingAnnounced, age).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return first;
    }

    /// <summary>
    /// Opens a successor, which delivers before the old connection goes. A venue that announces an end on each new connection is not asked for the next at
    /// once.
    /// </summary>
    private async Task<FeedConnection> ReplaceAsync(FeedConnection connection, TimeSpan wait, CancellationToken cancellationToken)
    {
        await Task.Delay(wait, _access.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        var successor = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (connection.Completion.IsCompleted)
        {
            BeginLife(); // it went before the new one came
        }

        LogReplaced(_logger, _access.Name, connection.Id, successor.Id);
        await CloseAsync(connection, "replaced").ConfigureAwait(false);
        return successor;
    }

    private TimeSpan Age() => _access.Market.Limits.ConnectionAge is { } limit
        ? (limit - BeforeAge) * (0.8 + (0.2 * _random()))
        : Timeout.InfiniteTimeSpan;

    private async Task<FeedConnection> OpenAsync(CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                var connection = await _access.StreamCircuitBreaker.ExecuteAsync(AttemptAsync, WaitAfter(0), cancellationToken).ConfigureAwait(false);
                _first.Made();
                return connection;
            }
            catch (IOException exception)
            {
                if (_first.IsHopeless(failures))
                {
                    throw new ExchangeUnavailableException(
                        _access.Venue.Name, $"{_access.Name} could not be reached at {_access.Stream}, tried {failures} times: {exception.Message}", exception);
                }

                if (exception is not SharedFailureException)
                {
                    var wait = WaitAfter(_access.StreamCircuitBreaker.State == 0 ? failures - 1 : 0); // an open circuit has waits of its own
                    await Task.Delay(wait, _access.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private async ValueTask<FeedConnection> AttemptAsync(CancellationToken cancellationToken)
    {
        await _access.Address.Connects.SpendAsync(1, cancellationToken).ConfigureAwait(false);
        var connection = _create();
        _launch(this, connection);
        try
        {
            await connection.Subscriber.Live.WaitAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (IOException exception)
        {
            _access.Counters.ConnectionFailed();
            LogConnectFailed(_logger, _access.Name, connection.Id, _access.Stream, exception.Message);
            _suspect(connection.Suspects);
            connection.Dispose();
            throw;
        }
        catch (OperationCanceledException)
        {
            await CloseAsync(connection, "the feed ends").ConfigureAwait(false);
            throw;
        }
    }

    private static async Task CloseAsync(FeedConnection connection, string reason)
    {
        connection.Close(reason);
        await connection.Completion.ConfigureAwait(false);
        connection.Dispose();
    }

    [LoggerMessage(ConnectorEventIds.ConnectFailed, LogLevel.Warning, "{Market} connection {ConnectionId} to {Address} failed: {Reason}")]
    private static partial void LogConnectFailed(ILogger logger, string market, int connectionId, Uri address, string reason);

    [LoggerMessage(ConnectorEventIds.Disconnected, LogLevel.Warning, "{Market} connection {ConnectionId} was lost: {Reason}; the next attempt is in {WaitMs} ms")]
    private static partial void LogDisconnected(ILogger logger, string market, int connectionId, string reason, long waitMs);

    [LoggerMessage(ConnectorEventIds.Replaced, LogLevel.Information, "{Market} connection {ConnectionId} was replaced by {SuccessorId}")]
    private static partial void LogReplaced(ILogger logger, string market, int connectionId, int successorId);
}
