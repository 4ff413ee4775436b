using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>The rules of how long a series' next close is waited for, and what may stand in for it.</summary>
internal sealed record SequencerRules
{
    /// <summary>Time after a candle's end during which its closing message may be missing before history is asked.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>Age of a candle's end from which on what history says of it is final: right at the boundary it may still change.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Age of a candle's end from which on history is asked for one that ended before its stream was asked for: settled, and a little, because what surely is
    /// the venue's time is less than what it is most likely.
    /// </summary>
    public TimeSpan SettledAfter => Settle + TimeSpan.FromMilliseconds(250);

    /// <summary>True when a candle without trades is simply not published.</summary>
    public bool OmitsQuietCandles { get; init; }

    /// <summary>True when the stream's last state may be taken for the close when history does not answer: where the stream never says closed.</summary>
    public bool MayInfer { get; init; }

    /// <summary>True when a closed candle that comes again with other values is delivered again.</summary>
    public bool DeliverRevisions { get; init; }

    /// <summary>The rules of a market.</summary>
    public static SequencerRules For(VenueMarket market, ConnectorOptions options) => new()
    {
        // Where nobody says closed there is nothing to wait for, beyond the time in which history settles.
        Deadline = market.Closing == Closing.Inferred && options.CloseDeadline > TimeSpan.FromSeconds(2) ? TimeSpan.FromSeconds(2) : options.CloseDeadline,
        OmitsQuietCandles = market.OmitsQuietCandles,
        MayInfer = market.Closing == Closing.Inferred,
        DeliverRevisions = options.DeliverRevisions,
    };
}
