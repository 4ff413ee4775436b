using System.Globalization;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Bybit;

/// <summary>
/// Numbers of a candle as Bybit writes them: plain; volume is base and turnover quote, but inverse volume is quote (contracts of a dollar) and turnover base.
/// </summary>
internal readonly struct BybitColumns(BybitMarket venueMarket, CandleState candle)
{
    public string Volume => Plain(venueMarket.IsInverse ? candle.QuoteVolume : candle.BaseVolume);

    public string Turnover => Plain(venueMarket.IsInverse ? candle.BaseVolume : candle.QuoteVolume);

    public static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);
}
