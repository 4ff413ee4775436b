using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Keys;

namespace OhlcvConnector.Server.Connections;

/// <summary>Identity of a client, as far as it is known, and the quotas that it counts against.</summary>
internal sealed class ConnectionPass
{
    /// <summary>Description of the client for the log: its address, and its key's id.</summary>
    public required string Description { get; set; }

    /// <summary>Usage of the client's address; null where that is not limited.</summary>
    public Quota? Address { get; init; }

    /// <summary>Usage of the client's key; null without a key.</summary>
    public Quota? Key { get; set; }

    /// <summary>Id of the client's key; null without one.</summary>
    public string? KeyId { get; set; }

    /// <summary>Address that the client comes from; null where it is not known.</summary>
    public System.Net.IPAddress? From { get; init; }

    /// <summary>Series that all connections of the client follow; null before its first message.</summary>
    public Quota? Follower { get; set; }
}

/// <summary>Lets clients in: by Origin, number, address and API key.</summary>
internal sealed partial class ConnectionGate(ServerOptions options, Quotas quotas, ClientRegistry clients, ILogger<ConnectionGate> logger)
{
    /// <summary>The parameter of the query that holds a key.</summary>
    public const string KeyQuery = "api_key";

    private static readonly TimeSpan BetweenWrites = TimeSpan.FromSeconds(30);

    private const string KeyHeader = "X-Api-Key";
    private const string Bearer = "Bearer ";

    private readonly KeyRing? _keys = options.KeysPath is { } path ? new KeyRing(path, KeyStores.Open(path, options.TimeProvider), logger) : null;
    private long _useWrittenAt = options.TimeProvider.GetTimestamp();

    /// <summary>Reason why the API keys cannot be read any more; null while they can, or none are needed.</summary>
    public string? KeysProblem => _keys?.Problem;

    /// <summary>Lets a request in, or says with which status and words not. Let it <see cref="Leave"/> in the end.</summary>
    public ConnectionPass? Enter(HttpContext context, out int status, out string problem)
    {
        (status, problem) = (0, "");
        if (context.Request.Headers.Origin is [{ } origin, ..]
            && options.AllowedOrigins.Count > 0
            && !options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            (status, problem) = (StatusCodes.Status403Forbidden, "This Origin is not allowed.");
            return null;
        }

        var given = KeyOf(context.Request);
        var key = Verify(given);
        if (_keys is not null && given is not null && key is null)
        {
            (status, problem) = (StatusCodes.Status401Unauthorized, "The API key is not valid.");
            return null;
        }

        if (!clients.TryReserve())
        {
            (status, problem) = (StatusCodes.Status503ServiceUnavailable, clients.IsStopping ? "The server stops." : "The server is full; try again later.");
            return null;
        }

        var address = quotas.OfAddress(context.Connection.RemoteIpAddress);
        if (address?.TryAddClient(options.MaxClientsPerAddress) == false)
        {
            clients.Free();
            (status, problem) = (StatusCodes.Status429TooManyRequests, $"This address has {options.MaxClientsPerAddress} connections already.");
            return null;
        }

        var pass = new ConnectionPass
        {
            Description = $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}",
            Address = address,
            From = context.Connection.RemoteIpAddress,
        };
        if (key is not null && !TryTake(pass, key))
        {
            Leave(pass);
            (status, problem) = (StatusCodes.Status429TooManyRequests, $"This key has {options.MaxClientsPerKey} connections already.");
            return null;
        }

        return pass;
    }

    /// <summary>Looks at the first message of a client that has shown no key: null lets it on, else why not.</summary>
    public string? Admit(ConnectionPass pass, JsonElement first)
    {
        if (_keys is null || pass.Key is not null)
        {
            return null;
        }

        var given = first.ValueKind == JsonValueKind.Object && first.TryGetProperty("key", out var key) && key.ValueKind == JsonValueKind.String
            ? key.GetString()
            : null;
        return Verify(given) is not { } known
                ? $"An API key is needed: in the header {KeyHeader} or Authorization: Bearer, in the query as {KeyQuery}, or in the first message as 'key'."
            : !TryTake(pass, known) ? $"This key has {options.MaxClientsPerKey} connections already."
            : null;
    }

    /// <summary>Returns true when a request for data beside the WebSocket shows a valid key, or needs none.</summary>
    public bool MayRead(HttpContext context) => _keys is null || KeyOf(context) is not null;

    /// <summary>The valid key that a request shows; null when it shows none, or needs none. It is looked up once.</summary>
    public ApiKey? KeyOf(HttpContext context)
    {
        if (_keys is null)
        {
            return null;
        }

        if (!context.Items.TryGetValue(KeyHeader, out var known))
        {
            context.Items[KeyHeader] = known = Verify(KeyOf(context.Request));
        }

        return (ApiKey?)known;
    }

    /// <summary>Returns the identity in whose name a request for data asks for the past: its key's, or its address's without one.</summary>
    public object AskerOf(HttpContext context) =>
        KeyOf(context) is { } key ? HistoryAsker.OfKey(key.Id) : HistoryAsker.OfAddress(context.Connection.RemoteIpAddress);

    /// <summary>Reserves permits of a minute for a key; null when the store does not answer.</summary>
    public ValueTask<int?> ReserveAsync(ApiKey key, long minute, int permits) => _keys!.ReserveAsync(key, minute, permits);

    /// <summary>Looks whether the API keys have changed. Called every second.</summary>
    public void OnTick()
    {
        _keys?.Refresh();
        if (_keys is not null && options.TimeProvider.GetElapsedTime(_useWrittenAt) >= BetweenWrites)
        {
            _useWrittenAt = options.TimeProvider.GetTimestamp();
            _ = _keys.WriteUseAsync();
        }
    }

    /// <summary>Writes which keys were used since the last time.</summary>
    public Task WriteUseAsync() => _keys?.WriteUseAsync() ?? Task.CompletedTask;

    /// <summary>Whether the key that a request showed is valid no longer.</summary>
    public bool IsRevoked(HttpContext context) => _keys is not null && KeyOf(context) is { } key && !_keys.IsValid(key.Id);

    /// <summary>Returns true when the key that a client came in with is valid no longer.</summary>
    public bool IsRevoked(ConnectionPass pass)
    {
        if (_keys is null || pass.KeyId is not { } key || _keys.IsValid(key))
        {
            return false;
        }

        LogRevoked(logger, pass.Description);
        return true;
    }

    /// <summary>Begins the conversation of a client that was let in; returns what all its connections follow.</summary>
    public Quota Join(ConnectionPass pass)
    {
        pass.Follower = quotas.OfFollower(pass.KeyId, pass.From);
        pass.Follower.TryAddClient(most: 0); // so that it is kept while the connection is
        return pass.Follower;
    }

    /// <summary>Counts a client that has gone.</summary>
    public void Leave(ConnectionPass pass)
    {
        pass.Follower?.RemoveClient();
        pass.Key?.RemoveClient();
        pass.Address?.RemoveClient();
        clients.Free();
    }

    private ApiKey? Verify(string? given)
    {
        var key = _keys?.Verify(given);
        if (key is not null)
        {
            _keys!.Used(key, options.TimeProvider.GetUtcNow());
        }

        return key;
    }

    private bool TryTake(ConnectionPass pass, ApiKey key)
    {
        var quota = quotas.OfKey(key.Id);
        if (quota?.TryAddClient(options.MaxClientsPerKey) == false)
        {
            return false;
        }

        (pass.Key, pass.KeyId) = (quota, key.Id);
        pass.Description += $" (key {key.Id})";
        return true;
    }

    private static string? KeyOf(HttpRequest request) =>
        request.Headers[KeyHeader] is [{ Length: > 0 } header, ..] ? header
        : request.Headers.Authorization is [{ } authorization, ..]
        && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..]
        : request.Query[KeyQuery] is [{ Length: > 0 } query, ..] ? query
        : null;

    [LoggerMessage(ServerEventIds.KeyRevoked, LogLevel.Information, "The client {Client} is closed: its key is valid no longer")]
    private static partial void LogRevoked(ILogger logger, string client);
}
