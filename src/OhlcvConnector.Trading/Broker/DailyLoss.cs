namespace OhlcvConnector.Trading;

/// <summary>The limit of a day's loss: halts a session whose equity has lost too much since the day began (UTC), until the next day.</summary>
/// <param name="limit">The share of the equity at the day's beginning.</param>
/// <param name="equity">Equity before the first close.</param>
internal sealed class DailyLoss(decimal limit, decimal equity)
{
    private const long DayMs = 86_400_000;

    private readonly string _reason = FormattableString.Invariant($"the day's loss reached {limit * 100:0.####} % of the equity that it began with");
    private long _day = long.MinValue;
    private decimal _atBeginning = equity;
    private decimal _last = equity;

    /// <summary>Judges a close.</summary>
    public void OnClose(long closeMs, TradingSession session)
    {
        var day = (closeMs - 1) / DayMs; // the close at midnight is the old day's last
        if (day != _day)
        {
            (_day, _atBeginning) = (day, _last);
            if (ReferenceEquals(session.Broker.Halt, _reason))
            {
                session.Broker.Halt = null;
            }
        }

        _last = session.Portfolio.Equity;
        if (session.Broker.Halt is null && _last <= _atBeginning * (1 - limit))
        {
            session.Halt(_reason, closesPositions: true, closeMs);
        }
    }

    /// <summary>Counts money that was paid in or taken out as no gain or loss.</summary>
    public void Deposit(decimal money) => (_atBeginning, _last) = (_atBeginning + money, _last + money);
}
