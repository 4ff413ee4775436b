using System.ComponentModel;
using System.Text.Json.Serialization;

namespace OhlcvConnector.Server.Rest;

/// <summary>What every answer can say. The names are those of the terminal's JSON, and the description of REST is made from these types.</summary>
internal abstract record RestAnswer
{
    [Description("True when the exchanges are simulated, else absent.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyOrder(int.MaxValue)]
    public bool? Sandbox { get; init; }
}

/// <summary>The newest prices.</summary>
internal sealed record PricesAnswer : RestAnswer
{
    public required string Exchange { get; init; }

    public required IReadOnlyList<PriceRow> Prices { get; init; }
}

/// <summary>The newest price of a symbol, and how old it is.</summary>
internal sealed record PriceRow
{
    [Description("spot, usdm or coinm.")]
    public required string Market { get; init; }

    [Description("As it was asked for.")]
    public required string Symbol { get; init; }

    [Description("In the exchange's own spelling.")]
    public required string VenueSymbol { get; init; }

    [Description("Null when nothing is known.")]
    public required decimal? Price { get; init; }

    public required DateTimeOffset? Time { get; init; }

    public required decimal? AgeSeconds { get; init; }

    [Description("Whether it is older than it should be.")]
    public required bool Stale { get; init; }

    [Description("stream when the symbol is followed, else history.")]
    public required string Source { get; init; }
}

/// <summary>Closed candles of the past.</summary>
internal sealed record CandlesAnswer : RestAnswer
{
    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm.")]
    public required string Market { get; init; }

    [Description("As it was asked for.")]
    public required string Symbol { get; init; }

    [Description("In the exchange's own spelling.")]
    public required string VenueSymbol { get; init; }

    public required string Interval { get; init; }

    [Description("Whether these are all of the range; else go on from nextFrom.")]
    public required bool Complete { get; init; }

    public required DateTimeOffset? NextFrom { get; init; }

    [Description("Since the last candle closed; null without one.")]
    public required decimal? AgeSeconds { get; init; }

    [Description("Ascending.")]
    public required IReadOnlyList<CandleRow> Candles { get; init; }

    [Description("What the exchange does not have.")]
    public required IReadOnlyList<GapRow> Gaps { get; init; }

    [Description("What cannot exist, for it was not listed yet: no gap. Absent when there is none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GapRow>? BeforeListing { get; init; }
}

/// <summary>A candle.</summary>
internal sealed record CandleRow
{
    public required DateTimeOffset OpenTime { get; init; }

    [Description("The next candle's open time.")]
    public required DateTimeOffset CloseTime { get; init; }

    public required decimal Open { get; init; }

    public required decimal High { get; init; }

    public required decimal Low { get; init; }

    public required decimal Close { get; init; }

    [Description("In base units; null where the exchange does not say it.")]
    public required decimal? Volume { get; init; }

    [Description("In quote units; null where the exchange does not say it.")]
    public required decimal? QuoteVolume { get; init; }

    [Description("Null where the exchange does not say it.")]
    public required long? Trades { get; init; }

    public required bool IsClosed { get; init; }

    public required DateTimeOffset? EventTime { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    [Description("stream, history, trades or inferred.")]
    public required string Source { get; init; }

    [Description("True when it was read from the server's archive, else absent.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? FromArchive { get; init; }

    [Description("What of volume buyers took; absent where the exchange does not say who took.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? BuyVolume { get; init; }

    [Description("The rest of volume, which sellers took; absent where buyVolume is.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? SellVolume { get; init; }

    [Description("Indicators' values by their names, null before the warm-up; of /v1/indicators alone.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, double?>? Values { get; init; }
}

/// <summary>Candles that are missing.</summary>
internal sealed record GapRow
{
    public required DateTimeOffset From { get; init; }

    [Description("Exclusive.")]
    public required DateTimeOffset To { get; init; }

    public required string Reason { get; init; }
}

/// <summary>What can be asked for.</summary>
internal sealed record SymbolsAnswer : RestAnswer
{
    public required IReadOnlyList<SymbolRow> Symbols { get; init; }
}

/// <summary>A symbol.</summary>
internal sealed record SymbolRow
{
    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm.")]
    public required string Market { get; init; }

    [Description("In the common spelling.")]
    public required string Symbol { get; init; }

    [Description("In the exchange's own spelling.")]
    public required string VenueSymbol { get; init; }

    public required string Base { get; init; }

    public required string Quote { get; init; }

    [Description("What a contract is settled in; null for spot.")]
    public required string? Settle { get; init; }

    [Description("trading or halted.")]
    public required string Status { get; init; }

    [Description("The exchange's own word for its state.")]
    public required string? ExchangeStatus { get; init; }

    public required decimal? ContractSize { get; init; }

    public required decimal? TickSize { get; init; }

    [Description("The smallest step of an amount: in contracts where contractSize is given, else in base units.")]
    public required decimal? LotSize { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required DateTimeOffset? ListedAt { get; init; }

    [Description("Other spellings; absent when there are none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Aliases { get; init; }
}

/// <summary>What the exchanges offer: all that a client of this server needs to stand in their place.</summary>
internal sealed record ExchangesAnswer : RestAnswer
{
    [Description("The server's version.")]
    public required string Version { get; init; }

    [Description("What time it is in the market.")]
    public required DateTimeOffset Time { get; init; }

    [Description("The market's time per real time: 1, but for a sandbox that runs faster.")]
    public required double ClockSpeed { get; init; }

    public required IReadOnlyList<ExchangeRow> Exchanges { get; init; }
}

/// <summary>An exchange.</summary>
internal sealed record ExchangeRow
{
    public required string Exchange { get; init; }

    [Description("The market when none is named; null when the symbol decides.")]
    public required string? DefaultMarket { get; init; }

    [Description("Whether it answers nobody without an API key, which is then the server's.")]
    public required bool NeedsKey { get; init; }

    public required IReadOnlyList<MarketRow> Markets { get; init; }
}

/// <summary>A market of an exchange.</summary>
internal sealed record MarketRow
{
    [Description("spot, usdm or coinm.")]
    public required string Market { get; init; }

    [Description("What can be streamed, shortest first.")]
    public required IReadOnlyList<string> Intervals { get; init; }

    [Description("What can be read as history, shortest first.")]
    public required IReadOnlyList<string> HistoryIntervals { get; init; }

    [Description("Whether nothing is published for a candle without trades.")]
    public required bool OmitsQuietCandles { get; init; }
}

/// <summary>What is wrong, and what would be right.</summary>
internal sealed record ErrorAnswer : RestAnswer
{
    [Description("Stable; for programs.")]
    public required string Code { get; init; }

    [Description("For people.")]
    public required string Message { get; init; }

    [Description("What would have worked.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Suggestions { get; init; }

    [Description("How old the value is that there is; of /prices with maxAge alone.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AgeSeconds { get; init; }

    [Description("What is wrong with rules that were sent; of PUT /api/v1/signals/rules alone.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MistakeRow>? Mistakes { get; init; }
}

/// <summary>A mistake in a file that was sent.</summary>
internal sealed record MistakeRow
{
    [Description("From 1.")]
    public required int Line { get; init; }

    [Description("In characters, from 1.")]
    public required int Column { get; init; }

    [Description("Such as rules[2].when; empty where it is about none.")]
    public required string Field { get; init; }

    [Description("What is wrong, and what would be right.")]
    public required string Message { get; init; }
}
