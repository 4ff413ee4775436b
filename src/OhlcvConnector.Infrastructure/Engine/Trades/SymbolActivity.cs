using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>
/// Measures how busy a symbol is, by the candles of one of its series: those whose trades are not followed have nothing else, so both are measured alike.
/// </summary>
/// <param name="series">The series.</param>
internal sealed class SymbolActivity(Series series)
{
    private const int Scale = 1_000;

    private long _openMs; // the candle that is counted,
    private long _trades; // and its trades so far

    /// <summary>Thousandths of trades a minute, or of states where trades are not counted, the last candles counting most.</summary>
    public long Value { get; private set; }

    /// <summary>Takes a state of a candle.</summary>
    public void Hear(in PriceQuote quote)
    {
        if (!quote.Series.Equals(series))
        {
            return; // of another interval, which may open at the same time
        }

        if (quote.OpenMs > _openMs)
        {
            var minutes = _openMs == 0 ? 0 : Math.Max(1, (quote.OpenMs - _openMs) / 60_000);
            for (var minute = 0; minute < Math.Min(minutes, 60); minute++)
            {
                Value = ((Value * 9) + (_trades * Scale / minutes)) / 10;
            }

            (_openMs, _trades) = (quote.OpenMs, 0);
        }

        _trades = quote.OpenMs == _openMs ? quote.TradeCount ?? (_trades + 1) : _trades;
    }
}
