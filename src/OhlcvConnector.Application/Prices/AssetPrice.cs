namespace OhlcvConnector.Application.Prices;

/// <summary>What is asked for: the price of an asset, in a currency or in whichever the source prefers.</summary>
/// <param name="Symbol">The asset in capital letters, such as <c>BTC</c>.</param>
/// <param name="Quote">The currency in capital letters, such as <c>USDT</c> or <c>EUR</c>; null for the source's own choice.</param>
public sealed record PriceRequest(string Symbol, string? Quote = null)
{
    private const int MaxLength = 30;

    /// <summary>Reads an asset or a currency as somebody wrote it: blanks around it and the case of letters do not matter.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The name in capital letters; null when nothing can have this name, so that nobody need be asked.</returns>
    public static string? Normalize(string? text)
    {
        var name = text?.Trim().ToUpperInvariant();
        return name is { Length: > 0 and <= MaxLength } && name.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '-' or '_') ? name : null;
    }

    /// <summary>For messages: <c>BTC</c>, or <c>BTC in EUR</c>.</summary>
    public override string ToString() => Quote is null ? Symbol : $"{Symbol} in {Quote}";
}

/// <summary>The price of an asset as one source has it. What the source does not give is null, never zero.</summary>
public sealed record AssetPrice
{
    /// <summary>The asset in capital letters, such as <c>BTC</c>.</summary>
    public required string Symbol { get; init; }

    /// <summary>The currency of all amounts here, in capital letters, such as <c>USDT</c>.</summary>
    public required string Quote { get; init; }

    /// <summary>The price, in <see cref="Quote"/>.</summary>
    public required decimal Price { get; init; }

    /// <summary>When the price was made, UTC, by the source's word.</summary>
    public required DateTimeOffset LastUpdated { get; init; }

    /// <summary>Who says so: the provider's name, with what the price was converted by behind it where it was.</summary>
    public required string Source { get; init; }

    /// <summary>The asset's name for people, such as <c>Bitcoin</c>.</summary>
    public string? Name { get; init; }

    /// <summary>The change over the last 24 hours, in per cent of the price then.</summary>
    public decimal? Change24h { get; init; }

    /// <summary>The highest price of the last 24 hours.</summary>
    public decimal? High24h { get; init; }

    /// <summary>The lowest price of the last 24 hours.</summary>
    public decimal? Low24h { get; init; }

    /// <summary>What was traded in the last 24 hours, in <see cref="Quote"/>.</summary>
    public decimal? Volume24h { get; init; }

    /// <summary>How much of the asset there is, in its own units: what the market capitalization is made of.</summary>
    public decimal? Supply { get; init; }

    /// <summary>The prices at the end of each of the last 24 hours, oldest first; null while they are not known.</summary>
    public IReadOnlyList<decimal>? Hours { get; init; }

    /// <summary>Whether it is simulated, so that it is no real price.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>What all of the asset is worth at this price, in <see cref="Quote"/>; null where it is not known how much there is, or not countable.</summary>
    public decimal? MarketCap => Supply is { } supply && supply <= decimal.MaxValue / Math.Max(1, Price) ? decimal.Round(supply * Price, 2) : null;
}
