using System.CommandLine;
using OhlcvConnector.Cli.Backtesting;
using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Indicators;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Forecasting;

/// <summary>Options of a command line that say which candles are forecast, and which others features read.</summary>
internal sealed class ForecastCandles(CliTerminal terminal)
{
    private readonly CandleArguments _candles = new(
        terminal, "The series, as in binance:BTCUSDT; further ones are for features such as other:ETHUSDT:1.", "a series");

    private readonly Option<string[]> _other = new("--other")
    {
        Description = "Bars of another series in a CSV file, for features such as other:eth:1. Can be given again.",
        HelpName = "name=file",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command) => _candles.AddTo(command, _other);

    /// <summary>Reads the candles.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="interval">Their interval.</param>
    /// <param name="enough">Candles that are read of series when no time is given; null where one must be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ForecastSeries> ReadAsync(ParseResult parsed, Interval interval, int? enough, CancellationToken cancellationToken)
    {
        var (file, words) = _candles.Chosen(parsed);
        var others = (parsed.GetValue(_other) ?? []).Select(text => text.Split('=', 2)).ToList();
        if (others.Find(parts => parts.Length < 2) is { } wrong)
        {
            throw new UsageException($"--other is '{wrong[0]}'; write a name and a file, as in eth=ethusdt.csv.");
        }

        var named = others.ToDictionary(parts => parts[0], parts => BarsOf(_candles.ReadFile(parsed, parts[1], interval)));
        if (file is not null)
        {
            var bars = _candles.ReadFile(parsed, file, interval);
            return new ForecastSeries(bars.Name, interval, BarsOf(bars)) { Others = named };
        }

        ForecastSeries? first = null;
        await _candles.ReadSeriesAsync(parsed, words, interval, enough, Take, cancellationToken).ConfigureAwait(false);
        return first! with { Others = named };

        Task Take(SeriesReading read)
        {
            if (first is null)
            {
                first = new ForecastSeries(read.Data.Name, interval, BarsOf(read.Data)) { IsSandbox = read.Open.IsSimulated };
            }
            else
            {
                named[read.Request.Symbol] = BarsOf(read.Data);
            }

            return Task.CompletedTask;
        }
    }

    /// <summary>Reads the candles of a file, without a command line.</summary>
    public static ForecastSeries OfFile(CliTerminal terminal, string file, Interval interval)
    {
        using var reader = new StreamReader(file == "-" ? terminal.Input : File.OpenRead(file));
        var bars = BacktestData.OfFile(reader, file == "-" ? "stdin" : Path.GetFileName(file), interval, long.MinValue, long.MaxValue);
        return new ForecastSeries(bars.Name, interval, BarsOf(bars));
    }

    /// <summary>The candles as bars.</summary>
    public static IReadOnlyList<Bar> BarsOf(BacktestSeries series) => [.. series.Candles.Select(candle => new Bar(
        candle.OpenMs, (double)candle.Open, (double)candle.High, (double)candle.Low, (double)candle.Close, (double?)candle.Volume ?? double.NaN)
    { CloseMs = candle.CloseMs })];
}
