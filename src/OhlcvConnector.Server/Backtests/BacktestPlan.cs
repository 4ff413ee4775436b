using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Backtests;

/// <summary>What a backtest is to do, all of it checked.</summary>
internal sealed record BacktestPlan
{
    /// <summary>The strategy.</summary>
    public required StrategyKind Kind { get; init; }

    /// <summary>Parameters that were given.</summary>
    public required IReadOnlyDictionary<string, decimal> Parameters { get; init; }

    /// <summary>The candles to read, a request for each series.</summary>
    public required IReadOnlyList<(Series Series, HistoryRequest Request)> Series { get; init; }

    /// <summary>The length of the candles.</summary>
    public required Interval Interval { get; init; }

    /// <summary>Open time of the first candle, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>End of the candles, exclusive, UTC.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The broker.</summary>
    public required BrokerOptions Broker { get; init; }

    /// <summary>Whether the exchange's commissions hold, where none were given.</summary>
    public required (bool Taker, bool Maker) VenueFees { get; init; }

    /// <summary>Whether it runs over gaps.</summary>
    public required bool AllowsGaps { get; init; }

    /// <summary>Parts of the walk-forward; 0 for none.</summary>
    public int Folds { get; init; }

    /// <summary>Combinations of parameters that the walk-forward tries.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, decimal>> Variants { get; init; } = [];

    /// <summary>The figure by which it chooses the best of them.</summary>
    public SearchGoal Goal { get; init; }

    /// <summary>In whose name the past is asked for.</summary>
    public required object Asker { get; init; }

    /// <summary>Candles of all series that should be there.</summary>
    public long Candles => Series.Count * Interval.CountBetween(Interval.FloorMs(From.ToUnixTimeMilliseconds()), To.ToUnixTimeMilliseconds());
}
