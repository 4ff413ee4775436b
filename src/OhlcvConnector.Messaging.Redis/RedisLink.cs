using StackExchange.Redis;

namespace OhlcvConnector.Messaging.Redis;

/// <summary>One connection to Redis, made when it is needed; it comes back by itself after it was lost.</summary>
internal sealed class RedisLink(RedisAddress address) : IAsyncDisposable
{
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private ConnectionMultiplexer? _connection;

    /// <summary>Where it is.</summary>
    public RedisAddress Address { get; } = address;

    /// <summary>True while there is a connection.</summary>
    public bool IsConnected => _connection?.IsConnected ?? false;

    /// <summary>The database, connected to if it is there.</summary>
    public async Task<IDatabase> DatabaseAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } there)
        {
            return there.GetDatabase();
        }

        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _connection ??= await ConnectionMultiplexer.ConnectAsync(Address.Configuration).ConfigureAwait(false);
            return _connection.GetDatabase();
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>What Redis says, in one line.</summary>
    public static string FirstLine(string message) => message.Split(['\r', '\n'], 2)[0].Split("; ", 2)[0];

    /// <summary>True for what its client throws.</summary>
    public static bool IsOfRedis(Exception exception) => exception is RedisException or TimeoutException or ObjectDisposedException;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        _connecting.Dispose();
    }
}
