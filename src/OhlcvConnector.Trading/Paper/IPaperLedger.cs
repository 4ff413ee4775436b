namespace OhlcvConnector.Trading;

/// <summary>A paper account in a ledger.</summary>
/// <param name="Id">Its number; an account that was reset has another.</param>
/// <param name="Definition">What it is.</param>
public sealed record PaperRecord(long Id, PaperDefinition Definition);

/// <summary>
/// What a step was made of: the candles of one close, or a command. All that an account has done follows from these in their order, so they are all that is
/// needed to go on.
/// </summary>
/// <param name="Step">Number of the step, from 1.</param>
/// <param name="Candles">The candles, by the numbers of their series; empty for a command.</param>
/// <param name="Command">The command; null for candles.</param>
public sealed record PaperInput(long Step, IReadOnlyList<KeyValuePair<int, Candle>> Candles, PaperCommand? Command);

/// <summary>What a step changed. All of it is written in one transaction, with what it was made of.</summary>
/// <param name="Input">What it was made of.</param>
/// <param name="State">The state after it.</param>
/// <param name="Equity">Equity at the close; null for a command, and while indicators warm up.</param>
/// <param name="Orders">Orders that are new or changed.</param>
/// <param name="Fills">Fills.</param>
/// <param name="Trades">Trades that were closed.</param>
/// <param name="Positions">All positions.</param>
/// <param name="Events">What happened, in words.</param>
public sealed record PaperChange(
    PaperInput Input, PaperState State, decimal? Equity, IReadOnlyList<PaperOrder> Orders, IReadOnlyList<PaperFill> Fills, IReadOnlyList<PaperTrade> Trades,
    IReadOnlyList<PaperPosition> Positions, IReadOnlyList<PaperEvent> Events);

/// <summary>
/// Where paper accounts are kept. What it throws is an <see cref="IOException"/> or an <see cref="Domain.OhlcvConnectorException"/> that says what is wrong.
/// One program at a time trades on a ledger.
/// </summary>
public interface IPaperLedger
{
    /// <summary>The accounts that are open, by name.</summary>
    IReadOnlyList<PaperRecord> Accounts();

    /// <summary>Makes an account.</summary>
    /// <exception cref="Domain.InvalidSettingException">There is an open one with this name.</exception>
    PaperRecord Create(PaperDefinition definition);

    /// <summary>Closes an account; what it did stays written. With a definition, opens another in its place, in the same transaction.</summary>
    PaperRecord? Close(long account, PaperDefinition? next = null);

    /// <summary>Writes a step: all of it, or nothing.</summary>
    /// <returns>The events with their numbers.</returns>
    IReadOnlyList<PaperEvent> Write(long account, PaperChange change);

    /// <summary>What the steps of an account were made of, in their order.</summary>
    IEnumerable<PaperInput> Inputs(long account);

    /// <summary>The last state of an account; null before its first step.</summary>
    PaperState? State(long account);

    /// <summary>Positions of an account.</summary>
    IReadOnlyList<PaperPosition> Positions(long account);

    /// <summary>Orders of an account, the newest first.</summary>
    /// <param name="account">The account.</param>
    /// <param name="openOnly">Whether only those that are open.</param>
    /// <param name="limit">At most so many.</param>
    IReadOnlyList<PaperOrder> Orders(long account, bool openOnly = false, int limit = int.MaxValue);

    /// <summary>Fills of an account, the newest first.</summary>
    IReadOnlyList<PaperFill> Fills(long account, int limit = int.MaxValue);

    /// <summary>Closed trades of an account, the newest first.</summary>
    IReadOnlyList<PaperTrade> Trades(long account, int limit = int.MaxValue);

    /// <summary>Equity of an account at its closes, the newest first: Unix epoch milliseconds UTC, and money.</summary>
    IReadOnlyList<KeyValuePair<long, decimal>> Equity(long account, int limit = int.MaxValue);

    /// <summary>Events after one, oldest first.</summary>
    IReadOnlyList<PaperEvent> Events(long afterId, int limit = int.MaxValue);
}
