using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Rest;

/// <summary>How answers of backtests are written.</summary>
[JsonSerializable(typeof(StrategiesAnswer))]
[JsonSerializable(typeof(NewBacktest))]
[JsonSerializable(typeof(BacktestStartedAnswer))]
[JsonSerializable(typeof(BacktestsAnswer))]
[JsonSerializable(typeof(BacktestAnswer))]
internal sealed partial class BacktestsJson : JsonSerializerContext
{
    /// <summary>Writes null for what is no number, such as the growth of a year that is beyond all: JSON has no word for it.</summary>
    public static void LeaveOutInfinite(JsonTypeInfo info)
    {
        foreach (var property in info.Type == typeof(BacktestStatistics) ? info.Properties : [])
        {
            if (property is { PropertyType: var type, Get: { } get } && type == typeof(double?))
            {
                property.Get = statistics => get(statistics) is double value && double.IsFinite(value) ? value : null;
            }
        }
    }
}

/// <summary>The strategies.</summary>
internal sealed record StrategiesAnswer : RestAnswer
{
    public required IReadOnlyList<StrategyRow> Strategies { get; init; }
}

/// <summary>A strategy.</summary>
internal sealed record StrategyRow
{
    public required string Name { get; init; }

    [Description("What it does, for people.")]
    public required string Text { get; init; }

    [Description("Whether it trades by the signals of rules, which are sent with it.")]
    public required bool NeedsRules { get; init; }

    public required IReadOnlyList<StrategyParameterRow> Parameters { get; init; }
}

/// <summary>A parameter of a strategy.</summary>
internal sealed record StrategyParameterRow
{
    public required string Name { get; init; }

    [Description("integer or number.")]
    public required string Type { get; init; }

    public required decimal Default { get; init; }

    public required decimal Min { get; init; }

    public required decimal Max { get; init; }

    [Description("What it does, for people.")]
    public required string Text { get; init; }
}

/// <summary>A backtest to run.</summary>
internal sealed record NewBacktest
{
    [Description("A strategy of /api/v1/strategies.")]
    public required string Strategy { get; init; }

    [Description("Parameters of the strategy by name. Default: its own.")]
    public IReadOnlyDictionary<string, decimal>? Parameters { get; init; }

    [Description("Of the strategy rules: a rule, a list of rules, or a whole trading_config.json.")]
    public JsonElement? Rules { get; init; }

    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm. Default: the exchange's own.")]
    public string? Market { get; init; }

    [Description("1 to 10 symbols, which share the account.")]
    public required IReadOnlyList<string> Symbols { get; init; }

    [Description("The candles' length. Default: 1h.")]
    public string? Interval { get; init; }

    [Description("Candles that open at or after this time.")]
    public required DateTimeOffset From { get; init; }

    [Description("Candles that open before this time. Default: now.")]
    public DateTimeOffset? To { get; init; }

    [Description("Money at the beginning. Default: 10000.")]
    public decimal? Cash { get; init; }

    [Description("Commission of market and stop orders as a share: 0.001 is 0.1 %. Default: the exchange's for accounts that trade little.")]
    public decimal? TakerFee { get; init; }

    [Description("Commission of limit orders. Default: that of takerFee, or the exchange's.")]
    public decimal? MakerFee { get; init; }

    [Description("Distance of bid and ask as a share; market and stop orders pay half of it. Default: 0.")]
    public decimal? Spread { get; init; }

    [Description("Slippage of market and stop orders as a share. Default: 0.")]
    public decimal? Slippage { get; init; }

    [Description("Value of positions that one unit of equity carries. Default: 1.")]
    public decimal? Leverage { get; init; }

    [Description("Whether positions may be short. Default: true.")]
    public bool? AllowShort { get; init; }

    [Description("Whether it runs also where candles are missing; nothing fills in a gap. Default: false.")]
    public bool? AllowGaps { get; init; }

    [Description("Beside the run, a walk-forward: what was best on the candles before is run on those after, which it had not seen.")]
    public WalkForwardWish? WalkForward { get; init; }
}

/// <summary>A walk-forward to make.</summary>
internal sealed record WalkForwardWish
{
    [Description("1 to 20 parts that are tested.")]
    public required int Folds { get; init; }

    [Description("Values of parameters that are tried, by name. At most 500 combinations.")]
    public required IReadOnlyDictionary<string, IReadOnlyList<decimal>> Ranges { get; init; }

    [Description("The figure by which the best is chosen: sharpe, return, calmar or sqn. Default: sharpe, which needs three days of candles.")]
    public string? Goal { get; init; }
}

/// <summary>A backtest that was started, or ended.</summary>
internal sealed record BacktestStartedAnswer : RestAnswer
{
    public required string Id { get; init; }
}

/// <summary>Backtests.</summary>
internal sealed record BacktestsAnswer : RestAnswer
{
    [Description("The newest first.")]
    public required IReadOnlyList<BacktestRow> Backtests { get; init; }
}

/// <summary>A backtest.</summary>
internal sealed record BacktestRow
{
    public required string Id { get; init; }

    [Description("waiting, reading, running, done, failed or cancelled.")]
    public required string State { get; init; }

    [Description("0 to 1; the candles are read in the first half.")]
    public required double Progress { get; init; }

    [Description("Why it failed, for people; null where it did not.")]
    public required string? Problem { get; init; }

    [Description("When it was asked for, by the server's clock.")]
    public required DateTimeOffset Asked { get; init; }

    public required string Strategy { get; init; }

    [Description("Those that were given.")]
    public required IReadOnlyDictionary<string, decimal> Parameters { get; init; }

    public required string Exchange { get; init; }

    public required string Market { get; init; }

    public required IReadOnlyList<string> Symbols { get; init; }

    public required string Interval { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    [Description("Candles that were read; null before all are.")]
    public required int? Candles { get; init; }

    [Description("Gaps that it ran over.")]
    public required int Gaps { get; init; }

    [Description("Shares in per cent; null until it is done.")]
    public required BacktestStatistics? Statistics { get; init; }
}

/// <summary>A backtest, and what came of it.</summary>
internal sealed record BacktestAnswer : RestAnswer
{
    [Description("For people.")]
    public string Note { get; } = "A simulation of the past, and no advice.";

    public required BacktestRow Backtest { get; init; }

    [Description("Thinned to at most 1,000 points: of each stretch the lowest and the highest; the first and the last are among them.")]
    public required IReadOnlyList<EquityRow> Equity { get; init; }

    [Description("The newest 5,000 at most, ascending.")]
    public required IReadOnlyList<TradeRow> Trades { get; init; }

    [Description("Trades that are left out, for there are more.")]
    public required int TradesLeftOut { get; init; }

    [Description("Orders that the broker refused.")]
    public required int RejectedOrders { get; init; }

    [Description("Why the first of them was; null for none.")]
    public required string? FirstRejection { get; init; }

    [Description("Parts of the walk-forward; empty without one.")]
    public required IReadOnlyList<WalkForwardRow> WalkForward { get; init; }
}

/// <summary>A part of a walk-forward.</summary>
internal sealed record WalkForwardRow
{
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    [Description("Those that were best on the candles before.")]
    public required IReadOnlyDictionary<string, decimal> Parameters { get; init; }

    [Description("On the candles before.")]
    public required BacktestStatistics Trained { get; init; }

    [Description("On these candles, which the search had not seen.")]
    public required BacktestStatistics Tested { get; init; }
}
