namespace OhlcvConnector.Trading.Reports;

/// <summary>Candles of a series as they are drawn: of long runs, several in one.</summary>
/// <param name="Candles">The candles.</param>
/// <param name="InOne">How many candles of the run one of these is.</param>
internal sealed record DrawnCandles(IReadOnlyList<Candle> Candles, int InOne)
{
    public static DrawnCandles Of(IReadOnlyList<Candle> candles, int most)
    {
        var inOne = ((candles.Count - 1) / Math.Max(1, most)) + 1;
        if (inOne == 1)
        {
            return new DrawnCandles(candles, 1);
        }

        var drawn = new List<Candle>((candles.Count / inOne) + 1);
        for (var start = 0; start < candles.Count; start += inOne)
        {
            var (first, end) = (candles[start], Math.Min(candles.Count, start + inOne));
            var (high, low) = (first.High, first.Low);
            for (var i = start + 1; i < end; i++)
            {
                (high, low) = (Math.Max(high, candles[i].High), Math.Min(low, candles[i].Low));
            }

            drawn.Add(first with { CloseMs = candles[end - 1].CloseMs, High = high, Low = low, Close = candles[end - 1].Close });
        }

        return new DrawnCandles(drawn, inOne);
    }
}
