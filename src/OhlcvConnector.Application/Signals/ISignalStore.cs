using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Signals;

/// <summary>
/// Keeps signals, each once, what became of prices after them, and how far each series was evaluated. One can be used by several threads, and a store by
/// several
/// programs: whoever keeps a signal first has made it.
/// </summary>
public interface ISignalStore : IAsyncDisposable
{
    /// <summary>Where it is, for people: a file, an address without its password, or memory.</summary>
    string Location { get; }

    /// <summary>Keeps all of a batch in one transaction, or nothing. A signal that is kept already changes nothing.</summary>
    /// <param name="batch">What is to be kept.</param>
    /// <param name="cancellationToken">Ends the wait for others' writing.</param>
    /// <returns>For each signal of the batch, in its order, its number, and whether it was not kept before.</returns>
    /// <exception cref="ArchiveException">Nothing was kept.</exception>
    Task<IReadOnlyList<SignalReceipt>> KeepAsync(SignalBatch batch, CancellationToken cancellationToken = default);

    /// <summary>Reads signals.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>At most as many as the filter says, in its order.</returns>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    Task<IReadOnlyList<KeptSignal>> ReadAsync(SignalFilter filter, CancellationToken cancellationToken = default);

    /// <summary>Finds a signal by its id; null when it is not kept.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    Task<KeptSignal?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>The end of the last candle of a series that was evaluated, Unix epoch milliseconds UTC; null when none was.</summary>
    /// <param name="series">The series.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    Task<long?> ProgressAsync(Series series, CancellationToken cancellationToken = default);
}

/// <summary>What is to be kept together.</summary>
/// <param name="Signals">Signals, in the order in which they came about.</param>
/// <param name="Fates">Prices after earlier signals.</param>
/// <param name="Progress">For each series the end of the last candle that was evaluated, Unix epoch milliseconds UTC; an earlier one than is kept changes
/// nothing.</param>
public sealed record SignalBatch(
    IReadOnlyList<Signal> Signals, IReadOnlyList<SignalFatePrice> Fates, IReadOnlyList<(Series Series, long CloseMs)> Progress);

/// <summary>The close of a candle some candles after a signal.</summary>
/// <param name="Id">Id of the signal.</param>
/// <param name="Candles">How many candles after it: one of <see cref="SignalFate.Candles"/>.</param>
/// <param name="Price">The last price of that candle, in the quote asset.</param>
public readonly record struct SignalFatePrice(string Id, int Candles, decimal Price);

/// <summary>What became of a signal that was to be kept.</summary>
/// <param name="Number">Its number in the store: later ones have larger numbers.</param>
/// <param name="IsNew">True when it was not kept before.</param>
public readonly record struct SignalReceipt(long Number, bool IsNew);

/// <summary>A signal that is kept.</summary>
/// <param name="Number">Its number in the store: later ones have larger numbers.</param>
/// <param name="Signal">The signal.</param>
/// <param name="KeptAt">When it was kept, UTC.</param>
/// <param name="Fate">What became of the price after it.</param>
public sealed record KeptSignal(long Number, Signal Signal, DateTimeOffset KeptAt, SignalFate Fate);

/// <summary>The last prices of candles after a signal; null while they are not known.</summary>
/// <param name="After1">Of the next candle.</param>
/// <param name="After4">Of the fourth candle after it.</param>
/// <param name="After24">Of the twenty-fourth candle after it.</param>
public sealed record SignalFate(decimal? After1 = null, decimal? After4 = null, decimal? After24 = null)
{
    /// <summary>Numbers of candles after which the price is looked at.</summary>
    public static IReadOnlyList<int> Candles { get; } = [1, 4, 24];

    /// <summary>The price after so many candles.</summary>
    /// <param name="candles">One of <see cref="Candles"/>.</param>
    public decimal? After(int candles) => candles switch { 1 => After1, 4 => After4, _ => After24 };
}

/// <summary>Which signals are wanted; what is null narrows nothing.</summary>
public sealed record SignalFilter
{
    /// <summary>Largest number of signals in one reading.</summary>
    public const int MaxLimit = 1_000;

    /// <summary>Name of the exchange.</summary>
    public string? Exchange { get; init; }

    /// <summary>The market.</summary>
    public Market? Market { get; init; }

    /// <summary>The symbol, in the exchange's spelling or the common one, in any case.</summary>
    public string? Symbol { get; init; }

    /// <summary>The length of the candles.</summary>
    public Interval? Interval { get; init; }

    /// <summary>Name of the rule, or of a built-in set with a dot after it.</summary>
    public string? Rule { get; init; }

    /// <summary>The direction.</summary>
    public SignalDirection? Direction { get; init; }

    /// <summary>The least strength, 0 to 100.</summary>
    public double? Strength { get; init; }

    /// <summary>Signals whose candle closed at this time or later, Unix epoch milliseconds UTC.</summary>
    public long? SinceMs { get; init; }

    /// <summary>Signals with smaller numbers.</summary>
    public long? Before { get; init; }

    /// <summary>Signals with larger numbers.</summary>
    public long? After { get; init; }

    /// <summary>True for the oldest first; else the newest come first.</summary>
    public bool IsAscending { get; init; }

    /// <summary>True for the newest of each series and rule alone.</summary>
    public bool IsLatestOnly { get; init; }

    /// <summary>At most so many, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Returns true when a signal is one of them, its number and the limit aside.</summary>
    /// <param name="signal">The signal.</param>
    public bool Matches(Signal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        var series = signal.Series;
        return (Exchange is null || Exchange.Equals(series.Exchange, StringComparison.OrdinalIgnoreCase))
            && (Market is not { } market || market == series.Market)
            && (Symbol is null || Symbol.Equals(series.VenueSymbol, StringComparison.OrdinalIgnoreCase)
                || Symbol.Equals(series.Instrument.Symbol, StringComparison.OrdinalIgnoreCase))
            && (Interval is not { } interval || interval == series.Interval)
            && (Rule is null || (Rule.EndsWith('.') ? signal.Rule.StartsWith(Rule, StringComparison.Ordinal) : signal.Rule == Rule))
            && (Direction is not { } direction || direction == signal.Direction)
            && (Strength is not { } strength || signal.Strength >= strength)
            && (SinceMs is not { } since || signal.CloseMs >= since);
    }
}
