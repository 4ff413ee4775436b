using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Says on stderr what candles do not: that a series does not trade, or is refused. Called by whatever thread learns of it.</summary>
internal sealed class StatusNotices(TextWriter error)
{
    private volatile bool _wasRefused;

    /// <summary>True when the exchange refused any series.</summary>
    public bool WasRefused => _wasRefused;

    /// <summary>Writes a notice of a status.</summary>
    public void Write(SeriesStatus status)
    {
        _wasRefused |= status.Condition == SeriesCondition.Refused;
        var line = status.Condition switch
        {
            SeriesCondition.Refused => $"error: {status.Series} was refused by the exchange, and the others go on: {status.Reason}",
            SeriesCondition.Trading => $"{status.Series} is back: {status.Reason}.",
            _ => $"warning: {status.Series} brings no candles: {status.Reason}.",
        };
        lock (error)
        {
            error.WriteLine(line);
        }
    }
}
