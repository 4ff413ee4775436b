using System.Diagnostics.CodeAnalysis;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Notifications;

/// <summary>Notice to people or to programs of theirs: that a rule has fired, an order was filled, a price crossed a limit. Told once a channel.</summary>
public sealed record Notice
{
    /// <summary>
    /// The id, the same whenever the same thing is told, over restarts and from several servers: a signal's id, an account with the number of its fill. A
    /// notice whose id is known already is not told again. At most 200 letters, none of them secret.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The kind of thing that it tells of, by which channels choose.</summary>
    public required NoticeKind Kind { get; init; }

    /// <summary>The whole of it in one line, without markup, such as <c>BTC/USDT 1h: quantum-cipher says long</c>.</summary>
    public required string Title { get; init; }

    /// <summary>When it came about, UTC: of a signal its candle's close, of a fill the fill.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What there is to say beside the title, without markup; empty for nothing.</summary>
    public string Text { get; init; } = "";

    /// <summary>How much it matters: what is critical comes through quiet hours, too.</summary>
    public NoticeSeverity Severity { get; init; }

    /// <summary>The direction that a signal or a fill has; null for what has none.</summary>
    public NoticeDirection? Direction { get; init; }

    /// <summary>A signal's strength, 0 to 100; null for what has none.</summary>
    public double? Strength { get; init; }

    /// <summary>The name of the rule or strategy that it comes of; null for none.</summary>
    public string? Rule { get; init; }

    /// <summary>The series that it is about; null for none.</summary>
    public Series? Series { get; init; }

    /// <summary>The price at that moment, in the series' quote asset; null for none.</summary>
    public decimal? Price { get; init; }

    /// <summary>What it is made of, in the order in which it is shown: parts of a signal with value and weight, amount and fee of a fill.</summary>
    public IReadOnlyList<NoticeField> Fields { get; init; } = [];

    /// <summary>Whether it comes of simulated candles. Every message says so.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>Whether it is of paper trading, so that no money was moved. Every message says so.</summary>
    public bool IsPaper { get; init; }

    /// <summary>
    /// Candles for a picture, closed ones of <see cref="Series"/>, the oldest first, the last that of <see cref="Time"/>; empty for no picture.
    /// </summary>
    public IReadOnlyList<PriceQuote> Candles { get; init; } = [];

    /// <summary>The thing itself for programs, as a JSON object, such as a signal as REST gives it; null when the notice says it all.</summary>
    public string? Json { get; init; }

    /// <summary>What has to stand before it everywhere: <c>SANDBOX</c>, <c>PAPER</c>, <c>SANDBOX PAPER</c>; null for what is real.</summary>
    public string? Label => (IsSandbox, IsPaper) switch
    {
        (true, true) => "SANDBOX PAPER",
        (true, false) => "SANDBOX",
        (false, true) => "PAPER",
        _ => null,
    };
}

/// <summary>One of the things that a notice is made of.</summary>
/// <param name="Name">What it is, such as <c>rsi:14 (weight 0.3)</c>.</param>
/// <param name="Value">What it is like, as text, such as <c>28.4</c>.</param>
public sealed record NoticeField(string Name, string Value);

/// <summary>Kinds of things that are told of.</summary>
public enum NoticeKind
{
    /// <summary>A rule has fired on a closed candle.</summary>
    Signal,

    /// <summary>An order was filled, in whole or in part.</summary>
    Fill,

    /// <summary>An order was placed, cancelled or refused.</summary>
    Order,

    /// <summary>A price crossed a limit.</summary>
    Price,

    /// <summary>Something needs a person: a rule was stopped, a limit of losses was reached, data is missing.</summary>
    Alert,

    /// <summary>An account of a day or a week.</summary>
    Report,

    /// <summary>A trial of a channel; it passes every filter.</summary>
    Test,
}

/// <summary>How much a notice matters.</summary>
public enum NoticeSeverity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Should be looked at.</summary>
    Warning,

    /// <summary>Has to be looked at now.</summary>
    Critical,
}

/// <summary>Directions of a signal.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "long and short are what traders call them")]
public enum NoticeDirection
{
    /// <summary>For a rising price.</summary>
    Long,

    /// <summary>For a falling price.</summary>
    Short,

    /// <summary>Out of what is held.</summary>
    Exit,

    /// <summary>None.</summary>
    Neutral,
}
