using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <content>Decides whether its trades make its candles at all, by what the stream and history say to that.</content>
internal sealed partial class TradeTape
{
    /// <summary>True when history has ever confirmed what the symbol's trades say.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>Handler that is told when the symbol goes back to REST because its trades do not make its candles, with the reason; null for none.</summary>
    public Action<Series, string>? Distrusted { get; init; }

    /// <summary>History told a candle of one of its series: whether that is what the trades say, too.</summary>
    /// <param name="row">The candle.</param>
    /// <param name="isSettled">True when it is so old that no backend is behind any more.</param>
    public void OnHistory(in PriceQuote row, bool isSettled)
    {
        lock (_gate)
        {
            if (!row.IsClosed || SeriesCounts.Of(_series, row.Series) is not { } series)
            {
                return;
            }

            if (isSettled)
            {
                series.Sequencer.OnSample(row);
            }

            if (series.Opened(row.OpenMs) is not { } count || !(_sources.AreWhole(count.OpenMs) || count.IsClosed) || count.IsUncertain)
            {
                return;
            }

            var agrees = count.IsClosed
                ? TradeCandles.Agrees(row, count.Closed)
                : count.Count > 0 && TradeCandles.Agrees(row, TradeCandles.Built(series.Sequencer.Series, count, _facts, _hearing.HeardAtMs));
            if (agrees)
            {
                count.IsConfirmed = IsConfirmed = true;
                _trust.Agree();
            }
            else if (isSettled && (count.IsClosed || count.Count > 0) && !count.IsRefuted)
            {
                count.IsRefuted = true;
                if (count.IsClosed)
                {
                    _revised.Add((series.Sequencer, row));
                }

                Strike(
                    $"history has {row}, its trades {(count.IsClosed ? count.Closed : TradeCandles.Built(series.Sequencer.Series, count, _facts, _hearing.HeardAtMs))}",
                    row.Series,
                    wasDelivered: count.IsClosed);
            }
        }
    }

    /// <summary>A candle that trades closed and history has not confirmed, the newest that ended before a moment; no quote where there is none.</summary>
    public PriceQuote Unconfirmed(long beforeMs)
    {
        lock (_gate)
        {
            var found = default(PriceQuote);
            foreach (var count in _series.SelectMany(series => series.All))
            {
                if (count is { IsClosed: true, IsConfirmed: false } && count.CloseMs <= beforeMs && (found.Series is null || count.CloseMs > found.CloseMs))
                {
                    found = count.Closed;
                }
            }

            return found;
        }
    }

    private void Strike(string what, Series series) => Strike(what, series, wasDelivered: false);

    private void Strike(string what, Series series, bool wasDelivered)
    {
        if (_trust.Strike(_hearing.HeardAtMs, wasDelivered))
        {
            Distrusted?.Invoke(series, what);
        }
    }
}
