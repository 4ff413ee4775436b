using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>
/// CoinAPI in Python, written from its protocol's description and not from this project's code (<c>tests/clients/coinapi_venue.py</c>): it tells to reconnect,
/// falls silent, says that its buffer is full, runs out of quota, and lags behind on REST.
/// </summary>
public class CoinApiOfAnotherHandTests
{
    private const string Key = "right-key-0123456789";
    private const string Symbol = "KRAKEN_SPOT_BTC_USD";
    private const string Other = "KRAKEN_SPOT_ETH_USD";
    private static readonly Interval FiveSeconds = Interval.Parse("5s");
    private static readonly string[] Fields = ["price_open", "price_high", "price_low", "price_close", "volume_traded", "trades_count"];

    [Fact]
    public async Task Every_candle_comes_once_and_true_through_a_notice_a_silence_a_full_buffer_and_a_used_up_quota()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var venue = await Venue.StartAsync();
        using var log = new LogRecorder();
        await using var repositories = Repositories(venue, log, Key);
        await using var connector = new Connector(repositories);
        var closed = new Dictionary<string, List<PriceQuote>> { [Symbol] = [], [Other] = [] };
        await foreach (var quote in connector.StreamAsync(
            new StreamRequest { Exchange = "coinapi", Symbols = [Symbol, Other], Interval = FiveSeconds, ClosedOnly = true }, patience.Token))
        {
            closed[quote.Symbol].Add(quote);
            var counters = repositories.Accesses.Single(access => access.Venue.Name == "coinapi").Counters;
            var isLong = closed.Values.All(quotes => quotes.Count > 0 && quotes[^1].OpenTime - quotes[0].OpenTime >= TimeSpan.FromSeconds(20));
            if (counters.Reconnections >= 2 && isLong)
            {
                break;
            }
        }

        foreach (var (symbol, quotes) in closed)
        {
            var truth = await venue.TruthAsync(symbol, quotes[0].OpenTime, quotes[^1].CloseTime, FiveSeconds);
            quotes.Select(Line).ShouldBe(truth, $"{symbol}\n{string.Join('\n', log.Lines.TakeLast(40))}");
        }

        log.Lines.ShouldContain(line => line.Contains("was replaced by"), "it was told to reconnect");
        log.Lines.ShouldContain(line => line.Contains("nothing received for"));
        log.Lines.ShouldContain(line => line.Contains("Reached maximum allowed buffered messages"));
        log.Lines.ShouldContain(line => line.Contains("Quota exceeded"));
        log.Lines.ShouldAllBe(line => !line.Contains(Key));
    }

    [Fact]
    public async Task History_is_as_it_happened()
    {
        await using var venue = await Venue.StartAsync();
        using var log = new LogRecorder();
        await using var repositories = Repositories(venue, log, Key);
        await using var connector = new Connector(repositories);
        var to = Interval.OneSecond.Floor(TimeProvider.System.GetUtcNow()).AddSeconds(-10);
        var request = new HistoryRequest
        {
            Exchange = "coinapi",
            Symbol = "KRAKEN:ETH/USD",
            Interval = Interval.OneSecond,
            From = to.AddSeconds(-2_500),
            To = to,
        };
        var quotes = await connector.HistoryAsync(request).ToListAsync();

        quotes.Select(Line).ShouldBe(await venue.TruthAsync(Other, to.AddSeconds(-2_500), to));
        quotes.Count.ShouldBeGreaterThan(1_500);
    }

    [Fact]
    public async Task A_pair_of_many_places_must_be_named_whole_and_a_wrong_key_says_so()
    {
        await using var venue = await Venue.StartAsync();
        using var log = new LogRecorder();
        await using var repositories = Repositories(venue, log, Key);
        await using var connector = new Connector(repositories);
        var half = new HistoryRequest { Exchange = "coinapi", Symbol = "BTC/USD", From = TimeProvider.System.GetUtcNow().AddMinutes(-1) };
        var ambiguous = await Should.ThrowAsync<AmbiguousSymbolException>(async () => await connector.HistoryAsync(half).ToListAsync());

        ambiguous.Message.ShouldContain("BITSTAMP_SPOT_BTC_USD");
        (await connector.InstrumentsAsync("coinapi")).Select(one => one.VenueSymbol).Order().ShouldBe(
            ["BITSTAMP_SPOT_BTC_USD", "KRAKEN_SPOT_BTC_USD", "KRAKEN_SPOT_BTC_USDT", "KRAKEN_SPOT_ETH_USD"]);

        await using var strange = new Connector(Repositories(venue, log, "wrong-key-9876543210"));
        var refused = await Should.ThrowAsync<ExchangeUnavailableException>(async () =>
            await strange.StreamAsync(new StreamRequest { Exchange = "coinapi", Symbols = [Symbol] }).ToListAsync());

        refused.Message.ShouldContain("Invalid API key (HTTP 401): the key wron...3210 is wrong; look at CoinApiKey");
        log.Lines.ShouldAllBe(line => !line.Contains("wrong-key-9876543210"));
    }

    private static VenueRepositories Repositories(Venue venue, LogRecorder log, string key)
    {
        var options = new ConnectorOptions
        {
            CoinApiKey = key,
            InactivityTimeout = TimeSpan.FromSeconds(3),
            ReconnectDelay = TimeSpan.FromMilliseconds(50),
            ReconnectDelayMax = TimeSpan.FromMilliseconds(500),
            RestAttempts = 4,
            Seed = 1,
        };
        options.Endpoints["coinapi"] = new EndpointOverride { Stream = new Uri($"{venue.Address.Replace("http", "ws", StringComparison.Ordinal)}/v1/"), Rest = new Uri(venue.Address) };
        return new VenueRepositories(Venues.All, options, log);
    }

    private static string Line(PriceQuote quote) => string.Create(
        CultureInfo.InvariantCulture,
        $"{quote.OpenTime:HH:mm:ss} {quote.Open} {quote.High} {quote.Low} {quote.Close} {quote.Volume} {quote.TradeCount}");

    /// <summary>The venue, in a process of its own.</summary>
    private sealed class Venue : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly HttpClient _http = new();

        private Venue(Process process, string address) => (_process, Address) = (process, address);

        public string Address { get; }

        public static async Task<Venue> StartAsync()
        {
            var start = new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "coinapi_venue.py"), "120"]) { RedirectStandardOutput = true };
            try
            {
                var process = Process.Start(start)!;
                return new Venue(process, await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The venue did not start."));
            }
            catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("MUST_RUN") is not "1")
            {
                Assert.Skip("Python is not installed here (python3).");
                throw;
            }
        }

        /// <summary>What a pair's seconds, or longer candles, were, as the venue has them.</summary>
        public async Task<List<string>> TruthAsync(string symbol, DateTimeOffset from, DateTimeOffset to, Interval? interval = null)
        {
            using var told = JsonDocument.Parse(
                await _http.GetStringAsync(new Uri($"{Address}/truth?symbol={symbol}&from={from.ToUnixTimeSeconds()}&to={to.ToUnixTimeSeconds()}&length={(interval ?? Interval.OneSecond).Count}")));
            return [.. told.RootElement.EnumerateArray().Select(row => string.Join(
                ' ', Fields.Select(name => row.GetProperty(name).GetRawText()).Prepend(row.GetProperty("time_period_start").GetString()![11..19])))];
        }

        public ValueTask DisposeAsync()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _http.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
