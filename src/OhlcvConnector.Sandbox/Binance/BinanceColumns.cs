using System.Globalization;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Binance;

/// <summary>How Binance writes a candle's numbers: eight decimals on spot, the tick's on futures; COIN-M counts contracts, and the base coin where others have quote.</summary>
internal readonly struct BinanceColumns(BinanceBook book, Listing listing, CandleState candle)
{
    private const int MostDecimals = 8;

    public string Volume => book.IsInverse ? Whole(candle.Steps) : candle.BaseVolume.Fixed(SizeDecimals);

    public string QuoteVolume => book.IsInverse ? candle.BaseVolume.Fixed(MostDecimals) : Worth(candle.QuoteVolume);

    public string TakerVolume => book.IsInverse ? Whole(candle.TakerSteps) : candle.TakerBase.Fixed(SizeDecimals);

    public string TakerQuoteVolume => book.IsInverse ? candle.TakerBase.Fixed(MostDecimals) : Worth(candle.TakerQuote);

    private int SizeDecimals => book.IsSpot ? MostDecimals : listing.SizeDecimals;

    public string Price(decimal price) => price.Fixed(book.IsSpot ? MostDecimals : listing.PriceDecimals);

    /// <summary>Tick times step can be finer than eight decimals; it is written in full, so that nothing is rounded.</summary>
    private string Worth(decimal value) => value.Fixed(Math.Max(book.IsSpot ? MostDecimals : 5, listing.PriceDecimals + listing.SizeDecimals));

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);
}
