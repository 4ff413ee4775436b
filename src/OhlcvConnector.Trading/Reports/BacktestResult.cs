namespace OhlcvConnector.Trading;

/// <summary>What came of a backtest. It is a simulation of the past, and no advice.</summary>
public sealed class BacktestResult
{
    internal BacktestResult(
        IReadOnlyList<TradedSeries> series, IReadOnlyList<BacktestSeries> data, BrokerOptions options, Portfolio portfolio, EquityCurve equity,
        IReadOnlyList<Fill> fills, IReadOnlyList<Order> orders, long fromMs) =>
        (Series, Data, Options, Portfolio, Equity, Fills, Orders, FromMs) = (series, data, options, portfolio, equity, fills, orders, fromMs);

    /// <summary>Series, as they were at the end.</summary>
    public IReadOnlyList<TradedSeries> Series { get; }

    /// <summary>Candles that it ran over.</summary>
    public IReadOnlyList<BacktestSeries> Data { get; }

    /// <summary>Time from which it traded, Unix epoch milliseconds UTC; the least number for the first candle.</summary>
    public long FromMs { get; }

    /// <summary>Settings of the broker.</summary>
    public BrokerOptions Options { get; }

    /// <summary>Account at the end.</summary>
    public Portfolio Portfolio { get; }

    /// <summary>Equity at each close.</summary>
    public EquityCurve Equity { get; }

    /// <summary>Fills, in their order.</summary>
    public IReadOnlyList<Fill> Fills { get; }

    /// <summary>Orders that have ended: filled, cancelled or rejected, in the order of their ends.</summary>
    public IReadOnlyList<Order> Orders { get; }

    /// <summary>Candles within which finer ones decided what filled; 0 without finer candles.</summary>
    public int FilledByFine { get; internal init; }

    /// <summary>Candles that finer ones should have decided, and did not make up: they were filled by the coarse rule.</summary>
    public int LackingFine { get; internal init; }

    /// <summary>Trades that were closed.</summary>
    public IReadOnlyList<Trade> Trades => Portfolio.Trades;
}
