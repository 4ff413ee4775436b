using Microsoft.Data.Sqlite;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>A file that an older version of this program made is brought up to date, with all that it holds.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_of_the_first_schema_keeps_its_candles_and_learns_what_buyers_took()
    {
        using (var connection = new SqliteConnection($"Data Source={_folder.File};Pooling=False"))
        {
            connection.Open();
            using var make = connection.CreateCommand();
            make.CommandText = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Files", "schema-1.sql"), Token);
            make.ExecuteNonQuery();
        }

        var series = Candles.Minutes();
        await using var archive = _folder.Open();

        _folder.Ask("PRAGMA user_version").ShouldBe("2");
        archive.Examine().ShouldBeEmpty();
        var old = await archive.AllAsync(series);

        old.Select(candle => (candle.OpenMs, candle.Close, candle.Volume, candle.BuyVolume, candle.TradeCount)).ShouldBe(
            [(Candles.T0, 96210.39m, 0.5m, null, 3L), (Candles.T0 + 60_000, 96210.40m, 0.25m, null, null)]);
        var revision = (await archive.RevisionsAsync(series, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Token)).ShouldHaveSingleItem();
        (revision.Before.Close, revision.After.Close, revision.After.BuyVolume).ShouldBe((96210.38m, 96210.40m, null));

        var candle = old[0] with { BuyVolume = 0.123456789m };

        (await archive.AppendAsync([candle], [], Token)).Same.ShouldBe(1); // what was not known is added, and is no revision
        (await archive.AllAsync(series))[0].BuyVolume.ShouldBe(0.123456789m);
        (await archive.AllAsync(series))[0].Volume.ShouldBe(0.5m); // its column is the same number at a finer scale
        (await archive.AppendAsync([candle with { BuyVolume = 0.2m }], [], Token)).Revised.ShouldBe(1);
        var changed = (await archive.RevisionsAsync(series, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Token))[^1];

        (changed.Before.BuyVolume, changed.After.BuyVolume).ShouldBe((0.123456789m, 0.2m));
    }

    public void Dispose() => _folder.Dispose();
}
