namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>One trade as a venue tells it.</summary>
internal readonly record struct ToldTrade(long Id, long TimeMs, decimal Price, int Units, bool IsBuy);

/// <content>The trades themselves, as two of the venues tell them beside the candles, and what goes wrong with them.</content>
internal abstract partial class JudgedVenue
{
    private const long PastMs = 8_000;

    /// <summary>Whether a new subscription begins with some of the past.</summary>
    protected virtual bool TellsPastTrades => false;

    /// <summary>Messages of some trades, ascending.</summary>
    protected virtual IEnumerable<string> TradeMessages(Topic topic, IReadOnlyList<ToldTrade> trades, long eventMs) => [];

    private void TellTrades(Session session, Topic topic, long now)
    {
        var isFirst = topic.TradesToMs == 0;
        var from = isFirst ? now - (TellsPastTrades ? PastMs : 0) : topic.TradesToMs;
        topic.TradesToMs = now;
        if (topic.Symbol.IsHalted || topic.MuteUntilMs > now || Faults.Strikes(FaultKind.MuteFromMidMinute))
        {
            return; // lost
        }

        var trades = TradesBetween(topic.Symbol, from, now).ToList();
        if (trades.Count == 0)
        {
            return;
        }

        if (trades.Count > 1 && Faults.Strikes(FaultKind.TradesMerged))
        {
            trades = [trades[^1] with { Units = trades.Sum(trade => trade.Units) }];
        }

        foreach (var message in TradeMessages(topic, trades, EventMs(now)))
        {
            var text = Spoil(message);
            if (Faults.IsOn(FaultKind.TradesLate) && _random.Next(8) == 0)
            {
                Faults.Felt(FaultKind.TradesLate);
                session.SendLater(text, _random.Next(1_000, 9_000));
            }
            else if (Faults.IsOn(FaultKind.TradesReordered) && _random.Next(3) == 0)
            {
                Faults.Felt(FaultKind.TradesReordered);
                session.SendLater(text, 1_500);
            }
            else
            {
                session.SendCandle(text);
            }

            if (Faults.Strikes(FaultKind.TradesTwice))
            {
                session.SendCandle(text);
                session.SendLater(text, 3_000);
            }
        }
    }

    private IEnumerable<ToldTrade> TradesBetween(Listed symbol, long fromMs, long toMs)
    {
        for (var minute = fromMs / Books.Minute * Books.Minute; minute < toMs; minute += Books.Minute)
        {
            var trades = Books.Trades(symbol, minute);
            for (var at = 0; at < trades.Length; at++)
            {
                var time = minute + trades[at].OffsetMs;
                if (time >= fromMs && time < toMs)
                {
                    yield return new ToldTrade(
                        (minute / Books.Minute * 100) + at, time, trades[at].Price, trades[at].Units, Books.Chance(symbol.Name, time, 31, 50));
                }
            }
        }
    }
}
