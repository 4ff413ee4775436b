using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;
using SQLitePCL;

namespace OhlcvConnector.Benchmarks.Archiving;

/// <summary>What keeping and reading candles takes, each beside its floor: SQLite alone, with the same numbers, in the same run.</summary>
/// <remarks>
/// <c>dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- archive [candles] [postgres://user:password@host/database]</c>; the database is one
/// that nobody uses.
/// </remarks>
internal static class ArchiveRounds
{
    private const int SeriesCount = 20;
    private const int BatchSize = 2_000;
    private const int Year = 525_600;
    private const string Cold = "cold";
    private const string Columns = "series, open_time, open, high, low, close, volume, quote_volume, trades, source, event_ms, received_ms, buy_volume";

    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is [Cold, var file])
        {
            return await ReadColdAsync(file).ConfigureAwait(false);
        }

        var count = args is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 2_000_000;
        var folder = Directory.CreateTempSubdirectory("archive-benchmark-");
        try
        {
            var series = Enumerable.Range(0, SeriesCount).Select(Series).ToList();
            var candles = series.SelectMany(one => Candles(one, count / SeriesCount)).ToArray();
            await AppendAsync(folder.FullName, candles).ConfigureAwait(false);
            var path = Path.Combine(folder.FullName, "year.db");
            await using var archive = SqliteCandleArchive.Open(path, isSimulated: true);
            var year = Candles(series[0], Year).ToArray();
            await Measuring.KeepAsync(archive, year, BatchSize).ConfigureAwait(false);
            await ReadAsync(archive, path, series[0]).ConfigureAwait(false);
            await ResampleAsync(archive, path, series[0]).ConfigureAwait(false);
            await ParquetRounds.RunAsync(archive, series[0], Path.Combine(folder.FullName, "parquet")).ConfigureAwait(false);
            await FirstRowAsync(path, series[0]).ConfigureAwait(false);
            await ManyAsync(Path.Combine(folder.FullName, "many.db")).ConfigureAwait(false);
            if (args is [_, var address])
            {
                await PostgreSqlRounds.RunAsync(address, candles, BatchSize).ConfigureAwait(false);
            }

            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task AppendAsync(string folder, PriceQuote[] candles)
    {
        var path = Path.Combine(folder, "archive.db");
        await using var archive = SqliteCandleArchive.Open(path, isSimulated: true);
        var (floor, floorCpu) = Measuring.Measure(() => Bare(Path.Combine(folder, "bare.db"), candles));
        var (ours, cpu) = await Measuring.MeasureAsync(() => Measuring.KeepAsync(archive, candles, BatchSize)).ConfigureAwait(false);
        var (again, _) = await Measuring.MeasureAsync(() => Measuring.KeepAsync(archive, candles, BatchSize)).ConfigureAwait(false);
        await archive.CompactAsync().ConfigureAwait(false);
        Measuring.Say($"append of {candles.Length} candles of {SeriesCount} series: {ours:F2} s ({cpu:F2} s of processor); bare INSERT {floor:F2} s ({floorCpu:F2} s); {cpu / floorCpu:F2} x by processor, {ours / floor:F2} x by the clock; again {again:F2} s");
        Measuring.Say($"size: {new FileInfo(path).Length / (double)candles.Length:F1} bytes a candle");
    }

    private static async Task ReadAsync(SqliteCandleArchive archive, string path, Series series)
    {
        for (var round = 0; round < 3; round++) // the last one counts
        {
            var sum = 0L;
            var (floor, floorCpu) = Measuring.Measure(() => sum = ReadBare(path));
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var count = 0;
            var (ours, cpu) = await Measuring.MeasureAsync(async () =>
            {
                await foreach (var quote in archive.ReadAsync(series, Start, Start.AddYears(2)).ConfigureAwait(false))
                {
                    count += quote.IsClosed ? 1 : 0;
                }
            }).ConfigureAwait(false);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            if (round == 2)
            {
                Measuring.Say($"a year of minutes, {count} candles: {ours * 1000:F0} ms; bare reader {floor * 1000:F0} ms; {ours / floor:F2} x, {cpu / floorCpu:F2} x by processor; {allocated / (double)count:F2} bytes allocated a candle (sum {sum})");
            }
        }
    }

    private static async Task ResampleAsync(SqliteCandleArchive archive, string path, Series series)
    {
        var clock = new StillClock(Start.AddYears(2));
        var history = new FetchHistory(new ArchivedInstruments(await archive.ListAsync().ConfigureAwait(false)),
            new ArchivedHistory(archive, exchange: null, clock), clock);
        var request = new HistoryRequest
        {
            Exchange = series.Exchange,
            Symbol = series.VenueSymbol,
            Interval = Interval.Parse("4h"),
            BuildInterval = true,
            From = Start,
            To = Start.AddMinutes(Year)
        };
        for (var round = 0; round < 3; round++)
        {
            using var database = Database.Open(path);
            var rows = 0;
            var (floor, floorCpu) = Measuring.Measure(() =>
            {
                using var statement = new Statement(database,
                    "SELECT series, open_time / 14400, max(high), min(low), sum(volume), sum(quote_volume), sum(trades) FROM candle WHERE series = 1 GROUP BY 1, 2");
                while (statement.Step())
                {
                    rows++;
                }
            });
            var count = 0;
            var (ours, cpu) = await Measuring.MeasureAsync(async () =>
            {
                await foreach (var _ in history.ReadAsync(request).ConfigureAwait(false))
                {
                    count++;
                }
            }).ConfigureAwait(false);
            if (round == 2)
            {
                Measuring.Say($"a year of minutes to {count} candles of 4h: {ours * 1000:F0} ms; GROUP BY of integers {floor * 1000:F0} ms ({rows} rows); {ours / floor:F2} x, {cpu / floorCpu:F2} x by processor");
            }
        }
    }

    private static async Task FirstRowAsync(string path, Series series)
    {
        var (seconds, _) = await Measuring.MeasureAsync(() => ReadFirstAsync(path, series)).ConfigureAwait(false);
        Measuring.Say($"open, and the first row of a day: {seconds * 1000:F1} ms in a process that runs");
        var cold = new List<double[]>();
        for (var round = 0; round < 7; round++)
        {
            using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
            {
                ArgumentList = { typeof(ArchiveRounds).Assembly.Location, "archive", Cold, path },
                RedirectStandardOutput = true,
            })!;
            var words = (await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false)).Split(' ');
            await process.WaitForExitAsync().ConfigureAwait(false);
            cold.Add([.. words.Select(word => double.Parse(word, CultureInfo.InvariantCulture))]);
        }

        Measuring.Say($"the same in a cold process, medians of {cold.Count}: {Median(0):F1} ms after its first line, of which {Median(2):F1} ms go into compiling; {Median(1):F1} ms after the process began");

        double Median(int which) => cold.Select(one => one[which]).Order().ElementAt(cold.Count / 2);
    }

    /// <summary>What the cold process does, and says.</summary>
    private static async Task<int> ReadColdAsync(string path)
    {
        var (watch, compiled) = (Stopwatch.StartNew(), JitInfo.GetCompilationTime());
        await ReadFirstAsync(path, Series(0)).ConfigureAwait(false);
        var (main, process) = (watch.Elapsed.TotalMilliseconds, (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds);
        Measuring.Say($"{main} {process} {(JitInfo.GetCompilationTime() - compiled).TotalMilliseconds}");
        return 0;
    }

    private static async Task ReadFirstAsync(string path, Series series)
    {
        await using var archive = SqliteCandleArchive.Open(path);
        await foreach (var _ in archive.ReadAsync(series, Start.AddDays(200), Start.AddDays(201)).ConfigureAwait(false))
        {
            break;
        }
    }

    private static async Task ManyAsync(string path)
    {
        await using var archive = SqliteCandleArchive.Open(path, isSimulated: true);
        var series = Enumerable.Range(0, 2_000).Select(Series).ToList();
        var minutes = Enumerable.Range(0, 6).Select(minute => series.Select(one => Candle(one, minute, 100m, 5m)).ToArray()).ToArray();
        await Measuring.KeepAsync(archive, minutes[0], BatchSize).ConfigureAwait(false);
        var worst = (Seconds: 0d, Cpu: 0d);
        foreach (var closes in minutes[1..])
        {
            var (seconds, cpu) = await Measuring.MeasureAsync(() => Measuring.KeepAsync(archive, closes, BatchSize)).ConfigureAwait(false);
            worst = seconds > worst.Seconds ? (seconds, cpu) : worst;
        }

        Measuring.Say($"2000 series that close together: all on disk {worst.Seconds * 1000:F0} ms later at worst of {minutes.Length - 1} ({worst.Cpu * 1000:F0} ms of processor)");
    }

    /// <summary>The floor: the numbers as they are in the file, inserted and nothing else, as often committed.</summary>
    private static void Bare(string path, PriceQuote[] candles)
    {
        using var database = Database.Open(path, mayCreate: true, isPooled: false);
        database.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536");
        database.Run("""
            CREATE TABLE candle (
            series INTEGER NOT NULL, open_time INTEGER NOT NULL, open ANY NOT NULL, high ANY NOT NULL, low ANY NOT NULL, close ANY NOT NULL,
            volume ANY, quote_volume ANY, trades INTEGER, source INTEGER NOT NULL, event_ms INTEGER, received_ms INTEGER NOT NULL, buy_volume ANY,
            PRIMARY KEY (series, open_time)) STRICT, WITHOUT ROWID
            """);
        using var insert = new Statement(database, $"INSERT INTO candle ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        var ids = candles.Select(candle => candle.Series).Distinct().Select((series, index) => (series, index)).ToDictionary(pair => pair.series, pair =>
            (long)pair.index);
        for (var at = 0; at < candles.Length; at += BatchSize)
        {
            database.Run("BEGIN");
            foreach (var candle in candles.AsSpan(at, Math.Min(BatchSize, candles.Length - at)))
            {
                insert.Bind(1, ids[candle.Series]).Bind(2, candle.OpenMs / 1000).Bind(3, (long)(candle.Open * 100)).Bind(4, (long)(candle.High * 100)).Bind(5,
                    (long)(candle.Low * 100)).Bind(6, (long)(candle.Close * 100))
                    .Bind(7, (long)(candle.Volume!.Value * 100_000)).Bind(8, (long)(candle.QuoteVolume!.Value * 10_000_000)).Bind(9,
                        candle.TradeCount!.Value).Bind(10, 0)
                    .Bind(11, candle.CloseMs + 7).Bind(12, candle.CloseMs + 19).Bind(13, (long?)null).Run();
            }

            database.Run("COMMIT");
        }
    }

    private static long ReadBare(string path)
    {
        using var database = Database.Open(path);
        using var statement = new Statement(database, $"SELECT {Columns} FROM candle WHERE series = 1 ORDER BY open_time");
        var sum = 0L;
        while (statement.Step())
        {
            for (var column = 0; column < 13; column++)
            {
                sum += raw.sqlite3_column_int64(statement.Driver, column) & 1;
            }
        }

        return sum;
    }

    private static Series Series(int index) => new(
        new Instrument
        {
            Exchange = "binance",
            Market = Market.Spot,
            VenueSymbol = $"COIN{index:0000}USDT",
            Symbol = $"COIN{index:0000}/USDT",
            BaseAsset = $"COIN{index:0000}",
            QuoteAsset = "USDT"
        },
        Interval.OneMinute);

    private static IEnumerable<PriceQuote> Candles(Series series, int count)
    {
        var random = new Random(series.GetHashCode() & 0xff);
        var price = 60_000m;
        for (var index = 0; index < count; index++)
        {
            price += (decimal)random.Next(-4_000, 4_001) / 100;
            yield return Candle(series, index, price, (decimal)random.Next(1, 9_000_000) / 100_000);
        }
    }

    /// <summary>As Binance writes it: eight digits behind the point, most of them zeros.</summary>
    private static PriceQuote Candle(Series series, int index, decimal price, decimal volume)
    {
        var openMs = Start.AddMinutes(index).ToUnixTimeMilliseconds();
        var values = new CandleValues
        {
            OpenMs = openMs,
            Open = price + 0.00000000m,
            High = price + 12.34000000m,
            Low = price - 9.87000000m,
            Close = price + 1.23000000m,
            Volume = volume + 0.00000000m,
            QuoteVolume = decimal.Round(volume * price, 7) + 0.00000000m,
            TradeCount = 100 + (index % 900),
            IsClosed = true,
            EventMs = openMs + 60_007,
        };
        return new PriceQuote(series, values, QuoteSource.Stream, DateTimeOffset.FromUnixTimeMilliseconds(openMs + 60_019));
    }

    private sealed class StillClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
