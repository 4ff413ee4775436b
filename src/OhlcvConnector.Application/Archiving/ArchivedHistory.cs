using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>
/// The past out of an archive, and out of the exchange where the archive was never asked; what the exchange answers is kept for the next who asks. Candles
/// that the archive knows to be missing are told as missing, with the reason that is kept, and not asked for again.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="exchange">The exchanges' own past; null for the archive alone, which then tells what was never asked as missing.</param>
/// <param name="clock">The clock that candles are measured with.</param>
/// <param name="trouble">Told when the archive cannot be read or written, where the exchange answers for it; null for nobody.</param>
public sealed class ArchivedHistory(ICandleArchive archive, IPriceHistoryRepository? exchange, TimeProvider clock, Action<ArchiveException>? trouble = null)
    : IPriceHistoryRepository
{
    /// <summary>What is said of candles that are missing because nobody asked for them.</summary>
    public const string NeverAsked = "the archive was never filled there";

    /// <inheritdoc/>
    public async IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series,
        DateTimeOffset from,
        DateTimeOffset to,
        bool includeOpen = false,
        Action<MissingCandles>? missing = null,
        bool waitForLate = true,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        var toMs = to.ToUnixTimeMilliseconds();
        foreach (var range in await CoverageAsync(series, from, to, cancellationToken).ConfigureAwait(false))
        {
            switch (range.Coverage)
            {
                case Coverage.Complete:
                    var kept = exchange is null ? archive.ReadAsync(series, range.From, range.To, cancellationToken)
                        : CompleteAsync(exchange, series, range, missing, cancellationToken);
                    await foreach (var quote in kept.ConfigureAwait(false))
                    {
                        yield return quote;
                    }

                    break;
                case Coverage.NeverAsked when exchange is not null:
                    await foreach (var quote in AskAsync(exchange, series, range, includeOpen && range.ToMs == toMs, missing, waitForLate,
                        cancellationToken).ConfigureAwait(false))
                    {
                        yield return quote;
                    }

                    break;
                default:
                    Tell(series, range, missing);
                    break;
            }
        }
    }

    /// <summary>What is kept. Where it turns out to be unreadable, the exchange goes on behind the last candle that could be read.</summary>
    private async IAsyncEnumerable<PriceQuote> CompleteAsync(IPriceHistoryRepository from, Series series, CoverageRange range,
        Action<MissingCandles>? missing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var atMs = range.FromMs;
        var quotes = archive.ReadAsync(series, range.From, range.To, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (quotes.ConfigureAwait(false))
        {
            while (true)
            {
                try
                {
                    if (!await quotes.MoveNextAsync().ConfigureAwait(false))
                    {
                        yield break;
                    }
                }
                catch (ArchiveException exception)
                {
                    trouble?.Invoke(exception);
                    break;
                }

                yield return quotes.Current;
                atMs = quotes.Current.CloseMs;
            }
        }

        await foreach (var quote in from.ReadAsync(series, DateTimeOffset.FromUnixTimeMilliseconds(atMs), range.To, includeOpen: false, missing,
            waitForLate: true, cancellationToken).ConfigureAwait(false))
        {
            yield return quote;
        }
    }

    private async IAsyncEnumerable<PriceQuote> AskAsync(
        IPriceHistoryRepository from, Series series, CoverageRange range, bool includeOpen, Action<MissingCandles>? missing, bool waitForLate,
            [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var settledMs = Settled.UntilMs(series.Interval, clock);
        var batch = new ArchiveBatch(archive, series, range.FromMs);
        try
        {
            await foreach (var quote in from.ReadAsync(series, range.From, range.To, includeOpen, Miss, waitForLate, cancellationToken).ConfigureAwait(false))
            {
                if (quote.IsClosed)
                {
                    batch.Take(quote);
                    if (batch.IsFull)
                    {
                        await KeepAsync(batch).ConfigureAwait(false);
                    }
                }

                yield return quote;
            }

            if (waitForLate)
            {
                batch.Reach(Math.Min(settledMs, range.ToMs));
            }
        }
        finally
        {
            await KeepAsync(batch).ConfigureAwait(false); // also when whoever reads has enough
        }

        void Miss(MissingCandles lack)
        {
            batch.Miss(lack);
            missing?.Invoke(lack);
        }
    }

    private async Task<IReadOnlyList<CoverageRange>> CoverageAsync(Series series, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        try
        {
            var known = await archive.CoverageAsync(series, from, to, cancellationToken).ConfigureAwait(false);
            return [.. known.Where(range => range.Coverage != Coverage.NeverAsked
                || range.ToMs > FirstOpenMs(series.Interval, range.FromMs))]; // in which a candle can open
        }
        catch (ArchiveException exception) when (exchange is not null)
        {
            trouble?.Invoke(exception);
            return [new CoverageRange(from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), Coverage.NeverAsked)];
        }
    }

    private async Task KeepAsync(ArchiveBatch batch)
    {
        try
        {
            await batch.WriteAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (ArchiveException exception)
        {
            trouble?.Invoke(exception); // the answer is right all the same
        }
    }

    private static void Tell(Series series, in CoverageRange range, Action<MissingCandles>? missing) => missing?.Invoke(new MissingCandles(
        series, range.From, range.To, range.Reason ?? NeverAsked, range.Coverage == Coverage.BeforeListing ? MissingKind.BeforeListing : MissingKind.Gap));

    private static long FirstOpenMs(Interval interval, long fromMs)
    {
        var floor = interval.FloorMs(fromMs);
        return floor < fromMs ? interval.NextMs(floor) : floor;
    }
}
