using System.Runtime.CompilerServices;
using OhlcvConnector.Application;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Cli.Computing;

/// <summary>
/// Candles of the past with indicators' values. What the indicators need before the range is read first, as far back from the first candle as they say, so that
/// a candle's values do not depend on how often reading was broken off.
/// </summary>
/// <param name="connector">Reads.</param>
/// <param name="set">The indicators; null for none.</param>
/// <param name="now">The time in the market: a range in the future is left to the connector to refuse.</param>
/// <param name="say">Told that they begin anew.</param>
internal sealed class ValuedHistory(Connector connector, IndicatorSet? set, DateTimeOffset now, Action<string> say)
{
    private MissingCandles? _lacking;

    /// <summary>Whether flat candles stand where nothing was traded.</summary>
    public bool IsFlat { get; init; }

    /// <summary>Reads a range.</summary>
    /// <param name="request">The range; <see cref="HistoryRequest.OnMissing"/> is told of the range alone.</param>
    /// <param name="file">The file that has the candles directly before the range; null when nothing was written before.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<ValuedQuote> ReadAsync(
        HistoryRequest request, HistoryFile? file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (set is null)
        {
            await foreach (var quote in QuotesAsync(request, cancellationToken).ConfigureAwait(false))
            {
                yield return new ValuedQuote(quote, [], IsAfterGap: false);
            }

            yield break;
        }

        var isBegun = file is not null && await TakeUpAsync(request, file, cancellationToken).ConfigureAwait(false);
        var fromMs = request.From.ToUnixTimeMilliseconds();
        var before = new List<PriceQuote>();
        var read = isBegun || request.From > now || request.To <= request.From ? request : Earlier(request, fromMs, request.OnMissing);
        await foreach (var quote in QuotesAsync(read, cancellationToken).ConfigureAwait(false))
        {
            if (quote.OpenMs < fromMs)
            {
                before.Add(quote);
                continue;
            }

            if (!isBegun)
            {
                isBegun = true;
                Begin(before, quote.OpenMs);
            }

            yield return set.Take(quote) with { Quote = quote with { GapBefore = Within(quote.GapBefore, request.From) } };
        }
    }

    private IAsyncEnumerable<PriceQuote> QuotesAsync(HistoryRequest request, CancellationToken cancellationToken)
    {
        if (!IsFlat)
        {
            return connector.HistoryAsync(request, cancellationToken);
        }

        MissingCandles? atEnd = null;
        var quotes = connector.HistoryAsync(request with { OnMissing = Tell }, cancellationToken);
        return quotes.FillFlat(() => atEnd?.From ?? (request.To is { } to && to < Settled ? to : Settled), cancellationToken);

        void Tell(MissingCandles missing)
        {
            atEnd = missing.Kind == MissingKind.Gap && missing.To >= (request.To ?? now) - request.Interval.ApproximateLength ? missing : null;
            request.OnMissing?.Invoke(missing);
        }
    }

    /// <summary>What is newer may come yet.</summary>
    private DateTimeOffset Settled => now - TimeSpan.FromMinutes(2);

    /// <summary>Goes through what comes before a file's first candle, and through its candles; whether it has any.</summary>
    public async Task<bool> TakeUpAsync(HistoryRequest request, HistoryFile file, CancellationToken cancellationToken)
    {
        var isBegun = false;
        foreach (var row in file.Rows())
        {
            if (!isBegun)
            {
                isBegun = true;
                await BeginAsync(request, row.OpenTime, cancellationToken).ConfigureAwait(false);
            }

            Take(row.ToQuote(row.Series));
        }

        return isBegun;
    }

    /// <summary>Reads what the indicators need before a candle.</summary>
    /// <param name="request">The request that the candle belongs to.</param>
    /// <param name="first">The candle's open time.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task BeginAsync(HistoryRequest request, DateTimeOffset first, CancellationToken cancellationToken)
    {
        if (set is null)
        {
            return;
        }

        var firstMs = first.ToUnixTimeMilliseconds();
        var before = new List<PriceQuote>();
        var earlier = Earlier(request, firstMs, onMissing: null) with { To = first, IncludeOpen = false };
        if (earlier.From < first)
        {
            await foreach (var quote in connector.HistoryAsync(earlier, cancellationToken).ConfigureAwait(false))
            {
                before.Add(quote);
            }
        }

        Begin(before, firstMs);
    }

    /// <summary>The values of the next candle.</summary>
    public ValuedQuote Take(in PriceQuote quote) => set?.Take(quote) ?? new ValuedQuote(quote, [], IsAfterGap: false);

    private void Begin(List<PriceQuote> before, long firstMs)
    {
        if (_lacking is { } missing)
        {
            say($"{missing.Series}: indicators begin at {QuoteFields.Time(missing.To)}, for the history before lacks candles: {missing.Reason}");
        }

        foreach (var quote in before.Where(quote => quote.OpenMs >= set!.BeginMs(quote.Interval, firstMs)))
        {
            set!.Take(quote);
        }
    }

    private HistoryRequest Earlier(HistoryRequest request, long fromMs, Action<MissingCandles>? onMissing)
    {
        var floor = request.Interval.FloorMs(fromMs);
        var from = DateTimeOffset.FromUnixTimeMilliseconds(fromMs);
        return request with
        {
            From = DateTimeOffset.FromUnixTimeMilliseconds(set!.BeginMs(request.Interval, floor < fromMs ? request.Interval.NextMs(floor) : floor)),
            OnMissing = Tell,
        };

        void Tell(MissingCandles missing)
        {
            if (missing.From < from)
            {
                _lacking = missing; // said once, of the last
            }

            if (missing.To > from)
            {
                onMissing?.Invoke(missing.From < from && missing.Kind == MissingKind.Gap ? missing with { From = from } : missing);
            }
        }
    }

    private static Gap? Within(Gap? gap, DateTimeOffset from) => gap is null || gap.From >= from ? gap : gap.To > from ? gap with { From = from } : null;
}
