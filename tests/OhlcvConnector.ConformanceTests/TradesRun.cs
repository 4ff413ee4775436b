using System.Globalization;
using OhlcvConnector.Application;
using OhlcvConnector.ConformanceTests.Chaos;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ConformanceTests;

/// <summary>
/// What the closes of venues that do not say "closed" cost: how late they are, who closed them, what they took of REST, and whether their values are those of
/// the books.
/// </summary>
internal sealed class TradesRun(int seed, TimeSpan length, double speed, int hyperliquid, int gateIo, bool byTrades, TimeSpan? meanGap, TimeSpan after)
{
    private static readonly SandboxFaultKind[] NotHere = [SandboxFaultKind.Halt, .. Enum.GetValues<SandboxFaultKind>().Where(ChaosSchedule.MakesHistoryLack)];

    private readonly Dictionary<string, List<(double Late, QuoteSource Source)>> _closes = [];
    private readonly List<string> _wrong = [];
    private readonly Dictionary<(string Exchange, QuoteSource Source), int> _differing = [];
    private long _faults;

    /// <summary>The log of the run.</summary>
    public LogRecorder Log { get; } = new();

    /// <summary>Runs it, and says what was seen; whether all was right.</summary>
    public async Task<bool> RunAsync()
    {
        await using var sandbox = await SandboxServer.StartAsync(
            new SandboxOptions { Speed = speed, SymbolCount = Math.Max(hyperliquid, gateIo) + 20, Seed = seed });
        await using var connector = Connector.Create(
            options =>
            {
                options.Sandbox = sandbox.BaseAddress;
                options.MarketClock = sandbox.Clock;
                options.TimeProvider = new SandboxClock(TimeProvider.System, DateTimeOffset.UtcNow, speed);
                options.CloseByTrades = byTrades;
                options.Seed = seed;
            },
            Log);
        await using var patient = Connector.Create(options => options.Sandbox = sandbox.BaseAddress); // ten seconds are soon over when all runs so fast
        var asked = speed > 1 ? patient : connector;
        var requests = new List<StreamRequest>();
        foreach (var (exchange, market, count) in new[] { ("hyperliquid", Market.UsdMargined, hyperliquid), ("gateio", Market.Spot, gateIo) })
        {
            var listed = await asked.InstrumentsAsync(exchange, market);
            if (count > 0)
            {
                requests.Add(new StreamRequest
                {
                    Exchange = exchange,
                    Market = market,
                    Symbols = [.. listed.Where(one => one.IsTrading).Take(count).Select(one => one.VenueSymbol)]
                });
            }
        }

        sandbox.Inject(new SandboxFault(SandboxFaultKind.MissingFinal) { Exchange = "gateio", Probability = 0.5 });
        var served = sandbox.Statistics.RequestsServed;
        var started = sandbox.Clock.GetUtcNow();
        var next = new Dictionary<Series, DateTimeOffset>();
        var missed = 0;
        using var end = new CancellationTokenSource(length);
        var faults = meanGap is { } gap
            ? InjectAsync(sandbox, requests.ToDictionary(request => request.Exchange, request => request.Symbols), gap, end.Token)
            : Task.CompletedTask;
        try
        {
            await foreach (var quote in connector.StreamAsync(requests, end.Token))
            {
                if (!quote.IsClosed || quote.IsRevision)
                {
                    continue;
                }

                var from = next.GetValueOrDefault(quote.Series, quote.OpenTime);
                next[quote.Series] = quote.CloseTime;
                if (quote.OpenTime - started < after)
                {
                    continue;
                }

                var books = sandbox.Candles(quote.Exchange, quote.Market, quote.Series.VenueSymbol, quote.Interval, from, quote.CloseTime);
                missed += books.Count(candle => candle.OpenTime < quote.OpenTime && (candle.TradeCount > 0 || quote.Exchange == "gateio"));
                Check(quote, books[^1]);
                if (quote.Volume is not 0) // Hyperliquid publishes a candle without trades two minutes later
                {
                    var closes = _closes.TryGetValue(quote.Exchange, out var known) ? known : _closes[quote.Exchange] = [];
                    closes.Add(((sandbox.Clock.GetUtcNow() - quote.CloseTime).TotalSeconds, quote.Source));
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // it is over
        }

        await faults;
        var minutes = (sandbox.Clock.GetUtcNow() - started).TotalMinutes;
        Say($"{hyperliquid} series of hyperliquid, {gateIo} of gateio spot, 1m, {(byTrades ? "by trades" : "without trades")}, {minutes:F0} minutes of market time at {speed} x, {_faults} faults; candles that opened {after.TotalMinutes} minutes after the start, or later");
        foreach (var (exchange, closes) in _closes)
        {
            Report(exchange, closes);
        }

        Say($"REST: {sandbox.Statistics.RequestsServed - served} requests, {(sandbox.Statistics.RequestsServed - served) / minutes:F1} a minute; limits exceeded {sandbox.Statistics.Violations}; left out {missed}");
        var differing = _differing.Where(pair => pair.Key.Source != QuoteSource.Inferred).Sum(pair => pair.Value);
        Say($"wrong values {differing}{string.Concat(_differing.Select(pair => FormattableString.Invariant($", {pair.Key.Exchange} {pair.Key.Source} {pair.Value}")))}");
        foreach (var metrics in connector.Diagnose().Where(one => _closes.ContainsKey(one.Exchange) && one.ClosedQuotes > 0))
        {
            Say($"{metrics.Exchange}: {metrics.Trades} trades, {metrics.ClosedByTrades} of {metrics.ClosedQuotes} closed by them, {metrics.TradesLate} late, {metrics.TradeDisagreements} disagreements, {metrics.TradesDistrusted} times back to history");
        }

        _wrong.ForEach(Console.WriteLine);
        foreach (var lines in Log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal)).GroupBy(
            line => line[..Math.Min(line.Length, 60)]).Take(20))
        {
            Console.WriteLine($"    {lines.Count()} x {lines.First()}");
        }

        return differing == 0 && missed == 0 && sandbox.Statistics.Violations == 0;
    }

    private void Check(in PriceQuote quote, SandboxCandle truth)
    {
        var isRight = (quote.Open, quote.High, quote.Low, quote.Close) == (truth.Open, truth.High, truth.Low, truth.Close)
            && (quote.Volume ?? truth.BaseVolume) == truth.BaseVolume
                && (quote.QuoteVolume ?? truth.QuoteVolume) == truth.QuoteVolume && (quote.TradeCount ?? truth.TradeCount) == truth.TradeCount;
        if (!isRight)
        {
            var key = (quote.Exchange, quote.Source);
            _differing[key] = _differing.GetValueOrDefault(key) + 1;
            if (_wrong.Count < 20 && quote.Source != QuoteSource.Inferred)
            {
                _wrong.Add($"! {quote} ({quote.Source}, {quote.TradeCount} trades), the books have {truth}");
            }
        }
    }

    private static void Report(string exchange, List<(double Late, QuoteSource Source)> closes)
    {
        closes.Sort((one, other) => one.Late.CompareTo(other.Late));
        Say($"{exchange}: {closes.Count} closes, late p50 {At(closes, 0.5):F2} s, p90 {At(closes, 0.9):F2} s, p99 {At(closes, 0.99):F2} s, latest {closes[^1].Late:F1} s");
        foreach (var source in closes.GroupBy(close => close.Source).OrderByDescending(group => group.Count()))
        {
            var own = source.ToList();
            Say($"    {source.Key}: {100.0 * own.Count / closes.Count:F2} %, p50 {At(own, 0.5):F2} s, p99 {At(own, 0.99):F2} s, latest {own[^1].Late:F1} s");
        }
    }

    private static double At(List<(double Late, QuoteSource Source)> sorted, double share) =>
        sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)].Late;

    private async Task InjectAsync(
        SandboxServer sandbox, IReadOnlyDictionary<string, IReadOnlyList<string>> symbols, TimeSpan gap, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var fault in ChaosSchedule.Faults(seed, gap, symbols).Where(fault => !NotHere.Contains(fault.Kind)))
            {
                var wait = fault.At - TimeSpan.FromTicks(sandbox.Clock.GetTimestamp());
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, sandbox.Clock, cancellationToken);
                sandbox.Inject(fault);
                _faults++;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // it is over
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
