using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Indicators;
using OhlcvConnector.Server.FanOut.Clients;

namespace OhlcvConnector.Server.Forecasts;

/// <summary>A series that is forecast after each close. Belongs to the monitor's one loop.</summary>
/// <param name="channel">The channel of the series.</param>
internal sealed class ForecastSeriesState(SeriesChannel channel)
{
    /// <summary>Candles that forecasts are made from: every indicator has settled in so many.</summary>
    public const int Candles = 1000;

    private readonly List<Bar> _bars = [];

    /// <summary>The channel of the series.</summary>
    public SeriesChannel Channel { get; } = channel;

    /// <summary>The series.</summary>
    public Series Series => Channel.Series;

    /// <summary>What waits for a candle's forecasts while the past is read; null while none is read.</summary>
    public List<(PriceQuote Quote, Action? Then)>? Held { get; set; } = [];

    /// <summary>Times that the past was begun to be read: an answer to an earlier one is out of date.</summary>
    public int Readings { get; set; }

    /// <summary>Candles since drift was measured; null before the first time.</summary>
    public int? SinceDrift { get; set; }

    /// <summary>Open time of the candle that is due next, Unix epoch milliseconds UTC; 0 before the first.</summary>
    public long NextMs => _bars.Count == 0 ? 0 : Series.Interval.NextMs(_bars[^1].OpenMs);

    /// <summary>Adds a closed candle.</summary>
    /// <returns>False where it is no newer than the last.</returns>
    public bool Add(in PriceQuote quote)
    {
        if (quote.OpenMs < NextMs)
        {
            return false;
        }

        _bars.Add(new Bar(quote));
        if (_bars.Count > Candles)
        {
            _bars.RemoveAt(0);
        }

        return true;
    }

    /// <summary>Forgets the candles, which are read anew.</summary>
    public void Clear() => _bars.Clear();

    /// <summary>The candles.</summary>
    public ForecastSeries Known(bool isSandbox) =>
        new($"{Series.Exchange} {Series.Market.Name()} {Series.Symbol} {Series.Interval}", Series.Interval, [.. _bars]) { IsSandbox = isSandbox };
}
