using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Publishing;

/// <summary>
/// A bus that candles are published to: closed ones are stored, each once and in order; open ones and statuses are told to whoever listens at that moment. What
/// it has stored is the only cursor: whoever publishes a series goes on at its <see cref="EndAsync"/>, so several may publish the same one.
/// </summary>
/// <remarks>Of one series one candle is appended at a time; of several series any number at once.</remarks>
public interface IQuoteSink : IAsyncDisposable
{
    /// <summary>The bus for people: its address without user and password.</summary>
    string Location { get; }

    /// <summary>
    /// Where the series goes on, read from the bus itself: the close time of its newest stored candle, or the end of a gap that was told after it, UTC. Null
    /// where the bus has nothing of it.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SinkException">The bus did not answer usably.</exception>
    Task<DateTimeOffset?> EndAsync(Series series, CancellationToken cancellationToken = default);

    /// <summary>
    /// Appends a closed candle, and before it its gap if it has one, behind what is stored; a revision behind all else. When it fails it is not known whether
    /// the candle is there: append it again, and the answer says.
    /// </summary>
    /// <param name="closed">The closed candle.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SinkException">The bus did not take it.</exception>
    ValueTask<SinkOutcome> AppendAsync(PriceQuote closed, CancellationToken cancellationToken = default);

    /// <summary>Tells whoever listens of an open candle's newest state. It is not stored, and lost where nobody listens.</summary>
    /// <param name="open">The open candle.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SinkException">The bus did not take it.</exception>
    ValueTask UpdateAsync(PriceQuote open, CancellationToken cancellationToken = default);

    /// <summary>Tells whoever listens of the status of a series. It is not stored.</summary>
    /// <param name="status">The status.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SinkException">The bus did not take it.</exception>
    ValueTask TellAsync(SeriesStatus status, CancellationToken cancellationToken = default);
}

/// <summary>Outcome of an attempt to append a closed candle.</summary>
public enum SinkOutcome
{
    /// <summary>The candle is stored, by this attempt.</summary>
    Stored,

    /// <summary>The bus had it, from another publisher or an earlier attempt; nothing was changed.</summary>
    AlreadyThere,

    /// <summary>
    /// The bus refused it, for what it has stored is not what this publisher believes: another one publishes the series, or the bus lost its newest candles.
    /// Nothing was changed; go on at <see cref="IQuoteSink.EndAsync"/>.
    /// </summary>
    Fenced,
}
