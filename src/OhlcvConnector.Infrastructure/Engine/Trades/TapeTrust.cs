using OhlcvConnector.Infrastructure.Engine.Diagnostics;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>
/// Decides whether one symbol's trades make its candles at all, by what the stream and history say to that: once they do not is a trade that was lost, again
/// and again they are not what they are thought to be. Used under the lock of its <see cref="TradeTape"/>; times are of our clock.
/// </summary>
internal sealed class TapeTrust(FeedCounters counters)
{
    private const int StrikesToDistrust = 3;
    private const int AgreementsToTrust = 3;
    private const long DistrustMs = 1_800_000;
    private const long CautionMs = 600_000;

    private long _distrustedUntilMs;
    private long _cautiousUntilMs;
    private int _strikes;
    private int _agreements;

    /// <summary>True when trades and candles have agreed, and not disagreed since.</summary>
    public bool HasAgreed { get; private set; }

    /// <summary>Returns true when nothing is closed by trades at this time.</summary>
    public bool IsDistrusted(long nowMs) => nowMs < _distrustedUntilMs;

    /// <summary>Returns true when trades alone are not enough at this time to say how a candle ended.</summary>
    public bool IsCautious(long nowMs) => nowMs < _cautiousUntilMs;

    /// <summary>Trades and a candle agree.</summary>
    public void Agree()
    {
        HasAgreed = true;
        _strikes = Math.Max(0, _strikes - 1);
        if (_distrustedUntilMs != 0 && ++_agreements >= AgreementsToTrust)
        {
            _distrustedUntilMs = 0;
        }
    }

    /// <summary>Trades and a candle disagree.</summary>
    /// <param name="nowMs">The time at which something was heard last.</param>
    /// <param name="wasDelivered">True when the candle was delivered as the trades had it, which is enough to distrust them.</param>
    /// <returns>True when they are distrusted from now on.</returns>
    public bool Strike(long nowMs, bool wasDelivered)
    {
        counters.TradesDisagree();
        HasAgreed = false;
        _agreements = 0;
        _cautiousUntilMs = Math.Max(_cautiousUntilMs, nowMs + CautionMs);
        _strikes = wasDelivered ? StrikesToDistrust : _strikes + 1;
        if (_strikes < StrikesToDistrust || _distrustedUntilMs >= nowMs)
        {
            return false;
        }

        _distrustedUntilMs = nowMs + DistrustMs;
        _strikes = 0;
        return true;
    }
}
