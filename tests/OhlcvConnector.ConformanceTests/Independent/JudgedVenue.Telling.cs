namespace OhlcvConnector.ConformanceTests.Independent;

/// <content>The live candles: when they are told, and what goes wrong with them.</content>
internal abstract partial class JudgedVenue
{
    /// <summary>How long after its end a candle's last message leaves.</summary>
    protected virtual long ClosesAfterMs(Topic topic) => 20 + (long)(Books.Hash(topic.Name, topic.OpenMs, 7) % 280);

    /// <summary>Tells the end of the topic's candle in the venue's way. Flagged venues say that it is closed.</summary>
    protected virtual void TellClose(Session session, Topic topic, long now) =>
        TellClosed(session, topic, CandleText.Of(Books.At(topic.Symbol, topic.OpenMs, topic.LengthMs), topic.LengthMs, isClosed: true), now);

    /// <summary>Sends the closing message, or does with it what the faults say.</summary>
    protected void TellClosed(Session session, Topic topic, CandleText candle, long now)
    {
        if (Faults.Strikes(FaultKind.CloseMissing))
        {
            return;
        }

        var text = Spoil(Message(topic, Damaged(candle), EventMs(now)));
        if (Faults.Strikes(FaultKind.CloseLate) || Faults.Strikes(FaultKind.CloseAfterNext))
        {
            session.SendLater(text, Faults.IsOn(FaultKind.CloseLate) ? _random.Next(8_000, 40_000) : 2_500);
            return;
        }

        session.SendCandle(text);
        if (Faults.Strikes(FaultKind.CloseTwice))
        {
            session.SendCandle(text);
            session.SendLater(text, 5_000);
        }

        if (Faults.Strikes(FaultKind.UpdateAfterClose))
        {
            session.SendCandle(Message(topic, candle with { IsClosed = false }, EventMs(now)));
            session.SendLater(Message(topic, candle with { IsClosed = false }, EventMs(now)), 3_000);
        }
    }

    /// <summary>Sends an update of the open candle, or does with it what the faults say.</summary>
    protected void TellOpen(Session session, Topic topic, Candle values, long now)
    {
        var candle = CandleText.Of(values, topic.LengthMs, isClosed: false);
        var isFirst = topic.LastPushMs == 0;
        topic.Told = values.Count;
        topic.LastPushMs = now;
        if (isFirst)
        {
            TellNonsense(session, topic, candle, now, one: 1); // a series must not take its bearings from nonsense that comes first
        }

        var text = Spoil(Message(topic, Damaged(candle), EventMs(now)));
        if (Faults.IsOn(FaultKind.UpdatesReordered) && _random.Next(3) == 0)
        {
            Faults.Felt(FaultKind.UpdatesReordered);
            session.SendLater(text, 4_500);
        }
        else
        {
            session.SendCandle(text);
        }

        if (Faults.Strikes(FaultKind.UpdatesRepeated))
        {
            session.SendCandle(text);
            session.SendLater(text, 3_000);
        }

        TellNonsense(session, topic, candle, now, one: 5);
    }

    private void Tell(Session session, Topic topic, long now)
    {
        var open = now - (now % topic.LengthMs);
        if (topic.OpenMs == 0)
        {
            topic.OpenMs = open;
        }

        var isMute = topic.MuteUntilMs > now || Faults.Strikes(FaultKind.MuteFromMidMinute);
        while (topic.OpenMs < open && now >= topic.OpenMs + topic.LengthMs + ClosesAfterMs(topic))
        {
            if (!isMute)
            {
                TellClose(session, topic, now);
            }

            topic.OpenMs += topic.LengthMs;
            topic.Told = -1;
        }

        if (topic.OpenMs != open || isMute || now - topic.LastPushMs < PushEveryMs)
        {
            return;
        }

        var values = Books.At(topic.Symbol, open, topic.LengthMs, now);
        if (values.Count > Math.Max(topic.Told, 0) || (topic.Told < 0 && (SendsSnapshot || !OmitsQuiet)))
        {
            TellOpen(session, topic, values, now);
        }
    }

    private void TellNonsense(Session session, Topic topic, CandleText candle, long now, int one)
    {
        if (Faults.IsOn(FaultKind.OffGridInMessage) && _random.Next(one) == 0)
        {
            Faults.Felt(FaultKind.OffGridInMessage);
            session.SendCandle(Message(topic, candle with { OpenMs = candle.OpenMs + 14_789, IsClosed = _random.Next(2) == 0 }, EventMs(now)));
        }

        if (Faults.IsOn(FaultKind.FutureCandle) && _random.Next(one) == 0)
        {
            Faults.Felt(FaultKind.FutureCandle);
            session.SendCandle(Message(topic, candle with { OpenMs = candle.OpenMs + (topic.LengthMs * 60), IsClosed = _random.Next(2) == 0 }, EventMs(now)));
        }

        if (Faults.IsOn(FaultKind.PastCandle) && _random.Next(one) == 0)
        {
            Faults.Felt(FaultKind.PastCandle);
            var past = Books.At(topic.Symbol, candle.OpenMs - (4 * 24 * 60 * Books.Minute), topic.LengthMs);
            session.SendCandle(Message(topic, CandleText.Of(past, topic.LengthMs, isClosed: _random.Next(2) == 0), EventMs(now)));
        }

        if (Faults.IsOn(FaultKind.ForeignSymbol) && _random.Next(one) == 0)
        {
            Faults.Felt(FaultKind.ForeignSymbol);
            var foreign = new Topic(topic.Name.Replace(
                topic.Symbol.Name, "ZZZUSDT", StringComparison.OrdinalIgnoreCase), topic.Symbol with { Name = "ZZZUSDT" }, topic.Interval, topic.LengthMs);
            session.SendCandle(Message(foreign, candle, EventMs(now)));
        }
    }

    private CandleText Damaged(CandleText candle)
    {
        if (Faults.IsOn(FaultKind.BadCandleInMessage) && _random.Next(4) == 0)
        {
            Faults.Felt(FaultKind.BadCandleInMessage);
            return candle.With(Defect.BrokenRow);
        }

        if (Faults.IsOn(FaultKind.NullInMessage) && _random.Next(4) == 0)
        {
            Faults.Felt(FaultKind.NullInMessage);
            return candle.With(Defect.NullColumn);
        }

        return candle;
    }

    private string Spoil(string text)
    {
        text = Faults.Strikes(FaultKind.UnknownFields) ? Respelling.WithUnknownFields(text) : text;
        text = Faults.Strikes(FaultKind.KeysShuffled) ? Respelling.WithKeysShuffled(text, _random) : text;
        text = Faults.Strikes(FaultKind.NumbersRespelt) ? Respelling.WithNumbersRespelt(text) : text;
        if (Faults.IsOn(FaultKind.TruncatedText) && _random.Next(3) == 0)
        {
            Faults.Felt(FaultKind.TruncatedText);
            text = text[..(text.Length * 2 / 3)];
        }

        return text;
    }

    /// <summary>The time that the venue's message says, true or not.</summary>
    private long EventMs(long now)
    {
        if (Faults.IsOn(FaultKind.EventTimeLies) && Faults.StrikesOnce(FaultKind.EventTimeLies))
        {
            return now + 3_600_000;
        }

        return now + (Faults.Strikes(FaultKind.EventTimeAhead) ? 30_000 : 0) - (Faults.Strikes(FaultKind.EventTimeBehind) ? 30_000 : 0);
    }
}
