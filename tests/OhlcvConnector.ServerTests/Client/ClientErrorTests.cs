using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Application;
using OhlcvConnector.Client;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Keys;
using Shouldly;

namespace OhlcvConnector.ServerTests.Client;

/// <summary>What a server refuses becomes the domain's own errors, with the server's words.</summary>
public sealed class ClientErrorTests : IDisposable
{
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_keys);

    [Fact]
    public async Task A_key_is_sent_and_a_wrong_or_a_missing_one_ends_the_reading_in_words()
    {
        var (key, _) = new KeyFile(_keys, TimeProvider.System).Add("desk");
        await using var stage = await ClientStage.SetAsync(configure: options => options.KeysPath = _keys);
        await using var good = stage.Connect(options => options.ApiKey = key);
        await using var wrong = stage.Connect(options => options.ApiKey = key + "x");
        await using var none = stage.Connect();

        (await FirstAsync(good.StreamAsync("binance", "BTCUSDT"))).Exchange.ShouldBe("binance");
        (await Should.ThrowAsync<InvalidSettingException>(() => wrong.ConnectAsync())).Message
            .ShouldContain("refuses the API key (ApiKey, --server-key in a terminal)");
        (await Should.ThrowAsync<InvalidSettingException>(() => none.ConnectAsync())).Message.ShouldContain("An API key is needed");

        var series = (await good.InstrumentsAsync("binance", Market.Spot)).Select(instrument => new Series(instrument, Interval.OneMinute)).First();
        foreach (var client in new[] { wrong, none })
        {
            await using var feed = client.Open([series]);
            (await Should.ThrowAsync<InvalidSettingException>(() => FirstAsync(feed.ReadAllAsync()))).Message.ShouldContain("refuses the API key");
        }
    }

    [Fact]
    public async Task What_the_server_does_not_have_is_named_as_the_exchange_names_it()
    {
        await using var stage = await ClientStage.SetAsync();
        await using var client = stage.Connect();

        (await Should.ThrowAsync<UnknownSymbolException>(() => FirstAsync(client.StreamAsync("binance", "BTCUSD")))).Suggestions.ShouldContain("BTCUSDT");
        Should.Throw<UnknownExchangeException>(() => client.StreamAsync("nasdaq", "BTCUSD")).Message
            .ShouldContain("Known are binance, okx, bybit, gateio, hyperliquid, coinapi");
        (await Should.ThrowAsync<UnsupportedIntervalException>(
            () => FirstAsync(client.StreamAsync(new StreamRequest { Exchange = "okx", Symbols = ["BTC-USDT"], Interval = Interval.Parse("7m") }))))
            .Message.ShouldContain("7m");
        await Should.ThrowAsync<UnsupportedMarketException>(() => client.InstrumentsAsync("hyperliquid", Market.CoinMargined));
    }

    [Fact]
    public async Task A_series_that_the_server_does_not_know_is_refused_and_the_others_go_on()
    {
        await using var stage = await ClientStage.SetAsync();
        await using var client = stage.Connect();
        var listed = (await client.InstrumentsAsync("binance", Market.Spot)).Where(instrument => instrument.IsTrading).Take(5)
            .Select(instrument => new Series(instrument, Interval.OneMinute)).ToList();
        var unknown = new Series(listed[0].Instrument with { VenueSymbol = "NOPE" }, Interval.OneMinute);
        var told = new List<SeriesStatus>();
        await using var feed = client.Open([.. listed, unknown]);
        feed.OnStatus = told.Add;
        var seen = new HashSet<Series>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));

        await foreach (var quote in feed.ReadAllAsync(patience.Token))
        {
            seen.Add(quote.Series);
            if (seen.Count == listed.Count && told.Count > 0)
            {
                break;
            }
        }

        told.ShouldHaveSingleItem().Condition.ShouldBe(SeriesCondition.Refused);
        told[0].Reason.ShouldContain("binance spot has no symbol 'NOPE'");
        await using var alone = client.Open([unknown]);

        (await Should.ThrowAsync<SubscriptionRejectedException>(() => FirstAsync(alone.ReadAllAsync()))).VenueMessage.ShouldContain("no symbol 'NOPE'");
        await Should.ThrowAsync<SubscriptionRejectedException>(
            () => FirstAsync(client.ReadAsync(unknown, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(51))));
    }

    [Fact]
    public async Task A_series_that_the_exchange_refuses_is_refused_by_the_servers_words()
    {
        await using var stage = await ClientStage.SetAsync(
            faults: sandbox => sandbox.Inject(new SandboxFault(SandboxFaultKind.RejectSubscribe) { Exchange = "okx", Symbol = "BTC-USDT" }));
        await using var client = stage.Connect();

        var refused = await Should.ThrowAsync<SubscriptionRejectedException>(
            () => FirstAsync(client.StreamAsync("okx", "BTC-USDT"), 1_000)); // history may tell a candle before

        refused.Series.VenueSymbol.ShouldBe("BTC-USDT");
        refused.VenueMessage.ShouldContain("The exchange refuses");
    }

    [Fact]
    public async Task A_limit_of_the_server_is_named()
    {
        await using var stage = await ClientStage.SetAsync(configure: options => options.MaxSeriesPerClient = 1);
        await using var client = stage.Connect();

        (await Should.ThrowAsync<SubscriptionLimitException>(() => FirstAsync(client.StreamAsync("binance", "BTCUSDT", "ETHUSDT"), 1_000))).Message
            .ShouldContain("1 ");
    }

    [Fact]
    public async Task Where_no_server_is_the_attempts_end()
    {
        await using var client = ConnectorClient.Create(options =>
        {
            options.AddServers("ws://127.0.0.1:1,ws://127.0.0.1:2");
            (options.ReconnectDelay, options.ReconnectDelayMax) = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));
            options.ConnectAttempts = 3;
        });

        (await Should.ThrowAsync<ExchangeUnavailableException>(() => client.ConnectAsync())).Message.ShouldContain("http://127.0.0.1:");
        var instrument = new Instrument
        {
            Exchange = "binance",
            Market = Market.Spot,
            VenueSymbol = "BTCUSDT",
            Symbol = "BTC/USDT",
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
        };
        await using var feed = client.Open([new Series(instrument, Interval.OneMinute)]);

        (await Should.ThrowAsync<ExchangeUnavailableException>(() => FirstAsync(feed.ReadAllAsync()))).Message.ShouldContain("could be reached in 3 attempts");
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:8765")]
    [InlineData("http://127.0.0.1:8765")]
    [InlineData("ws://")]
    [InlineData("ws://a:8765,nonsense")]
    [InlineData("ws://user:password@a:8765")]
    public void A_wrong_address_is_named_with_a_right_one(string servers) =>
        Should.Throw<InvalidSettingException>(() => ConnectorClient.Create(servers)).Message.ShouldContain("ws://127.0.0.1:8765");

    [Fact]
    public async Task With_dependency_injection_the_ports_are_the_server()
    {
        await using var stage = await ClientStage.SetAsync();
        await using var services = new ServiceCollection()
            .AddOhlcvConnectorClient(options =>
            {
                options.Servers.Add(stage.Server().StreamAddress);
                options.RestServers.Add(stage.Server().HealthAddress!);
            })
            .AddOhlcvConnector()
            .BuildServiceProvider();

        var quote = await FirstAsync(services.GetRequiredService<Connector>().StreamAsync("binance", "BTCUSDT"));

        quote.Series.Instrument.IsSandbox.ShouldBeTrue();
        services.GetRequiredService<IPriceFeedRepository>().ShouldBeSameAs(services.GetRequiredService<ConnectorClient>());
    }

    private static async Task<PriceQuote> FirstAsync(IAsyncEnumerable<PriceQuote> quotes, int count = 1)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await foreach (var quote in quotes.WithCancellation(patience.Token))
        {
            if (--count == 0)
            {
                return quote;
            }
        }

        throw new InvalidOperationException("It ended.");
    }
}
