using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Trading;

/// <summary>
/// One series of a run: its candles so far, the position in it, and the indicators that follow it. Strategies read it; the engine changes it.
/// </summary>
public sealed class TradedSeries
{
    private readonly List<Action<Bar>> _followers = [];

    internal TradedSeries(string name, InstrumentRules rules) => (Name, Rules) = (name, rules);

    /// <summary>Name, such as <c>binance BTCUSDT 1h</c>.</summary>
    public string Name { get; }

    /// <summary>Rules of the instrument.</summary>
    public InstrumentRules Rules { get; }

    /// <summary>The series that the candles are of; null where nobody said.</summary>
    public Series? Source { get; init; }

    /// <summary>Number of the last closed candle, from 0; -1 before the first.</summary>
    public int Bar { get; private set; } = -1;

    /// <summary>The last closed candle; the default before the first.</summary>
    public Candle Last { get; private set; }

    /// <summary>
    /// The forecast of a model that was known at the last close; null where there was none. Judge by it as rules do: only where its model beats naive.
    /// </summary>
    /// <param name="model">Name of the model.</param>
    /// <exception cref="InvalidOperationException">Nothing forecasts this series.</exception>
    public RuleForecast? Forecast(string model) => Forecasts is { } known
        ? known(model, Last.OpenMs)
        : throw new InvalidOperationException($"Nothing forecasts {Name}: a backtest needs the folder of the models (--forecast-models), or BacktestSeries.Forecasts.");

    /// <summary>Quantity held: positive when long, negative when short, 0 for none.</summary>
    public decimal Quantity { get; internal set; }

    /// <summary>Price that the position is valued at: the last close; 0 before the first.</summary>
    public decimal Mark { get; internal set; }

    /// <summary>Value of the position in the account's currency, at the last close.</summary>
    public decimal Value => Quantity == 0 ? 0 : Rules.ValueOf(Quantity, Mark);

    /// <summary>Funding rates of its perpetual contract, by time; empty where the broker's one rate holds.</summary>
    internal IReadOnlyList<FundingRate> FundingRates { get; init; } = [];

    internal Func<string, long, RuleForecast?>? Forecasts { get; init; }

    /// <summary>True when a missing candle is no gap, for nothing traded then.</summary>
    internal bool OmitsQuietCandles { get; init; }

    /// <summary>Number of the funding rate that falls due next.</summary>
    internal int NextFunding { get; set; }

    /// <summary>Parts of the position by the fills that opened them, oldest first.</summary>
    internal Queue<Lot> Lots { get; } = new();

    /// <summary>Open orders, oldest first.</summary>
    public IReadOnlyList<Order> OpenOrders => Orders;

    internal List<Order> Orders { get; } = [];

    /// <summary>Signals that rules made of the last candle; mostly none.</summary>
    internal IReadOnlyList<Signal> Signals { get; private set; } = [];

    internal List<RuleEvaluator> Evaluators { get; } = [];

    internal void Follow(Action<Bar> indicator) => _followers.Add(indicator);

    internal void Close(in Candle candle)
    {
        Last = candle;
        Mark = candle.Close;
        Bar++;
        if (_followers.Count > 0 || Evaluators.Count > 0)
        {
            var bar = candle.ToBar();
            Signals = Evaluators.Count == 0 ? [] : Evaluate(bar);
            foreach (var follower in _followers)
            {
                follower(bar);
            }
        }
    }

    private IReadOnlyList<Signal> Evaluate(in Bar bar)
    {
        var signals = Evaluators[0].Add(bar, Last.Close);
        for (var i = 1; i < Evaluators.Count; i++)
        {
            signals = [.. signals, .. Evaluators[i].Add(bar, Last.Close)];
        }

        return signals;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Part of a position that one fill opened.</summary>
internal sealed class Lot
{
    public required decimal Quantity { get; set; }

    public required decimal Price { get; init; }

    public required decimal Fee { get; set; }

    public required long OpenedMs { get; init; }

    public required int Bar { get; init; }

    /// <summary>Lowest price since the fill.</summary>
    public decimal Low { get; set; }

    /// <summary>Highest price since the fill.</summary>
    public decimal High { get; set; }
}
