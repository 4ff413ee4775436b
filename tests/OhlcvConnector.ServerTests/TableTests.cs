using System.Net;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Candles over HTTP as tables: the same numbers as in JSON, read by other people's readers.</summary>
public sealed class TableTests : IDisposable
{
    private const string Columns = "epoch_ms(open_time), epoch_ms(close_time), open, high, low, close, volume, quote_volume, trades, is_closed, sandbox";

    private readonly string _file = Path.GetTempFileName();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("format=csv", null, "text/csv")]
    [InlineData("format=parquet", null, "application/vnd.apache.parquet")]
    [InlineData("names=camel", "application/vnd.apache.parquet", "application/vnd.apache.parquet")]
    [InlineData("format=csv", "application/json", "text/csv")]
    [InlineData("names=snake", "text/csv;q=0.9", "text/csv")]
    public async Task DuckDB_reads_from_the_answer_what_json_says(string query, string? accept, string type)
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        var (path, rows) = await QuestionAsync(stage);
        using var answer = await AskAsync(stage, $"{path}&{query}", accept);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        Header(answer, "X-Sandbox").ShouldBe("true");
        Header(answer, "X-Complete").ShouldBe("false");
        Header(answer, "X-Next-From").ShouldBe(rows[^1].GetProperty("closeTime").GetString());
        await File.WriteAllBytesAsync(_file, await answer.Content.ReadAsByteArrayAsync(Token), Token);
        var isSnake = type != "text/csv" || query == "names=snake";
        var columns = isSnake
            ? Columns
            : Columns.Replace("open_time", "openTime", StringComparison.Ordinal).Replace("close_time", "closeTime", StringComparison.Ordinal)
            .Replace("quote_volume", "quoteVolume", StringComparison.Ordinal).Replace("is_closed", "isClosed", StringComparison.Ordinal);
        var source = type == "text/csv" ? $"read_csv('{_file}', types = {{'open': 'DECIMAL(38,18)', 'high': 'DECIMAL(38,18)', 'low': 'DECIMAL(38,18)', 'close': 'DECIMAL(38,18)', 'volume': 'DECIMAL(38,18)', '{(isSnake ? "quote_volume" : "quoteVolume")}': 'DECIMAL(38,18)'}})"
            : $"read_parquet('{_file}')";
        var read = DuckDb.Ask($"SELECT {columns} FROM {source}");

        read.Count.ShouldBe(15);
        read.Zip(rows).ShouldAllBe(pair => pair.First.SequenceEqual(Values(pair.Second)));
    }

    [Fact]
    public async Task An_arrow_file_has_the_numbers_of_json()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        var (path, rows) = await QuestionAsync(stage);
        using var answer = await AskAsync(stage, path + "&format=arrow", null);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/vnd.apache.arrow.file");
        using var reader = new ArrowFileReader(new MemoryStream(await answer.Content.ReadAsByteArrayAsync(Token)));
        using var batch = await reader.ReadNextRecordBatchAsync(Token);

        batch.Length.ShouldBe(15);
        batch.Schema.Metadata["ohlcv.sandbox"].ShouldBe("true");
        for (var row = 0; row < batch.Length; row++)
        {
            object?[] values =
            [
                Time("open_time"), Time("close_time"), Number("open"), Number("high"), Number("low"), Number("close"), Number("volume"),
                Number("quote_volume"), ((Int64Array)batch.Column("trades")).GetValue(row), ((BooleanArray)batch.Column("is_closed")).GetValue(row),
                ((BooleanArray)batch.Column("sandbox")).GetValue(row),
            ];
            values.ShouldBe(Values(rows[row]));
            ((StringArray)batch.Column("symbol")).GetString(row).ShouldBe("BTCUSDT");

            object? Time(string name) => ((TimestampArray)batch.Column(name)).GetTimestamp(row)!.Value.ToUnixTimeMilliseconds();
            object? Number(string name) => ((Decimal128Array)batch.Column(name)).GetValue(row);
        }
    }

    [Fact]
    public async Task Errors_stay_json_and_what_is_unchanged_is_not_sent_again()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        var (path, _) = await QuestionAsync(stage);
        foreach (var (question, words) in new[] { (path + "&format=xlsx", "'format' must be json, csv, parquet, arrow"), ("/v1/candles?exchange=binance&symbol=BTCUSD&format=csv", "BTCUSD") })
        {
            using var refused = await AskAsync(stage, question, null);
            refused.IsSuccessStatusCode.ShouldBeFalse();
            refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
            JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("message").GetString()!.ShouldContain(words);
        }

        using var first = await AskAsync(stage, path + "&format=csv", null);
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(stage.Server.HealthAddress!, path + "&format=csv"));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var unchanged = await stage.Http.SendAsync(again, Token);

        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var other = await AskAsync(stage, path + "&format=parquet", null);

        other.Headers.ETag.ShouldNotBe(first.Headers.ETag);
    }

    public void Dispose() => File.Delete(_file);

    private static async Task<(string Path, List<JsonElement> Rows)> QuestionAsync(ServerStage stage)
    {
        var to = new DateTimeOffset(stage.Sandbox.Clock.GetUtcNow().AddMinutes(-5).Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
        var path = $"/v1/candles?exchange=binance&symbol=BTC/USDT&from={to.AddMinutes(-20):yyyy-MM-ddTHH:mm:ssZ}&to={to:yyyy-MM-ddTHH:mm:ssZ}&limit=15";
        using var json = JsonDocument.Parse(await stage.GetAsync(path));
        return (path, [.. json.RootElement.GetProperty("candles").EnumerateArray().Select(row => row.Clone())]);
    }

    private static async Task<HttpResponseMessage> AskAsync(ServerStage stage, string path, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(stage.Server.HealthAddress!, path));
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await stage.Http.SendAsync(request, Token);
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private static object?[] Values(JsonElement row) =>
    [
        row.GetProperty("openTime").GetDateTimeOffset().ToUnixTimeMilliseconds(), row.GetProperty("closeTime").GetDateTimeOffset().ToUnixTimeMilliseconds(),
        row.GetProperty("open").GetDecimal(), row.GetProperty("high").GetDecimal(), row.GetProperty("low").GetDecimal(), row.GetProperty("close").GetDecimal(),
        row.GetProperty("volume").GetDecimal(), row.GetProperty("quoteVolume").GetDecimal(), row.GetProperty("trades").GetInt64(),
        row.GetProperty("isClosed").GetBoolean(), true,
    ];
}
