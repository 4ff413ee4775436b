using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>The sources as they are written, and what an indicator is told to follow.</summary>
public static class PriceSources
{
    /// <summary>Sources that there are, all of them.</summary>
    public static IReadOnlyList<PriceSource> All { get; } = Enum.GetValues<PriceSource>();

    /// <summary>Writes a source: <c>hl2</c>.</summary>
    /// <param name="source">Which.</param>
    public static string Name(this PriceSource source) => source.ToString().ToLowerInvariant();

    /// <summary>Makes an indicator of one series take this number of each candle; before its first candle.</summary>
    /// <typeparam name="T">The indicator.</typeparam>
    /// <param name="indicator">The indicator.</param>
    /// <param name="source">The source that it takes.</param>
    /// <returns>The indicator itself.</returns>
    /// <exception cref="InvalidSettingException">The indicator takes whole candles.</exception>
    public static T On<T>(this T indicator, PriceSource source)
        where T : Indicator
    {
        ArgumentNullException.ThrowIfNull(indicator);
        indicator.Follow(source);
        return indicator;
    }

    /// <summary>
    /// Makes an indicator take another's output instead of the candles; before its first candle. Candles are added to the outer one alone, which hands them on.
    /// One that takes whole candles gets the output as open, high, low and close.
    /// </summary>
    /// <typeparam name="T">The indicator.</typeparam>
    /// <param name="indicator">The indicator.</param>
    /// <param name="input">Whose output it takes.</param>
    /// <param name="output">Which output; null for the first.</param>
    /// <returns>The indicator itself.</returns>
    public static T On<T>(this T indicator, Indicator input, string? output = null)
        where T : Indicator
    {
        ArgumentNullException.ThrowIfNull(indicator);
        ArgumentNullException.ThrowIfNull(input);
        indicator.Follow(input, output is null ? 0 : input.Kind.OutputAt(output));
        return indicator;
    }
}
