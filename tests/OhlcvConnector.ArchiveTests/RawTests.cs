using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Cli;
using OhlcvConnector.Cli.Recording;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>Files of raw messages: whole up to the last block, bounded, and read by others.</summary>
public sealed class RawTests : IDisposable
{
    private const string Kline =
        """{"e":"kline","E":1767225645000,"s":"BTCUSDT","k":{"t":1767225600000,"T":1767225659999,"s":"BTCUSDT","i":"1m","f":1,"L":9,"o":"1.5","c":"2","h":"2.5","l":"1","v":"10","n":9,"x":false,"q":"15","V":"4","Q":"6","B":"0"}}""";

    private readonly TestFolder _folder = new();
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 10, 30, 0, TimeSpan.Zero));
    private readonly List<string> _said = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Raw => Path.Combine(_folder.Path, "raw");

    [Fact]
    public async Task A_file_that_was_never_closed_is_read_to_its_last_whole_block()
    {
        for (var block = 0; block < 5; block++)
        {
            await WriteAsync(
                writer => writer.Take("binance", Market.Spot, null, Encoding.UTF8.GetBytes(Kline.Replace("2.5", $"2.{block + 5}", StringComparison.Ordinal))));
        }

        var files = RawFiles.In(Raw);

        files.Count.ShouldBe(5); // each run has a file of its own: what another left may end in the middle of a block
        var whole = await File.ReadAllBytesAsync(files[0], Token);
        var two = (byte[])[.. whole, .. await File.ReadAllBytesAsync(files[1], Token)];
        var first = RawFiles.Lines(new MemoryStream(whole)).Count();

        first.ShouldBe(2); // what it is, and the message
        for (var cut = 0; cut <= two.Length; cut++)
        {
            var lines = RawFiles.Lines(new MemoryStream(two[..cut])).ToList();
            lines.Count.ShouldBeGreaterThanOrEqualTo(cut >= two.Length ? 4 : cut >= whole.Length ? 2 : 0);
            lines.ShouldAllBe(line => IsJson(line.Bytes));
        }
    }

    [Fact]
    public async Task The_files_are_such_as_zstd_reads_with_each_message_as_it_came()
    {
        byte[] pretty = Encoding.UTF8.GetBytes("{\n \"a\": 1\n}");
        await WriteAsync(writer =>
        {
            writer.Take("okx", Market.Spot, null, "pong"u8);
            writer.Take("binance", Market.Spot, null, Encoding.UTF8.GetBytes(Kline));
            writer.Take("gateio", Market.Spot, "/x?a=\"b\"", pretty);
            writer.Take(Candles.Closed(Candles.Minutes(), 0));
            writer.Take([Candles.Instrument()]);
        });
        var lines = (await OutputAsync("zstd", "-dcq", RawFiles.In(Raw)[0])).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();

        lines.Select(line => line.GetProperty(line.TryGetProperty("recorder", out _) ? "recorder" : "exchange").GetString()).ShouldBe(
            ["ohlcv-connector", "binance", "okx", "binance", "gateio", "binance", "binance"]); // instruments stand at the beginning, too
        lines[0].GetProperty("sandbox").GetBoolean().ShouldBeTrue();
        lines[2].GetProperty("frame").GetString().ShouldBe("pong");
        lines[3].GetProperty("frame").GetRawText().ShouldBe(Kline);
        lines[4].GetProperty("frame").GetString().ShouldBe(Encoding.UTF8.GetString(pretty));
        lines[4].GetProperty("request").GetString().ShouldBe("/x?a=\"b\"");
        lines[3].GetProperty("receivedUnixMillis").GetInt64().ShouldBe(_clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Decode_reads_them()
    {
        await WriteAsync(writer =>
        {
            writer.Take("okx", Market.Spot, null, "pong"u8);
            writer.Take("binance", Market.Spot, null, Encoding.UTF8.GetBytes(Kline));
            writer.Take("binance", Market.UsdMargined, null, Encoding.UTF8.GetBytes(Kline));
        });
        var decoded = await new Terminal(_folder).RunAsync($"decode binance {RawFiles.In(Raw)[0]} --market spot");

        decoded.Code.ShouldBe(0, decoded.Error);
        using var candle = JsonDocument.Parse(decoded.Output);

        candle.RootElement.GetProperty("high").GetDecimal().ShouldBe(2.5m);
        candle.RootElement.GetProperty("receivedAt").GetDateTimeOffset().ShouldBe(_clock.GetUtcNow());
    }

    [Fact]
    public async Task Each_hour_has_a_file_and_what_is_older_than_is_kept_goes()
    {
        foreach (var hour in Enumerable.Range(0, 6))
        {
            await WriteAsync(writer => writer.Take("okx", Market.Spot, null, "pong"u8), "3h");
            _clock.Advance(TimeSpan.FromHours(1));
        }

        RawFiles.In(Raw).Select(Path.GetFileName).ShouldBe(
            ["raw-20260101T12-000.jsonl.zst", "raw-20260101T13-000.jsonl.zst", "raw-20260101T14-000.jsonl.zst", "raw-20260101T15-000.jsonl.zst"]);
        File.WriteAllBytes(Path.Combine(Raw, "raw-20260101T14-001.jsonl.zst"), new byte[2_000_000]);
        File.WriteAllText(Path.Combine(Raw, "mine.txt"), "not touched");
        await WriteAsync(writer => writer.Take("okx", Market.Spot, null, "pong"u8), "1MB");

        RawFiles.In(Raw).Select(Path.GetFileName).ShouldBe(["raw-20260101T15-000.jsonl.zst", "raw-20260101T16-000.jsonl.zst"]);
        File.Exists(Path.Combine(Raw, "mine.txt")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_cannot_be_written_is_told_once_and_counted()
    {
        await using var writer = new RawWriter(Raw, RawKeep.Parse(null), _clock, isSimulated: true, _said.Add);
        writer.Start();
        Directory.Delete(Raw);
        await File.WriteAllTextAsync(Raw, "no directory", Token);
        writer.Take("okx", Market.Spot, null, "pong"u8);
        await Eventually.TrueAsync(() => writer.Lost == 1, "the message is lost");
        writer.Take("okx", Market.Spot, null, "pong"u8);
        await Eventually.TrueAsync(() => writer.Lost == 2, "the next one, too");

        _said.ShouldHaveSingleItem().ShouldContain("are lost");
        File.Delete(Raw);
        Directory.CreateDirectory(Raw);
        writer.Take("okx", Market.Spot, null, "pong"u8);
        await Eventually.TrueAsync(() => _said.Count == 2, "it is written again");

        writer.Lost.ShouldBe(2);
    }

    [Theory]
    [InlineData("record binance:BTCUSDT --keep 7d --sandbox", "--keep is for --raw")]
    [InlineData("record binance:BTCUSDT --raw x --keep 7x --sandbox", "--keep is '7x'")]
    [InlineData("record binance:BTCUSDT --raw x --keep 5m --sandbox", "--keep is '5m'")]
    [InlineData("sandbox --replay nowhere --port 0", "There are no raw messages in 'nowhere'")]
    public async Task Mistakes_are_named(string line, string words)
    {
        var result = await new Terminal(_folder).RunAsync(line);

        (result.Code, result.Output).ShouldBe((ExitCode.Usage, ""));
        result.Error.ShouldContain(words);
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsJson(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.ValueKind == JsonValueKind.Object;
    }

    private async Task WriteAsync(Action<RawWriter> write, string? keep = null)
    {
        await using var writer = new RawWriter(Raw, RawKeep.Parse(keep), _clock, isSimulated: true, _said.Add);
        writer.Start();
        write(writer);
    }

    private static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("MUST_RUN") is not "1")
        {
            Assert.Skip($"There is no {program} here, whose reader is not ours.");
            throw;
        }

        using (process)
        {
            return await process.StandardOutput.ReadToEndAsync(Token);
        }
    }
}
