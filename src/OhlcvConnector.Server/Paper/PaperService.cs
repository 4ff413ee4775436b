using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Sqlite;

namespace OhlcvConnector.Server.Paper;

/// <summary>Paper trading while the server runs.</summary>
internal sealed partial class PaperService : IHostedService, IDisposable
{
    private readonly ILogger<PaperService> _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private readonly List<Action<PaperRecord, PaperChange>> _followers = [];

    /// <summary>Opens the ledger.</summary>
    /// <exception cref="InvalidSettingException">It cannot be used.</exception>
    public PaperService(
        ServerOptions options, ServerIdentity identity, PaperMarkets markets, PaperCandles candles, MarketClock clock, ILogger<PaperService> logger)
    {
        _logger = logger;
        Clock = clock.Clock;
        IsSandbox = identity.IsSandbox;
        Markets = markets;
        try
        {
            Ledger = SqlitePaperLedger.Open(options.PaperLedger!, identity.IsSandbox);
        }
        catch (IOException exception)
        {
            throw new InvalidSettingException($"{nameof(options.PaperLedger)} is '{options.PaperLedger}': {exception.Message}");
        }

        Desk = new PaperDesk(Ledger, candles.StreamAsync, Clock, options.TimeProvider)
        {
            OnChange = OnChange,
            OnTrouble = Trouble,
        };
        LastEventAtStart = Ledger.LastEvent();
    }

    /// <summary>Somebody is to be told of an account that does not go on: its name, and why in words. Handlers must not block.</summary>
    public event Action<string, string>? Troubled;

    /// <summary>Number of the last event that was in the ledger before this start.</summary>
    public long LastEventAtStart { get; }

    /// <summary>The ledger.</summary>
    public SqlitePaperLedger Ledger { get; }

    /// <summary>The desk.</summary>
    public PaperDesk Desk { get; }

    /// <summary>The markets.</summary>
    public PaperMarkets Markets { get; }

    /// <summary>The market's clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Whether the markets are simulated.</summary>
    public bool IsSandbox { get; }

    /// <summary>Counts of what happened since the start.</summary>
    public PaperCounts Counts { get; } = new();

    /// <summary>The refusal of an account that there is not.</summary>
    public RequestException Missing(string name)
    {
        var shown = V1Reader.Shown(name);
        return new RequestException(
            ErrorCode.NotFound, $"There is no paper account '{shown}'; {Nearest.Words(shown, [.. Desk.Accounts().Select(one => one.Record.Definition.Name)])}");
    }

    /// <summary>Has somebody told of each change, after it was written.</summary>
    public void Follow(Action<PaperRecord, PaperChange> follower)
    {
        lock (_followers)
        {
            _followers.Add(follower);
        }
    }

    /// <summary>Tells nobody any more.</summary>
    public void Unfollow(Action<PaperRecord, PaperChange> follower)
    {
        lock (_followers)
        {
            _followers.Remove(follower);
        }
    }

    /// <summary>Says of an account why it does not go on, or is not made.</summary>
    public void Trouble(string account, string words)
    {
        LogTrouble(_logger, account, words);
        Troubled?.Invoke(account, words);
    }

    /// <summary>Begins with the accounts, all of which are there when this returns: nobody may be told that there is none.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Desk.RunAsync(_stop.Token);
        return _running.IsFaulted ? _running : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it ends because it is told to
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        Ledger.Dispose();
    }

    private void OnChange(PaperRecord record, PaperChange change)
    {
        Counts.Add(change);
        foreach (var one in change.Events)
        {
            var level = one.Kind == PaperEventKind.StrategyFailed ? LogLevel.Error : LogLevel.Information;
            LogEvent(_logger, level, IsSandbox ? "PAPER SANDBOX" : "PAPER", one.Account, one.Text);
        }

        lock (_followers)
        {
            foreach (var follower in _followers)
            {
                follower(record, change);
            }
        }
    }

    [LoggerMessage(ServerEventIds.PaperTroubled, LogLevel.Warning, "PAPER account {Account} does not go on: {Words}")]
    private static partial void LogTrouble(ILogger logger, string account, string words);

    [LoggerMessage(EventId = ServerEventIds.PaperEvent, Message = "{Label} account {Account}: {Text}")]
    private static partial void LogEvent(ILogger logger, LogLevel level, string label, string account, string text);
}

/// <summary>Counts of what happened on paper since the start.</summary>
internal sealed class PaperCounts
{
    private long _steps;
    private long _fills;
    private long _rejected;

    /// <summary>Steps: closes and commands.</summary>
    public long Steps => Interlocked.Read(ref _steps);

    /// <summary>Fills.</summary>
    public long Fills => Interlocked.Read(ref _fills);

    /// <summary>Orders that were rejected.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Counts a change.</summary>
    public void Add(PaperChange change)
    {
        Interlocked.Increment(ref _steps);
        Interlocked.Add(ref _fills, change.Fills.Count);
        Interlocked.Add(ref _rejected, change.Orders.Count(order => order.State == OrderState.Rejected));
    }
}
