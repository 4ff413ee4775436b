using OhlcvConnector.Domain;
using OhlcvConnector.ServerTests;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.BusTests;

/// <summary>A server that publishes what its settings name.</summary>
public class ServerPublishingTests
{
    [Fact]
    public async Task What_the_settings_name_is_published_labelled_and_counted_through_a_restart_of_the_bus()
    {
        using var bus = await NatsServer.StartAsync();
        await using var stage = await ServerStage.SetAsync(speed: 600, options =>
        {
            options.Bus = bus.Address;
            options.BusSeries.Add("binance:spot:1m:BTCUSDT,ETHUSDT");
        });
        await UntilPublishedAsync(stage, 6);
        bus.Kill();
        await bus.RunAsync();
        await UntilPublishedAsync(stage, 16);

        var metrics = await stage.GetAsync("/metrics");
        metrics.ShouldContain("connector_bus_series 2");
        metrics.ShouldContain("connector_bus_publishing 1");
        stage.Log.Lines.ShouldAllBe(line => !line.Contains(NatsServer.Password));
        var stored = await Stored.AllAsync(bus);
        stored.ShouldAllBe(one => one.Headers["Ohlcv-Label"] == "SANDBOX");
        foreach (var series in stored.GroupBy(one => one.Subject))
        {
            series.Select(one => one.Json.GetProperty("open_time").GetDateTimeOffset()).ShouldBe(
                Enumerable.Range(0, series.Count()).Select(index => series.First().Json.GetProperty("open_time").GetDateTimeOffset().AddMinutes(index)));
        }

        stored.Select(one => one.Subject).Distinct().Order().ShouldBe(["ohlcv.binance.spot.BTCUSDT.1m", "ohlcv.binance.spot.ETHUSDT.1m"]);
    }

    [Theory]
    [InlineData("nats://host:4222?limit=7", "'limit' is nothing that an address of NATS can say")]
    [InlineData("amqp://user:secret@host", "no address of a bus")]
    [InlineData("nats://host:4222?replicas=9", "replicas=9")]
    [InlineData("nats://host:4222?max_age=2000000000", "max_age=2000000000")]
    public void Wrong_settings_are_named_before_anything_runs(string address, string words)
    {
        var options = new Configuration.ServerOptions { Bus = address };
        options.BusSeries.Add("binance:spot:1m:BTCUSDT");

        var wrong = Should.Throw<InvalidSettingException>(() => Configuration.ServerSettings.Check(options));
        wrong.Message.ShouldStartWith("Bus");
        wrong.Message.ShouldContain(words);
        wrong.Message.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("binance:1m:BTCUSDT", "write exchange:market:interval:SYMBOL,SYMBOL")]
    [InlineData("binance:spot:7x:BTCUSDT", "BusSeries is 'binance:spot:7x:BTCUSDT': ")]
    public void Series_that_cannot_be_meant_are_named_before_anything_runs(string series, string words)
    {
        var options = new Configuration.ServerOptions { Bus = "nats://host" };
        options.BusSeries.Add(series);

        Should.Throw<InvalidSettingException>(() => Configuration.ServerSettings.Check(options)).Message.ShouldContain(words);
    }

    [Fact]
    public void A_bus_without_series_is_a_mistake() =>
        Should.Throw<InvalidSettingException>(() => Configuration.ServerSettings.Check(new Configuration.ServerOptions { Bus = "nats://host" })).Message
            .ShouldContain("BusSeries");

    private static Task UntilPublishedAsync(ServerStage stage, int count) => Eventually.TrueAsync(
        () => stage.GetAsync("/metrics").GetAwaiter().GetResult().Split('\n').Where(line => line.StartsWith("connector_bus_published_total ", StringComparison.Ordinal))
            .Any(line => int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) >= count),
        () => string.Join('\n', stage.Log.Lines));
}
