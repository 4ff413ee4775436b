namespace OhlcvConnector.ConformanceTests.Independent;

/// <content>What goes wrong with connections and messages.</content>
internal abstract partial class JudgedVenue
{
    private static readonly FaultKind[] Endings =
    [
        FaultKind.CutByReset, FaultKind.CutByFin, FaultKind.CutAll, FaultKind.HalfOpen, FaultKind.CutInsideFrame, FaultKind.Close1000,
            FaultKind.Close1001, FaultKind.Close1008,
        FaultKind.Close1011, FaultKind.Close1012, FaultKind.CloseWithoutCode, FaultKind.NoticeThenCut, FaultKind.StalledConnection, FaultKind.StalledSeries,
    ];

    private void Disturb(long now)
    {
        var sessions = _sessions.Keys.Where(session => !session.Topics.IsEmpty).ToList();
        foreach (var kind in Endings)
        {
            if (sessions.Count > 0 && Faults.IsOn(kind) && Faults.StrikesOnce(kind))
            {
                End(kind, sessions[_random.Next(sessions.Count)], now);
            }
        }

        if (Faults.IsOn(FaultKind.AllDownLong))
        {
            sessions.ForEach(session => session.Reset());
        }

        foreach (var session in sessions)
        {
            if (now - session.BornMs > 3_000 && Faults.Strikes(FaultKind.DyingYoung))
            {
                session.Fin();
            }

            if (now - session.BornMs > 120_000 && Faults.Strikes(FaultKind.RotatingEnds))
            {
                session.Close(1000);
                session.EndsMs = now + 2_000;
            }

            if (!session.IsNoticed && now - session.BornMs > 1_000 && Faults.Strikes(FaultKind.NoticeStorm))
            {
                Announce(session, now + 15_000);
            }

            if (session.EndsMs < now)
            {
                session.Fin();
            }

            Pester(session);
        }
    }

    private void End(FaultKind kind, Session session, long now)
    {
        switch (kind)
        {
            case FaultKind.CutByReset:
                session.Reset();
                break;
            case FaultKind.CutByFin:
                session.Fin();
                break;
            case FaultKind.CutAll:
                CutAll();
                break;
            case FaultKind.HalfOpen:
                session.Freeze();
                break;
            case FaultKind.CutInsideFrame:
                session.Send([0x81, 0x7E, 0x02, 0x00, (byte)'{', (byte)'"', (byte)'e']);
                session.EndsMs = now + 100;
                break;
            case FaultKind.NoticeThenCut:
                Announce(session, now + 12_000);
                break;
            case FaultKind.StalledConnection:
                session.StalledUntilMs = now + 150_000;
                break;
            case FaultKind.StalledSeries:
                session.Topics.Values.ElementAt(_random.Next(session.Topics.Count)).MuteUntilMs = now + _random.Next(180_000, 600_000);
                break;
            default:
                session.Close(kind switch
                {
                    FaultKind.Close1000 => 1000,
                    FaultKind.Close1001 => 1001,
                    FaultKind.Close1008 => 1008,
                    FaultKind.Close1011 => 1011,
                    FaultKind.Close1012 => 1012,
                    _ => null,
                });
                session.EndsMs = now + 3_000;
                break;
        }
    }

    private void Announce(Session session, long endsMs)
    {
        session.IsNoticed = true;
        session.EndsMs = endsMs;
        if (Notice is { } notice)
        {
            session.Send(notice);
        }
    }

    private void Pester(Session session)
    {
        if (Faults.Strikes(FaultKind.PingFlood))
        {
            for (var count = 0; count < 5; count++)
            {
                session.Send(Frames.Frame(9, "are you there?"u8));
            }
        }

        if (Faults.IsOn(FaultKind.GarbageText) && _random.Next(8) == 0)
        {
            Faults.Felt(FaultKind.GarbageText);
            session.Send(_random.Next(3) switch { 0 => "}{ not JSON", 1 => "\u0000\u0001\u0002", _ => "{\"data\":[[\"1\",,]]}" });
        }

        if (Faults.IsOn(FaultKind.EmptyObjects) && _random.Next(8) == 0)
        {
            Faults.Felt(FaultKind.EmptyObjects);
            session.Send(_random.Next(4) switch { 0 => "{}", 1 => "[]", 2 => "null", _ => "\"\"" });
        }

        if (Faults.IsOn(FaultKind.UnknownMessages) && _random.Next(8) == 0)
        {
            Faults.Felt(FaultKind.UnknownMessages);
            session.Send(_random.Next(3) switch
            {
                0 => "{\"e\":\"newsOf2027\",\"E\":1,\"data\":{\"text\":\"hello\"}}",
                1 => "{\"event\":\"channel-conn-count\",\"channel\":\"orders\",\"connCount\":\"2\",\"connId\":\"abcd1234\"}",
                _ => "{\"topic\":\"system.status\",\"channel\":\"what.is.this\",\"op\":\"news\",\"data\":[1,2,{\"a\":null}],\"result\":17}",
            });
        }

        if (Faults.IsOn(FaultKind.BinaryFrames) && _random.Next(10) == 0)
        {
            Faults.Felt(FaultKind.BinaryFrames);
            session.Send(Frames.Frame(2, [0, 159, 146, 150, 255, 31, 139, 8]));
        }

        if (Faults.IsOn(FaultKind.HugeJunkMessage) && Faults.StrikesOnce(FaultKind.HugeJunkMessage))
        {
            session.Send($"{{\"channel\":\"announcements\",\"data\":{{\"text\":\"{new string('x', 300_000)}\"}}}}");
        }
    }
}
