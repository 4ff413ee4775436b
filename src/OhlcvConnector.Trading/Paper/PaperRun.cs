using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading;

/// <summary>The run of one account: reads its candles, puts them into order, and has the account handle them.</summary>
internal sealed class PaperRun(
    PaperRecord record, IPaperLedger ledger, PaperSource source, Func<PaperDefinition, IStrategy>? strategies, TimeProvider market, TimeProvider clock,
    Action<PaperRecord, PaperChange>? onChange, Action<string, string>? onTrouble) : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(60); // after which a candle without trades counts as none

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private ClosingsInOrder _order = new(record.Definition.Series, (long)QuietFor.TotalMilliseconds);
    private PaperAccount? _account;
    private string? _problem;

    public PaperRecord Record => record;

    /// <summary>Ends when the run has.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Opens the account, and begins to read candles in the background.</summary>
    public void Start(CancellationToken cancellationToken)
    {
        Open();
        Ended = Task.Run(() => RunAsync(cancellationToken), CancellationToken.None);
    }

    /// <summary>Ends it; what is begun is written.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
        _ending.Dispose();
    }

    public PaperReply Do(PaperCommand command)
    {
        lock (_gate)
        {
            if (_account is null && !Open())
            {
                return new PaperReply(Order: null, _problem);
            }

            try
            {
                var (reply, change) = _account!.Do(command);
                Tell(change);
                return reply;
            }
            catch
            {
                _account = null; // it is ahead of what is written
                throw;
            }
        }
    }

    public PaperStatus Status()
    {
        lock (_gate)
        {
            return _account is { } account
                ? new PaperStatus(record, account.State, account.Positions(), account.OpenOrders(), _order.Count, account.Repeated, _problem)
                : new PaperStatus(
                    record, ledger.State(record.Id) ?? new PaperState(), ledger.Positions(record.Id), ledger.Orders(record.Id, openOnly: true), 0, 0, _problem);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        while (!both.IsCancellationRequested)
        {
            try
            {
                if (_account is not null || Open())
                {
                    await FollowAsync(both.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (both.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) // this account's alone; what it says is told, and it is tried again
            {
                Trouble(exception.Message);
                lock (_gate)
                {
                    _account = null;
                }
            }

            await Task.Delay(RetryAfter, clock, both.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool Open()
    {
        lock (_gate)
        {
            try
            {
                _account = PaperAccount.Open(record, ledger, strategies);
                _problem = null;
                return true;
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or OhlcvConnectorException or StrategyException)
            {
                Trouble(exception.Message);
                return false;
            }
        }
    }

    private void Trouble(string words)
    {
        if (_problem != words)
        {
            _problem = words;
            onTrouble?.Invoke(record.Definition.Name, words);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var quotes = source(Wanted(), cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (quotes.ConfigureAwait(false))
        {
            var next = quotes.MoveNextAsync().AsTask();
            try
            {
                while (true)
                {
                    if (Handle() is not null) // a series may have no candle at all: looked at again after a while
                    {
                        await ((Task)next).WaitAsync(LookEvery, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                        if (!next.IsCompleted && !cancellationToken.IsCancellationRequested)
                        {
                            continue;
                        }
                    }

                    if (!await next.ConfigureAwait(false))
                    {
                        throw new IOException("The stream of candles has ended.");
                    }

                    Add(quotes.Current);
                    next = quotes.MoveNextAsync().AsTask();
                }
            }
            finally
            {
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it ends with the token
            }
        }
    }

    /// <summary>Returns each series with the open time of its next candle.</summary>
    private List<KeyValuePair<PaperSeries, DateTimeOffset>> Wanted()
    {
        lock (_gate)
        {
            _order = new ClosingsInOrder(record.Definition.Series, (long)QuietFor.TotalMilliseconds);
            var now = market.GetUtcNow();
            return [.. record.Definition.Series.Select((one, i) => KeyValuePair.Create(one, Since(one, i, now)))];
        }
    }

    private DateTimeOffset Since(PaperSeries series, int number, DateTimeOffset now)
    {
        if (_account!.NextOpenMs(number) is { } nextMs)
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(nextMs, now.ToUnixTimeMilliseconds()));
        }

        var interval = Interval.Parse(series.Interval);
        var start = DateTimeOffset.FromUnixTimeMilliseconds(record.Definition.StartMs);
        return interval.Floor(start - (interval.ApproximateLength * record.Definition.WarmUp));
    }

    private void Add(in PriceQuote quote)
    {
        if (!quote.IsClosed || quote.IsRevision)
        {
            return;
        }

        for (var i = 0; i < record.Definition.Series.Count; i++)
        {
            var series = record.Definition.Series[i];
            if (quote.Exchange == series.Exchange && quote.Series.VenueSymbol == series.Symbol && quote.Market.Name() == series.Market)
            {
                _order.Add(i, new Candle(quote));
                return;
            }
        }
    }

    /// <summary>Handles what is whole.</summary>
    /// <returns>When to look again though no candle came, by the market's time; null for never.</returns>
    private long? Handle()
    {
        lock (_gate)
        {
            long? untilMs;
            while (_order.TryTake(market.GetUtcNow().ToUnixTimeMilliseconds(), out var candles, out untilMs))
            {
                Tell((_account ?? throw new IOException("A command could not be written; the account is opened anew.")).Take(candles));
            }

            _problem = null;
            return untilMs;
        }
    }

    private void Tell(PaperChange? change)
    {
        if (change is not null)
        {
            onChange?.Invoke(record, change);
        }
    }
}
