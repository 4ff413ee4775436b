using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>What an archive refuses, in words that say what to do; nothing is written then.</summary>
public abstract class RefusalTests(TestStore store) : IDisposable
{
    private readonly Series _series = Candles.Minutes();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_must_be_there_and_is_not_is_not_made()
    {
        var error = await Should.ThrowAsync<ArchiveException>(() => store.OpenAsync(mustExist: true));

        error.Trouble.ShouldBe(ArchiveTrouble.Unusable);
        error.Message.ShouldContain("here is no archive");
        (await Should.ThrowAsync<ArchiveException>(() => store.OpenAsync(mustExist: true))).Message.ShouldBe(error.Message);
    }

    [Fact]
    public async Task A_newer_version_is_refused()
    {
        await (await store.OpenAsync()).DisposeAsync();
        await store.MakeNewerAsync(99);

        (await Should.ThrowAsync<ArchiveException>(() => store.OpenAsync())).Message.ShouldContain("version 99");
    }

    [Theory]
    [InlineData(true, "it keeps simulated candles")]
    [InlineData(false, "it keeps real candles")]
    public async Task Simulated_and_real_candles_never_share_an_archive(bool isSimulated, string words)
    {
        await (await store.OpenAsync(isSimulated)).DisposeAsync();

        (await Should.ThrowAsync<ArchiveException>(() => store.OpenAsync(!isSimulated))).Message.ShouldContain(words);
        await using var whichever = await store.OpenAsync(isSimulated: null);

        whichever.IsSimulated.ShouldBe(isSimulated);
    }

    [Fact]
    public async Task A_series_in_another_spelling_is_refused_with_the_right_one()
    {
        await using var archive = await store.OpenAsync();
        await archive.AppendAsync([Candles.Closed(_series, 0)], [], Token);
        var other = Candles.Minutes("btcusdt");
        var error = await Should.ThrowAsync<ArchiveException>(() => archive.AppendAsync([Candles.Closed(_series, 1), Candles.Closed(other, 1)], [], Token));

        error.Trouble.ShouldBe(ArchiveTrouble.Refused);
        error.Message.ShouldContain("binance BTCUSDT");
        (await archive.AllAsync(_series)).Count.ShouldBe(1); // all or nothing
    }

    [Fact]
    public async Task A_candle_that_ends_in_the_future_is_refused()
    {
        await using var archive = await store.OpenAsync(clock: new ManualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0)));
        var error = await Should.ThrowAsync<ArchiveException>(() => archive.AppendAsync([Candles.Closed(_series, 10)], [], Token));

        error.Message.ShouldContain("clock");
        (await archive.AppendAsync([Candles.Closed(_series, 0)], [], Token)).Added.ShouldBe(1);
    }

    [Fact]
    public async Task An_open_candle_is_refused()
    {
        await using var archive = await store.OpenAsync();

        (await Should.ThrowAsync<ArgumentException>(() => archive.AppendAsync([Candles.Quote(_series, 0)], [], Token))).Message.ShouldContain("open");
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>What SQLite's archive refuses.</summary>
public sealed class SqliteRefusalTests() : RefusalTests(new SqliteStore());

/// <summary>What PostgreSQL's archive refuses.</summary>
public sealed class PostgreSqlRefusalTests() : RefusalTests(new PostgreSqlStore());
