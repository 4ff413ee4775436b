namespace OhlcvConnector.Domain;

/// <summary>An instrument: what trades on a venue, in the venue's spelling and in the common one.</summary>
public sealed record Instrument
{
    /// <summary>The venue's name as users type it, such as <c>binance</c>.</summary>
    public required string Exchange { get; init; }

    /// <summary>The market it trades on.</summary>
    public required Market Market { get; init; }

    /// <summary>The venue's own spelling, as it goes over the wire: <c>BTCUSDT</c>, <c>BTC-USD-SWAP</c>, <c>@107</c>. Case matters.</summary>
    public required string VenueSymbol { get; init; }

    /// <summary>
    /// The common spelling: <c>BTC/USDT</c> on spot, <c>BTC/USDT:USDT</c> for a perpetual margined in USDT, <c>BTC/USD:BTC</c> for an inverse one,
    /// <c>BTC/USD:BTC-261225</c> for a dated one.
    /// </summary>
    public required string Symbol { get; init; }

    /// <summary>The asset that volume is counted in.</summary>
    public required string BaseAsset { get; init; }

    /// <summary>The asset that prices are counted in.</summary>
    public required string QuoteAsset { get; init; }

    /// <summary>The asset that a derivative is margined and settled in; null on spot.</summary>
    public string? SettleAsset { get; init; }

    /// <summary>
    /// Size of one contract, in base units for linear contracts and in quote units for inverse ones; null where volume does not come in contracts (spot) or the
    /// venue does not say.
    /// </summary>
    public decimal? ContractSize { get; init; }

    /// <summary>Time at which a dated contract expires, UTC; null for spot and perpetuals.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The smallest price step; null where the venue has none or does not say.</summary>
    public decimal? TickSize { get; init; }

    /// <summary>
    /// The smallest step of an order's amount: in contracts where <see cref="ContractSize"/> says what one stands for, else in base units; null where the venue
    /// does not say.
    /// </summary>
    public decimal? LotSize { get; init; }

    /// <summary>
    /// Time at which the instrument began to trade by the venue's word, UTC: candles that its history lacks before then are no gap. Null where the venue says
    /// nothing, or nothing that can be relied on. A word of explanation, no reason not to ask: of a symbol that was listed again or renamed there can be older
    /// candles.
    /// </summary>
    public DateTimeOffset? ListedAt { get; init; }

    /// <summary>True when the instrument trades now.</summary>
    public bool IsTrading { get; init; } = true;

    /// <summary>
    /// State of the instrument in the venue's own words, such as <c>TRADING</c>, <c>BREAK</c> or <c>PreLaunch</c>; null where the venue says none.
    /// </summary>
    public string? Status { get; init; }

    /// <summary>Other spellings that this venue's users write, declared by the venue's adapter; empty for most.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>True when the instrument is simulated, so that none of its candles is real: by a sandbox, or by a connector server that says so.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>Builds the common spelling from the parts.</summary>
    /// <param name="baseAsset">The base asset.</param>
    /// <param name="quoteAsset">The quote asset.</param>
    /// <param name="settleAsset">The settlement asset; null on spot.</param>
    /// <param name="expiresAt">The expiry of a dated contract; null otherwise.</param>
    public static string CommonSymbol(string baseAsset, string quoteAsset, string? settleAsset = null, DateTimeOffset? expiresAt = null) =>
        settleAsset is null ? $"{baseAsset}/{quoteAsset}"
        : expiresAt is null ? $"{baseAsset}/{quoteAsset}:{settleAsset}"
        : FormattableString.Invariant($"{baseAsset}/{quoteAsset}:{settleAsset}-{expiresAt:yyMMdd}");
}
