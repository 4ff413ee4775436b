using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests.Client;

/// <summary>The client reads from a server exactly as from the exchanges.</summary>
public class ConnectorClientTests
{
    private static readonly Interval Second = Interval.OneSecond;

    [Fact]
    public async Task Each_closed_candle_comes_once_and_in_order_and_is_the_books()
    {
        await using var stage = await ClientStage.SetAsync();
        await using var client = stage.Connect();
        var reading = new ClientReading();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));

        await foreach (var quote in client.StreamAsync(
            new StreamRequest { Exchange = "binance", Symbols = ["BTC/USDT", "ETHUSDT"], Interval = Second }, patience.Token))
        {
            reading.Read(quote);
            if (reading.HasClosed(series: 2, candles: 60))
            {
                break;
            }
        }

        reading.CompareWith(stage.Sandbox);

        client.IsSandbox.ShouldBeTrue();
        reading.Checkers.Keys.Select(series => series.Symbol).ShouldBe(["BTC/USDT", "ETHUSDT"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_past_joins_the_present_without_a_seam()
    {
        await using var stage = await ClientStage.SetAsync();
        await using var client = stage.Connect();
        await client.ConnectAsync();
        var since = client.MarketClock.GetUtcNow().AddHours(-18); // 1,080 minutes: more than one subscription may ask for
        var reading = new ClientReading();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));

        await foreach (var quote in client.StreamAsync(
            new StreamRequest { Exchange = "okx", Symbols = ["BTC-USDT", "ETH-USDT"], Since = since }, patience.Token))
        {
            reading.Read(quote);
            if (reading.HasClosed(series: 2, candles: 1_081))
            {
                break;
            }
        }

        reading.CompareWith(stage.Sandbox);

        reading.Checkers.Values.ShouldAllBe(checker => checker.Closed[0].OpenTime == Interval.OneMinute.Next(Interval.OneMinute.Floor(since)));
    }

    [Fact]
    public async Task A_restarted_server_with_other_numbers_is_resumed_without_loss()
    {
        await using var stage = await ClientStage.SetAsync(speed: 300);
        await using var client = stage.Connect();
        var reading = new ClientReading();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var restarts = 0;

        await foreach (var quote in client.StreamAsync(new StreamRequest { Exchange = "bybit", Symbols = ["BTCUSDT", "ETHUSDT"] }, patience.Token))
        {
            reading.Read(quote);
            if (restarts < 2 && reading.HasClosed(series: 2, candles: 2 + (4 * restarts)))
            {
                restarts++;
                await stage.StopAsync(0);
                var back = stage.Sandbox.Clock.GetUtcNow().AddMinutes(2);
                await Eventually.TrueAsync(() => stage.Sandbox.Clock.GetUtcNow() > back, "two minutes of the market pass");
                await stage.StartAsync(0);
            }

            if (reading.HasClosed(series: 2, candles: 11))
            {
                break;
            }
        }

        reading.CompareWith(stage.Sandbox);

        client.Diagnose().Single().Reconnections.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_second_server_takes_over_and_back_without_loss_or_double()
    {
        await using var stage = await ClientStage.SetAsync(servers: 2, speed: 240);
        await using var client = stage.Connect();
        var reading = new ClientReading();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var changes = 0;

        await foreach (var quote in client.StreamAsync(new StreamRequest { Exchange = "binance", Symbols = ["BTCUSDT", "ETHUSDT"] }, patience.Token))
        {
            reading.Read(quote);
            if (changes < 2 && reading.HasClosed(series: 2, candles: 2 + (3 * changes)))
            {
                await stage.StopAsync(changes);
                if (++changes == 2)
                {
                    await stage.StartAsync(0);
                }
            }

            if (reading.HasClosed(series: 2, candles: 9))
            {
                break;
            }
        }

        changes.ShouldBe(2);
        reading.CompareWith(stage.Sandbox);
    }

    [Fact]
    public async Task A_slow_reader_is_disconnected_and_resumed_and_loses_nothing()
    {
        await using var stage = await ClientStage.SetAsync(speed: 100);
        await using var client = stage.Connect(options => options.QueueCapacity = 50);
        var reading = new ClientReading();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var pauses = 0;

        await foreach (var quote in client.StreamAsync(
            new StreamRequest { Exchange = "binance", Symbols = ["BTCUSDT", "ETHUSDT"], Interval = Second }, patience.Token))
        {
            reading.Read(quote);
            if (pauses < 2 && reading.HasClosed(series: 2, candles: 10 + (100 * pauses)))
            {
                pauses++;
                await Eventually.TrueAsync(() => client.Diagnose().Single().SlowReaderDisconnects >= pauses, "nobody reads, and the queue is full");
                client.Diagnose().Single().QueueDepth.ShouldBeLessThanOrEqualTo(50);
            }

            if (reading.HasClosed(series: 2, candles: 250))
            {
                break;
            }
        }

        reading.CompareWith(stage.Sandbox);

        client.Diagnose().Single().ConnectionErrors.ShouldBe(0, "a slow reader is no fault of a connection");
    }

    [Fact]
    public async Task Quiet_candles_are_no_gaps()
    {
        await using var stage = await ClientStage.SetAsync(speed: 600);
        await using var client = stage.Connect();
        var reading = new ClientReading(omitsQuietCandles: true);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var listed = await client.InstrumentsAsync("hyperliquid", Market.UsdMargined, cancellationToken: patience.Token);
        var symbols = listed.Where(instrument => instrument.IsTrading).Take(6).Select(instrument => instrument.VenueSymbol).ToList();
        var restarted = false;

        await foreach (var quote in client.StreamAsync(
            new StreamRequest { Exchange = "hyperliquid", Market = Market.UsdMargined, Symbols = symbols }, patience.Token))
        {
            reading.Read(quote);
            if (!restarted && reading.HasClosed(symbols.Count, 3))
            {
                restarted = true;
                await stage.StopAsync(0);
                await stage.StartAsync(0);
            }

            if (reading.HasClosed(symbols.Count, 8))
            {
                break;
            }
        }

        reading.CompareWith(stage.Sandbox);
    }

    [Fact]
    public async Task Gaps_are_those_that_the_exchange_itself_leaves()
    {
        await using var stage = await ClientStage.SetAsync(faults: sandbox => sandbox.Inject(new SandboxFault(SandboxFaultKind.Hole) { Exchange = "binance" }));
        await using var client = stage.Connect();
        await using var direct = Connector.Create(options => (options.Sandbox, options.MarketClock) = (stage.Sandbox.BaseAddress, stage.Sandbox.Clock));
        await client.ConnectAsync();
        var midnight = Interval.OneDay.Floor(client.MarketClock.GetUtcNow());
        var request = new StreamRequest { Exchange = "binance", Symbols = ["BTCUSDT"], Since = midnight.AddMinutes(-90), ClosedOnly = true };
        var past = new HistoryRequest
        {
            Exchange = "binance",
            Symbol = "BTCUSDT",
            From = midnight.AddHours(-25),
            To = midnight.AddHours(-22),
            OnMissing = _ => { },
        };

        var streamed = await TakeAsync(client.StreamAsync(request), 100);
        var history = await TakeAsync(client.HistoryAsync(past), 1_000);

        streamed.ShouldBe(await TakeAsync(direct.StreamAsync(request), 100));
        streamed.Count(candle => candle.Gap is not null).ShouldBe(1);
        history.ShouldBe(await TakeAsync(direct.HistoryAsync(past), 1_000));
        history.Count.ShouldBe(120);
        history.Count(candle => candle.Gap is not null).ShouldBe(1);
    }

    private static async Task<List<(DateTimeOffset OpenTime, decimal Close, Gap? Gap)>> TakeAsync(IAsyncEnumerable<PriceQuote> quotes, int most)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var found = new List<(DateTimeOffset, decimal, Gap?)>();
        await foreach (var quote in quotes.WithCancellation(patience.Token))
        {
            found.Add((quote.OpenTime, quote.Close, quote.GapBefore));
            if (found.Count == most)
            {
                break;
            }
        }

        return found;
    }
}
