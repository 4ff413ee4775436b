using System.ComponentModel;
using System.Text.Json;

namespace OhlcvConnector.Server.Rest;

/// <summary>An account to make.</summary>
internal sealed record NewAccount
{
    [Description("Letters, digits, - and _; at most 40.")]
    public required string Name { get; init; }

    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm. Default: the exchange's own.")]
    public string? Market { get; init; }

    [Description("1 to 50 symbols, which share the account.")]
    public required IReadOnlyList<string> Symbols { get; init; }

    [Description("Length of the candles. Default: 1m.")]
    public string? Interval { get; init; }

    [Description("A strategy of the catalogue, or rules. Default: none, orders by hand and by hooks alone.")]
    public string? Strategy { get; init; }

    [Description("The rules of the strategy rules, which are kept with the account: a built-in set's name, own for those of the server's file, or a rule, a list of rules, or a whole trading_config.json.")]
    public JsonElement? Rules { get; init; }

    [Description("Parameters of the strategy by name.")]
    public IReadOnlyDictionary<string, decimal>? Settings { get; init; }

    [Description("Money at the beginning. Default: 10000.")]
    public decimal? Cash { get; init; }

    [Description("The money's name. Default: USDT.")]
    public string? Currency { get; init; }

    [Description("Commission of market and stop orders as a share: 0.001 is 0.1 %. Default: 0.001.")]
    public decimal? TakerFee { get; init; }

    [Description("Commission of limit orders. Default: that of takerFee.")]
    public decimal? MakerFee { get; init; }

    [Description("Distance of bid and ask as a share; market and stop orders pay half of it. Default: 0.")]
    public decimal? Spread { get; init; }

    [Description("Slippage of market and stop orders as a share. Default: 0.")]
    public decimal? Slippage { get; init; }

    [Description("Value of positions that one unit of equity carries. Default: 1.")]
    public decimal? Leverage { get; init; }

    [Description("Share of the positions' value below which the equity liquidates them. Default: 0, never.")]
    public decimal? MaintenanceMargin { get; init; }

    [Description("Whether positions may be short. Default: true.")]
    public bool? AllowShort { get; init; }

    [Description("Share of the equity at the day's beginning (UTC) whose loss ends the day's trading: 0.05 is 5 %. Default: none.")]
    public decimal? DailyLossLimit { get; init; }

    [Description("Candles before the start that warm indicators up. Default: 500.")]
    public int? WarmUp { get; init; }

    [Description("Whether hooks may order; the answer says their secret. Default: false.")]
    public bool? Hooks { get; init; }
}

/// <summary>An order to place. Of quantity, cash, percent, riskPercent and position, one says how much.</summary>
internal sealed record NewOrder
{
    [Description("buy or sell.")]
    public required string Side { get; init; }

    [Description("The symbol; needed where the account has several.")]
    public string? Symbol { get; init; }

    [Description("market, limit, stop, stop-limit or trailing-stop. Default: market.")]
    public string? Type { get; init; }

    [Description("So many base units, or contracts.")]
    public decimal? Quantity { get; init; }

    [Description("For so much money.")]
    public decimal? Cash { get; init; }

    [Description("For so many per cent of the equity.")]
    public decimal? Percent { get; init; }

    [Description("So much that the stop loss loses so many per cent of the equity.")]
    public decimal? RiskPercent { get; init; }

    [Description("All of the position, whatever it is when the order fills.")]
    public bool? Position { get; init; }

    public decimal? LimitPrice { get; init; }

    public decimal? StopPrice { get; init; }

    [Description("Distance of a trailing stop to the best price.")]
    public decimal? TrailBy { get; init; }

    public bool? ReduceOnly { get; init; }

    [Description("Price of a stop loss that is placed when the order fills.")]
    public decimal? StopLoss { get; init; }

    [Description("Price of a take profit that is placed when the order fills.")]
    public decimal? TakeProfit { get; init; }

    [Description("Name that orders share of which one's fill cancels the others.")]
    public string? OcoGroup { get; init; }

    public string? Note { get; init; }

    [Description("Name by which the same order is known when it is sent again, and then does nothing.")]
    public string? Id { get; init; }
}

/// <summary>What to change of an open order; what is not given stays.</summary>
internal sealed record OrderChange
{
    public decimal? Quantity { get; init; }

    public decimal? LimitPrice { get; init; }

    public decimal? StopPrice { get; init; }

    public decimal? TrailBy { get; init; }

    public decimal? StopLoss { get; init; }

    public decimal? TakeProfit { get; init; }
}

/// <summary>Money to pay in, or to take out.</summary>
internal sealed record MoneyMove
{
    [Description("Below zero to take out.")]
    public required decimal Amount { get; init; }

    [Description("Name by which the same is known when it is sent again.")]
    public string? Id { get; init; }
}

/// <summary>How to begin anew.</summary>
internal sealed record ResetMoney
{
    [Description("Money to begin with. Default: as much as before.")]
    public decimal? Cash { get; init; }
}

/// <summary>How to halt.</summary>
internal sealed record HaltWish
{
    [Description("Whether positions are closed at the next open, too; else stop losses and targets stay. Default: false.")]
    public bool? ClosePositions { get; init; }

    public string? Reason { get; init; }
}
