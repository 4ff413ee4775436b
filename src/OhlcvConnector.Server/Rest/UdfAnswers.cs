using System.ComponentModel;
using System.Text.Json.Serialization;

namespace OhlcvConnector.Server.Rest;

/// <summary>What a UDF feed can do. Names are those of the protocol.</summary>
internal sealed record UdfConfig
{
    [JsonPropertyName("supports_search")]
    public bool SupportsSearch { get; } = true;

    [JsonPropertyName("supports_group_request")]
    public bool SupportsGroupRequest { get; }

    [JsonPropertyName("supports_marks")]
    public bool SupportsMarks { get; } = true;

    [JsonPropertyName("supports_timescale_marks")]
    public bool SupportsTimescaleMarks { get; }

    [JsonPropertyName("supports_time")]
    public bool SupportsTime { get; } = true;

    [JsonPropertyName("supported_resolutions")]
    public required IReadOnlyList<string> SupportedResolutions { get; init; }

    [JsonPropertyName("exchanges")]
    public required IReadOnlyList<UdfExchange> Exchanges { get; init; }

    [JsonPropertyName("symbols_types")]
    public required IReadOnlyList<UdfSymbolType> SymbolsTypes { get; init; }
}

/// <summary>An exchange.</summary>
internal sealed record UdfExchange
{
    [JsonPropertyName("value")]
    public required string Value { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("desc")]
    public required string Description { get; init; }
}

/// <summary>A kind of symbols.</summary>
internal sealed record UdfSymbolType
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("value")]
    public required string Value { get; init; }
}

/// <summary>A symbol.</summary>
internal sealed record UdfSymbol
{
    [Description("In the common spelling: BTC/USDT.")]
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [Description("What it is asked for by: binance/spot:BTCUSDT.")]
    [JsonPropertyName("ticker")]
    public required string Ticker { get; init; }

    [JsonPropertyName("description")]
    public required string Description { get; init; }

    [JsonPropertyName("type")]
    public required string Type { get; init; }

    [JsonPropertyName("session")]
    public string Session { get; } = "24x7";

    [JsonPropertyName("timezone")]
    public string Timezone { get; } = "Etc/UTC";

    [JsonPropertyName("exchange")]
    public required string Exchange { get; init; }

    [JsonPropertyName("listed_exchange")]
    public required string ListedExchange { get; init; }

    [JsonPropertyName("format")]
    public string Format { get; } = "price";

    [Description("The price step times pricescale.")]
    [JsonPropertyName("minmov")]
    public required long MinMov { get; init; }

    [JsonPropertyName("pricescale")]
    public required long PriceScale { get; init; }

    [JsonPropertyName("has_intraday")]
    public required bool HasIntraday { get; init; }

    [JsonPropertyName("has_seconds")]
    public required bool HasSeconds { get; init; }

    [JsonPropertyName("has_daily")]
    public required bool HasDaily { get; init; }

    [JsonPropertyName("has_weekly_and_monthly")]
    public required bool HasWeeklyAndMonthly { get; init; }

    [JsonPropertyName("intraday_multipliers")]
    public required IReadOnlyList<string> IntradayMultipliers { get; init; }

    [JsonPropertyName("seconds_multipliers")]
    public required IReadOnlyList<string> SecondsMultipliers { get; init; }

    [JsonPropertyName("supported_resolutions")]
    public required IReadOnlyList<string> SupportedResolutions { get; init; }

    [JsonPropertyName("volume_precision")]
    public required int VolumePrecision { get; init; }

    [JsonPropertyName("currency_code")]
    public required string CurrencyCode { get; init; }

    [JsonPropertyName("data_status")]
    public string DataStatus { get; } = "streaming";
}

/// <summary>A symbol that a search found.</summary>
internal sealed record UdfFound
{
    [JsonPropertyName("symbol")]
    public required string Symbol { get; init; }

    [JsonPropertyName("full_name")]
    public required string FullName { get; init; }

    [JsonPropertyName("description")]
    public required string Description { get; init; }

    [JsonPropertyName("exchange")]
    public required string Exchange { get; init; }

    [JsonPropertyName("ticker")]
    public required string Ticker { get; init; }

    [JsonPropertyName("type")]
    public required string Type { get; init; }
}

/// <summary>Candles, a list for each of their fields.</summary>
internal sealed record UdfBars
{
    [Description("ok, or no_data.")]
    [JsonPropertyName("s")]
    public required string Status { get; init; }

    [Description("Open times, seconds since 1970.")]
    [JsonPropertyName("t")]
    public IReadOnlyList<long> Times { get; init; } = [];

    [JsonPropertyName("o")]
    public IReadOnlyList<decimal> Opens { get; init; } = [];

    [JsonPropertyName("h")]
    public IReadOnlyList<decimal> Highs { get; init; } = [];

    [JsonPropertyName("l")]
    public IReadOnlyList<decimal> Lows { get; init; } = [];

    [JsonPropertyName("c")]
    public IReadOnlyList<decimal> Closes { get; init; } = [];

    [Description("In base units; 0 where the exchange does not say it, for the protocol has no word for that.")]
    [JsonPropertyName("v")]
    public IReadOnlyList<decimal> Volumes { get; init; } = [];

    [Description("With no_data: open time of the last candle before the range; absent where there is none.")]
    [JsonPropertyName("nextTime")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? NextTime { get; init; }

    [JsonPropertyName("sandbox")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Sandbox { get; init; }
}

/// <summary>Signals as marks on candles, a list for each of their fields.</summary>
internal sealed record UdfMarks
{
    [JsonPropertyName("id")]
    public required IReadOnlyList<string> Ids { get; init; }

    [Description("Open times of the candles that made them, seconds since 1970.")]
    [JsonPropertyName("time")]
    public required IReadOnlyList<long> Times { get; init; }

    [JsonPropertyName("color")]
    public required IReadOnlyList<string> Colors { get; init; }

    [JsonPropertyName("text")]
    public required IReadOnlyList<string> Texts { get; init; }

    [JsonPropertyName("label")]
    public required IReadOnlyList<string> Labels { get; init; }

    [JsonPropertyName("labelFontColor")]
    public required IReadOnlyList<string> LabelFontColors { get; init; }

    [JsonPropertyName("minSize")]
    public required IReadOnlyList<int> MinSizes { get; init; }
}

/// <summary>What is wrong, as the protocol says it.</summary>
internal sealed record UdfError
{
    [JsonPropertyName("s")]
    public string Status { get; } = "error";

    [JsonPropertyName("errmsg")]
    public required string Message { get; init; }
}
