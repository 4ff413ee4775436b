using System.Globalization;
using OhlcvConnector.Cli.Computing;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Candles of a backtest: anybody's bars in a file, or series of an archive and the exchanges.</summary>
internal static class BacktestData
{
    /// <summary>Reads a file of bars.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="name">Its name, for messages and the report.</param>
    /// <param name="interval">Length of its candles; their open times are taken as they are, on whatever grid.</param>
    /// <param name="fromMs">Open time of the first candle that is wanted.</param>
    /// <param name="toMs">End of those that are wanted, exclusive.</param>
    /// <exception cref="InvalidDataException">A column is missing, a cell is no number, or a row has no time.</exception>
    public static BacktestSeries OfFile(TextReader reader, string name, Interval interval, long fromMs, long toMs)
    {
        var bars = BarFile.Open(reader, name, BarParts.Time | BarParts.Prices);
        var columns = bars.Columns.ToList();
        var (open, high, low, close, volume) = (At("open"), At("high"), At("low"), At("close"), At("volume"));
        var candles = new List<Candle>();
        while (bars.TryRead(out var bar, out var texts))
        {
            if (bar.OpenMs == Bar.NoTime)
            {
                throw new InvalidDataException($"{name}: '{texts[0]}' is no time; a backtest needs the open time of each bar.");
            }

            if (bar.OpenMs < fromMs || bar.OpenMs >= toMs)
            {
                continue;
            }

            var endMs = DateTimeOffset.FromUnixTimeMilliseconds(bar.OpenMs).AddMonths(interval.Unit == IntervalUnit.Month ? interval.Count : 0)
                .ToUnixTimeMilliseconds();
            endMs += interval.Unit == IntervalUnit.Month ? 0 : (long)interval.ApproximateLength.TotalMilliseconds;
            candles.Add(
                new Candle(
                    bar.OpenMs, endMs, Price(texts, open), Price(texts, high), Price(texts, low), Price(texts, close), volume < 0
                        ? null
                        : Number(texts[volume])));
        }

        return candles.Count > 0
            ? new BacktestSeries($"{name} {interval}", candles.ToArray(), InstrumentRules.None, OmitsQuietCandles: true) { Source = SourceOf(name, interval) }
            : throw new InvalidDataException($"{name} has no bar in that time.");

        int At(string column) => columns.IndexOf(column);

        decimal Price(IReadOnlyList<string> texts, int column) =>
            Number(texts[column]) ?? throw new InvalidDataException($"{name}, bar {candles.Count + 1}: '{texts[column]}' is no price.");
    }

    /// <summary>Reads a series out of history.</summary>
    /// <param name="connector">The connector; it may read through an archive.</param>
    /// <param name="request">Series and time.</param>
    /// <param name="omitsQuietCandles">Whether the exchange leaves out candles without trades.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The series as it is run over, as it was read, and what of it is missing.</returns>
    public static async Task<(BacktestSeries Series, Series Read, IReadOnlyList<MissingCandles> Missing)> OfHistoryAsync(
        Connector connector, Application.HistoryRequest request, bool omitsQuietCandles, CancellationToken cancellationToken)
    {
        var missing = new List<MissingCandles>();
        var candles = new List<Candle>();
        Series? series = null;
        var asked = request with { OnMissing = missing.Add };
        await foreach (var quote in connector.HistoryAsync(asked, cancellationToken).ConfigureAwait(false))
        {
            series ??= quote.Series;
            candles.Add(new Candle(quote));
        }

        return series is null
            ? throw new UsageException($"{request.Exchange} {request.Symbol} has no {request.Interval} candles in that time.")
            : (
                new BacktestSeries($"{series.Exchange} {series.Market.Name()} {series.Symbol} {series.Interval}", candles.ToArray(), InstrumentRules.Of(series.Instrument),
                    omitsQuietCandles),
                series, missing);
    }

    /// <summary>Reads funding rates of a file with the columns time and rate.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="InvalidDataException">A row has no time or rate, or they are not in the order of time.</exception>
    public static IReadOnlyList<FundingRate> FundingOf(TextReader reader, string name)
    {
        var rates = new List<FundingRate>();
        var number = 1;
        _ = reader.ReadLine(); // the header
        while (reader.ReadLine() is { } line)
        {
            number++;
            var cells = line.Split(',');
            if (cells.Length < 2 || BarTime.Read(cells[0]) is not { } time || Number(cells[1]) is not { } rate || (rates.Count > 0 && time <= rates[^1].TimeMs))
            {
                throw new InvalidDataException($"{name}, line {number}: '{line}' is no funding rate; write time,rate in the order of time, as in 2024-01-01T08:00:00Z,0.0001.");
            }

            rates.Add(new FundingRate(time, rate));
        }

        return rates;
    }

    /// <summary>The series that a file's bars are taken for by rules, which may name symbols.</summary>
    private static Series SourceOf(string name, Interval interval) => new(
        new Instrument
        {
            Exchange = "file",
            Market = Market.Spot,
            VenueSymbol = Path.GetFileNameWithoutExtension(name),
            Symbol = Path.GetFileNameWithoutExtension(name),
            BaseAsset = Path.GetFileNameWithoutExtension(name),
            QuoteAsset = "",
        },
        interval);

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
