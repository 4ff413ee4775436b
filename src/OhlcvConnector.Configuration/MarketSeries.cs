using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>Series of one market as settings name them: <c>exchange:market:interval:SYMBOL,SYMBOL</c>.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Market">The market; null for the exchange's own.</param>
/// <param name="Interval">Length of the candles.</param>
/// <param name="Symbols">The symbols.</param>
public sealed record MarketSeries(string Exchange, Market? Market, Interval Interval, IReadOnlyList<string> Symbols)
{
    /// <summary>Reads them.</summary>
    /// <param name="setting">The setting, for the message.</param>
    /// <param name="text">What it says.</param>
    /// <exception cref="InvalidSettingException">It is not written as it should be.</exception>
    public static MarketSeries Read(string setting, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Split(':', 4) is not [var exchange, var market, var interval, var symbols])
        {
            throw new InvalidSettingException(
                $"{setting} is '{text}'; write exchange:market:interval:SYMBOL,SYMBOL, such as binance:spot:1m:BTCUSDT,ETHUSDT.");
        }

        try
        {
            return new MarketSeries(
                exchange, market.Length == 0 ? null : MarketNames.Parse(market), Interval.Parse(interval),
                symbols.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
        catch (FormatException exception)
        {
            throw new InvalidSettingException($"{setting} is '{text}': {exception.Message}");
        }
    }
}
