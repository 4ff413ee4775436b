namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>Begins faults at one market at random times, each kind once before any comes again.</summary>
internal sealed class FaultSchedule(JudgedVenue venue, LocalClock local, IReadOnlyList<FaultKind> kinds, TimeSpan every, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Queue<FaultKind> _deck = new();

    /// <summary>Goes on until all shall be well.</summary>
    public async Task RunAsync(DateTimeOffset calm, CancellationToken token)
    {
        try
        {
            var next = venue.Clock.GetUtcNow().AddSeconds(45);
            while (!token.IsCancellationRequested)
            {
                await venue.Clock.DelayAsync(TimeSpan.FromSeconds(2), token);
                local.WrongBy = TimeSpan.FromHours(
                    (venue.Faults.IsOn(FaultKind.LocalClockAhead) ? 1 : 0) - (venue.Faults.IsOn(FaultKind.LocalClockBehind) ? 1 : 0));
                if (venue.Clock.GetUtcNow() < next)
                {
                    continue;
                }

                var kind = Draw();
                var length = LengthOf(kind);
                if (venue.Clock.GetUtcNow() + length < calm)
                {
                    Begin(kind, length);
                }

                next += every * (0.3 + (_random.NextDouble() * 1.4));
            }
        }
        catch (OperationCanceledException)
        {
            // the run is over
        }

        local.WrongBy = TimeSpan.Zero;
    }

    private void Begin(FaultKind kind, TimeSpan length)
    {
        venue.Faults.Begin(kind, length);
        if (kind is >= FaultKind.ConnectionsRefused and <= FaultKind.HandshakeCut or >= FaultKind.AckLate and <= FaultKind.AlreadySubscribed)
        {
            venue.CutAll(); // it is only felt by who connects
        }

        var defect = kind switch
        {
            FaultKind.RestBadRow => Defect.BrokenRow,
            FaultKind.RestNullColumn => Defect.NullColumn,
            FaultKind.RestOffGridRow => Defect.OffGrid,
            _ => Defect.None,
        };
        if (defect != Defect.None)
        {
            venue.Faults.Felt(kind);
            venue.Books.Damage(venue.Symbols[_random.Next(3)].Name, venue.Clock.NowMs / Books.Minute * Books.Minute, defect);
        }
    }

    private FaultKind Draw()
    {
        if (_deck.Count == 0)
        {
            foreach (var kind in (kinds.Count > 0 ? kinds : Enum.GetValues<FaultKind>()).OrderBy(_ => _random.Next()))
            {
                _deck.Enqueue(kind);
            }
        }

        return _deck.Dequeue();
    }

    private TimeSpan LengthOf(FaultKind kind) => TimeSpan.FromSeconds(kind switch
    {
        FaultKind.RestDownLong => 600,
        FaultKind.RestDownThenEmpty => 320,
        FaultKind.AllDownLong => 240,
        FaultKind.LocalClockAhead or FaultKind.LocalClockBehind or FaultKind.DateAhead or FaultKind.DateBehind or FaultKind.EventTimeAhead
            or FaultKind.EventTimeBehind => 300,
        FaultKind.RotatingEnds or FaultKind.NoticeStorm => 180,
        FaultKind.RestHangs or FaultKind.RestDamagedGzip => 45,
        FaultKind.ConnectionsRefused or FaultKind.RestBanned => 30,
        _ => _random.Next(60, 150),
    });
}
