namespace OhlcvConnector.Signals;

/// <summary>A paper account as the section <c>paper</c> of <c>trading_config.json</c>, or a request, wishes for it; what is null is as usual.</summary>
public sealed record PaperWish
{
    /// <summary>Its name: letters, digits, dashes and underscores, at most 40.</summary>
    public required string Name { get; init; }

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The market: <c>spot</c>, <c>usdm</c> or <c>coinm</c>; null for the exchange's own.</summary>
    public string? Market { get; init; }

    /// <summary>The symbols, which share the account.</summary>
    public required IReadOnlyList<string> Symbols { get; init; }

    /// <summary>Length of the candles; null for <c>1m</c>.</summary>
    public string? Interval { get; init; }

    /// <summary>The strategy; null for orders by hand alone.</summary>
    public string? Strategy { get; init; }

    /// <summary>The rules of the strategy <c>rules</c>; null for every other.</summary>
    public NamedRules? Rules { get; init; }

    /// <summary>Parameters of the strategy by name; null for the usual ones.</summary>
    public IReadOnlyDictionary<string, decimal>? Settings { get; init; }

    /// <summary>Money at the beginning; null for 10000.</summary>
    public decimal? Cash { get; init; }

    /// <summary>The money's name; null for <c>USDT</c>.</summary>
    public string? Currency { get; init; }

    /// <summary>Commission of market and stop orders as a share; null for 0.001.</summary>
    public decimal? TakerFee { get; init; }

    /// <summary>Commission of limit orders as a share; null for that of <see cref="TakerFee"/>.</summary>
    public decimal? MakerFee { get; init; }

    /// <summary>Distance of bid and ask as a share; null for 0.</summary>
    public decimal? Spread { get; init; }

    /// <summary>Slippage of market and stop orders as a share; null for 0.</summary>
    public decimal? Slippage { get; init; }

    /// <summary>Value of positions that one unit of equity carries; null for 1.</summary>
    public decimal? Leverage { get; init; }

    /// <summary>Share of the positions' value below which the equity liquidates them; null for 0, never.</summary>
    public decimal? MaintenanceMargin { get; init; }

    /// <summary>Whether positions may be short; null for true.</summary>
    public bool? AllowShort { get; init; }

    /// <summary>Share of the equity at the day's beginning (UTC) whose loss ends the day's trading; null for none.</summary>
    public decimal? DailyLossLimit { get; init; }

    /// <summary>Candles before the start that warm indicators up; null for 500.</summary>
    public int? WarmUp { get; init; }
}
