using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>Every decimal that a venue can send comes back as it was: seen by us, and by a reader that shares nothing with us.</summary>
public abstract class ExactnessTests(TestStore store) : IDisposable
{
    private protected readonly Series _series = Candles.Minutes();

    /// <summary>From 1e-28 to beyond 64 bits, as venues write them: with zeros behind.</summary>
    private protected static readonly Gen<decimal> Number =
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from middle in Gen.Choose(int.MinValue, int.MaxValue)
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from words in Gen.Choose(0, 5)
        from scale in Gen.Choose(0, 28)
        select words switch
        {
            0 => new decimal(low % 1000, 0, 0, false, (byte)scale),
            1 or 2 => new decimal(low, 0, 0, false, (byte)(scale % 9)),
            3 => new decimal(low, middle & 0xffff, 0, false, (byte)(scale % 9)),
            4 => new decimal(low, middle, 0, false, (byte)scale),
            _ => new decimal(low, middle, high, false, (byte)scale),
        };

    private static readonly Gen<CandleValues[]> Many = Gen.ArrayOf(
        from prices in Gen.ArrayOf(Number, 4)
        from volume in Number
        from quoteVolume in Number
        from bought in Number
        from known in Gen.Choose(0, 4)
        select Values(prices, known > 0 ? volume : null, known > 1 ? quoteVolume : null) with { BuyVolume = known > 2 ? bought : null });

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Any_numbers_in_any_order_come_back_equal()
    {
        var round = 0;
        Prop.ForAll(Many.ToArbitrary(), values =>
        {
            var series = Candles.Minutes(string.Create(CultureInfo.InvariantCulture, $"S{round++}"));
            var candles = values.Select((one, index) =>
                new PriceQuote(series, one with { OpenMs = Candles.T0 + (index * 60_000L) }, QuoteSource.Stream,
                DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0))).ToArray();
            var read = KeepAsync(candles, series).GetAwaiter().GetResult();
            read.ShouldBe(candles.Select(candle => candle.AsArchived()));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(40).WithQuietOnSuccess(true));
    }

    [Theory]
    [InlineData("96065.69000000", "96067.92000000")]
    [InlineData("0.0000000000000000000000000001", "79228162514264337593543950335")]
    [InlineData("12345678901234567890.12345678", "0.5")]
    [InlineData("9223372036854775807", "9223372036854775808")]
    [InlineData("9223372036854775807", "0.1")]
    [InlineData("0.50", "0.5")]
    [InlineData("0", "0.00")]
    public async Task Numbers_that_are_awkward_come_back_equal(string one, string other)
    {
        var candles = new[] { one, other, one }.Select((text, index) => new PriceQuote(
            _series,
            Values([decimal.Parse(text, CultureInfo.InvariantCulture) + (decimal.Parse(text, CultureInfo.InvariantCulture) == 0 ? 1 : 0)],
                decimal.Parse(text, CultureInfo.InvariantCulture), 1) with
            { OpenMs = Candles.T0 + (index * 60_000L) },
            QuoteSource.Stream,
            DateTimeOffset.UnixEpoch)).ToArray();

        (await KeepAsync(candles, _series)).ShouldBe(candles.Select(candle => candle.AsArchived()));
    }

    [Fact]
    public async Task Zeros_behind_the_point_that_the_exchange_writes_are_there_again()
    {
        var candle = new PriceQuote(_series, Values([96065.69000000m], 0.05080000m, 4880.18011240m) with { OpenMs = Candles.T0 }, QuoteSource.Stream,
            DateTimeOffset.UnixEpoch);

        var read = (await KeepAsync([candle], _series)).ShouldHaveSingleItem();
        FormattableString.Invariant($"{read.Open} {read.Volume} {read.QuoteVolume}").ShouldBe("96065.69000000 0.05080000 4880.18011240");
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private static CandleValues Values(decimal[] prices, decimal? volume, decimal? quoteVolume) => new()
    {
        Open = prices[0],
        High = prices.Max() == 0 ? 1 : prices.Max(),
        Low = prices.Min(),
        Close = prices[^1],
        Volume = volume,
        QuoteVolume = quoteVolume,
        TradeCount = volume is null ? null : 3,
        IsClosed = true,
    };

    private protected PriceQuote[] Sample() =>
        [.. Many.Sample(8, 40).SelectMany(some => some).Select((one, index) =>
            new PriceQuote(_series, one with { OpenMs = Candles.T0 + (index * 60_000L) }, QuoteSource.Stream, DateTimeOffset.UnixEpoch))];

    private protected async Task<List<PriceQuote>> KeepAsync(PriceQuote[] candles, Series series)
    {
        await using var archive = await store.OpenAsync();
        foreach (var part in candles.Chunk(5))
        {
            await archive.AppendAsync(part, [], Token);
        }

        return await archive.AllAsync(series);
    }
}

/// <summary>Exactness of SQLite's archive, read by Python, too.</summary>
public sealed class SqliteExactnessTests : ExactnessTests
{
    private readonly SqliteStore _store;

    public SqliteExactnessTests()
        : this(new SqliteStore())
    {
    }

    private SqliteExactnessTests(SqliteStore store)
        : base(store) => _store = store;

    [Fact]
    public async Task Zeros_behind_the_point_take_no_room()
    {
        var values = new CandleValues
        {
            OpenMs = Candles.T0,
            Open = 96065.69000000m,
            High = 96065.69000000m,
            Low = 96065.69m,
            Close = 96065.69m,
            IsClosed = true,
        };
        await KeepAsync([new PriceQuote(_series, values, QuoteSource.Stream, DateTimeOffset.UnixEpoch)], _series);

        (await _store.AskAsync("SELECT open FROM candle")).ShouldBe("9606569");
    }

    [Fact]
    public async Task Another_reader_sees_the_same_numbers()
    {
        var candles = Sample();
        await KeepAsync(candles, _series);
        var lines = await PythonAsync("""
            import decimal, sqlite3, sys
            decimal.getcontext().prec = 60
            file = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
            p, v, q = file.execute("SELECT price_scale, volume_scale, quote_volume_scale FROM series").fetchone()
            def number(cell, scale):
                assert not isinstance(cell, float)
                return "-" if cell is None else str((decimal.Decimal(cell) if isinstance(cell, str) else decimal.Decimal(cell).scaleb(-scale)).normalize())
            for t, o, h, l, c, a, b, d in file.execute("SELECT open_time, open, high, low, close, volume, quote_volume, buy_volume FROM candle ORDER BY open_time"):
                print(t, number(o, p), number(h, p), number(l, p), number(c, p), number(a, v), number(b, q), number(d, v))
            """);

        lines.Length.ShouldBe(candles.Length);
        foreach (var (line, candle) in lines.Zip(candles))
        {
            var words = line.Split(' ');
            words[0].ShouldBe((candle.OpenMs / 1000).ToString(CultureInfo.InvariantCulture));
            decimal?[] numbers = [candle.Open, candle.High, candle.Low, candle.Close, candle.Volume, candle.QuoteVolume, candle.BuyVolume];
            numbers.Zip(words.Skip(1)).ShouldAllBe(pair => pair.Second == "-" ? pair.First == null
                : pair.First == decimal.Parse(pair.Second, NumberStyles.Float, CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void A_scaled_number_is_the_number()
    {
        var scale = Gen.Choose(0, ScaledNumber.LargestScale).ToArbitrary();
        Prop.ForAll(Number.ToArbitrary(), scale, (value, at) =>
        {
            var exact = new BigInteger(decimal.Parse(value.ToString(CultureInfo.InvariantCulture).Replace(".", "", StringComparison.Ordinal),
                CultureInfo.InvariantCulture)) * BigInteger.Pow(10, at);
            var divisor = BigInteger.Pow(10, value.Scale);
            var fits = exact % divisor == 0 && exact / divisor <= long.MaxValue;
            ScaledNumber.TryScale(value, at, out var number).ShouldBe(fits);
            if (fits)
            {
                number.ShouldBe((long)(exact / divisor));
                ScaledNumber.ToDecimal(number, at, value.Scale).ShouldBe(value);
                ScaledNumber.ToDecimal(number, at, 28).ShouldBe(value);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithQuietOnSuccess(true));
    }

    private async Task<string[]> PythonAsync(string program)
    {
        var start = new ProcessStartInfo("python3")
        {
            ArgumentList = { "-c", program, _store.Folder.File },
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        Process python;
        try
        {
            python = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("MUST_RUN") is not "1")
        {
            Assert.Skip("There is no python3 here, whose reader of SQLite is not ours.");
            throw;
        }

        using (python)
        {
            var errors = python.StandardError.ReadToEndAsync(Token);
            var text = await python.StandardOutput.ReadToEndAsync(Token);
            (await errors).ShouldBeEmpty();
            return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}

/// <summary>Exactness of PostgreSQL's archive, of which the server itself says what it has.</summary>
public sealed class PostgreSqlExactnessTests : ExactnessTests
{
    private readonly PostgreSqlStore _store;

    public PostgreSqlExactnessTests()
        : this(new PostgreSqlStore())
    {
    }

    private PostgreSqlExactnessTests(PostgreSqlStore store)
        : base(store) => _store = store;

    [Fact]
    public async Task The_server_itself_has_the_same_digits()
    {
        var candles = Sample();
        await KeepAsync(candles, _series);
        var text = await _store.AskAsync(
            "SELECT string_agg(concat_ws(' ', open::text, high::text, low::text, close::text, coalesce(volume::text, '-'), coalesce(quote_volume::text, '-'), coalesce(buy_volume::text, '-')), E'\\n' ORDER BY open_time) FROM ohlcv.candle");

        text!.Split('\n').ShouldBe(candles.Select(candle => FormattableString.Invariant(
            $"{candle.Open} {candle.High} {candle.Low} {candle.Close} {Words(candle.Volume)} {Words(candle.QuoteVolume)} {Words(candle.BuyVolume)}")));
    }

    private static string Words(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
