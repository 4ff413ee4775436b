using System.Diagnostics.CodeAnalysis;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>The buffer of rows of history that came and wait for what lies before them, ascending by the place on the grid that they take.</summary>
internal sealed class HistoryShelf(Interval interval)
{
    private readonly List<Row> _rows = [];
    private int _head;
    private ArraySegment<PriceQuote> _page = []; // the candles of one answer, as they lie there, while there is nothing else: nearly always
    private long _pageNowMs;

    /// <summary>The first place that is taken; null when there is none.</summary>
    public long? FirstMs => _page.Count > 0 ? _page[0].OpenMs : _head < _rows.Count ? _rows[_head].OpenMs : null;

    /// <summary>
    /// Puts candles, ascending, in their places; one that lies there already stays, unless it was refused. They are not copied, so they stay as they are.
    /// </summary>
    public void Add(ArraySegment<PriceQuote> candles, long venueNowMs)
    {
        if (candles.Count > 0 && FirstMs is null)
        {
            (_page, _pageNowMs) = (candles, venueNowMs);
            return;
        }

        foreach (ref readonly var candle in candles.AsSpan())
        {
            Put(new Row { OpenMs = candle.OpenMs, Candle = candle, VenueNowMs = venueNowMs });
        }
    }

    /// <summary>Marks a place as taken by rows that are no possible candle.</summary>
    public void Refuse(long placeMs, string[] rules) => Put(new Row { OpenMs = placeMs, Rules = rules });

    /// <summary>Takes what lies at a moment and follows without a hole: candles, or what was refused.</summary>
    public bool TryTake(long atMs, [NotNullWhen(true)] out HistoryPiece? piece)
    {
        if (_page.Count > 0)
        {
            piece = TakePage(atMs);
            return piece is not null;
        }

        while (_head < _rows.Count && _rows[_head].OpenMs < atMs)
        {
            _head++;
        }

        piece = _head < _rows.Count && _rows[_head].OpenMs < interval.NextMs(atMs) ? Take() : null;
        if (_head == _rows.Count)
        {
            _rows.Clear();
            _head = 0;
        }

        return piece is not null;
    }

    private HistoryPiece? TakePage(long atMs)
    {
        var page = _page.AsSpan();
        var start = 0;
        while (start < page.Length && page[start].OpenMs < atMs)
        {
            start++;
        }

        var (end, nextMs) = (start, atMs);
        for (; end < page.Length && page[end].OpenMs >= nextMs && page[end].OpenMs < interval.NextMs(nextMs); end++)
        {
            nextMs = interval.NextMs(page[end].OpenMs);
        }

        var taken = _page[start..end];
        _page = _page[end..];
        return taken.Count == 0
            ? null
            : new HistoryPiece(HistoryPieceKind.Candles, taken[0].OpenMs, nextMs) { Candles = taken, VenueNowMs = _pageNowMs };
    }

    private HistoryPiece Take()
    {
        var start = _head;
        var isRefused = _rows[start].Rules is not null;
        var nextMs = interval.NextMs(_rows[start].OpenMs);
        for (_head++; _head < _rows.Count
            && _rows[_head].Rules is not null == isRefused
            && _rows[_head].OpenMs >= nextMs
            && _rows[_head].OpenMs < interval.NextMs(nextMs); _head++)
        {
            nextMs = interval.NextMs(_rows[_head].OpenMs);
        }

        var taken = _rows.GetRange(start, _head - start);
        return isRefused
            ? new HistoryPiece(HistoryPieceKind.Gap, taken[0].OpenMs, nextMs) { Reason = Words([.. taken.SelectMany(row => row.Rules!)]), IsFollowed = true }
            : new HistoryPiece(HistoryPieceKind.Candles, taken[0].OpenMs, nextMs)
            {
                Candles = taken.Select(row => row.Candle).ToArray(),
                VenueNowMs = taken.Min(row => row.VenueNowMs),
            };
    }

    /// <summary>Returns the numbers of rows that were refused, by the rule that they break, in words; the three most frequent rules.</summary>
    public static string Words(IReadOnlyCollection<string> rules) => string.Join(
        "; ",
        rules.GroupBy(rule => rule)
            .OrderByDescending(rule => rule.Count())
            .Take(3)
            .Select(rule => FormattableString.Invariant($"{rule.Count()} {(rule.Count() == 1 ? "row" : "rows")} refused: {rule.Key}")));

    private void Put(Row row)
    {
        if (_page.Count > 0)
        {
            _rows.AddRange(_page.Select(candle => new Row { OpenMs = candle.OpenMs, Candle = candle, VenueNowMs = _pageNowMs }));
            _page = [];
        }

        if (_head == _rows.Count || _rows[^1].OpenMs < row.OpenMs)
        {
            _rows.Add(row);
            return;
        }

        var (low, high) = (_head, _rows.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _rows[middle].OpenMs < row.OpenMs ? (middle + 1, high) : (low, middle);
        }

        if (_rows[low].OpenMs != row.OpenMs)
        {
            _rows.Insert(low, row);
        }
        else if (_rows[low].Rules is not null)
        {
            _rows[low] = row;
        }
    }

    private readonly struct Row
    {
        public required long OpenMs { get; init; }

        public PriceQuote Candle { get; init; }

        public long VenueNowMs { get; init; }

        public string[]? Rules { get; init; }
    }
}
