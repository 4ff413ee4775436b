using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>What is run: the markets, how long, how fast, how often something goes wrong.</summary>
/// <param name="Seed">Same seed, same market and same faults at the same market times.</param>
/// <param name="Length">How long, in real time.</param>
/// <param name="Speed">Market time per real time.</param>
/// <param name="Markets">Which of <see cref="Independent.Markets.Names"/>.</param>
/// <param name="FaultEvery">Market time between two faults of a market on average; null for none.</param>
/// <param name="Kinds">The faults; empty for all.</param>
internal sealed record JudgePlan(int Seed, TimeSpan Length, double Speed, IReadOnlyList<string> Markets, TimeSpan? FaultEvery, IReadOnlyList<FaultKind> Kinds)
{
    /// <summary>How long all is well at the end, in market time.</summary>
    public TimeSpan Calm => TimeSpan.FromMinutes(Math.Min(8, Length.TotalMinutes * Speed / 3));

    /// <summary>How often somebody comes for a short while, in market time.</summary>
    public TimeSpan VisitEvery { get; init; } = TimeSpan.FromMinutes(Math.Min(4, Length.TotalMinutes * Speed / 6));

    public Action<ConnectorOptions>? Configure { get; init; }
}

/// <summary>Runs a connector against the judged venues and hands out the verdicts.</summary>
internal sealed class JudgeRun(JudgePlan plan)
{
    private static readonly DateTimeOffset Start = new(2026, 3, 3, 10, 0, 21, TimeSpan.Zero);

    private readonly FastClock _clock = new(Start, plan.Speed);

    /// <summary>Runs each kind of fault alone, and says what it does to each market. True: nothing.</summary>
    public static async Task<bool> EachAsync(JudgePlan plan, Action<string> say)
    {
        var isClean = true;
        foreach (var kind in plan.Kinds.Count > 0 ? plan.Kinds : Enum.GetValues<FaultKind>())
        {
            var report = await new JudgeRun(plan with { Kinds = [kind] }).RunAsync();
            isClean &= report.IsClean;
            say($"{kind}: {report.Verdicts.Sum(verdict => verdict.Venue.Faults.Hits(kind))} felt; {(report.IsClean ? "clean" : report.Offences())}");
            if (!report.IsClean)
            {
                say(report.Findings(2));
            }
        }

        return isClean;
    }

    public async Task<JudgeReport> RunAsync(Microsoft.Extensions.Logging.ILoggerFactory? log = null)
    {
        var runs = plan.Markets.Select((name, at) => RunMarketAsync(name, plan.Seed + at, log)).ToList();
        return new JudgeReport(plan, await Task.WhenAll(runs));
    }

    private async Task<Verdict> RunMarketAsync(string name, int seed, Microsoft.Extensions.Logging.ILoggerFactory? log)
    {
        await using var venue = Independent.Markets.Open(name, _clock, seed);
        venue.Begin();
        var verdict = new Verdict(venue);
        var local = new LocalClock(_clock);
        await using var connector = Connect(venue, local, seed, log);
        var reading = new MarketReading(verdict, connector, () => Connect(venue, local, seed + 1, log), seed);
        using var stop = new CancellationTokenSource();
        var end = Start + (plan.Length * plan.Speed);
        var calm = end - plan.Calm;
        var tasks = new List<Task> { reading.StreamAsync(stop.Token), reading.LiveAsync(stop.Token) };
        if (plan.FaultEvery is { } every)
        {
            tasks.Add(new FaultSchedule(venue, local, plan.Kinds, every, seed).RunAsync(calm, stop.Token));
        }

        tasks.Add(reading.VisitAsync(plan.VisitEvery, calm + (plan.Calm / 3), stop.Token));
        tasks.Add(reading.ReadHistoriesAsync(plan.VisitEvery, end - TimeSpan.FromMinutes(2), stop.Token));
        while (_clock.GetUtcNow() < end)
        {
            await _clock.DelayAsync(end - _clock.GetUtcNow(), CancellationToken.None);
        }

        reading.End(end.AddMinutes(-3).ToUnixTimeMilliseconds());
        await stop.CancelAsync();
        await Task.WhenAll(tasks);
        return verdict;
    }

    private Connector Connect(JudgedVenue venue, LocalClock local, int seed, Microsoft.Extensions.Logging.ILoggerFactory? log) => Connector.Create(
        options =>
        {
            options.Endpoints[$"{venue.Exchange}/{venue.Market.Name()}"] = new EndpointOverride { Base = venue.Server.Address };
            options.TimeProvider = local;
            options.MarketClock = local;
            options.Seed = seed;
            plan.Configure?.Invoke(options);
        },
        log);
}
