using System.ComponentModel;
using System.Text.Json.Serialization;

namespace OhlcvConnector.Server.Rest;

/// <summary>How answers of paper trading are written.</summary>
[JsonSerializable(typeof(PaperAccountsAnswer))]
[JsonSerializable(typeof(PaperAccountAnswer))]
[JsonSerializable(typeof(PaperDoneAnswer))]
[JsonSerializable(typeof(PaperOrdersAnswer))]
[JsonSerializable(typeof(PaperPositionsAnswer))]
[JsonSerializable(typeof(PaperTradesAnswer))]
[JsonSerializable(typeof(PaperFillsAnswer))]
[JsonSerializable(typeof(PaperEquityAnswer))]
[JsonSerializable(typeof(PaperMessage))]
[JsonSerializable(typeof(NewAccount))]
[JsonSerializable(typeof(NewOrder))]
[JsonSerializable(typeof(OrderChange))]
[JsonSerializable(typeof(MoneyMove))]
[JsonSerializable(typeof(ResetMoney))]
[JsonSerializable(typeof(HaltWish))]
internal sealed partial class PaperJson : JsonSerializerContext;

/// <summary>What every answer of paper trading says.</summary>
internal abstract record PaperAnswer : RestAnswer
{
    [Description("Always true: nothing of this is real.")]
    public bool Paper { get; } = true;

    [Description("For people.")]
    public string Note { get; } = "PAPER: simulated trading, and no advice.";
}

/// <summary>Accounts.</summary>
internal sealed record PaperAccountsAnswer : PaperAnswer
{
    public required IReadOnlyList<AccountRow> Accounts { get; init; }
}

/// <summary>An account.</summary>
internal sealed record PaperAccountAnswer : PaperAnswer
{
    public required AccountRow Account { get; init; }

    [Description("The secret with which hooks may order; said once, when the account is made with hooks. Only its hash is kept.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? HookSecret { get; init; }
}

/// <summary>What came of a command.</summary>
internal sealed record PaperDoneAnswer : PaperAnswer
{
    [Description("Number of the order that it was about; null for none.")]
    public int? Order { get; init; }

    [Description("Whether the same command, by its id, had come before, so that this one did nothing.")]
    public bool AlreadyDone { get; init; }
}

/// <summary>Orders.</summary>
internal sealed record PaperOrdersAnswer : PaperAnswer
{
    public required IReadOnlyList<OrderRow> Orders { get; init; }
}

/// <summary>Positions.</summary>
internal sealed record PaperPositionsAnswer : PaperAnswer
{
    public required IReadOnlyList<PositionRow> Positions { get; init; }
}

/// <summary>Closed trades.</summary>
internal sealed record PaperTradesAnswer : PaperAnswer
{
    public required IReadOnlyList<TradeRow> Trades { get; init; }
}

/// <summary>Fills.</summary>
internal sealed record PaperFillsAnswer : PaperAnswer
{
    public required IReadOnlyList<FillRow> Fills { get; init; }
}

/// <summary>Equity at closes.</summary>
internal sealed record PaperEquityAnswer : PaperAnswer
{
    public required IReadOnlyList<EquityRow> Equity { get; init; }
}

/// <summary>An account as it is.</summary>
internal sealed record AccountRow
{
    public required string Name { get; init; }

    [Description("Null for orders by hand alone.")]
    public required string? Strategy { get; init; }

    [Description("Where the rules of the strategy rules are from: a built-in set, a file, own or given; absent for every other.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Rules { get; init; }

    public required IReadOnlyDictionary<string, decimal> Settings { get; init; }

    public required IReadOnlyList<string> Series { get; init; }

    public required string Currency { get; init; }

    [Description("From when on it trades.")]
    public required DateTimeOffset Start { get; init; }

    [Description("Close of the last candle that was handled; null before the first.")]
    public required DateTimeOffset? Time { get; init; }

    public required decimal InitialCash { get; init; }

    public required decimal Cash { get; init; }

    public required decimal Equity { get; init; }

    public required decimal Deposits { get; init; }

    public required decimal Fees { get; init; }

    public required decimal Funding { get; init; }

    [Description("Gain or loss, deposits left out, as a share of what was paid in.")]
    public required decimal ReturnPercent { get; init; }

    public required int Fills { get; init; }

    public required int Trades { get; init; }

    public required int OpenOrders { get; init; }

    [Description("Why only orders that reduce are taken; null while all are.")]
    public required string? Halt { get; init; }

    [Description("What the strategy threw, and at which candle; null while it runs.")]
    public required string? StrategyError { get; init; }

    [Description("Why the account does not go on at the moment; null while it does.")]
    public required string? Problem { get; init; }
}

/// <summary>An order.</summary>
internal sealed record OrderRow
{
    public required int Id { get; init; }

    public required string Series { get; init; }

    [Description("buy or sell.")]
    public required string Side { get; init; }

    [Description("market, limit, stop, stop-limit or trailing-stop.")]
    public required string Type { get; init; }

    [Description("units, cash, equity, risk or position: what amount counts.")]
    public required string SizeKind { get; init; }

    public required decimal Amount { get; init; }

    public required decimal? LimitPrice { get; init; }

    public required decimal? StopPrice { get; init; }

    [Description("Price that wakes it now, after trailing.")]
    public required decimal? Trigger { get; init; }

    public required bool ReduceOnly { get; init; }

    [Description("The order whose stop loss or take profit it is; null for none.")]
    public required int? Parent { get; init; }

    [Description("open, filled, cancelled or rejected.")]
    public required string State { get; init; }

    public required decimal Filled { get; init; }

    [Description("From when on it may fill.")]
    public required DateTimeOffset Placed { get; init; }

    public required string? Reason { get; init; }

    public required string? Note { get; init; }
}

/// <summary>A position.</summary>
internal sealed record PositionRow
{
    public required string Series { get; init; }

    public required decimal Quantity { get; init; }

    public required decimal? AveragePrice { get; init; }

    [Description("The last close.")]
    public required decimal Mark { get; init; }

    public required decimal Value { get; init; }
}

/// <summary>A fill.</summary>
internal sealed record FillRow
{
    public required int Number { get; init; }

    public required int? Order { get; init; }

    public required string Series { get; init; }

    [Description("Open time of the candle that it happened in.")]
    public required DateTimeOffset Time { get; init; }

    [Description("Positive when it was bought.")]
    public required decimal Quantity { get; init; }

    public required decimal Price { get; init; }

    public required decimal Fee { get; init; }

    [Description("order, liquidation, end, stop-loss or take-profit.")]
    public required string Reason { get; init; }
}

/// <summary>A closed trade.</summary>
internal sealed record TradeRow
{
    public required int Number { get; init; }

    public required string Series { get; init; }

    public required decimal Quantity { get; init; }

    public required DateTimeOffset EntryTime { get; init; }

    public required decimal EntryPrice { get; init; }

    public required DateTimeOffset ExitTime { get; init; }

    public required decimal ExitPrice { get; init; }

    public required decimal Fees { get; init; }

    public required decimal Profit { get; init; }

    public required decimal ReturnPercent { get; init; }

    public required string Reason { get; init; }
}

/// <summary>Equity at a close.</summary>
internal sealed record EquityRow
{
    public required DateTimeOffset Time { get; init; }

    public required decimal Equity { get; init; }
}

/// <summary>What the WebSocket says of a paper account.</summary>
internal sealed record PaperMessage
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "paper";

    [Description("snapshot: all of it; change: what a close or a command brought.")]
    public required string Event { get; init; }

    public required string Account { get; init; }

    [Description("Ascending by one with each close and command; a change that is not above the snapshot's is in it.")]
    public required long Step { get; init; }

    public required DateTimeOffset? Time { get; init; }

    public required decimal Cash { get; init; }

    public required decimal Equity { get; init; }

    public required string? Halt { get; init; }

    public required string? StrategyError { get; init; }

    public required IReadOnlyList<PositionRow> Positions { get; init; }

    [Description("Of a snapshot those that are open, of a change those that changed.")]
    public required IReadOnlyList<OrderRow> Orders { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FillRow>? Fills { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Events { get; init; }

    public bool Paper { get; } = true;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Sandbox { get; init; }
}
