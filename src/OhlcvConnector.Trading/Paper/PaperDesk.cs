using System.Collections.Concurrent;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading;

/// <summary>
/// Trades on paper: runs all accounts of a ledger on live candles, each on its own, so that none waits for another. What closed while the program was not
/// running is handled first, in its order. For several threads at once.
/// </summary>
/// <param name="ledger">The ledger.</param>
/// <param name="source">Brings candles.</param>
/// <param name="market">The clock that candles are measured with.</param>
/// <param name="clock">The clock of waits.</param>
public sealed class PaperDesk(IPaperLedger ledger, PaperSource source, TimeProvider market, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, PaperRun> _runs = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _running = new(canceled: true);

    /// <summary>Makes the strategies of accounts; null for those of <see cref="StrategyCatalog"/>.</summary>
    public Func<PaperDefinition, IStrategy>? Strategies { get; init; }

    /// <summary>Handler that is told of each change, after it was written, in the order of its account. It must not block.</summary>
    public Action<PaperRecord, PaperChange>? OnChange { get; init; }

    /// <summary>Handler that is told in words of what does not work, with the account's name. It must not block.</summary>
    public Action<string, string>? OnTrouble { get; init; }

    /// <summary>The accounts, by name.</summary>
    public IReadOnlyList<PaperStatus> Accounts() =>
        [.. _runs.Values.Select(run => run.Status()).OrderBy(one => one.Record.Definition.Name, StringComparer.Ordinal)];

    /// <summary>An account; null where there is none.</summary>
    public PaperStatus? Find(string name) => _runs.TryGetValue(name, out var run) ? run.Status() : null;

    /// <summary>Runs the accounts until it is cancelled; then what is begun is written.</summary>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _running = cancellationToken;
            foreach (var record in ledger.Accounts())
            {
                Begin(record);
            }
        }

        using var end = cancellationToken.Register(() => _stopped.TrySetResult());
        await _stopped.Task.ConfigureAwait(false);
        await Task.WhenAll(_runs.Values.Select(run => run.Ended)).ConfigureAwait(false);
    }

    /// <summary>Makes an account, and begins to trade on it.</summary>
    /// <exception cref="InvalidSettingException">A setting is wrong, or there is one with this name.</exception>
    public PaperStatus Create(PaperDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        _ = PaperAccount.StrategyOf(definition, Strategies); // what is wrong with it is told before anything is written
        lock (_gate)
        {
            return Begin(ledger.Create(definition)).Status();
        }
    }

    /// <summary>Closes an account and opens it anew, with the money of its beginning.</summary>
    /// <param name="name">The account.</param>
    /// <param name="cash">Other money to begin with; null for as much as before.</param>
    /// <returns>The new account; null where there is none.</returns>
    public async Task<PaperStatus?> ResetAsync(string name, decimal? cash = null)
    {
        if (await EndAsync(name).ConfigureAwait(false) is not { } record)
        {
            return null;
        }

        var definition = record.Definition;
        lock (_gate)
        {
            return Begin(
                ledger.Close(
                    record.Id,
                    definition with
                    {
                        StartMs = market.GetUtcNow().ToUnixTimeMilliseconds(),
                        Broker = definition.Broker with { Cash = cash ?? definition.Broker.Cash },
                    })!).Status();
        }
    }

    /// <summary>Closes an account; what it did stays in the ledger.</summary>
    /// <returns>False where there is none.</returns>
    public async Task<bool> CloseAsync(string name)
    {
        if (await EndAsync(name).ConfigureAwait(false) is not { } record)
        {
            return false;
        }

        ledger.Close(record.Id);
        return true;
    }

    /// <summary>Carries out a command, at the market's time.</summary>
    /// <returns>What came of it; null where there is no such account.</returns>
    /// <exception cref="IOException">It could not be written, and so was not carried out.</exception>
    public PaperReply? Do(string name, PaperCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return _runs.TryGetValue(name, out var run) ? run.Do(command with { TimeMs = market.GetUtcNow().ToUnixTimeMilliseconds() }) : null;
    }

    private PaperRun Begin(PaperRecord record)
    {
        var run = new PaperRun(record, ledger, source, Strategies, market, clock, OnChange, OnTrouble);
        _runs[record.Definition.Name] = run;
        run.Start(_running);
        return run;
    }

    private async Task<PaperRecord?> EndAsync(string name)
    {
        if (!_runs.TryRemove(name, out var run))
        {
            return null;
        }

        await run.DisposeAsync().ConfigureAwait(false);
        return run.Record;
    }
}
