using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;
using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>Rules that run as a strategy, and signals that a strategy is told of.</summary>
public class RulesTests
{
    private static readonly Series Source = new(
        new Instrument { Exchange = "binance", Market = Market.Spot, VenueSymbol = "BTCUSDT", Symbol = "BTC/USDT", BaseAsset = "BTC", QuoteAsset = "USDT" },
        Interval.OneDay);

    [Fact]
    public void A_signal_fills_at_the_next_open_and_its_exit_closes()
    {
        var rules = Read("""
            [ { "name": "up", "direction": "long", "when": "close crosses above 110" },
              { "name": "over", "direction": "exit", "when": "close crosses below 105" } ]
            """);
        var candles = Bars.Of((100, 100, 100, 100), (100, 112, 100, 111), (120, 121, 119, 120), (120, 120, 100, 101), (90, 91, 89, 90), (90, 90, 90, 90));

        var result = Run(rules, candles);

        // above 110 at the close of day 1: bought at 120; below 105 at that of day 3: sold at 90
        var trade = result.Trades.ShouldHaveSingleItem();
        (trade.EntryPrice, trade.ExitPrice, trade.EntryBar, trade.ExitBar).ShouldBe((120m, 90m, 2, 4));
        result.Fills[0].Order!.Request.Note.ShouldBe("up");
    }

    [Fact]
    public void A_signal_for_falling_prices_turns_the_position_around_or_closes_it()
    {
        var rules = Read("""
            [ { "name": "up", "direction": "long", "when": "close crosses above 110" },
              { "name": "down", "direction": "short", "when": "close crosses below 110" } ]
            """);
        var candles = Bars.Flat(100, 111, 111, 100, 100, 90);

        var (around, closed) = (Run(rules, candles), Run(rules, candles, ("short", 0)));

        around.Trades.Select(trade => (trade.Side, trade.EntryPrice, trade.ExitPrice)).ShouldBe([(Side.Buy, 111m, 100m), (Side.Sell, 100m, 90m)]);
        closed.Trades.Select(trade => (trade.Side, trade.EntryPrice, trade.ExitPrice)).ShouldBe([(Side.Buy, 111m, 100m)]);
    }

    [Fact]
    public void Stop_target_and_time_end_a_position()
    {
        var rules = Read("""[ { "name": "up", "direction": "long", "when": "close crosses above 100" } ]""");

        // signal at the close of 110: stop at 99, target at 121
        Exit(Bars.Of((90, 90, 90, 90), (90, 110, 90, 110), (110, 111, 109, 110), (110, 111, 95, 96), (96, 96, 96, 96)), ("stop", 10))
            .ShouldBe((99m, FillReason.StopLoss));
        Exit(Bars.Of((90, 90, 90, 90), (90, 110, 90, 110), (110, 111, 109, 110), (110, 125, 110, 110), (96, 96, 96, 96)), ("target", 10))
            .ShouldBe((121m, FillReason.TakeProfit));
        Exit(Bars.Of((90, 90, 90, 90), (90, 110, 90, 110), (110, 111, 109, 110), (112, 112, 112, 112), (113, 113, 113, 113), (114, 114, 114, 114)), ("hold", 2))
            .ShouldBe((113m, FillReason.Order));

        (decimal, FillReason) Exit(IReadOnlyList<Candle> candles, (string, decimal) setting)
        {
            var trade = Run(rules, candles, setting).Trades.ShouldHaveSingleItem();
            return (trade.ExitPrice, trade.Reason);
        }
    }

    [Theory]
    [InlineData("quantum-cipher")]
    [InlineData("value-area")]
    [InlineData("trend-follow")]
    [InlineData("mean-reversion")]
    public void No_built_in_set_looks_ahead_and_each_trades(string set)
    {
        var rules = new RuleSet(TradingConfig.Read($$"""{ "sets": ["{{set}}"] }""").Rules);
        var data = Data(Bars.Random(12, 1_500));

        LookAheadCheck.Run(_ => StrategyCatalog.OfRules(rules).Create(), data, samples: 10).ShouldBeNull();
        Backtest.Run(StrategyCatalog.OfRules(rules).Create(), data).Trades.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_strategy_of_ones_own_is_told_of_signals_before_the_candle()
    {
        var strategy = new Listening(Read("""[ { "name": "up", "direction": "long", "when": "close crosses above 100" } ]"""));

        Backtest.Run(strategy, Data(Bars.Flat(90, 110, 110, 90, 120)));

        strategy.Told.ShouldBe(["candle 0", "up at candle 1", "candle 1", "candle 2", "candle 3"]); // what is said at the last close could not fill
    }

    [Fact]
    public void The_signals_are_those_that_the_rules_give_live()
    {
        var rules = new RuleSet(TradingConfig.Read("{}").Rules);
        var candles = Bars.Random(12, 1_000);
        var strategy = new Listening(rules);
        Backtest.Run(strategy, Data(candles), closeAt: CloseAt.Never);

        var live = new RuleEvaluator(Source, rules);
        var expected = candles.SelectMany((candle, i) => live
            .Add(candle.ToBar(), candle.Close)
            .Select(signal => $"{signal.Rule} at candle {i}")).ToList();

        expected.Count.ShouldBeGreaterThan(20);
        strategy.Told.Where(one => !one.StartsWith("candle", StringComparison.Ordinal)).ShouldBe(expected);
    }

    [Fact]
    public void Rules_about_other_series_are_told_instead_of_trading_nothing()
    {
        var rules = Read("""[ { "name": "up", "direction": "long", "when": "close > 1", "symbols": ["okx:ETH-USDT"] } ]""");

        Should.Throw<InvalidSettingException>(() => Run(rules, Bars.Flat(1, 2, 3))).Message.ShouldContain("None of the 1 rules is about test 1d");
    }

    [Fact]
    public void Rules_need_to_know_of_which_series_the_candles_are()
    {
        var exception = Should.Throw<StrategyException>(() => Backtest.Run(new Listening(Read("[]")), Bars.Series(Bars.Flat(1, 2))));

        exception.Message.ShouldContain("BacktestSeries.Source");
    }

    private static RuleSet Read(string rules) => new(TradingConfig.Read($$"""{ "sets": [], "rules": {{rules}} }""").Rules);

    private static IReadOnlyList<BacktestSeries> Data(IReadOnlyList<Candle> candles) => [Bars.Series(candles)[0] with { Source = Source }];

    private static BacktestResult Run(RuleSet rules, IReadOnlyList<Candle> candles, params (string Name, decimal Value)[] settings) =>
        Backtest.Run(StrategyCatalog.OfRules(rules).Create(settings.ToDictionary(one => one.Name, one => one.Value)), Data(candles));

    private sealed class Listening(RuleSet rules) : IStrategy
    {
        public List<string> Told { get; } = [];

        public void OnStart(StrategyContext context) => context.Follow(context.Series[0], rules);

        public void OnSignal(Signal signal, TradedSeries series, StrategyContext context) => Told.Add($"{signal.Rule} at candle {series.Bar}");

        public void OnCandle(TradedSeries series, StrategyContext context) => Told.Add($"candle {series.Bar}");
    }
}
