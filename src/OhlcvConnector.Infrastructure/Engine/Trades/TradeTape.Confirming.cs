using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <content>Decides whether its trades make its candles at all, by what the stream and history say to that.</content>
internal sealed partial class TradeTape
{
    private const int StrikesToDistrust = 3;
    private const int AgreementsToTrust = 3;
    private const long DistrustMs = 1_800_000;
    private const long CautionMs = 600_000;

    private long _distrustedUntilMs;
    private long _cautiousUntilMs;
    private int _strikes;
    private int _agreements;
    private bool _hasAgreed;

    /// <summary>Whether history has ever confirmed what its trades say.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>Told when the symbol goes back to REST because its trades do not make its candles, with the reason.</summary>
    public Action<Series, string>? Distrusted { get; init; }

    /// <summary>History told a candle of one of its series: whether that is what the trades say, too.</summary>
    /// <param name="row">The candle.</param>
    /// <param name="isSettled">Whether it is so old that no backend is behind any more.</param>
    public void OnHistory(in PriceQuote row, bool isSettled)
    {
        lock (_gate)
        {
            if (!row.IsClosed || Find(row.Series) is not { } series)
            {
                return;
            }

            if (isSettled)
            {
                series.Sequencer.OnSample(row);
            }

            if (series.Opened(row.OpenMs) is not { } count || !(IsWhole(count.OpenMs) || count.IsClosed) || count.IsUncertain)
            {
                return;
            }

            var agrees = count.IsClosed
                ? TradeCandles.Agrees(row, count.Closed)
                : count.Count > 0 && TradeCandles.Agrees(row, TradeCandles.Built(series.Sequencer.Series, count, facts, _heardAtMs));
            if (agrees)
            {
                count.IsConfirmed = IsConfirmed = true;
                Agree();
            }
            else if (isSettled && (count.IsClosed || count.Count > 0) && !count.IsRefuted)
            {
                count.IsRefuted = true;
                _strikes = count.IsClosed ? StrikesToDistrust : _strikes;
                if (count.IsClosed)
                {
                    _revised.Add((series.Sequencer, row));
                }

                Strike(
                    $"history has {row}, its trades {(count.IsClosed ? count.Closed : TradeCandles.Built(series.Sequencer.Series, count, facts, _heardAtMs))}",
                    row.Series);
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

    private void Agree()
    {
        _hasAgreed = true;
        _strikes = Math.Max(0, _strikes - 1);
        if (_distrustedUntilMs != 0 && ++_agreements >= AgreementsToTrust)
        {
            _distrustedUntilMs = 0;
        }
    }

    /// <summary>Trades and candles disagree: once is a trade that was lost, again and again they are not what they are thought to be.</summary>
    private void Strike(string what, Series series)
    {
        counters.TradesDisagree();
        _hasAgreed = false;
        _agreements = 0;
        _cautiousUntilMs = Math.Max(_cautiousUntilMs, _heardAtMs + CautionMs);
        if (++_strikes >= StrikesToDistrust && _distrustedUntilMs < _heardAtMs)
        {
            _distrustedUntilMs = _heardAtMs + DistrustMs;
            _strikes = 0;
            Distrusted?.Invoke(series, what);
        }
    }
}
