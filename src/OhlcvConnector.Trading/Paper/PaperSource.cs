using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading;

/// <summary>Brings the candles of some series, each from a moment on, the past first and then live; open ones may be among them.</summary>
/// <param name="wanted">The series, and the open time of the first candle of each.</param>
/// <param name="cancellationToken">Ends the stream.</param>
public delegate IAsyncEnumerable<PriceQuote> PaperSource(
    IReadOnlyList<KeyValuePair<PaperSeries, DateTimeOffset>> wanted, CancellationToken cancellationToken);
