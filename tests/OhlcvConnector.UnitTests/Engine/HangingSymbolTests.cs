using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Rest;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>Symbols whose requests are never answered, beside one whose requests are.</summary>
public sealed class HangingSymbolTests
{
    [Fact]
    public async Task Symbols_whose_history_hangs_hold_up_the_repair_of_no_other()
    {
        var time = new ManualTimeProvider();
        var venue = Venues.All.Single(one => one.Name == "binance");
        var market = venue.Markets[0];
        var options = new ConnectorOptions { TimeProvider = time, RestAttempts = 1, RestTimeout = TimeSpan.FromSeconds(60) };
        using var address = new AddressLimits(venue.Name, market.Limits, time);
        using var weight = new RateWindow(market.Limits.Weight, time);
        var access = new VenueAccess(venue, market, options, NullLoggerFactory.Instance, address, weight);
        using var http = new HttpClient(new Exchange());
        var queue = new QuoteQueue(1_000, Dispatch.Inline, access.Counters);
        var filler = new GapFiller(access, new VenueHistory(access, new VenueRest(access, http, () => 0.5)), queue, _ => { });
        var rules = SequencerRules.For(market, options);
        var series = Enumerable.Range(0, 4).Select(number => Minutes($"HANGS{number}USDT")).Append(Minutes("ANSWERSUSDT"))
            .Select((one, number) => new SeriesSequencer(one, rules, queue, access.Counters, T0 - (number < 4 ? 300_000 : 600_000), isExact: true)).ToArray();
        using var stop = new CancellationTokenSource();

        var running = filler.RunAsync(() => series, stop.Token);

        var start = time.GetUtcNow();
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return queue.ClosedDepth > 0 || time.GetUtcNow() - start > TimeSpan.FromSeconds(50);
            },
            "it is answered");

        queue.TryTake(out var first).ShouldBeTrue("before the others' time is over");
        first.Series.VenueSymbol.ShouldBe("ANSWERSUSDT");
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private sealed class Exchange : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.Query.Contains("HANGS", StringComparison.Ordinal))
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            var rows = Enumerable.Range(-10, 10).Select(minute => T0 + (minute * 60_000L))
                .Select(open => $"[{open},\"1\",\"1\",\"1\",\"1\",\"1\",{open + 59_999},\"1\",1,\"1\",\"1\",\"0\"]");
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent($"[{string.Join(',', rows)}]", Encoding.UTF8, "application/json") };
        }
    }
}
