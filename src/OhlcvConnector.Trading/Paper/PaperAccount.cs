namespace OhlcvConnector.Trading;

/// <summary>
/// A paper account at work: the engine of a backtest, taken forward by live candles and by commands, each step of which is written before the next. What it is
/// follows from the inputs in its ledger alone, so going on after a restart is running them again. Not for several threads at once.
/// </summary>
public sealed class PaperAccount
{
    private readonly IPaperLedger _ledger;
    private readonly GuardedStrategy _strategy;
    private readonly TradingSession _session;
    private readonly PaperNotes _notes;
    private readonly HashSet<string> _commands = new(StringComparer.Ordinal);
    private readonly List<Fill> _fills = [];
    private readonly List<Order> _ended = [];
    private readonly List<PaperFill> _replayed = [];
    private int _fillCount;
    private int _tradeCount;
    private bool _isAhead;

    private PaperAccount(PaperRecord record, IPaperLedger ledger, IStrategy strategy)
    {
        (Record, _ledger, _strategy) = (record, ledger, new GuardedStrategy(strategy));
        _session = new TradingSession(
            _strategy, record.Definition.Series.Select(one => new SessionSeries(one.Name, one.Rules, one.OmitsQuietCandles) { Source = one.Source }),
            record.Definition.Broker, record.Definition.StartMs, _fills.Add, _ended.Add);
        _notes = new PaperNotes(record.Definition, _session.Series);
        _session.Start();
        State = StateAt(0, nowMs: null);
    }

    /// <summary>The account in the ledger.</summary>
    public PaperRecord Record { get; }

    /// <summary>What it is.</summary>
    public PaperDefinition Definition => Record.Definition;

    /// <summary>The state after the last step.</summary>
    public PaperState State { get; private set; }

    /// <summary>Number of candles that came again, or late, and were left out.</summary>
    public long Repeated { get; private set; }

    /// <summary>Opens an account: runs all that it was given again, and compares what comes of it with what is written.</summary>
    /// <param name="record">The account.</param>
    /// <param name="ledger">Its ledger.</param>
    /// <param name="strategies">Makes the strategy; null for that of <see cref="StrategyCatalog"/> with the account's settings.</param>
    /// <exception cref="InvalidDataException">Something else comes of it; the message says at which fill.</exception>
    public static PaperAccount Open(PaperRecord record, IPaperLedger ledger, Func<PaperDefinition, IStrategy>? strategies = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(ledger);
        var account = new PaperAccount(record, ledger, StrategyOf(record.Definition, strategies));
        foreach (var input in ledger.Inputs(record.Id))
        {
            account.Apply(input);
            account._replayed.AddRange(account.TakeFills());
            account._ended.Clear();
        }

        account.Compare(ledger.Fills(record.Id), ledger.State(record.Id));
        account._replayed.Clear();
        account._notes.Forget(account.OpenOrders());
        return account;
    }

    /// <summary>Makes the strategy of an account.</summary>
    internal static IStrategy StrategyOf(PaperDefinition definition, Func<PaperDefinition, IStrategy>? strategies) =>
        definition.Strategy is null ? new NoStrategy()
        : strategies is not null ? strategies(definition)
        : definition.CreateStrategy()!;

    /// <summary>Open time from which candles of a series are still to come, Unix epoch milliseconds UTC; null where none has come.</summary>
    public long? NextOpenMs(int series) => _session.Series[series] is { Bar: >= 0 } known ? known.Last.CloseMs : null;

    /// <summary>Handles candles that close at one time. Those that were handled before are left out.</summary>
    /// <param name="candles">The candles, by the numbers of their series, ascending.</param>
    /// <returns>What happened; null when nothing was new.</returns>
    public PaperChange? Take(IEnumerable<KeyValuePair<int, Candle>> candles)
    {
        ArgumentNullException.ThrowIfNull(candles);
        List<KeyValuePair<int, Candle>> fresh = [];
        foreach (var one in candles)
        {
            if (one.Value.OpenMs >= (NextOpenMs(one.Key) ?? long.MinValue) && one.Value.CloseMs >= (State.NowMs ?? long.MinValue) && one.Value.Problem is null)
            {
                fresh.Add(one);
            }
            else
            {
                Repeated++;
            }
        }

        if (fresh.Count == 0)
        {
            return null;
        }

        return Write(new PaperInput(State.Step + 1, fresh, Command: null)).Change;
    }

    /// <summary>Carries out a command.</summary>
    /// <returns>What came of it, and what happened; null where it was refused or known and so changed nothing.</returns>
    public (PaperReply Reply, PaperChange? Change) Do(PaperCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Id is { } id && _commands.Contains(id))
        {
            return (new PaperReply(Order: null, Problem: null, IsKnown: true), null);
        }

        command = command with { TimeMs = Math.Max(command.TimeMs, State.NowMs ?? Definition.StartMs) }; // a clock that went back takes nobody into the past
        return ProblemOf(command) is { } problem ? (new PaperReply(null, problem), null) : Write(new PaperInput(State.Step + 1, [], command));
    }

    /// <summary>Positions now.</summary>
    public IReadOnlyList<PaperPosition> Positions() => _notes.Positions();

    /// <summary>Orders that are open now.</summary>
    public IReadOnlyList<PaperOrder> OpenOrders() => [.. _session.Series.SelectMany(series => series.Orders).OrderBy(order => order.Id).Select(_notes.Note)];

    private string? ProblemOf(PaperCommand command) => command.Kind switch
    {
        PaperCommandKind.Place when command.Series < 0 || command.Series >= _session.Series.Count => "there is no such series",
        PaperCommandKind.Amend or PaperCommandKind.Cancel when Find(command.Order) is null => $"there is no open order {command.Order}",
        PaperCommandKind.Deposit when command.Amount == 0 => "the amount is 0",
        PaperCommandKind.Deposit when command.Amount > PaperNotes.MostMoney => FormattableString.Invariant($"at most {PaperNotes.MostMoney:0} can be paid in"),
        PaperCommandKind.Deposit when _session.Portfolio.Cash + command.Amount < 0 =>
            FormattableString.Invariant($"there are {_session.Portfolio.Cash:0.########} {Definition.Currency} of cash, and no more can be taken out"),
        _ => null,
    };

    private Order? Find(int id) => _session.Series.SelectMany(series => series.Orders).FirstOrDefault(order => order.Id == id);

    private (PaperReply Reply, PaperChange? Change) Write(PaperInput input)
    {
        if (_isAhead)
        {
            throw new InvalidOperationException("A step was not written; open the account anew.");
        }

        var before = State;
        var reply = Apply(input);
        if (input.Command is not null && reply.Problem is not null && _ended.Count == 0)
        {
            return (reply, null); // nothing has changed
        }

        var trades = _session.Portfolio.Trades.Skip(_tradeCount).Select((trade, i) => _notes.Note(trade, _tradeCount + i + 1)).ToList();
        _tradeCount = _session.Portfolio.Trades.Count;
        var fills = TakeFills();
        var change = new PaperChange(
            input, State, input.Command is null && State.NowMs > Definition.StartMs ? State.Equity : null,
            _notes.Changed(_session.Series.SelectMany(series => series.Orders).Concat(_ended)), fills, trades, Positions(),
            _notes.Events(before, State, input, fills, _ended));
        _ended.Clear();
        _isAhead = true;
        change = change with { Events = _ledger.Write(Record.Id, change) };
        _isAhead = false;
        return (reply, change);
    }

    private PaperReply Apply(PaperInput input)
    {
        var reply = new PaperReply(Order: null, Problem: null);
        var nowMs = State.NowMs;
        if (input.Command is { } command)
        {
            reply = Run(command);
            if (reply.Problem is not null && _ended.Count == 0)
            {
                return reply;
            }

            if (command.Id is not null)
            {
                _commands.Add(command.Id);
            }
        }
        else
        {
            nowMs = input.Candles[0].Value.CloseMs;
            Span<Closing> closings = [.. input.Candles.Select(one => new Closing(one.Key, one.Value))];
            var hadFailed = _strategy.Error is not null;
            _session.Step(closings);
            if (_strategy.Error is not null && !hadFailed)
            {
                _session.Halt("the strategy threw", closesPositions: false, nowMs.Value);
            }
        }

        State = StateAt(input.Step, nowMs);
        return reply;
    }

    private PaperReply Run(PaperCommand command)
    {
        switch (command.Kind)
        {
            case PaperCommandKind.Place:
                var placed = _session.Broker.Place(_session.Series[command.Series], command.Request!, command.TimeMs);
                return new PaperReply(placed.Id == 0 ? null : placed.Id, placed.Reason);
            case PaperCommandKind.Amend:
                return new PaperReply(command.Order, _session.Broker.Amend(Find(command.Order)!, command.Request!, command.TimeMs));
            case PaperCommandKind.Cancel:
                _session.Broker.Cancel(Find(command.Order)!, command.Reason ?? "it was cancelled by hand");
                return new PaperReply(command.Order, Problem: null);
            case PaperCommandKind.Deposit:
                _session.Deposit(Money.Round(command.Amount));
                break;
            case PaperCommandKind.Halt or PaperCommandKind.HaltAndClose:
                _session.Halt(command.Reason ?? "halted by hand", command.Kind == PaperCommandKind.HaltAndClose, command.TimeMs);
                break;
            default:
                _session.Broker.Halt = null;
                break;
        }

        return new PaperReply(Order: null, Problem: null);
    }

    private PaperState StateAt(long step, long? nowMs) => new()
    {
        Step = step,
        NowMs = nowMs,
        Cash = _session.Portfolio.Cash,
        Equity = _session.Portfolio.Equity,
        Deposits = _session.Portfolio.Deposits,
        Fees = _session.Portfolio.Fees,
        Funding = _session.Portfolio.Funding,
        Fills = _fillCount + _fills.Count,
        Trades = _session.Portfolio.Trades.Count,
        Refused = _session.Broker.Refused,
        Halt = _session.Broker.Halt,
        StrategyError = _strategy.Error,
    };

    private List<PaperFill> TakeFills()
    {
        var noted = _fills.ConvertAll(fill => _notes.Note(fill, ++_fillCount));
        _fills.Clear();
        return noted;
    }

    private void Compare(IReadOnlyList<PaperFill> written, PaperState? state)
    {
        _tradeCount = _session.Portfolio.Trades.Count;
        for (var i = 0; i < Math.Max(written.Count, _replayed.Count); i++)
        {
            var was = i < written.Count ? written[written.Count - 1 - i] : null;
            var now = i < _replayed.Count ? _replayed[i] : null;
            if (was != now)
            {
                throw new InvalidDataException(
                    $"The account {Definition.Name} cannot go on: its candles give another fill {i + 1} ({now}) than is written ({was}). The program that wrote it had other rules, or the file was changed. Reset the account, or use that program.");
            }
        }

        if (state is not null && state != State)
        {
            throw new InvalidDataException(
                $"The account {Definition.Name} cannot go on: its candles give another state ({State}) than is written ({state}). Reset the account, or use the program that wrote it.");
        }
    }

    /// <summary>Orders nothing, so that people alone do.</summary>
    private sealed class NoStrategy : IStrategy
    {
        public void OnCandle(TradedSeries series, StrategyContext context)
        {
            // nothing is done at a close
        }
    }
}
