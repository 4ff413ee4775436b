using System.Text.Json;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>What a server is told to keep is kept without a hole, and what it kept is answered without the exchange.</summary>
public sealed class RecordTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("server-record-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(_folder, "candles.db");

    [Fact]
    public async Task Series_and_patterns_are_kept_in_each_interval()
    {
        await using var stage = await StageAsync(options =>
        {
            options.Record.Add("binance:BTCUSDT,ETH/USDT");
            options.Record.Add("okx/usdm:?TC-USDT-SWAP");
            options.RecordIntervals = [Interval.OneMinute, Interval.Parse("3m")];
        });
        string[] wanted =
        [
            "binance spot BTCUSDT 1m", "binance spot BTCUSDT 3m", "binance spot ETHUSDT 1m", "binance spot ETHUSDT 3m", "okx usdm BTC-USDT-SWAP 1m",
            "okx usdm BTC-USDT-SWAP 3m", "okx usdm LTC-USDT-SWAP 1m", "okx usdm LTC-USDT-SWAP 3m",
        ];
        await Eventually.TrueAsync(() => KeptAsync().GetAwaiter().GetResult().SequenceEqual(wanted), "all are kept");
    }

    [Fact]
    public async Task A_stop_of_three_days_leaves_no_hole()
    {
        var before = await RunAsync(begin: null, count: 2);
        var after = await RunAsync(before.LastOpen!.Value.AddDays(3), before.Count + (3 * 1440) + 2);

        after.FirstOpen.ShouldBe(before.FirstOpen);
        after.Coverage.ShouldHaveSingleItem().Coverage.ShouldBe(Coverage.Complete);
        after.Count.ShouldBe(Interval.OneMinute.CountBetween(after.Coverage[0].FromMs, after.Coverage[0].ToMs));

        async Task<SeriesHoldings> RunAsync(DateTimeOffset? begin, long count)
        {
            await using var stage = await StageAsync(options => options.Record.Add("binance:BTCUSDT"), begin);
            await Eventually.TrueAsync(
                () => HoldingsAsync().GetAwaiter().GetResult() is { Coverage.Count: 1 } holdings && holdings.Count >= count, $"{count} candles are kept");
            return await HoldingsAsync();
        }
    }

    [Fact]
    public async Task What_is_listed_later_is_kept_from_its_first_candle_on()
    {
        var time = new JumpingTime();
        var port = LoopbackPort.Reserve();
        await using var stage = await ServerStage.SetAsync(
            speed: 120,
            options =>
            {
                options.Archive = FilePath;
                options.Record.Add("okx:S*-USDT");
                options.TimeProvider = new SandboxClock(TimeProvider.System, DateTimeOffset.UnixEpoch, 600); // looks for listings twice a second
            },
            sandbox => (sandbox.Port, sandbox.SymbolCount) = (port, 20),
            upstream: connector => connector.TimeProvider = time);
        await Eventually.TrueAsync(() => KeptAsync().GetAwaiter().GetResult().Count == 2, "what is listed now is kept: SHIB and SOL");
        var now = stage.Sandbox.Clock.GetUtcNow();
        await stage.Sandbox.DisposeAsync();
        await using var later = await SandboxServer.StartAsync(new SandboxOptions { Port = port, Speed = 120, SymbolCount = 21, StartTime = now }, Token);
        time.Jump(TimeSpan.FromMinutes(2)); // an exchange is asked for its listing once a minute
        await Eventually.TrueAsync(() => KeptAsync().GetAwaiter().GetResult().Contains("okx spot S0001-USDT 1m"), "the new one is kept, too");
        await using var archive = SqliteCandleArchive.Open(FilePath, true);

        (await archive.ListingsAsync(Token)).ShouldContain(one => one.Instrument.VenueSymbol == "S0001-USDT" && one.FirstSeen >= now);
    }

    [Fact]
    public async Task What_memory_no_longer_has_comes_out_of_the_archive_without_a_request()
    {
        await using var stage = await StageAsync(options =>
        {
            options.CandlesKept = 10;
            options.Record.Add("binance:BTCUSDT");
        }, speed: 300);
        await Eventually.TrueAsync(() => HoldingsAsync().GetAwaiter().GetResult().Count >= 25, "25 candles are kept");
        var first = (await HoldingsAsync()).FirstOpen!.Value;
        for (var attempt = 1; ; attempt++)
        {
            var asked = stage.Sandbox.Statistics.RequestsServed;
            await using var resuming = await stage.ConnectAsync();
            await resuming.SayAsync($$"""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"closed_only":true,"resume_from":"{{first:O}}"}""");

            (await resuming.ReadAsync("ack")).Flag("recovered").ShouldBeTrue();
            var resumed = await CandlesAsync(resuming, 25);

            resumed[0].ShouldBe(first);
            resumed.Zip(resumed.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First == TimeSpan.FromMinutes(1));
            await using var joining = await stage.ConnectAsync();
            await joining.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"closed_only":true,"snapshot":22}""");

            (await joining.ReadAsync("ack")).Flag("complete").ShouldBeTrue();
            var snapshot = await CandlesAsync(joining, 22);

            snapshot.Zip(snapshot.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First == TimeSpan.FromMinutes(1));
            var path = $"v1/candles?exchange=binance&symbol=BTCUSDT&from={first:yyyy-MM-ddTHH:mm:ssZ}&to={first.AddMinutes(20):yyyy-MM-ddTHH:mm:ssZ}";
            using var rest = JsonDocument.Parse(await stage.GetAsync(path));

            rest.RootElement.GetProperty("candles").GetArrayLength().ShouldBe(20);
            if (stage.Sandbox.Statistics.RequestsServed == asked)
            {
                break;
            }

            attempt.ShouldBeLessThan(5, "each time the exchange was asked"); // on a busy machine the stream itself asks now and then
        }
    }

    [Theory]
    [InlineData("BTCUSDT", "'BTCUSDT' is not exchange:symbol")]
    [InlineData("binance/moon:BTCUSDT", "there is no market 'moon'")]
    [InlineData("nowhere:BTCUSDT", "nowhere")]
    [InlineData("binance:BTCUSD", "BTCUSD")]
    [InlineData("binance:*NOTHING*", "nothing that trades on binance matches *NOTHING*")]
    public async Task What_cannot_be_kept_ends_the_start(string record, string words)
    {
        var exception = await Should.ThrowAsync<InvalidSettingException>(() => StageAsync(options => options.Record.Add(record)));

        exception.Message.ShouldStartWith("Record is '");
        exception.Message.ShouldContain(words);
    }

    [Fact]
    public async Task Keeping_needs_an_archive() => (await Should.ThrowAsync<InvalidSettingException>(() =>
        ServerStage.SetAsync(configure: options => options.Record.Add("binance:BTCUSDT")))).Message.ShouldContain("Archive is not");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<List<DateTimeOffset>> CandlesAsync(TestClient client, int count)
    {
        var found = new List<DateTimeOffset>();
        while (found.Count < count)
        {
            var message = (await client.ReadAsync())!.Value;
            found.AddRange(message.Text("type") switch
            {
                "snapshot" => message.GetProperty("candles").EnumerateArray().Select(candle => candle.Time("open_time")),
                "quote" => [message.Time("open_time")],
                _ => [],
            });
        }

        return found;
    }

    private Task<ServerStage> StageAsync(Action<ServerOptions> configure, DateTimeOffset? begin = null, double speed = 120) => ServerStage.SetAsync(
        speed,
        options =>
        {
            options.Archive = FilePath;
            configure(options);
        },
        sandbox => sandbox.StartTime = begin ?? sandbox.StartTime);

    private async Task<List<string>> KeptAsync()
    {
        await using var archive = SqliteCandleArchive.Open(FilePath, true);
        return [.. (await archive.ListAsync(Token)).Select(series => series.ToString())];
    }

    private async Task<SeriesHoldings> HoldingsAsync()
    {
        await using var archive = SqliteCandleArchive.Open(FilePath, true);
        return await archive.HoldingsAsync(Candles.Minutes(), Token);
    }

    /// <summary>A clock whose time can jump, and whose timers know nothing of it.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        private long _ahead;

        public void Jump(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow();

        public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Interlocked.Read(ref _ahead);
    }
}
