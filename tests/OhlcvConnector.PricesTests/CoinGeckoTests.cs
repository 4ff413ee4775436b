using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;
using OhlcvConnector.Prices;
using OhlcvConnector.Prices.CoinGecko;
using OhlcvConnector.ServerTests;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.PricesTests;

public class CoinGeckoTests
{
    private static readonly PriceRequest Bitcoin = new("BTC");

    [Fact]
    public async Task Rows_become_prices_in_the_currency_that_is_asked_for_and_what_is_unknown_is_null()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 1 });
        using var source = Source(sandbox);
        var found = await source.ReadAsync([Bitcoin, new("DOGE"), new("BTC", "EUR"), new("BTC", "USDT"), new("NOPE")]);

        found.Select(pair => pair.Value is null).ShouldBe([false, false, false, true, true]);
        var (dollars, euros, doge) = (found[Bitcoin]!, found[new("BTC", "EUR")]!, found[new("DOGE")]!);
        (dollars.Name, dollars.Quote, dollars.Source, dollars.Supply, dollars.IsSandbox)
            .ShouldBe(("Bitcoin", "USD", "coingecko", 19_900_000m, true), "not the namesake's");
        (dollars.Price / euros.Price).ShouldBe(1.16m, 0.02m);
        dollars.Hours!.Count.ShouldBe(24);
        (doge.Supply, doge.MarketCap).ShouldBe((null, null), "0 is how it writes what it does not know");
        var now = sandbox.Clock.GetUtcNow();
        var book = sandbox.Candles("binance", Market.Spot, "BTCUSDT", Interval.OneMinute, now.AddMinutes(-5), now);

        dollars.Price.ShouldBe(book[^1].Close, book[^1].Close * 0.02m);
    }

    [Theory]
    [InlineData(429, "asked too often", 7)]
    [InlineData(401, "the key is missing, wrong or without credits", 600)]
    [InlineData(402, "the key is missing, wrong or without credits", 600)]
    [InlineData(500, "HTTP 500", null)]
    public async Task Refusals_say_how_long_to_wait_and_never_the_key(int status, string words, int? seconds)
    {
        await using var service = await ServiceAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = status == 429 ? "7" : default;
            return context.Response.WriteAsync($"no: {context.Request.Headers["x-cg-demo-api-key"]}");
        });
        using var source = new CoinGeckoPrices(new CoinGeckoOptions { Address = new Uri(service.Urls.First()), Key = "secret-key-1234" });
        var exception = await Should.ThrowAsync<PriceProviderException>(() => source.ReadAsync([Bitcoin]));

        exception.Message.ShouldContain(words);
        exception.ToString().ShouldNotContain("secret-key-1234");
        exception.RetryAfter?.TotalSeconds.ShouldBe(seconds!.Value);
    }

    [Theory]
    [InlineData("""[{"symbol":"btc","name":"B","current_price":NaN,"last_updated":"2026-01-01T00:00:00Z"}]""", "cannot be read")]
    [InlineData("""<html>busy</html>""", "cannot be read")]
    [InlineData("""{"error":"coin not found"}""", "cannot be read")]
    [InlineData("""[{"symbol":5}]""", "cannot be read")]
    public async Task What_is_no_answer_is_named(string body, string words)
    {
        await using var service = await ServiceAsync(context => context.Response.WriteAsync(body));
        using var source = new CoinGeckoPrices(new CoinGeckoOptions { Address = new Uri(service.Urls.First()) });

        (await Should.ThrowAsync<PriceProviderException>(() => source.ReadAsync([Bitcoin]))).Message.ShouldContain(words);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"100\"")]
    [InlineData("1e300")]
    public async Task A_price_that_is_none_is_not_known(string price)
    {
        await using var service = await ServiceAsync(context => context.Response.WriteAsync(
            $$"""[{"symbol":"btc","name":"B","current_price":{{price}},"last_updated":"2026-01-01T00:00:00Z"}]"""));
        using var source = new CoinGeckoPrices(new CoinGeckoOptions { Address = new Uri(service.Urls.First()) });

        (await source.ReadAsync([Bitcoin]))[Bitcoin].ShouldBeNull();
    }

    [Fact]
    public async Task The_server_takes_names_and_capitalization_from_it_and_prices_when_the_exchanges_are_down()
    {
        await using var stage = await ServerStage.SetAsync(speed: 60, configure: options =>
        {
            options.PriceProviders.Add("exchanges");
            options.PriceProviders.Add("coingecko");
            options.RequestTimeout = TimeSpan.FromSeconds(3);
        });
        JsonElement row = default;
        await Eventually.TrueAsync(
            () =>
            {
                row = Row(stage, "/prices/BTC");
                return row.GetProperty("name").ValueKind == JsonValueKind.String && row.Text("source") == "exchanges";
            },
            "the name comes");

        row.Text("name").ShouldBe("Bitcoin");
        row.GetProperty("marketCap").GetDecimal()
            .ShouldBe(decimal.Round(19_900_000m * row.GetProperty("price").GetDecimal(), 2), "in the currency of the price");
        Row(stage, "/prices/BTC?quote=GBP").Text("source").ShouldBe("coingecko");
        foreach (var exchange in stage.Sandbox.Venues.Select(venue => venue.Exchange).Distinct())
        {
            stage.TakeDown(exchange);
        }

        (Row(stage, "/prices/ADA").Text("source"), Row(stage, "/prices/ADA").Text("quote")).ShouldBe(("coingecko", "USD"));
        (await stage.GetAsync("/metrics")).ShouldContain("connector_prices_source_requests_total{source=\"coingecko\"}");
    }

    [Fact]
    public async Task Its_limit_is_kept_and_the_others_answer_meanwhile()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 1 });
        using var source = Source(sandbox);
        await using var tracker = new PriceTracker([source], new PriceTrackerOptions { OnTrouble = _ => { } }, sandbox.Clock);

        (await tracker.ReadAsync("BTC"))[0].Price.ShouldNotBeNull();
        sandbox.Inject(new SandboxFault(SandboxFaultKind.RateLimited) { Exchange = "coingecko" });
        await tracker.UpdateAsync();

        tracker.Providers[0].ShouldBe(new PriceProviderState("coingecko", 2, 1, 1, IsResting: true, "it is asked too often."));
        (await tracker.ReadAsync("BTC"))[0].Price.ShouldNotBeNull("what there was stays");
        (tracker.Counts.FailedUpdates, tracker.Counts.LastUpdate).ShouldBe((1, null));
    }

    private static CoinGeckoPrices Source(SandboxServer sandbox) =>
        new(new CoinGeckoOptions { Address = new Uri(sandbox.BaseAddress, "coingecko/api/v3"), IsSandbox = true });

    private static JsonElement Row(ServerStage stage, string path)
    {
        using var document = JsonDocument.Parse(stage.GetAsync(path).GetAwaiter().GetResult());
        return document.RootElement.GetProperty("prices")[0].Clone();
    }

    private static async Task<WebApplication> ServiceAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = builder.Build();
        service.Run(answer);
        await service.StartAsync();
        return service;
    }
}
