namespace OhlcvConnector.Indicators;

/// <summary>Chaikin's money flow of one candle.</summary>
internal static class MoneyFlow
{
    /// <summary>The volume, times 1 where the candle closed at its high to -1 where at its low; 0 where both are one.</summary>
    public static double Of(in Bar bar)
    {
        var range = bar.High - bar.Low;
        return range > 0 ? ((bar.Close - bar.Low) - (bar.High - bar.Close)) / range * bar.Volume : 0;
    }
}
