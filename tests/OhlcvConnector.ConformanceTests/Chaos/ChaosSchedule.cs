namespace OhlcvConnector.ConformanceTests.Chaos;

/// <summary>Random faults, the same for the same seed: all kinds, on all venues, at any time.</summary>
internal static class ChaosSchedule
{
    /// <summary>By these history lacks candles: an announced gap is the right end.</summary>
    public static bool MakesHistoryLack(SandboxFaultKind kind) => kind
        is SandboxFaultKind.Hole or SandboxFaultKind.OffGridRow or SandboxFaultKind.BadRow or SandboxFaultKind.UnreadableRow or SandboxFaultKind.Halt;

    /// <summary>Faults in the order of their <see cref="SandboxFault.At"/>, without end.</summary>
    public static IEnumerable<SandboxFault> Faults(int seed, TimeSpan meanGap, IReadOnlyDictionary<string, IReadOnlyList<string>> symbols)
    {
        var random = new Random(seed);
        var kinds = Enum.GetValues<SandboxFaultKind>();
        var exchanges = symbols.Keys.Order(StringComparer.Ordinal).ToList();
        var at = TimeSpan.Zero;
        while (true)
        {
            at += meanGap * -Math.Log(1 - random.NextDouble());
            var exchange = exchanges[random.Next(exchanges.Count)];
            var fault = Random(kinds[random.Next(kinds.Length)], random);
            yield return fault with
            {
                At = at,
                Exchange = exchange,
                Symbol = fault.Kind is SandboxFaultKind.Stall or SandboxFaultKind.RejectSubscribe or SandboxFaultKind.Halt
                    ? symbols[exchange][random.Next(symbols[exchange].Count)]
                    : null,
            };
        }
    }

    private static SandboxFault Random(SandboxFaultKind kind, Random random)
    {
        var fault = new SandboxFault(kind);
        return kind switch
        {
            SandboxFaultKind.Maintenance => fault with { Amount = Between(1, 60) },
            SandboxFaultKind.Refuse or SandboxFaultKind.ServerError or SandboxFaultKind.RateLimited => fault with { Duration = Between(10, 120) },
            SandboxFaultKind.Silence => fault with { Duration = Between(60, 300), Times = random.Next(1, 4) },
            SandboxFaultKind.SlowHandshake => fault with { Duration = Between(60, 300), Amount = Between(5, 120) },
            SandboxFaultKind.RejectSubscribe => fault with { Duration = Between(30, 300) },
            SandboxFaultKind.Delay => fault with { Duration = Between(10, 60), Amount = Between(1, 8), Probability = 0.1 },
            SandboxFaultKind.Duplicate or SandboxFaultKind.Reorder or SandboxFaultKind.Truncate or SandboxFaultKind.Garbage =>
                fault with { Duration = Between(30, 180), Probability = 0.1 + (0.5 * random.NextDouble()) },
            SandboxFaultKind.MissingFinal or SandboxFaultKind.DoubledFinal or SandboxFaultKind.RevisedFinal =>
                fault with { Duration = Between(60, 240), Probability = 0.3 + (0.7 * random.NextDouble()) },
            SandboxFaultKind.LateTrades => fault with { Duration = Between(30, 180), Amount = Between(1, 8), Probability = 0.1 },
            SandboxFaultKind.DoubledTrades or SandboxFaultKind.ReorderedTrades or SandboxFaultKind.MergedTrades or SandboxFaultKind.LostTrades =>
                fault with { Duration = Between(30, 180), Probability = 0.1 + (0.5 * random.NextDouble()) },
            SandboxFaultKind.Banned => fault with { Duration = Between(5, 30), Amount = Between(5, 60) },
            SandboxFaultKind.SlowAnswer => fault with { Duration = Between(30, 120), Amount = Between(2, 60) },
            SandboxFaultKind.EmptyAnswer => fault with { Duration = Between(5, 40) },
            SandboxFaultKind.ShortAnswer => fault with { Duration = Between(20, 180) },
            SandboxFaultKind.PageCap or SandboxFaultKind.UnknownFields or SandboxFaultKind.NoDate => fault with { Duration = Between(30, 180) },
            SandboxFaultKind.Hole or SandboxFaultKind.OffGridRow or SandboxFaultKind.BadRow or SandboxFaultKind.UnreadableRow =>
                fault with { Duration = Between(60, 300) },
            SandboxFaultKind.Halt => fault with { Duration = Between(30, 600) },
            SandboxFaultKind.Behind => fault with { Duration = Between(30, 180), Amount = Between(1, 30) },
            SandboxFaultKind.DateSkew => fault with { Duration = Between(60, 300), Amount = Between(-30, 30) },
            SandboxFaultKind.ClockSkew => fault with { Duration = Between(60, 300), Amount = Between(-5, 5) },
            _ => fault,
        };

        TimeSpan Between(double least, double most) => TimeSpan.FromSeconds(least + ((most - least) * random.NextDouble()));
    }
}
