using Microsoft.Data.Sqlite;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;

namespace OhlcvConnector.ArchiveTests;

/// <summary>A folder of a test, which is removed with it.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("archive-test-").FullName;

    public string File => System.IO.Path.Combine(Path, "candles.db");

    public SqliteCandleArchive Open(bool isSimulated = true) => SqliteCandleArchive.Open(File, isSimulated);

    /// <summary>Asks the file as another program would.</summary>
    public string? Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()?.ToString();
    }

    /// <summary>Changes the file as another program would.</summary>
    public void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(Path, recursive: true);
    }
}

internal static class Reading
{
    public static async Task<List<PriceQuote>> AllAsync(this Application.Archiving.ICandleArchive archive, Series series)
    {
        var found = new List<PriceQuote>();
        await foreach (var quote in archive.ReadAsync(series, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken))
        {
            found.Add(quote);
        }

        return found;
    }
}
