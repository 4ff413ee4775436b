using OhlcvConnector.Domain;
using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.ServerTests.Paper;

/// <summary>Holds what a paper account did against a backtest over the candles of the sandbox's own books, which the account never wrote.</summary>
internal static class PaperTruth
{
    public static void Check(IPaperLedger ledger, PaperRecord record, SandboxServer sandbox)
    {
        var definition = record.Definition;
        var inputs = ledger.Inputs(record.Id).Where(input => input.Command is null)
            .SelectMany(input => input.Candles).ToLookup(one => one.Key, one => one.Value);
        var data = new List<BacktestSeries>();
        for (var i = 0; i < definition.Series.Count; i++)
        {
            var series = definition.Series[i];
            var handled = inputs[i].ToList();
            var interval = Interval.Parse(series.Interval);
            var truth = sandbox.Candles(
                series.Exchange, MarketNames.Parse(series.Market), series.Symbol, interval, handled[0].OpenTime, handled[^1].CloseTime)
                .Select(one => (one, OpenMs: one.OpenTime.ToUnixTimeMilliseconds()))
                .Select(pair => new Candle(
                    pair.OpenMs, interval.NextMs(pair.OpenMs), pair.one.Open, pair.one.High, pair.one.Low, pair.one.Close, pair.one.BaseVolume))
                .ToList();
            handled.ShouldBe(truth, $"{series.Name}: every close once, in order, with the exchange's values");
            data.Add(new BacktestSeries(series.Name, truth, series.Rules, series.OmitsQuietCandles) { Source = new Series(series.Instrument!, interval) });
        }

        var backtest = Backtest.Run(definition.CreateStrategy()!, data, definition.Broker, CloseAt.Never, definition.StartMs);

        ledger.Fills(record.Id).Reverse().Select(fill => (definition.Series[fill.Series].Name, fill.TimeMs, fill.Quantity, fill.Price, fill.Fee))
            .ShouldBe(backtest.Fills.Select(fill => (fill.Series.Name, fill.TimeMs, fill.Quantity, fill.Price, fill.Fee)));
        ledger.Trades(record.Id).Reverse().Select(trade => trade.Profit).ShouldBe(backtest.Trades.Select(trade => trade.Profit));
        var state = ledger.State(record.Id)!;

        (state.Cash, state.Equity).ShouldBe((backtest.Portfolio.Cash, backtest.Portfolio.Equity));
        ledger.Equity(record.Id).Reverse().Select(one => (one.Key, one.Value)).ShouldBe(backtest.Equity.Times.Zip(backtest.Equity.Values));
        (record.Definition.Broker.Cash - ledger.Fills(record.Id).Sum(fill => Math.Round(fill.Quantity * fill.Price, 12) + fill.Fee)).ShouldBe(state.Cash);
    }
}
