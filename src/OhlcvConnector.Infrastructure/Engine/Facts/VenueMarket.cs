using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Facts;

/// <summary>The facts of one market of a venue: addresses, limits, heartbeat, and whether it says that a candle is closed.</summary>
internal sealed record VenueMarket(Market Market)
{
    /// <summary>The live stream's address, path included.</summary>
    public required Uri Stream { get; init; }

    /// <summary>The live REST address; a request's path is appended.</summary>
    public required Uri Rest { get; init; }

    /// <summary>The test network's stream address; null where there is none.</summary>
    public Uri? TestnetStream { get; init; }

    /// <summary>The test network's REST address; null where there is none.</summary>
    public Uri? TestnetRest { get; init; }

    /// <summary>Headers that the venue wants with every request and with the handshake of every stream.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Headers that the test network's REST wants.</summary>
    public IReadOnlyList<(string Name, string Value)> TestnetHeaders { get; init; } = [];

    /// <summary>
    /// A name for the request weight that this market shares with others of the venue, whatever their addresses; null where the address decides.
    /// </summary>
    public string? SharedWeight { get; init; }

    /// <summary>The path prefix under which the sandbox simulates this market, such as <c>/binance/spot</c>.</summary>
    public required string SandboxPath { get; init; }

    /// <summary>The candle lengths, with their spellings on the wire.</summary>
    public required VenueIntervals Intervals { get; init; }

    /// <summary>Limits that the venue sets.</summary>
    public required VenueLimits Limits { get; init; }

    /// <summary>Heartbeat: how a connection is kept alive and known to be alive.</summary>
    public required VenueHeartbeat Heartbeat { get; init; }

    /// <summary>Source of the closes: who says that a candle is closed.</summary>
    public required Closing Closing { get; init; }

    /// <summary>True when the venue publishes nothing for a candle without trades, so that a missing one is no gap.</summary>
    public bool OmitsQuietCandles { get; init; }

    /// <summary>Key that the venue wants with every request and stream; null where it wants none.</summary>
    public VenueKey? Key { get; init; }

    /// <summary>Requests on the stream: what one does to those before it, and whether the venue answers it.</summary>
    public VenueRequests Requests { get; init; } = new();

    /// <summary>Facts about the market's trades, where candles are closed by them; null where trades need not close candles.</summary>
    public VenueTrades? Trades { get; init; }

    /// <summary>Rows that a page of history holds at most.</summary>
    public int HistoryRows { get; init; } = 1_000;

    /// <summary>Number of the newest candles that REST still has, the open one among them; null where it reaches back to the listing.</summary>
    public int? HistoryReach { get; init; }
}

/// <summary>Source of a market's closes: who says that a candle is closed.</summary>
internal enum Closing
{
    /// <summary>Flagged: the stream says it, reliably.</summary>
    Flagged,

    /// <summary>Flagged, but the message may be missing.</summary>
    MayBeMissing,

    /// <summary>Inferred closes: nobody says it, so the next candle tells, or the clock and REST.</summary>
    Inferred,
}

/// <summary>Facts about a market's trades, and about what its candles say of them.</summary>
/// <param name="AreCounted">True when a candle says how many trades it has.</param>
/// <param name="GiveQuoteVolume">True when a candle of the stream says what was traded in quote units.</param>
/// <param name="IdsAscend">True when a later trade has a higher id.</param>
internal sealed record VenueTrades(bool AreCounted, bool GiveQuoteVolume, bool IdsAscend);

/// <summary>Requests on a venue's stream.</summary>
/// <param name="AreAcknowledged">
/// True when the venue answers each request. False when it answers none: then whatever it sends afterwards, a heartbeat too, says that it has taken them, and
/// no request is ever overdue.
/// </param>
/// <param name="ReplaceAll">
/// True when a request replaces all before it on its connection, so that each names all series that are wanted, and none unsubscribes.
/// </param>
internal sealed record VenueRequests(bool AreAcknowledged = true, bool ReplaceAll = false);

/// <summary>Limits of a venue. A limit that it does not have is left at its default, which is no limit.</summary>
internal sealed record VenueLimits
{
    /// <summary>Series on one connection.</summary>
    public int SeriesPerConnection { get; init; } = int.MaxValue;

    /// <summary>Series in one subscribe message.</summary>
    public int SeriesPerRequest { get; init; } = 1;

    /// <summary>Messages that we may send on one connection, pings and pongs included.</summary>
    public Rate Messages { get; init; } = Rate.Unlimited;

    /// <summary>Messages that we may send over all connections from one address, pings and pongs included.</summary>
    public Rate MessagesOfAll { get; init; } = Rate.Unlimited;

    /// <summary>Series over all connections from one address.</summary>
    public int SeriesOfAll { get; init; } = int.MaxValue;

    /// <summary>Subscribe and unsubscribe requests on one connection.</summary>
    public Rate Requests { get; init; } = Rate.Unlimited;

    /// <summary>New connections from one address.</summary>
    public Rate Connects { get; init; } = Rate.Unlimited;

    /// <summary>Connections open at once from one address.</summary>
    public int Connections { get; init; } = int.MaxValue;

    /// <summary>Characters of all topics on one connection, as <see cref="TopicCharacters"/> counts them.</summary>
    public int CharactersPerConnection { get; init; } = int.MaxValue;

    /// <summary>Length of a series' topic in characters; only called where <see cref="CharactersPerConnection"/> is limited.</summary>
    public Func<Series, int> TopicCharacters { get; init; } = _ => 0;

    /// <summary>REST request weight from one address.</summary>
    public Rate Weight { get; init; } = Rate.Unlimited;

    /// <summary>Series that may wait for their acknowledgement at once, for venues that punish a burst.</summary>
    public int UnacknowledgedSeries { get; init; } = int.MaxValue;

    /// <summary>Time that a connection lives before the venue ends it; null where the venue sets no such limit.</summary>
    public TimeSpan? ConnectionAge { get; init; }
}

/// <summary>Rate: so many, in any window of such a length.</summary>
internal readonly record struct Rate(int Count, TimeSpan Per)
{
    /// <summary>Rate without a limit.</summary>
    public static Rate Unlimited { get; } = new(int.MaxValue, TimeSpan.FromSeconds(1));
}

/// <summary>Heartbeat of a venue: how a connection is kept alive and known to be alive.</summary>
/// <param name="Every">Time between two of the venue's own ping messages that we send; null where the venue wants none.</param>
/// <param name="Silence">Longest silence: a connection that receives nothing at all for this long, WebSocket ping frames included, is dead.</param>
internal sealed record VenueHeartbeat(TimeSpan? Every, TimeSpan Silence);
