using OhlcvConnector.Domain;
using OhlcvConnector.Server.Paper;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Backtests;

/// <summary>Makes the rows of answers.</summary>
internal static class BacktestRows
{
    /// <summary>A strategy.</summary>
    public static StrategyRow Row(StrategyKind kind) => new()
    {
        Name = kind.Name,
        Text = kind.Text,
        NeedsRules = kind.Name == StrategyCatalog.Rules,
        Parameters =
        [
            .. kind.Parameters.Select(one => new StrategyParameterRow
            {
                Name = one.Name,
                Type = one.IsWhole ? "integer" : "number",
                Default = one.Default,
                Min = one.Min,
                Max = one.Max,
                Text = one.Text,
            }),
        ],
    };

    /// <summary>A backtest.</summary>
    public static BacktestRow Row(BacktestRun run) => new()
    {
        Id = run.Id,
        State = run.State.ToString().ToLowerInvariant(),
        Progress = Math.Round(run.Progress, 4),
        Problem = run.Problem,
        Asked = run.Asked,
        Strategy = run.Plan.Kind.Name,
        Parameters = run.Plan.Parameters,
        Exchange = run.Plan.Series[0].Series.Exchange,
        Market = run.Plan.Series[0].Series.Market.Name(),
        Symbols = [.. run.Plan.Series.Select(one => one.Series.Symbol)],
        Interval = run.Plan.Interval.ToString(),
        From = run.Plan.From,
        To = run.Plan.To,
        Candles = run.Candles,
        Gaps = run.Gaps,
        Statistics = run.Outcome?.Statistics,
    };

    /// <summary>A backtest, and what came of it.</summary>
    public static BacktestAnswer Answer(BacktestRun run)
    {
        var outcome = run.Outcome;
        return new BacktestAnswer
        {
            Backtest = Row(run),
            Equity = [.. (outcome?.Equity ?? []).Select(point => new EquityRow { Time = PaperRows.Time(point.TimeMs), Equity = point.Equity })],
            Trades = [.. (outcome?.Trades ?? []).Select((trade, index) => Row(trade, outcome!.FirstTrade + index + 1))],
            TradesLeftOut = outcome?.FirstTrade ?? 0,
            RejectedOrders = outcome?.Rejected ?? 0,
            FirstRejection = outcome?.FirstRejection,
            WalkForward =
            [
                .. (outcome?.Folds ?? []).Select(fold => new WalkForwardRow
                {
                    From = fold.From,
                    To = fold.To,
                    Parameters = fold.Settings,
                    Trained = fold.Trained,
                    Tested = fold.Tested,
                }),
            ],
        };
    }

    private static TradeRow Row(Trade trade, int number) => new()
    {
        Number = number,
        Series = trade.Series.Name,
        Quantity = trade.Quantity,
        EntryTime = PaperRows.Time(trade.EntryMs),
        EntryPrice = trade.EntryPrice,
        ExitTime = PaperRows.Time(trade.ExitMs),
        ExitPrice = trade.ExitPrice,
        Fees = trade.Fees,
        Profit = trade.Profit,
        ReturnPercent = trade.Return * 100,
        Reason = PaperOrders.Name(trade.Reason),
    };
}
