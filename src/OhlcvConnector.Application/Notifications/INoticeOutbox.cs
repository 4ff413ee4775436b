namespace OhlcvConnector.Application.Notifications;

/// <summary>
/// Where notices wait until each channel has told them, over restarts, and by which a notice is known that was told. What it throws is an
/// <see cref="Domain.OhlcvConnectorException"/> or an <see cref="IOException"/>, which says what is wrong.
/// </summary>
public interface INoticeOutbox
{
    /// <summary>Keeps a notice for channels. A channel that has it, or has told it, does not get it again.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="channels">The channels, each with how many notices may wait for it: the oldest beyond that are given up.</param>
    /// <param name="now">What time it is, UTC.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>For how many channels it is new, and how many older notices were given up for it.</returns>
    Task<(int Kept, int GivenUp)> AddAsync(
        Notice notice, IReadOnlyList<(string Channel, int MostWaiting)> channels, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>What waits for a channel, the oldest first.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<KeptNotice>> WaitingAsync(string channel, int most, CancellationToken cancellationToken = default);

    /// <summary>Writes how an attempt went.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="numbers">The notices' numbers.</param>
    /// <param name="state">What they are now.</param>
    /// <param name="problem">What went wrong; null for nothing.</param>
    /// <param name="now">What time it is, UTC.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task SettleAsync(
        string channel, IReadOnlyList<long> numbers, NoticeState state, string? problem, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Lists notices with their channels, the newest first.</summary>
    /// <param name="state">Only those in this state; null for all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<KeptNotice>> ListAsync(NoticeState? state, int most, CancellationToken cancellationToken = default);

    /// <summary>Lets what was given up wait again, with as many attempts as at first.</summary>
    /// <param name="id">The notice's id; null for all.</param>
    /// <param name="channel">The channel; null for all.</param>
    /// <param name="now">What time it is, UTC.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many.</returns>
    Task<int> RetryAsync(string? id, string? channel, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>How many wait and how many were given up, by channel.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<NoticeBacklog>> BacklogsAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets what was told or given up before a time: until then a notice is known by its id.</summary>
    /// <param name="before">The time, UTC.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>Reads how far somebody who has numbered things to tell has given them: the number of the last; null before any was.</summary>
    /// <param name="source">Who tells them, such as a ledger.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<long?> ReadMarkAsync(string source, CancellationToken cancellationToken = default);

    /// <summary>Writes how far somebody has given what there is to tell, so that a restart goes on behind it.</summary>
    /// <param name="source">Who tells them.</param>
    /// <param name="number">The number of the last that was given.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task WriteMarkAsync(string source, long number, CancellationToken cancellationToken = default);

    /// <summary>Takes the turn to send, of which there is one for all programs that use this outbox; it ends with the program, however that ends.</summary>
    /// <returns>The turn, to be disposed of; null while another program has it.</returns>
    IDisposable? TryTakeTurn();
}

/// <summary>Notice as it is kept for a channel.</summary>
/// <param name="Number">The order in which notices were kept.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Notice">The notice; its candles are forgotten once it is told.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="KeptAt">When it was kept, or was let wait again, UTC.</param>
/// <param name="ChangedAt">When it was tried last, UTC; <see cref="KeptAt"/> before that.</param>
/// <param name="Problem">What went wrong last; null for nothing.</param>
public sealed record KeptNotice(
    long Number, string Channel, Notice Notice, NoticeState State, int Attempts, DateTimeOffset KeptAt, DateTimeOffset ChangedAt, string? Problem);

/// <summary>States of a notice for a channel.</summary>
public enum NoticeState
{
    /// <summary>It is to be told.</summary>
    Waiting,

    /// <summary>It was told.</summary>
    Delivered,

    /// <summary>It was given up, and waits for somebody who looks at it: a dead letter.</summary>
    Dead,
}

/// <summary>What an outbox has for a channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Waiting">How many notices wait.</param>
/// <param name="Dead">How many were given up.</param>
/// <param name="Oldest">Since when the oldest that waits has waited, UTC; null when none does.</param>
public sealed record NoticeBacklog(string Channel, long Waiting, long Dead, DateTimeOffset? Oldest);
