using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>Asks the exchange again for what an archive keeps, and compares.</summary>
internal sealed class ArchiveVerification(Session session, ICandleArchive archive, ArchiveOutput output, Action<string> say)
{
    private const int SampleCandles = 500; // a page of most exchanges

    /// <summary>How many candles were compared.</summary>
    public long Compared { get; private set; }

    /// <summary>How many were not as the exchange says now.</summary>
    public long Different { get; private set; }

    /// <summary>Verifies a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="samples">How many stretches, chosen by chance; null for all that is kept.</param>
    /// <param name="isRepairing">Whether the exchange's values are taken, as revisions.</param>
    /// <param name="random">The chance.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Series series, int? samples, bool isRepairing, Random random, CancellationToken cancellationToken)
    {
        var holdings = await archive.HoldingsAsync(series, cancellationToken).ConfigureAwait(false);
        var complete = holdings.Coverage.Where(range => range.Coverage == Coverage.Complete && ArchiveState.Count(series, range) > 0).ToList();
        foreach (var (fromMs, toMs) in samples is { } count && complete.Count > 0
            ? Enumerable.Range(0, count).Select(_ => Sample(series, complete[random.Next(complete.Count)], random))
            : complete.Select(range => (range.FromMs, range.ToMs)))
        {
            await CompareAsync(series, DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(toMs), isRepairing,
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static (long FromMs, long ToMs) Sample(Series series, CoverageRange range, Random random)
    {
        var candles = ArchiveState.Count(series, range);
        var first = candles <= SampleCandles ? 0 : (int)Math.Min(random.NextInt64(candles - SampleCandles), int.MaxValue);
        var fromMs = series.Interval.AddMs(range.FromMs, first);
        return (fromMs, Math.Min(series.Interval.AddMs(fromMs, SampleCandles), range.ToMs));
    }

    private async Task CompareAsync(Series series, DateTimeOffset from, DateTimeOffset to, bool isRepairing, CancellationToken cancellationToken)
    {
        var kept = new Dictionary<long, PriceQuote>();
        await foreach (var candle in archive.ReadAsync(series, from, to, cancellationToken).ConfigureAwait(false))
        {
            kept.Add(candle.OpenMs, candle);
        }

        var lacking = new List<MissingCandles>();
        var repairs = new List<PriceQuote>();
        await foreach (var candle in session.History.ReadAsync(series, from, to, includeOpen: false, lacking.Add, waitForLate: true,
            cancellationToken).ConfigureAwait(false))
        {
            Compared++;
            if (!kept.Remove(candle.OpenMs, out var old) || !old.Agrees(candle))
            {
                Different++;
                repairs.Add(candle);
                output.Line($"{series.Typed()} {series.Interval} {QuoteFields.Time(candle.OpenTime)}: kept {(old == default ? "none" : Words(old))}, the exchange says {Words(candle)}");
            }
        }

        foreach (var candle in kept.Values.Where(candle => !lacking.Exists(part => candle.OpenTime >= part.From && candle.OpenTime < part.To)))
        {
            Different++;
            output.Line($"{series.Typed()} {series.Interval} {QuoteFields.Time(candle.OpenTime)}: kept {Words(candle)}, the exchange says none");
        }

        lacking.ForEach(part => say($"{series.Typed()} {series.Interval}: the exchange no longer gives {QuoteFields.Time(part.From)} to {QuoteFields.Time(part.To)}, and what is kept stays: {part.Reason}"));
        if (isRepairing && repairs.Count > 0)
        {
            await archive.AppendAsync(repairs, [], cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Words(in PriceQuote candle) =>
        FormattableString.Invariant($"{candle.Open} {candle.High} {candle.Low} {candle.Close} {candle.Volume} ({candle.TradeCount?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"} trades)");
}
