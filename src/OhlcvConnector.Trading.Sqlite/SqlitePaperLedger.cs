using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading.Sqlite;

/// <summary>Paper accounts in one SQLite file. For several threads at once, which wait for each other; of several programs, one may write.</summary>
public sealed class SqlitePaperLedger : IPaperLedger, IDisposable
{
    private readonly LedgerFile _file;
    private readonly Lock _gate = new();

    private SqlitePaperLedger(LedgerFile file) => _file = file;

    /// <summary>Opens a file to trade with, and makes it when it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isSandbox">Whether the markets are simulated. A file holds accounts of one kind.</param>
    /// <exception cref="IOException">It cannot be used, or another program trades with it; the message says what to do.</exception>
    public static SqlitePaperLedger Open(string path, bool? isSandbox)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new SqlitePaperLedger(LedgerFile.Open(path, isSandbox, isReadOnly: false));
    }

    /// <summary>Opens a file to read, while another program may trade with it.</summary>
    /// <exception cref="IOException">It is not there, or is no ledger.</exception>
    public static SqlitePaperLedger Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new SqlitePaperLedger(LedgerFile.Open(path, isSandbox: null, isReadOnly: true));
    }

    /// <inheritdoc/>
    public IReadOnlyList<PaperRecord> Accounts() => Locked(() => _file.Read(
        "SELECT id, definition FROM account WHERE is_closed = 0 ORDER BY name", row => new PaperRecord(row.Long(0), Definition(row.Text(1)))));

    /// <inheritdoc/>
    public PaperRecord Create(PaperDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        definition.Check();
        return Locked(() => _file.Write(() => Add(definition)));
    }

    /// <inheritdoc/>
    public PaperRecord? Close(long account, PaperDefinition? next = null)
    {
        next?.Check();
        return Locked(() => _file.Write(() =>
        {
            _file.Run("UPDATE account SET is_closed = 1 WHERE id = ?1", account);
            return next is null ? null : Add(next);
        }));
    }

    /// <inheritdoc/>
    public IReadOnlyList<PaperEvent> Write(long account, PaperChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Locked(() => _file.Write(() =>
        {
            WriteInput(account, change.Input);
            WriteState(account, change);
            return (IReadOnlyList<PaperEvent>)[.. change.Events.Select(one => WriteEvent(account, one))];
        }));
    }

    /// <inheritdoc/>
    public IEnumerable<PaperInput> Inputs(long account)
    {
        var commands = Locked(() => _file.Read("SELECT step, kind, time_ms, id, series, order_id, amount, reason, request FROM command WHERE account = ?1 ORDER BY step", Command, account));
        var candles = Locked(() => _file.Read("SELECT step, series, open_ms, close_ms, open, high, low, close, volume FROM candle WHERE account = ?1 ORDER BY step, series", Candle, account));
        return commands.Concat(candles.GroupBy(one => one.Step, (step, all) => new PaperInput(step, [.. all.Select(one => one.Candle)], Command: null)))
            .OrderBy(input => input.Step);
    }

    /// <inheritdoc/>
    public PaperState? State(long account) => Locked(() => _file.Read(
        "SELECT step, now_ms, cash, equity, deposits, fees, funding, fills, trades, refused, halt, strategy_error FROM state WHERE account = ?1",
        row => new PaperState
        {
            Step = row.Long(0),
            NowMs = row.LongOrNull(1),
            Cash = row.Number(2),
            Equity = row.Number(3),
            Deposits = row.Number(4),
            Fees = row.Number(5),
            Funding = row.Number(6),
            Fills = row.Int(7),
            Trades = row.Int(8),
            Refused = row.Int(9),
            Halt = row.TextOrNull(10),
            StrategyError = row.TextOrNull(11),
        },
        account).SingleOrDefault());

    /// <inheritdoc/>
    public IReadOnlyList<PaperPosition> Positions(long account) => Locked(() => _file.Read(
        "SELECT series, quantity, average_price, mark, value FROM position WHERE account = ?1 ORDER BY series",
        row => new PaperPosition(row.Int(0), row.Number(1), row.NumberOrNull(2), row.Number(3), row.Number(4)), account));

    /// <inheritdoc/>
    public IReadOnlyList<PaperOrder> Orders(long account, bool openOnly = false, int limit = int.MaxValue) => Locked(() => _file.Read(
        $"SELECT id, series, request, placed_ms, parent, state, filled, trigger_price, reason FROM orders WHERE account = ?1 {(openOnly ? "AND state = 'Open'" : "")} ORDER BY id DESC LIMIT ?2",
        row => new PaperOrder(
            row.Int(0), row.Int(1), WrittenOrder.Read(row.Text(2)), row.Long(3), (int?)row.LongOrNull(4), row.Name<OrderState>(5), row.Number(6),
            row.NumberOrNull(7), row.TextOrNull(8)),
        account, limit));

    /// <inheritdoc/>
    public IReadOnlyList<PaperFill> Fills(long account, int limit = int.MaxValue) => Locked(() => _file.Read(
        "SELECT number, order_id, series, time_ms, quantity, price, fee, reason FROM fill WHERE account = ?1 ORDER BY number DESC LIMIT ?2",
        row => new PaperFill(
            row.Int(0), (int?)row.LongOrNull(1), row.Int(2), row.Long(3), row.Number(4), row.Number(5), row.Number(6), row.Name<FillReason>(7)),
        account, limit));

    /// <inheritdoc/>
    public IReadOnlyList<PaperTrade> Trades(long account, int limit = int.MaxValue) => Locked(() => _file.Read(
        "SELECT number, series, quantity, entry_ms, entry_price, exit_ms, exit_price, fees, profit, return, reason FROM trade WHERE account = ?1 ORDER BY number DESC LIMIT ?2",
        row => new PaperTrade(
            row.Int(0), row.Int(1), row.Number(2), row.Long(3), row.Number(4), row.Long(5), row.Number(6), row.Number(7), row.Number(8), row.Number(9),
            row.Name<FillReason>(10)),
        account, limit));

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<long, decimal>> Equity(long account, int limit = int.MaxValue) => Locked(() => _file.Read(
        "SELECT time_ms, equity FROM equity WHERE account = ?1 ORDER BY time_ms DESC LIMIT ?2",
        row => new KeyValuePair<long, decimal>(row.Long(0), row.Number(1)), account, limit));

    /// <inheritdoc/>
    public IReadOnlyList<PaperEvent> Events(long afterId, int limit = int.MaxValue) => Locked(() => _file.Read(
        "SELECT id, name, kind, time_ms, text FROM event WHERE id > ?1 ORDER BY id LIMIT ?2",
        row => new PaperEvent(row.Long(0), row.Text(1), row.Name<PaperEventKind>(2), row.Long(3), row.Text(4)), afterId, limit));

    /// <summary>The number of the newest event; 0 before the first.</summary>
    public long LastEvent() => Locked(() => _file.Read("SELECT coalesce(max(id), 0) FROM event", row => row.Long(0)))[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
        }
    }

    private static PaperDefinition Definition(string text) => JsonSerializer.Deserialize(text, LedgerJson.Default.PaperDefinition)!;

    private static PaperInput Command(LedgerRow row) => new(
        row.Long(0), [],
        new PaperCommand(row.Name<PaperCommandKind>(1))
        {
            TimeMs = row.Long(2),
            Id = row.TextOrNull(3),
            Series = row.Int(4),
            Order = row.Int(5),
            Amount = row.Number(6),
            Reason = row.TextOrNull(7),
            Request = row.TextOrNull(8) is { } request ? WrittenOrder.Read(request) : null,
        });

    private static (long Step, KeyValuePair<int, Candle> Candle) Candle(LedgerRow row) => (row.Long(0), new KeyValuePair<int, Candle>(
        row.Int(1),
        new Candle(row.Long(2), row.Long(3), row.Number(4), row.Number(5), row.Number(6), row.Number(7), row.NumberOrNull(8))));

    private T Locked<T>(Func<T> work)
    {
        lock (_gate)
        {
            return _file.Guard(work);
        }
    }

    private PaperRecord Add(PaperDefinition definition)
    {
        if (_file.Ask("SELECT name FROM account WHERE is_closed = 0 AND name = ?1", definition.Name) is string known)
        {
            throw new InvalidSettingException($"There is a paper account '{known}' already. Reset or close it, or take another name.");
        }

        var id = (long)_file.Ask(
            "INSERT INTO account (name, definition) VALUES (?1, ?2) RETURNING id", definition.Name,
            JsonSerializer.Serialize(definition, LedgerJson.Default.PaperDefinition))!;
        return new PaperRecord(id, definition);
    }

    private void WriteInput(long account, PaperInput input)
    {
        foreach (var (series, candle) in input.Candles)
        {
            _file.Run(
                "INSERT INTO candle VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", account, series, candle.OpenMs, candle.CloseMs, input.Step, candle.Open,
                candle.High, candle.Low, candle.Close, candle.Volume);
        }

        if (input.Command is { } command)
        {
            _file.Run(
                "INSERT INTO command VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", account, input.Step, command.Kind, command.TimeMs, command.Id,
                command.Series, command.Order, command.Amount, command.Reason, command.Request is { } request ? WrittenOrder.Write(request) : null);
        }
    }

    private void WriteState(long account, PaperChange change)
    {
        var state = change.State;
        var isNext = _file.Run(
            "INSERT INTO state VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (account) DO UPDATE SET step = ?2, now_ms = ?3, cash = ?4, equity = ?5, deposits = ?6, fees = ?7, funding = ?8, fills = ?9, trades = ?10, refused = ?11, halt = ?12, strategy_error = ?13 WHERE step = ?2 - 1",
            account, state.Step, state.NowMs, state.Cash, state.Equity, state.Deposits, state.Fees, state.Funding, state.Fills, state.Trades, state.Refused,
            state.Halt, state.StrategyError);
        if (isNext != 1)
        {
            throw new IOException(FormattableString.Invariant($"Step {state.Step} of the paper account {account} is not the next one: another program has traded with it. Nothing was written."));
        }

        if (change.Equity is { } equity)
        {
            _file.Run("INSERT OR REPLACE INTO equity VALUES (?1, ?2, ?3)", account, state.NowMs, equity);
        }

        foreach (var order in change.Orders)
        {
            _file.Run(
                "INSERT OR REPLACE INTO orders VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", account, order.Id, order.Series, order.Parent, order.PlacedMs,
                order.State, order.Filled, order.Trigger, order.Reason, WrittenOrder.Write(order.Request));
        }

        foreach (var fill in change.Fills)
        {
            _file.Run(
                "INSERT INTO fill VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", account, fill.Number, state.Step, fill.Order, fill.Series, fill.TimeMs,
                fill.Quantity, fill.Price, fill.Fee, fill.Reason);
        }

        foreach (var trade in change.Trades)
        {
            _file.Run(
                "INSERT INTO trade VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)", account, trade.Number, trade.Series, trade.Quantity,
                trade.EntryMs, trade.EntryPrice, trade.ExitMs, trade.ExitPrice, trade.Fees, trade.Profit, trade.Return, trade.Reason);
        }

        foreach (var position in change.Positions)
        {
            _file.Run(
                "INSERT OR REPLACE INTO position VALUES (?1, ?2, ?3, ?4, ?5, ?6)", account, position.Series, position.Quantity, position.AveragePrice,
                position.Mark, position.Value);
        }
    }

    private PaperEvent WriteEvent(long account, PaperEvent one) => one with
    {
        Id = (long)_file.Ask(
            "INSERT INTO event (account, name, kind, time_ms, text) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id", account, one.Account, one.Kind, one.TimeMs,
            one.Text)!,
    };
}
