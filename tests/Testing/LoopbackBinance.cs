using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;

namespace OhlcvConnector.Testing;

/// <summary>
/// Binance spot in its smallest form on a <see cref="LoopbackVenue"/>: acknowledges every request, keeps who is subscribed to what, and sends what it is told.
/// </summary>
internal sealed class LoopbackBinance : IAsyncDisposable
{
    private const string Listing = """{"symbols":[{"symbol":"BTCUSDT","status":"TRADING"},{"symbol":"ETHUSDT","status":"TRADING"}]}""";

    private readonly ConcurrentDictionary<LoopbackStream, ConcurrentDictionary<string, bool>> _streams = new();

    public LoopbackBinance(X509Certificate2? certificate = null)
    {
        Venue = new LoopbackVenue(certificate: certificate);
        Venue.Stream = ServeAsync;
        Venue.Answer = request =>
            request.IsHandshake ? null : new LoopbackAnswer(200, request.Target.Contains("exchangeInfo", StringComparison.Ordinal) ? Listing : Klines(request));
    }

    public LoopbackVenue Venue { get; }

    public LogRecorder Log { get; } = new();

    /// <summary>Streams that have subscribed to something.</summary>
    public IReadOnlyCollection<LoopbackStream> Streams => [.. _streams.Where(stream => !stream.Value.IsEmpty).Select(stream => stream.Key)];

    /// <summary>How often each topic was subscribed.</summary>
    public ConcurrentDictionary<string, int> Subscribed { get; } = new();

    /// <summary>What history says.</summary>
    public Func<LoopbackRequest, string> Klines { get; set; } = _ => "[]";

    /// <summary>What a new stream does first.</summary>
    public Func<LoopbackStream, Task> Greeting { get; set; } = _ => Task.CompletedTask;

    public static Series Series(string symbol = "BTCUSDT", Interval? interval = null) =>
        new(Candles.Instrument(symbol), interval ?? Interval.OneMinute, symbol);

    public static string Topic(Series series) => $"{series.VenueSymbol.ToLowerInvariant()}@kline_{series.Interval}";

    public static string Kline(Series series, long openMs, bool isClosed = false, int trades = 10) => new JsonObject
    {
        ["e"] = "kline",
        ["E"] = openMs + 1_000,
        ["s"] = series.VenueSymbol,
        ["k"] = new JsonObject
        {
            ["t"] = openMs,
            ["T"] = series.Interval.NextMs(openMs) - 1,
            ["s"] = series.VenueSymbol,
            ["i"] = series.Interval.ToString(),
            ["f"] = 1,
            ["L"] = 2,
            ["o"] = "1",
            ["c"] = "1.5",
            ["h"] = "2",
            ["l"] = "0.5",
            ["v"] = trades.ToString(CultureInfo.InvariantCulture),
            ["n"] = trades,
            ["x"] = isClosed,
            ["q"] = trades.ToString(CultureInfo.InvariantCulture),
            ["V"] = "1",
            ["Q"] = "1",
            ["B"] = "0",
        },
    }.ToJsonString();

    /// <summary>A row of history.</summary>
    public static string Row(Series series, long openMs, int trades) => string.Create(
        CultureInfo.InvariantCulture, $"""[{openMs},"1","2","0.5","1.5","{trades}",{series.Interval.NextMs(openMs) - 1},"{trades}",{trades},"1","1","0"]""");

    public VenueRepositories Repositories(Action<ConnectorOptions>? configure = null)
    {
        var options = new ConnectorOptions
        {
            ReconnectDelay = TimeSpan.FromMilliseconds(10),
            ReconnectDelayMax = TimeSpan.FromMilliseconds(20),
            RestAttempts = 1,
            Seed = 1,
        };
        options.Endpoints["binance"] = new EndpointOverride { Base = Venue.Address };
        configure?.Invoke(options);
        return new VenueRepositories(Venues.All, options, Log);
    }

    /// <summary>Whether some stream has this series.</summary>
    public bool Has(Series series) => _streams.Values.Any(topics => topics.ContainsKey(Topic(series)));

    /// <summary>Sends to every stream that has the series.</summary>
    public async Task SendAsync(Series series, string text)
    {
        foreach (var (stream, topics) in _streams)
        {
            if (topics.ContainsKey(Topic(series)))
            {
                await stream.SendAsync(text);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Venue.DisposeAsync();
        Log.Dispose();
    }

    private async Task ServeAsync(LoopbackStream stream)
    {
        var topics = _streams[stream] = new ConcurrentDictionary<string, bool>();
        try
        {
            await Greeting(stream);
            while (await stream.ReadAsync() is { } text)
            {
                using var request = JsonDocument.Parse(text);
                var isSubscribe = request.RootElement.GetProperty("method").GetString() == "SUBSCRIBE";
                foreach (var topic in request.RootElement.GetProperty("params").EnumerateArray().Select(topic => topic.GetString()!))
                {
                    _ = isSubscribe ? topics.TryAdd(topic, true) : topics.TryRemove(topic, out _);
                    _ = isSubscribe ? Subscribed.AddOrUpdate(topic, 1, (_, count) => count + 1) : 0;
                }

                await stream.SendAsync($$"""{"result":null,"id":{{request.RootElement.GetProperty("id").GetInt64()}}}""");
            }

            await stream.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure);
        }
        finally
        {
            _streams.TryRemove(stream, out _);
        }
    }
}
