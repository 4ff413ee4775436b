using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests.Chaos;

/// <summary>What was wrong with what was delivered.</summary>
internal sealed class ChaosFindings
{
    private readonly List<string> _examples = [];

    public long Lost { get; private set; }

    /// <summary>Candles that history lacked by a fault, and that were announced as a gap; the right end.</summary>
    public long Announced { get; private set; }

    public long Doubled { get; private set; }

    public long OutOfOrder { get; private set; }

    public long WrongValues { get; private set; }

    public long StaleUpdates { get; private set; }

    /// <summary>Closes that say of themselves that they were inferred from the stream.</summary>
    public long Inferred { get; private set; }

    /// <summary>Those of them that the books have otherwise: a trade of their last moments is missing. The one count that need not be 0.</summary>
    public long InferredOtherwise { get; private set; }

    public IReadOnlyList<string> Examples => _examples;

    public bool AreNone => Lost + Doubled + OutOfOrder + WrongValues + StaleUpdates == 0;

    public void Infer(bool isRight)
    {
        Inferred++;
        InferredOtherwise += isRight ? 0 : 1;
    }

    public void Announce() => Announced++;

    public void Lose(string what) => Keep(what, Lost++);

    public void Double(string what) => Keep(what, Doubled++);

    public void Disorder(string what) => Keep(what, OutOfOrder++);

    public void Misquote(string what) => Keep(what, WrongValues++);

    public void Stale(string what) => Keep(what, StaleUpdates++);

    private void Keep(string what, long before)
    {
        if (before < 5)
        {
            _examples.Add(what);
        }
    }
}

/// <summary>Holds one series against the sandbox's books while it is read, and remembers nothing but the last close.</summary>
internal sealed class ChaosChecker(SandboxServer sandbox, ChaosFindings findings, Func<string, DateTimeOffset, bool> mayLack)
{
    private PriceQuote? _open;
    private DateTimeOffset? _next;

    public long Closed { get; private set; }

    public DateTimeOffset LastCloseTime => _next ?? DateTimeOffset.MinValue;

    public void Read(in PriceQuote quote)
    {
        if (!quote.IsClosed)
        {
            ReadOpen(quote);
            return;
        }

        var name = $"{quote.Series} {quote.OpenTime:u}";
        var next = _next ?? quote.OpenTime;
        if (quote.OpenTime < next)
        {
            if (quote.CloseTime == next)
            {
                findings.Double($"{name} came twice");
            }
            else
            {
                findings.Disorder($"{name} came after the candle that ends {next:u}");
            }

            return;
        }

        foreach (var candle in sandbox.Candles(quote.Exchange, quote.Market, quote.Series.VenueSymbol, quote.Interval, next, quote.CloseTime))
        {
            if (candle.OpenTime == quote.OpenTime)
            {
                Compare(name, quote, candle);
            }
            else if (quote.GapBefore is { } told && told.From <= candle.OpenTime && candle.OpenTime < told.To && mayLack(quote.Exchange, candle.OpenTime))
            {
                findings.Announce();
            }
            else if (quote.Exchange != "hyperliquid" || candle.TradeCount > 0)
            {
                findings.Lose($"{quote.Series} {candle.OpenTime:u} ({candle.TradeCount} trades) was left out before {quote.OpenTime:u}{(quote.GapBefore is { } gap ? $", announced as {gap}" : ", in silence")}");
            }
        }

        Closed++;
        _next = quote.CloseTime;
    }

    private void ReadOpen(in PriceQuote quote)
    {
        if (_next is { } next && quote.OpenTime < next)
        {
            findings.Stale($"{quote.Series} an open update of {quote.OpenTime:u} came after its close");
        }
        else if (_open is { } before && before.OpenTime == quote.OpenTime && (quote.TradeCount ?? 0) < (before.TradeCount ?? 0))
        {
            findings.Stale($"{quote.Series} an open update of {quote.OpenTime:u} is older than one before");
        }

        _open = quote;
    }

    private void Compare(string name, in PriceQuote quote, SandboxCandle truth)
    {
        var isRight = (quote.Open, quote.High, quote.Low, quote.Close) == (truth.Open, truth.High, truth.Low, truth.Close)
            && (quote.Volume ?? truth.BaseVolume) == truth.BaseVolume
            && (quote.QuoteVolume ?? truth.QuoteVolume) == truth.QuoteVolume
            && (quote.TradeCount ?? truth.TradeCount) == truth.TradeCount;
        if (quote.Source == QuoteSource.Inferred)
        {
            findings.Infer(isRight);
        }
        else if (!isRight)
        {
            findings.Misquote($"{name} ({quote.Source}) is {quote}, the books have {truth}");
        }
    }
}
