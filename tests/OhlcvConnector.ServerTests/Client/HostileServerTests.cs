using OhlcvConnector.Application;
using OhlcvConnector.Client;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests.Client;

/// <summary>What a server says twice, too late, not at all or wrongly, a client of it does not pass on.</summary>
public sealed class HostileServerTests : IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(3));

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task What_comes_again_or_late_is_dropped_and_a_revision_of_it_is_not()
    {
        await using var server = new ScriptedServer();
        server.Script = async (_, stream) =>
        {
            foreach (var text in new[]
            {
                server.Quote(3, isClosed: false), server.Quote(3), server.Quote(3), server.Quote(3, isClosed: false), server.Quote(
                    3, more: ",\"is_revision\":true"), server.Quote(4),
                server.Quote(2), server.Quote(5),
            })
            {
                await stream.SendAsync(text);
            }
        };
        await using var client = server.Connect();

        var quotes = await TakeAsync(client, 5);

        quotes.Select(quote => (quote.Close, quote.IsClosed, quote.IsRevision))
            .ShouldBe([(4, false, false), (4, true, false), (4, true, true), (5, true, false), (6, true, false)]);
        client.Diagnose().Single().Duplicates.ShouldBe(2);
        quotes[0].Series.Instrument.IsSandbox.ShouldBeFalse();
    }

    [Fact]
    public async Task A_hole_that_nobody_explains_is_filled_from_history_and_what_that_lacks_is_a_gap()
    {
        await using var server = new ScriptedServer();
        server.Script = async (_, stream) =>
        {
            await stream.SendAsync(server.Quote(3));
            await stream.SendAsync(server.Quote(7));
            await stream.SendAsync(server.Gap(8, 10));
            await stream.SendAsync(server.Quote(10));
        };
        server.Candles = _ => server.History(4, 6);
        await using var client = server.Connect();

        var quotes = await TakeAsync(client, 5);

        quotes.Select(quote => quote.Close).ShouldBe([4, 5, 7, 8, 11]);
        quotes.Select(quote => quote.GapBefore is { } gap ? (int)(gap.To - gap.From).TotalMinutes : 0).ShouldBe([0, 0, 1, 0, 2]);
        quotes[2].GapBefore!.Reason.ShouldBe("the connector server's history has no candle here");
        quotes[4].GapBefore!.Reason.ShouldBe("it was lost");
        server.CandleRequests.ShouldHaveSingleItem("a gap that was announced is not asked about");
    }

    [Fact]
    public async Task A_hole_that_cannot_be_read_is_asked_for_again_and_nothing_is_passed_over()
    {
        await using var server = new ScriptedServer();
        server.Script = async (time, stream) =>
        {
            if (time == 1)
            {
                await stream.SendAsync(server.Quote(3));
                await stream.SendAsync(server.Quote(6));
                await stream.SendAsync(server.Quote(7));
            }
            else
            {
                await stream.SendAsync($"{{\"type\":\"snapshot\",{server.Quote(0)[16..server.Quote(0).IndexOf("\"seq\"", StringComparison.Ordinal)]}\"candles\":[{{{ScriptedServer.Candle(4)}}},{{{ScriptedServer.Candle(5)}}},{{{ScriptedServer.Candle(6)}}}]}}");
                await stream.SendAsync(server.Quote(7));
            }
        };
        await using var client = server.Connect(options => options.RestAttempts = 1);

        var quotes = await TakeAsync(client, 5);

        quotes.Select(quote => quote.Close).ShouldBe([4, 5, 6, 7, 8]);
        server.ResumedFrom.ShouldBe([null, $"{quotes[1].OpenMs}"]);
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_ends_the_connection_and_the_next_one_goes_on()
    {
        await using var server = new ScriptedServer();
        server.Script = async (time, stream) =>
        {
            await stream.SendAsync(server.Quote(time == 1 ? 3 : 4));
            await stream.SendAsync(time == 1 ? server.Quote(4).Replace("\"low\":0.5", "\"low\":\"?\"", StringComparison.Ordinal) : server.Quote(5));
        };
        await using var client = server.Connect();

        var quotes = await TakeAsync(client, 3);

        quotes.Select(quote => quote.Close).ShouldBe([4, 5, 6]);
        server.ResumedFrom.ShouldBe([null, $"{quotes[1].OpenMs}"]);
        client.Diagnose().Single().MalformedMessages.ShouldBe(1);
    }

    [Fact]
    public async Task A_sandbox_never_takes_over_from_real_exchanges()
    {
        await using var real = new ScriptedServer();
        await using var sandbox = new ScriptedServer(isSandbox: true);
        sandbox.Script = async (_, stream) => await stream.SendAsync(sandbox.Quote(4));
        real.Script = async (time, stream) =>
        {
            await stream.SendAsync(real.Quote(time == 1 ? 3 : 4));
            if (time == 1)
            {
                await stream.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.EndpointUnavailable); // not cut: that could take the candle with it
            }
        };
        using var log = new LogRecorder();
        await using var client = real.Connect(sandbox.Name, log);

        var quotes = await TakeAsync(client, 2);

        quotes.Select(quote => quote.Close).ShouldBe([4, 5]);
        sandbox.ResumedFrom.ShouldAllBe(from => from != null); // asked, perhaps, before it had said what it is, and never listened to
        log.Lines
            .ShouldContain(line => line.Contains($"{sandbox.Stream} serves simulated exchanges, and", StringComparison.Ordinal), string.Join("\n", log.Lines));
    }

    [Fact]
    public async Task Retry_After_is_waited_for_and_an_answer_after_it_is_taken()
    {
        var clock = new ManualTimeProvider();
        await using var server = new ScriptedServer();
        server.Candles = _ => server.CandleRequests.Count == 1
            ? new LoopbackAnswer(429, """{"code":"rate_limited","message":"not so fast"}""", "Retry-After: 7")
            : server.History(0, 1, 2);
        await using var client = server.Connect(options => options.TimeProvider = clock);
        await client.ConnectAsync();
        var instrument = (await client.InstrumentsAsync("binance")).Single();
        var start = DateTimeOffset.Parse(ScriptedServer.Time(0), System.Globalization.CultureInfo.InvariantCulture);

        var reading = Task.Run(async () => await client.ReadAsync(
            new Series(instrument, Interval.OneMinute), start, start.AddMinutes(3), waitForLate: false).ToListAsync(_patience.Token));
        await Eventually.TrueAsync(() => clock.HasTimer(TimeSpan.FromSeconds(6.9), TimeSpan.FromSeconds(7.1)), "it waits as long as it was told to");
        clock.Advance(TimeSpan.FromSeconds(6.9));

        server.CandleRequests.Count.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(0.2));

        (await reading).Count.ShouldBe(3);
        server.CandleRequests.Count.ShouldBe(2);
    }

    private async Task<List<PriceQuote>> TakeAsync(ConnectorClient client, int count)
    {
        var found = new List<PriceQuote>();
        await foreach (var quote in client.StreamAsync(new StreamRequest { Exchange = "binance", Symbols = ["BTCUSDT"] }, _patience.Token))
        {
            found.Add(quote);
            if (found.Count == count)
            {
                break;
            }
        }

        return found;
    }
}
