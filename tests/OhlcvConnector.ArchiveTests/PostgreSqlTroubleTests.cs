using OhlcvConnector.Archive.PostgreSql;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>Everything that can be wrong with an address or a server: a clear word, without the password.</summary>
public sealed class PostgreSqlTroubleTests : IDisposable
{
    private readonly PostgreSqlStore _store = new();
    private readonly Series _series = Candles.Minutes();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("postgres://user:geheim@host")]
    [InlineData("postgres://user:geheim@/candles")]
    [InlineData("postgres://user:geheim@host/candles?nonsense=1")]
    [InlineData("postgres://user:geh@eim@ho st/candles")]
    [InlineData("postgres://127.0.0.1:1/candles?password=geheim")]
    [InlineData("postgresql://user:geheim@127.0.0.1:1/candles?sslmode=disable")]
    public void An_address_that_is_none_or_leads_nowhere_is_told_without_its_password(string address)
    {
        var error = Should.Throw<ArchiveException>(() => PostgreSqlCandleArchive.Open(address));

        error.ToString().ShouldNotContain("geheim");
        error.ToString().ShouldNotContain("eim@");
        error.Message.ShouldContain("***");
    }

    [Fact]
    public async Task A_wrong_password_and_a_database_that_is_not_there_say_what_to_do()
    {
        var server = await PostgreSqlServer.GetAsync();

        Refusal(server.Address("postgres", password: "geheim")).ShouldContain("refuses this user or password");
        Refusal(server.Address("nowhere")).ShouldContain("there is no such database. 'createdb' makes one");
    }

    [Fact]
    public async Task Another_programs_schema_is_refused_and_not_touched()
    {
        await _store.AskAsync("CREATE SCHEMA ohlcv; CREATE TABLE ohlcv.notes (text text)");

        Refusal(await _store.AddressAsync()).ShouldContain("another program's");
        (await _store.AskAsync("SELECT count(*) FROM pg_tables WHERE schemaname = 'ohlcv'")).ShouldBe("1");
    }

    [Fact]
    public async Task A_user_who_may_only_read_reads_and_writes_nothing()
    {
        await using (var archive = await _store.OpenAsync())
        {
            await archive.AppendAsync([Candles.Closed(_series, 0)], [], Token);
        }

        await _store.AskAsync($"CREATE ROLE reader{Environment.ProcessId} LOGIN PASSWORD 'r'; GRANT USAGE ON SCHEMA ohlcv TO reader{Environment.ProcessId}; GRANT SELECT ON ALL TABLES IN SCHEMA ohlcv TO reader{Environment.ProcessId}");
        var database = (await _store.AddressAsync()).Split('/')[^1];
        await using var reading = PostgreSqlCandleArchive.Open((await PostgreSqlServer.GetAsync()).Address(database, $"reader{Environment.ProcessId}", "r"));

        (await reading.AllAsync(_series)).Count.ShouldBe(1);
        var error = await Should.ThrowAsync<ArchiveException>(() => reading.AppendAsync([Candles.Closed(_series, 1)], [], Token));

        error.Trouble.ShouldBe(ArchiveTrouble.Unusable);
        error.Message.ShouldContain("may not do that");
    }

    [Fact]
    public async Task Two_that_open_and_write_at_the_same_moment_make_tables_and_months_once()
    {
        var address = await _store.AddressAsync();
        var days = new Series(Candles.Instrument(), Interval.OneDay);
        var archives = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => PostgreSqlCandleArchive.Open(address, true))));
        var counts = await Task.WhenAll(archives.Select(archive => Task.Run(() =>
            archive.AppendAsync([.. Enumerable.Range(0, 300).Select(index => Candles.Closed(days, index))], [], Token))));

        counts.Sum(count => count.Added).ShouldBe(300);
        counts.Sum(count => count.Same).ShouldBe(900);
        (await _store.AskAsync("SELECT count(*) FROM pg_inherits WHERE inhparent = 'ohlcv.candle'::regclass")).ShouldBe("10"); // months
        foreach (var archive in archives)
        {
            await archive.DisposeAsync();
        }
    }

    [Fact]
    public async Task Who_holds_a_series_for_long_makes_others_wait_and_then_say_so()
    {
        await using var archive = await _store.OpenAsync();
        await archive.AppendAsync([Candles.Closed(_series, 0)], [], Token);
        await using var other = new Npgsql.NpgsqlConnection(await _store.ConnectionStringAsync());
        await other.OpenAsync(Token);
        await using var transaction = await other.BeginTransactionAsync(Token);
        await using (var hold = new Npgsql.NpgsqlCommand("SELECT id FROM ohlcv.series FOR UPDATE", other))
        {
            await hold.ExecuteScalarAsync(Token);
        }

        var error = await Should.ThrowAsync<ArchiveException>(() => archive.AppendAsync([Candles.Closed(_series, 1)], [], Token));

        error.Trouble.ShouldBe(ArchiveTrouble.Busy);
        (await archive.AllAsync(_series)).Count.ShouldBe(1); // reading does not wait
        await transaction.RollbackAsync(Token);

        (await archive.AppendAsync([Candles.Closed(_series, 1)], [], Token)).Added.ShouldBe(1);
    }

    public void Dispose() => _store.Dispose();

    private static string Refusal(string address)
    {
        var error = Should.Throw<ArchiveException>(() => PostgreSqlCandleArchive.Open(address, true));

        error.Trouble.ShouldBe(ArchiveTrouble.Unusable);
        error.ToString().ShouldNotContain("geheim");
        return error.Message;
    }
}
