using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Archive.Parquet;
using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Cli.Forecasting;

/// <summary>Forecasts of all candles of an archive by models, as a Parquet file that is there whole or not at all.</summary>
internal sealed class ForecastBatch(CliTerminal terminal, ICandleArchive archive, IReadOnlyList<ForecastModel> models)
{
    /// <summary>Writes the file.</summary>
    /// <returns>The number of forecasts, and of series with one.</returns>
    public async Task<(long Forecasts, int Series)> WriteAsync(string path, CancellationToken cancellationToken)
    {
        var part = path + ".part";
        try
        {
            long count;
            var found = 0;
            using (var file = new FileStream(part, FileMode.Create, FileAccess.ReadWrite))
            {
                await using (var writer = await ParquetForecastWriter.CreateAsync(file).ConfigureAwait(false))
                {
                    foreach (var series in await archive.ListAsync(cancellationToken).ConfigureAwait(false))
                    {
                        var own = models.Where(model => model.Card.Definition.Interval == series.Interval.ToString()).ToList();
                        var before = writer.Count;
                        if (own.Count > 0)
                        {
                            await WriteAsync(writer, series, own, cancellationToken).ConfigureAwait(false);
                        }

                        found += writer.Count > before ? 1 : 0;
                    }

                    await writer.CompleteAsync().ConfigureAwait(false);
                    count = writer.Count;
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
            return (count, found);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    private async Task WriteAsync(ParquetForecastWriter writer, Series series, List<ForecastModel> own, CancellationToken cancellationToken)
    {
        var quotes = new List<PriceQuote>();
        await foreach (var quote in archive.ReadAsync(series, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            if (quote.IsClosed)
            {
                quotes.Add(quote);
            }
        }

        var known = new ForecastSeries(series.ToString(), series.Interval, [.. quotes.Select(quote => new Bar(quote))]) { IsSandbox = archive.IsSimulated };
        foreach (var model in own)
        {
            try
            {
                await WriteAsync(writer, series, quotes, known, model).ConfigureAwait(false);
            }
            catch (ForecastException problem) // of this series; the others go on
            {
                terminal.Error.WriteLine($"warning: {model.Card.Name} does not forecast {series}: {problem.Message}");
            }
        }
    }

    private async Task WriteAsync(ParquetForecastWriter writer, Series series, List<PriceQuote> quotes, ForecastSeries known, ForecastModel model)
    {
        var (card, definition) = (model.Card, model.Card.Definition);
        if (card.IsSandbox && !archive.IsSimulated)
        {
            throw new ForecastException("it was trained on simulated candles, and these are real.");
        }

        var at = 0;
        var trainedMs = (card.TrainedUntil ?? card.To).ToUnixTimeMilliseconds();
        foreach (var (openMs, point, band) in model.PredictAll(known))
        {
            while (quotes[at].OpenMs < openMs)
            {
                at++;
            }

            var forecast = new SeriesForecast
            {
                Series = series,
                OpenMs = openMs,
                CloseMs = quotes[at].CloseMs,
                AtMs = series.Interval.AddMs(openMs, definition.Horizon + 1),
                Model = card.Name,
                Version = card.Version,
                TrainedOn = card.Series,
                Target = definition.Target.ToString().ToLowerInvariant(),
                Horizon = definition.Horizon,
                Close = known.Bars[at].Close,
                Point = point,
                Band = [.. band.Select((value, index) => new ForecastLevel(definition.Levels[index], value, null))],
                Verdict = card.Verdict,
                BeatsNaive = card.Evaluation?.BeatsNaive == true,
                IsSandbox = archive.IsSimulated,
            };
            await writer.WriteAsync(forecast, openMs <= trainedMs).ConfigureAwait(false);
        }
    }
}
