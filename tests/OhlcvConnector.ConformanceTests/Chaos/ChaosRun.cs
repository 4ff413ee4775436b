using System.Globalization;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ConformanceTests.Chaos;

/// <summary>Five venues under random faults, read by one program and held against the venues' own books.</summary>
internal sealed class ChaosRun(int seed, TimeSpan length, double speed, int symbols, TimeSpan meanGap)
{
    private static readonly TimeSpan Aftermath = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan EndPatience = TimeSpan.FromMinutes(3);

    private static readonly (string Exchange, Market Market)[] Markets =
        [("binance", Market.Spot), ("okx", Market.UsdMargined), ("bybit", Market.UsdMargined), ("gateio", Market.Spot), ("hyperliquid", Market.UsdMargined)];

    private readonly Lock _gate = new();
    private readonly List<(string Exchange, SandboxFaultKind Kind, DateTimeOffset From, DateTimeOffset To)> _windows = [];
    private readonly Dictionary<SandboxFaultKind, long> _injected = [];
    private readonly Dictionary<SandboxFaultKind, (long Closes, TimeSpan Worst)> _seen = [];
    private readonly List<ChaosMemory> _memory = [];
    private (long Closes, TimeSpan Worst) _unharmed;

    /// <summary>The log of the last run.</summary>
    public LogRecorder Log { get; } = new();

    /// <summary>Runs it.</summary>
    /// <exception cref="TimeoutException">A series did not come to its end after the last fault.</exception>
    public async Task<ChaosReport> RunAsync(Action<string> progress)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = speed, SymbolCount = symbols, Seed = seed });
        await using var connector = Connector.Create(
            options =>
            {
                options.Sandbox = sandbox.BaseAddress;
                options.MarketClock = sandbox.Clock;
                options.TimeProvider = new SandboxClock(TimeProvider.System, DateTimeOffset.UtcNow, speed); // timeouts and waits run as fast, too
                options.Seed = seed;
            },
            Log);
        var requests = new List<StreamRequest>();
        await using var patient = Connector.Create(
            options => options.Sandbox = sandbox.BaseAddress); // what is asked first takes long, and ten seconds are soon over when all runs so fast
        foreach (var (exchange, market) in Markets)
        {
            var listed = await patient.InstrumentsAsync(exchange, market);
            requests.Add(new StreamRequest
            {
                Exchange = exchange,
                Market = market,
                Symbols = [.. listed.Where(instrument => instrument.ExpiresAt is null
                && instrument.IsTrading).Take(symbols).Select(instrument => instrument.VenueSymbol)]
            });
        }

        var started = sandbox.Clock.GetUtcNow();
        var findings = new ChaosFindings();
        var checkers = new Dictionary<Series, ChaosChecker>();
        var quotes = 0L;
        DateTimeOffset? stopAt = null;
        using var patience = new CancellationTokenSource(length + EndPatience);
        using var chaosEnds = new CancellationTokenSource();
        var chaos = InjectAsync(sandbox, requests.ToDictionary(request => request.Exchange, request => request.Symbols), progress, chaosEnds.Token);
        try
        {
            await foreach (var quote in connector.StreamAsync(requests, patience.Token))
            {
                if (!checkers.TryGetValue(quote.Series, out var checker))
                {
                    checkers.Add(quote.Series, checker = new ChaosChecker(
                        sandbox, findings, (exchange, opened) => MayLack(exchange, opened, sandbox.Clock.GetUtcNow())));
                }

                checker.Read(quote);
                quotes++;
                if (quote.IsClosed && quote.Volume is not 0) // Hyperliquid publishes a candle without trades two minutes later
                {
                    Attribute(quote, sandbox.Clock.GetUtcNow());
                }

                stopAt ??= chaos.IsCompleted ? sandbox.Clock.GetUtcNow() : null;
                if (quote.IsClosed && stopAt is { } end && checkers.Count == requests.Sum(request => request.Symbols.Count) && checkers.Values.All(
                    one => one.LastCloseTime >= end))
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            var late = checkers.Where(pair => pair.Value.LastCloseTime < (stopAt ?? DateTimeOffset.MaxValue))
                .Select(pair => $"{pair.Key} closed last {pair.Value.LastCloseTime:u}");
            throw new TimeoutException($"At {sandbox.Clock.GetUtcNow():u}, after the faults ended at {stopAt:u}: {string.Join(", ", late)}\n{string.Join('\n', Log.Lines.TakeLast(60))}");
        }
        finally
        {
            await chaosEnds.CancelAsync();
            await chaos;
        }

        Remember("end");
        var hits = sandbox.FaultHits;
        return new ChaosReport(
            findings,
            checkers.Count,
            checkers.Values.Min(checker => checker.Closed),
            checkers.Values.Sum(checker => checker.Closed),
            quotes,
            sandbox.Clock.GetUtcNow() - started,
            [
                new ChaosLine(null, 0, 0, _unharmed.Closes, _unharmed.Worst),
                .. _injected.OrderBy(pair => pair.Key).Select(pair => new ChaosLine(
                    pair.Key, pair.Value, hits.GetValueOrDefault(pair.Key), _seen.GetValueOrDefault(pair.Key).Closes, _seen.GetValueOrDefault(pair.Key).Worst)),
            ],
            _memory,
            sandbox.Statistics);
    }

    private async Task InjectAsync(
        SandboxServer sandbox, IReadOnlyDictionary<string, IReadOnlyList<string>> series, Action<string> progress, CancellationToken cancellationToken)
    {
        var start = sandbox.Clock.GetUtcNow();
        var end = start + (length * speed);
        var half = start + (length * speed / 2);
        var count = 0;
        try
        {
            await Task.Delay(TimeSpan.FromMinutes(2), sandbox.Clock, cancellationToken);
            Remember("start");
            foreach (var fault in ChaosSchedule.Faults(seed, meanGap, series))
            {
                var wait = start + TimeSpan.FromMinutes(2) + fault.At - sandbox.Clock.GetUtcNow();
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, sandbox.Clock, cancellationToken);
                var now = sandbox.Clock.GetUtcNow();
                if (now >= half && _memory.Count == 1)
                {
                    Remember("middle");
                }

                if (now >= end)
                {
                    break;
                }

                sandbox.Inject(fault);
                lock (_gate)
                {
                    _injected[fault.Kind] = _injected.GetValueOrDefault(fault.Kind) + 1;
                    _windows.RemoveAll(window => window.To < now - TimeSpan.FromHours(1));
                    _windows.Add((fault.Exchange!, fault.Kind, now, now + fault.Duration + (fault.Amount ?? TimeSpan.Zero).Duration() + Aftermath));
                }

                if (++count % 100 == 0)
                {
                    progress(string.Create(CultureInfo.InvariantCulture, $"{count} faults, {(now - start).TotalMinutes:F0} market minutes"));
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the reader ended before, with an error of its own
        }

        sandbox.ClearFaults();
    }

    /// <summary>Books how late a close was with every kind of fault that befell its venue then.</summary>
    private void Attribute(in PriceQuote quote, DateTimeOffset now)
    {
        var late = now - quote.CloseTime;
        lock (_gate)
        {
            var harmed = false;
            foreach (var (exchange, kind, from, to) in _windows)
            {
                if (exchange == quote.Exchange && from <= now && to >= quote.CloseTime)
                {
                    harmed = true;
                    var (closes, worst) = _seen.GetValueOrDefault(kind);
                    _seen[kind] = (closes + 1, late > worst ? late : worst);
                }
            }

            if (!harmed)
            {
                _unharmed = (_unharmed.Closes + 1, late > _unharmed.Worst ? late : _unharmed.Worst);
            }
        }
    }

    /// <summary>Whether a fault may have kept a candle out of history when it was asked for.</summary>
    private bool MayLack(string exchange, DateTimeOffset opened, DateTimeOffset now)
    {
        lock (_gate)
        {
            return _windows.Exists(
                window => window.Exchange == exchange && ChaosSchedule.MakesHistoryLack(window.Kind) && window.From <= now && window.To >= opened);
        }
    }

    private void Remember(string when)
    {
        GC.Collect();
        _memory.Add(new ChaosMemory(when, GC.GetGCMemoryInfo().HeapSizeBytes, Environment.WorkingSet));
    }
}
