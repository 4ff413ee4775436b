namespace OhlcvConnector.Cli.Watching;

/// <summary>Prices as a line of small bars.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const string PlainBars = "_.-=*#";

    /// <summary>Draws the newest prices, a character each or, when there are more than fit, for several.</summary>
    /// <param name="prices">The prices, oldest first.</param>
    /// <param name="width">The largest number of characters.</param>
    /// <param name="isPlain">True when the terminal shows nothing but ASCII.</param>
    public static string Draw(IReadOnlyList<decimal> prices, int width, bool isPlain)
    {
        if (prices.Count == 0 || width <= 0)
        {
            return "";
        }

        var bars = isPlain ? PlainBars : Bars;
        var (low, high) = (prices.Min(), prices.Max());
        var count = Math.Min(width, prices.Count);
        return string.Create(count, (prices, bars, low, high), static (line, state) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                var price = state.prices[(int)(((i + 1L) * state.prices.Count / line.Length) - 1)];
                var level = state.high == state.low
                    ? state.bars.Length / 2
                    : (int)Math.Round((price - state.low) / (state.high - state.low) * (state.bars.Length - 1));
                line[i] = state.bars[level];
            }
        });
    }
}
