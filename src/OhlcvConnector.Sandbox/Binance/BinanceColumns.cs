using System.Globalization;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Binance;

/// <summary>
/// Numbers of a candle as Binance writes them: eight decimals on spot, the tick's on futures; COIN-M counts contracts, and the base coin where others have
/// quote.
/// </summary>
internal readonly struct BinanceColumns(BinanceMarket venueMarket, Listing listing, CandleState candle)
{
    private const int MaxDecimals = 8;

    public string Volume => venueMarket.IsInverse ? Whole(candle.Steps) : candle.BaseVolume.Fixed(SizeDecimals);

    public string QuoteVolume => venueMarket.IsInverse ? candle.BaseVolume.Fixed(MaxDecimals) : Worth(candle.QuoteVolume);

    public string TakerVolume => venueMarket.IsInverse ? Whole(candle.TakerSteps) : candle.TakerBase.Fixed(SizeDecimals);

    public string TakerQuoteVolume => venueMarket.IsInverse ? candle.TakerBase.Fixed(MaxDecimals) : Worth(candle.TakerQuote);

    private int SizeDecimals => venueMarket.IsSpot ? MaxDecimals : listing.SizeDecimals;

    public string Price(decimal price) => price.Fixed(venueMarket.IsSpot ? MaxDecimals : listing.PriceDecimals);

    /// <summary>Tick times step can be finer than eight decimals; it is written in full, so that nothing is rounded.</summary>
    private string Worth(decimal value) => value.Fixed(Math.Max(venueMarket.IsSpot ? MaxDecimals : 5, listing.PriceDecimals + listing.SizeDecimals));

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);
}
