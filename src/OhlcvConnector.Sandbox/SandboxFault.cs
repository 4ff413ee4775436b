namespace OhlcvConnector;

/// <summary>
/// Fault: something that goes wrong at the simulated venues: <c>sandbox.Inject(new SandboxFault(SandboxFaultKind.DropAll) { Exchange = "okx" })</c>.
/// </summary>
/// <param name="Kind">The kind of the fault: what goes wrong.</param>
public sealed record SandboxFault(SandboxFaultKind Kind)
{
    /// <summary>Time of the fault, in market time after the server's start; only for <see cref="SandboxOptions.Faults"/>.</summary>
    public TimeSpan At { get; init; }

    /// <summary>Venue that the fault concerns; null for every venue.</summary>
    public string? Exchange { get; init; }

    /// <summary>The series' symbol in the venue's spelling, for kinds that concern single series; null for all.</summary>
    public string? Symbol { get; init; }

    /// <summary>Time that the fault lasts, in market time; for the kinds that last. Zero lasts until <see cref="SandboxServer.ClearFaults"/>.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Share of the messages, requests or connections that the fault hits while it lasts: above 0, at most 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Largest number of times that the fault hits while it lasts; null for no limit.</summary>
    public int? Times { get; init; }

    /// <summary>Amount of the fault, in market time, for the kinds that are about time; null for the kind's own figure.</summary>
    public TimeSpan? Amount { get; init; }

    /// <summary>True when the fault happens at once and is over, rather than lasts.</summary>
    public bool IsMomentary => Kind <= SandboxFaultKind.Stall;

    internal TimeSpan AmountOrUsual => Amount ?? Kind switch
    {
        SandboxFaultKind.Maintenance or SandboxFaultKind.ClockSkew => TimeSpan.FromSeconds(5),
        SandboxFaultKind.SlowAnswer or SandboxFaultKind.SlowHandshake => TimeSpan.FromSeconds(15),
        SandboxFaultKind.Behind => TimeSpan.FromSeconds(6),
        SandboxFaultKind.Hole => TimeSpan.FromHours(1),
        SandboxFaultKind.DateSkew => TimeSpan.FromSeconds(30),
        _ => TimeSpan.FromSeconds(2),
    };

    internal bool Concerns(string exchange, string? symbol) =>
        (Exchange is null || Exchange == exchange) && (Symbol is null || symbol is null || Symbol == symbol);

    internal void Validate(IEnumerable<string> exchanges)
    {
        if (!Enum.IsDefined(Kind))
        {
            throw new ArgumentException($"There is no fault {Kind}.");
        }

        if (Exchange is not null && !exchanges.Contains(Exchange))
        {
            throw new ArgumentException($"The sandbox has no exchange '{Exchange}'; it has {string.Join(", ", exchanges)}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(At, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Probability, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Probability, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Times ?? 1, 1, nameof(Times));
    }
}

/// <summary>Kind of a fault: what can go wrong. The first six happen at once, to streams that are open; the others last.</summary>
public enum SandboxFaultKind
{
    /// <summary>Cuts one open stream, chosen by the seed, without a word.</summary>
    Drop,

    /// <summary>Cuts all open streams without a word.</summary>
    DropAll,

    /// <summary>Open streams say nothing any more, though their sockets live and answer WebSocket pings.</summary>
    Freeze,

    /// <summary>Open streams neither read nor write any more, and nobody is told: a cable was pulled.</summary>
    HalfOpen,

    /// <summary>
    /// The venue announces its maintenance, where it has words for that, and after <see cref="SandboxFault.Amount"/> closes its streams with 1012.
    /// </summary>
    Maintenance,

    /// <summary>
    /// Open streams say nothing any more of a series (<see cref="SandboxFault.Symbol"/>, or one chosen by the seed) until it is subscribed again.
    /// </summary>
    Stall,

    /// <summary>New streams are refused.</summary>
    Refuse,

    /// <summary>New streams are accepted and never get an answer.</summary>
    Silence,

    /// <summary>New streams wait for <see cref="SandboxFault.Amount"/> before they are accepted.</summary>
    SlowHandshake,

    /// <summary>Streams do not know the symbol, as if it were not listed.</summary>
    RejectSubscribe,

    /// <summary>Candles are held back for <see cref="SandboxFault.Amount"/>.</summary>
    Delay,

    /// <summary>Candles are sent twice.</summary>
    Duplicate,

    /// <summary>A candle is sent after the one that follows it.</summary>
    Reorder,

    /// <summary>Only the first part of a message is sent.</summary>
    Truncate,

    /// <summary>A message of noise comes first.</summary>
    Garbage,

    /// <summary>The message that closes a candle is not sent.</summary>
    MissingFinal,

    /// <summary>The message that closes a candle is sent twice.</summary>
    DoubledFinal,

    /// <summary>The message that closes a candle is sent again with another high.</summary>
    RevisedFinal,

    /// <summary>REST says, in the venue's own words, that there are too many requests.</summary>
    RateLimited,

    /// <summary>REST says HTTP 418: this address is banned for <see cref="SandboxFault.Amount"/>.</summary>
    Banned,

    /// <summary>REST says HTTP 503 with a page for people.</summary>
    ServerError,

    /// <summary>REST answers after <see cref="SandboxFault.Amount"/>.</summary>
    SlowAnswer,

    /// <summary>REST answers with no candles at all.</summary>
    EmptyAnswer,

    /// <summary>REST answers without the newer half of the candles.</summary>
    ShortAnswer,

    /// <summary>The venue's clock is ahead by <see cref="SandboxFault.Amount"/>, which may be negative.</summary>
    ClockSkew,

    /// <summary>REST gives 100 candles a page, however many are asked for.</summary>
    PageCap,

    /// <summary>REST does not have a candle until <see cref="SandboxFault.Amount"/> after its end, though it has the open one that follows.</summary>
    Behind,

    /// <summary>REST lacks the candles of each UTC day's first <see cref="SandboxFault.Amount"/>, for good.</summary>
    Hole,

    /// <summary>Opens one candle in twenty, always the same ones, 14 seconds off the interval's grid in REST.</summary>
    OffGridRow,

    /// <summary>Gives one candle in twenty, always the same ones, a high below its low in REST.</summary>
    BadRow,

    /// <summary>Leaves one candle in twenty, always the same ones, without a close in REST: null.</summary>
    UnreadableRow,

    /// <summary>Objects of all messages and answers have fields that nobody knows, and those that are known in another order.</summary>
    UnknownFields,

    /// <summary>The <c>Date</c> of HTTP answers is ahead by <see cref="SandboxFault.Amount"/>, which may be negative; the venue's clock is right.</summary>
    DateSkew,

    /// <summary>HTTP answers have no <c>Date</c>.</summary>
    NoDate,

    /// <summary>
    /// A series' symbol (<see cref="SandboxFault.Symbol"/>; else all) stops trading: streams say nothing more of it, REST has no newer candles, and the listing
    /// says so. When it is over, the candles are there, as if they had only been held back.
    /// </summary>
    Halt,

    /// <summary>Messages of trades are held back for <see cref="SandboxFault.Amount"/>, those that follow them are not.</summary>
    LateTrades,

    /// <summary>Messages of trades are sent twice.</summary>
    DoubledTrades,

    /// <summary>A message of trades is sent after the one that follows it.</summary>
    ReorderedTrades,

    /// <summary>Messages of trades are not sent, though candles count them.</summary>
    LostTrades,

    /// <summary>The fills of an order are sent as one trade at the last price, though candles count each.</summary>
    MergedTrades,
}
