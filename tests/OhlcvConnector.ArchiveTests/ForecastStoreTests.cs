using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>Stores of forecasts: each forecast once, as it was made first.</summary>
public abstract class ForecastStoreTests(TestStore store) : IDisposable
{
    private static readonly ForecastFilter All = new() { Limit = ForecastFilter.MaxLimit, IsAscending = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_forecast_is_kept_once_as_it_was_made_first_and_found_by_all_that_it_is()
    {
        var address = await store.AddressAsync();
        await using var one = ForecastStores.Open(address, isSimulated: true);
        await using var other = ForecastStores.Open(address, isSimulated: true);
        var (bitcoin, ether) = (Testing.Candles.Minutes(), new Series(Testing.Candles.Instrument("ETHUSDT", "ETH"), Interval.OneMinute));
        var forecasts = new[] { New(bitcoin, 1, "a", "1"), New(ether, 1, "a", "1"), New(bitcoin, 2, "a", "1"), New(bitcoin, 2, "a", "2"), New(bitcoin, 2, "b", "1") };

        var first = await one.KeepAsync(forecasts, Token);
        var again = await other.KeepAsync([.. forecasts.Reverse().Select(forecast => forecast with { Point = 99, Verdict = "later" })], Token);

        again.Reverse().Select(kept => kept.ToString()).ShouldBe(first.Select(kept => kept.ToString()), "what was kept first stays");
        var kept = await other.ReadAsync(All, Token);
        kept.Count.ShouldBe(forecasts.Length);
        foreach (var (found, made) in kept.Zip(forecasts))
        {
            found.Forecast.Band.ShouldBe(made.Band);
            (found.Forecast with { Band = made.Band }).ShouldBe(made);
        }

        (await Count(new ForecastFilter { Symbol = "eth/usdt" })).ShouldBe(1);
        (await Count(new ForecastFilter { Symbol = "btcusdt", Exchange = "Binance", Market = Market.Spot, Interval = Interval.OneMinute })).ShouldBe(4);
        (await Count(new ForecastFilter { Model = "a" })).ShouldBe(4);
        (await Count(new ForecastFilter { Model = "a", Version = "2" })).ShouldBe(1);
        (await Count(new ForecastFilter { Model = "'; DROP TABLE forecast; --" })).ShouldBe(0);
        (await Count(new ForecastFilter { SinceMs = 120_000 })).ShouldBe(3);
        (await Count(new ForecastFilter { After = first[1].Number })).ShouldBe(3);
        (await Count(new ForecastFilter { Before = first[1].Number })).ShouldBe(1);
        Should.Throw<ArchiveException>(() => ForecastStores.Open(address, isSimulated: false)).Message.ShouldContain("simulated");

        async Task<int> Count(ForecastFilter filter)
        {
            var found = await one.ReadAsync(filter with { Limit = 100 }, Token);
            found.ShouldBe(found.OrderByDescending(one => one.Number));
            kept.Count(one => filter.Matches(one.Forecast) && !(one.Number <= filter.After) && !(one.Number >= filter.Before)).ShouldBe(found.Count,
                "as the filter itself says");
            return found.Count;
        }
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private static SeriesForecast New(Series series, int minute, string model, string version) => new()
    {
        Series = series,
        OpenMs = minute * 60_000,
        CloseMs = (minute + 1) * 60_000,
        AtMs = (minute + 2) * 60_000,
        Model = model,
        Version = version,
        TrainedOn = "walk 1m",
        Target = "return",
        Horizon = 1,
        Close = 1.0 / 3,
        Point = -1e-17,
        Band = [new ForecastLevel(0.1, -0.1, 0.3), new ForecastLevel(0.9, 0.1 + 0.2, null)],
        Verdict = "no better than no change",
        Skill = minute == 1 ? null : 0.1,
        SkillLow = minute == 1 ? null : -0.1,
        SkillHigh = minute == 1 ? null : 0.2,
        IsSandbox = true,
    };
}

/// <summary>In a SQLite file.</summary>
public sealed class SqliteForecastStoreTests() : ForecastStoreTests(new SqliteStore());

/// <summary>In a PostgreSQL database.</summary>
public sealed class PostgreSqlForecastStoreTests() : ForecastStoreTests(new PostgreSqlStore());
