using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>
/// Copies an archive into another one of any store: candles, what is known of the stretches between them, revisions and listings. What the other knows as
/// complete already is not read again, so that a copy which was stopped goes on, and one that was done takes what came since.
/// </summary>
/// <param name="source">The archive.</param>
/// <param name="target">The other.</param>
public sealed class ArchiveCopy(ICandleArchive source, ICandleArchive target)
{
    private const int Batch = 5_000;

    /// <summary>What became of the candles so far.</summary>
    public AppendCounts Counts { get; private set; }

    /// <summary>How many revisions the other did not have.</summary>
    public long Revisions { get; private set; }

    /// <summary>Copies a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="cancellationToken">Ends it between two writes; what was written stays.</param>
    /// <exception cref="ArchiveException">One of the two archives fails, or one keeps simulated candles and the other real ones.</exception>
    public async Task RunAsync(Series series, CancellationToken cancellationToken = default)
    {
        if (source.IsSimulated != target.IsSimulated)
        {
            throw new ArchiveException(
                ArchiveTrouble.Refused, $"{source.Location} keeps {Words(source)}, and {target.Location} {Words(target)}; they never come together.");
        }

        foreach (var range in (await source.HoldingsAsync(series, cancellationToken).ConfigureAwait(false)).Coverage)
        {
            var revisions = await source.RevisionsAsync(series, range.From, range.To, cancellationToken).ConfigureAwait(false);
            Revisions += revisions.Count == 0 ? 0 : await target.ReviseAsync(revisions, cancellationToken).ConfigureAwait(false);
            foreach (var lack in await target.CoverageAsync(series, range.From, range.To, cancellationToken).ConfigureAwait(false))
            {
                if (lack.Coverage != Coverage.Complete)
                {
                    await CopyAsync(series, range with { FromMs = lack.FromMs, ToMs = lack.ToMs }, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Copies what was listed when, reading by reading. What the other read later itself stands.</summary>
    /// <returns>How many instruments were new, changed or gone.</returns>
    /// <exception cref="ArchiveException">One of the two archives fails.</exception>
    public async Task<int> CopyListingsAsync(CancellationToken cancellationToken = default)
    {
        var changes = 0;
        var all = await source.ListingsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var market in all.GroupBy(one => (one.Instrument.Exchange, one.Instrument.Market)))
        {
            foreach (var moment in market.SelectMany(one => (DateTimeOffset[])[one.FirstSeen, one.LastSeen, one.EndedAt ?? one.LastSeen]).Distinct().Order())
            {
                changes += await target.KeepListingAsync([.. market.Where(one => one.WasSoAt(moment)).Select(one => one.Instrument)], moment, cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        return changes;
    }

    private async Task CopyAsync(Series series, CoverageRange range, CancellationToken cancellationToken)
    {
        var (candles, atMs) = (new List<PriceQuote>(Batch), range.FromMs);
        await foreach (var candle in source.ReadAsync(series, range.From, range.To, cancellationToken).ConfigureAwait(false))
        {
            candles.Add(candle);
            if (candles.Count == Batch)
            {
                await WriteAsync(candle.CloseMs).ConfigureAwait(false);
            }
        }

        await WriteAsync(range.ToMs).ConfigureAwait(false);

        async Task WriteAsync(long toMs)
        {
            Counts += await target.AppendAsync(candles, [new SeriesCoverage(series, range with { FromMs = atMs, ToMs = toMs })], cancellationToken)
                .ConfigureAwait(false);
            candles.Clear();
            atMs = toMs;
        }
    }

    private static string Words(ICandleArchive archive) => archive.IsSimulated ? "simulated candles" : "real ones";
}
