using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Archive.PostgreSql;
using OhlcvConnector.Archive.Sqlite;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>A store that a suite of tests runs on, empty at first.</summary>
public abstract class TestStore : IDisposable
{
    private readonly TestFolder _folder = new();

    /// <summary>A folder of the test.</summary>
    internal TestFolder Folder => _folder;

    /// <summary>What a user writes behind <c>--archive</c>.</summary>
    public abstract Task<string> AddressAsync();

    /// <summary>Opens the archive.</summary>
    public abstract Task<ICandleArchive> OpenAsync(bool? isSimulated = true, bool mustExist = false, TimeProvider? clock = null);

    /// <summary>Runs a statement as another program would, with <c>ohlcv.</c> before tables where they have a schema.</summary>
    public abstract Task<string?> AskAsync(string sql);

    /// <summary>Makes it one of a newer version.</summary>
    public abstract Task MakeNewerAsync(int version);

    /// <summary>Looks for damage, where a store can.</summary>
    public virtual void Examine(ICandleArchive archive)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

internal sealed class SqliteStore : TestStore
{
    public override Task<string> AddressAsync() => Task.FromResult(Folder.File);

    public override Task<ICandleArchive> OpenAsync(bool? isSimulated = true, bool mustExist = false, TimeProvider? clock = null) =>
        Task.FromResult<ICandleArchive>(SqliteCandleArchive.Open(Folder.File, isSimulated, mustExist, clock));

    public override Task<string?> AskAsync(string sql) => Task.FromResult(Folder.Ask(sql.Replace("ohlcv.", "", StringComparison.Ordinal)));

    public override Task MakeNewerAsync(int version) => AskAsync($"PRAGMA user_version = {version}");

    public override void Examine(ICandleArchive archive) => ((SqliteCandleArchive)archive).Examine().ShouldBeEmpty();
}

internal sealed class PostgreSqlStore : TestStore
{
    private readonly Lazy<Task<string>> _address = new(async () => await (await PostgreSqlServer.GetAsync()).DatabaseAsync());

    public override Task<string> AddressAsync() => _address.Value;

    public override async Task<ICandleArchive> OpenAsync(bool? isSimulated = true, bool mustExist = false, TimeProvider? clock = null) =>
        PostgreSqlCandleArchive.Open(await AddressAsync(), isSimulated, mustExist, clock);

    public override async Task<string?> AskAsync(string sql) => (await (await PostgreSqlServer.GetAsync()).RunAsync(
        (await AddressAsync()).Split('/')[^1], sql))?.ToString();

    /// <summary>What another program connects with.</summary>
    public async Task<string> ConnectionStringAsync() => (await PostgreSqlServer.GetAsync()).ConnectionString((await AddressAsync()).Split('/')[^1]);

    public override Task MakeNewerAsync(int version) => AskAsync($"UPDATE ohlcv.archive SET version = {version}");
}
