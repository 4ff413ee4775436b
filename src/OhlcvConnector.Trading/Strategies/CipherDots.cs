using OhlcvConnector.Indicators;

namespace OhlcvConnector.Trading;

/// <summary>Trades the dots of the quantum cipher: buys at a green dot, closes at a red one.</summary>
internal sealed class CipherDots(int channel, int average, int signal) : IStrategy
{
    private readonly Dictionary<TradedSeries, (Indicator Cipher, int Dot)> _states = [];
    private decimal _share = 1;

    public static StrategyKind Kind { get; } = new(
        "quantum-cipher", "buys at a green dot of the quantum cipher (waves cross up while oversold), closes at a red one",
        [
            new StrategyParameter("channel", 9, 2, 1_000, "period of the waves' averages of price and distance"),
            new StrategyParameter("average", 12, 2, 1_000, "period of the waves' smoothing"),
            new StrategyParameter("signal", 3, 1, 1_000, "values that the second wave averages"),
        ],
        static values => new CipherDots((int)values("channel"), (int)values("average"), (int)values("signal")));

    public void OnStart(StrategyContext context)
    {
        _share = 1m / context.Series.Count;
        foreach (var series in context.Series)
        {
            var cipher = context.Indicator(series, $"cipher:{channel}:{average}:{signal}");
            _states.Add(series, (cipher, cipher.Kind.Outputs.ToList().IndexOf("dot")));
        }
    }

    public void OnCandle(TradedSeries series, StrategyContext context)
    {
        var (cipher, output) = _states[series];
        var dot = cipher[output];
        if (dot > 0 && series.Quantity == 0)
        {
            context.Buy(series, OrderSize.Equity(_share));
        }
        else if (dot < 0)
        {
            context.Close(series);
        }
    }
}
