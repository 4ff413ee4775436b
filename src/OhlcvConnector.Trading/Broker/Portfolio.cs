namespace OhlcvConnector.Trading;

/// <summary>
/// The money of a run. Cash changes by what is paid and received alone, in amounts of at most twelve decimals, so that all of it adds up to the last digit:
/// equity is cash plus the value of all positions. Cash falls below zero on credit alone.
/// </summary>
public sealed class Portfolio
{
    private readonly List<TradedSeries> _series;
    private readonly List<Trade> _trades = [];

    internal Portfolio(decimal cash, List<TradedSeries> series) => (Cash, InitialCash, _series) = (cash, cash, series);

    /// <summary>Money at the beginning.</summary>
    public decimal InitialCash { get; }

    /// <summary>Money that was paid in since, less what was taken out.</summary>
    public decimal Deposits { get; private set; }

    /// <summary>Money that is not in positions.</summary>
    public decimal Cash { get; private set; }

    /// <summary>Fees paid so far.</summary>
    public decimal Fees { get; private set; }

    /// <summary>What spread and slippage took so far; it is in the fills' prices.</summary>
    public decimal Slippage { get; private set; }

    /// <summary>Funding paid so far, less what was received.</summary>
    public decimal Funding { get; private set; }

    /// <summary>Trades that were closed, in the order of their exits.</summary>
    public IReadOnlyList<Trade> Trades => _trades;

    /// <summary>Cash and the value of all positions, at the last closes.</summary>
    public decimal Equity
    {
        get
        {
            var equity = Cash;
            foreach (var one in _series)
            {
                equity += one.Value;
            }

            return equity;
        }
    }

    /// <summary>Absolute value of all positions, at the last closes.</summary>
    public decimal Exposure
    {
        get
        {
            var exposure = 0m;
            foreach (var one in _series)
            {
                exposure += Math.Abs(one.Value);
            }

            return exposure;
        }
    }

    internal void Deposit(decimal money)
    {
        Cash += money;
        Deposits += money;
    }

    internal void PayFunding(decimal money)
    {
        Cash -= money;
        Funding += money;
    }

    /// <summary>Books a fill: exchanges cash for quantity, and closes the oldest lots of the other direction first.</summary>
    internal void Book(Fill fill, int bar)
    {
        var series = fill.Series;
        Cash -= series.Rules.CostOf(fill.Quantity, fill.Price) + fill.Fee;
        Fees += fill.Fee;
        Slippage += fill.Slippage;
        series.Quantity += fill.Quantity;
        var left = fill.Quantity;
        var feeOfUnit = fill.Fee / Math.Abs(fill.Quantity);
        while (left != 0 && series.Lots.TryPeek(out var lot) && Math.Sign(lot.Quantity) != Math.Sign(left))
        {
            var closed = Math.Min(Math.Abs(left), Math.Abs(lot.Quantity)) * Math.Sign(lot.Quantity);
            var entryFee = closed == lot.Quantity ? lot.Fee : lot.Fee * closed / lot.Quantity;
            _trades.Add(Close(fill, bar, lot, closed, entryFee + (feeOfUnit * Math.Abs(closed))));
            lot.Quantity -= closed;
            lot.Fee -= entryFee;
            left += closed;
            if (lot.Quantity == 0)
            {
                series.Lots.Dequeue();
            }
        }

        if (left != 0)
        {
            series.Lots.Enqueue(
                new Lot
                {
                    Quantity = left,
                    Price = fill.Price,
                    Fee = feeOfUnit * Math.Abs(left),
                    OpenedMs = fill.TimeMs,
                    Bar = bar,
                    Low = fill.Price,
                    High = fill.Price,
                });
        }
    }

    private static Trade Close(Fill fill, int bar, Lot lot, decimal closed, decimal fees)
    {
        var rules = fill.Series.Rules;
        var profit = rules.ValueOf(closed, fill.Price) - rules.ValueOf(closed, lot.Price);
        var entry = rules.Notional(closed, lot.Price);
        var (low, high) = (Math.Min(lot.Low, fill.Price), Math.Max(lot.High, fill.Price)); // of the exit's candle, no more than its price is sure
        var (worst, best) = closed > 0 ? (low, high) : (high, low);
        return new Trade(
            fill.Series, closed, lot.OpenedMs, lot.Bar, lot.Price, fill.TimeMs, bar, fill.Price, fees, profit - fees, (profit - fees) / entry,
            Math.Min(0, ReturnAt(worst)), Math.Max(0, ReturnAt(best)), fill.Reason);

        decimal ReturnAt(decimal price) => (rules.ValueOf(closed, price) - rules.ValueOf(closed, lot.Price)) / entry;
    }
}
