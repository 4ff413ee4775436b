using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Trading;

/// <summary>
/// Rules as a strategy without code: buys at the open after a signal that speaks for rising prices, sells after one for falling ones, and closes after one that
/// says that the reason is gone. A signal in the direction that is held already changes nothing.
/// </summary>
internal sealed class RulesStrategy(RuleSet rules, decimal stop, decimal target, int hold, bool isShort) : IStrategy
{
    private readonly Dictionary<TradedSeries, int> _entered = [];
    private decimal _share = 1;

    /// <summary>Makes a kind of strategy of rules.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rules">The rules.</param>
    public static StrategyKind KindOf(string name, RuleSet rules) => new(
        name, "buys and sells by the signals of rules",
        [
            new StrategyParameter("stop", 0, 0, 99, "stop loss below or above the close of the signal, in per cent; 0 for none", IsWhole: false),
            new StrategyParameter("target", 0, 0, 1_000, "take profit, in per cent; 0 for none", IsWhole: false),
            new StrategyParameter("hold", 0, 0, 100_000, "candles after which a position is closed; 0 for as long as rules say"),
            new StrategyParameter("short", 1, 0, 1, "1 to sell short at a signal for falling prices, 0 to close alone"),
        ],
        values => new RulesStrategy(rules, values("stop") / 100, values("target") / 100, (int)values("hold"), values("short") == 1));

    /// <summary>Refuses rules of which none is about a series.</summary>
    /// <exception cref="InvalidSettingException">None is; the message says where to look.</exception>
    public static void Check(RuleSet rules, IEnumerable<(string Name, Series? Source)> series)
    {
        if (!series.Any(one => one.Source is { } source && rules.Of(source).Count > 0))
        {
            throw new InvalidSettingException(
                $"None of the {rules.Rules.Count} rules is about {string.Join(", ", series.Select(one => one.Name))}: look at their symbols and intervals.");
        }
    }

    public void OnStart(StrategyContext context)
    {
        Check(rules, context.Series.Select(series => (series.Name, series.Source)));
        _share = 1m / context.Series.Count;
        foreach (var series in context.Series)
        {
            context.Follow(series, rules);
        }
    }

    public void OnSignal(Signal signal, TradedSeries series, StrategyContext context)
    {
        var wanted = signal.Direction switch
        {
            SignalDirection.Long => 1,
            SignalDirection.Short => isShort ? -1 : 0,
            SignalDirection.Exit => 0,
            _ => (int?)null,
        };
        if (wanted is not { } sign || sign == Math.Sign(series.Quantity) || (sign == 0 && series.Quantity == 0))
        {
            return;
        }

        context.CancelAll(series);
        _entered[series] = series.Bar;
        if (sign == 0)
        {
            context.Close(series);
            return;
        }

        context.Place(series, new OrderRequest
        {
            Side = sign > 0 ? Side.Buy : Side.Sell,
            Size = OrderSize.Equity(_share),
            StopLoss = stop > 0 ? series.Last.Close * (1 - (sign * stop)) : null,
            TakeProfit = target > 0 && 1 + (sign * target) > 0 ? series.Last.Close * (1 + (sign * target)) : null,
            Note = signal.Rule,
        });
    }

    public void OnCandle(TradedSeries series, StrategyContext context)
    {
        if (hold > 0 && series.Quantity != 0 && series.Bar - _entered.GetValueOrDefault(series) >= hold
            && !series.OpenOrders.Any(order => order.Request.Type == OrderType.Market))
        {
            context.CancelAll(series);
            context.Close(series);
        }
    }
}
