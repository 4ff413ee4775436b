namespace OhlcvConnector.Trading;

/// <summary>Finer candles of a series, handed out by the candles that they make up. They are asked for in the order of time.</summary>
internal sealed class FineCandles
{
    private readonly Candle[] _candles;
    private readonly bool _omitsQuietCandles;
    private int _next;

    /// <summary>Creates them.</summary>
    /// <param name="candles">The finer candles, oldest first.</param>
    /// <param name="omitsQuietCandles">True when a missing one is no hole, for nothing traded then.</param>
    public FineCandles(IReadOnlyList<Candle> candles, bool omitsQuietCandles) =>
        (_candles, _omitsQuietCandles) = (candles as Candle[] ?? [.. candles], omitsQuietCandles);

    /// <summary>Candles that were filled by finer ones.</summary>
    public int Filled { get; private set; }

    /// <summary>Candles that had to be filled by themselves, though something could fill in them.</summary>
    public int Lacking { get; private set; }

    /// <summary>
    /// Returns the finer candles of a candle; none where they do not make it up: the same open, high, low and close, and no hole between them.
    /// </summary>
    /// <param name="candle">The candle; later than the one before.</param>
    /// <param name="isNeeded">Whether anything could fill in it; only such candles are counted.</param>
    public ReadOnlyMemory<Candle> Of(in Candle candle, bool isNeeded)
    {
        while (_next < _candles.Length && _candles[_next].OpenMs < candle.OpenMs)
        {
            _next++;
        }

        var start = _next;
        while (_next < _candles.Length && _candles[_next].CloseMs <= candle.CloseMs)
        {
            _next++;
        }

        var fine = _candles.AsMemory(start, _next - start);
        if (!isNeeded)
        {
            return default;
        }

        if (!MakeUp(candle, fine.Span))
        {
            Lacking++;
            return default;
        }

        Filled++;
        return fine;
    }

    private bool MakeUp(in Candle candle, ReadOnlySpan<Candle> fine)
    {
        if (fine.Length == 0 || fine[0].Open != candle.Open || fine[^1].Close != candle.Close)
        {
            return false;
        }

        var (high, low, endMs, isWhole) = (decimal.MinValue, decimal.MaxValue, candle.OpenMs, true);
        foreach (ref readonly var one in fine)
        {
            (high, low) = (Math.Max(high, one.High), Math.Min(low, one.Low));
            isWhole &= one.OpenMs == endMs;
            endMs = one.CloseMs;
        }

        return high == candle.High && low == candle.Low && (_omitsQuietCandles || (isWhole && endMs == candle.CloseMs));
    }
}
