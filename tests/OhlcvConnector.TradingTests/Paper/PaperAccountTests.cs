using OhlcvConnector.Domain;
using OhlcvConnector.Signals;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Sqlite;
using Shouldly;

namespace OhlcvConnector.TradingTests.Paper;

public class PaperAccountTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_paper_account_that_restarts_at_any_moment_does_what_a_backtest_over_the_same_candles_does(int seed)
    {
        var random = new Random(seed);
        var options = Options(seed);
        var candles = new[] { Bars.Random(seed, 150), Bars.Random(seed + 100, 150) };
        var series = new[] { PaperStage.Series(omitsQuietCandles: true), PaperStage.Series("ETHUSDT", omitsQuietCandles: true) };
        if (seed % 3 == 0)
        {
            candles[1] = [.. candles[1].Where((_, i) => i % 7 != 3)]; // closes that one series has and the other has not
        }

        var definition = PaperStage.Definition("random", options, series) with { StartMs = 20 * Bars.Day };
        using var stage = new PaperStage(definition, _ => new RandomOrders(seed));
        var all = candles.SelectMany((one, i) => one.Select(candle => (Number: i, Candle: candle)));
        foreach (var day in all.GroupBy(one => one.Candle.CloseMs).OrderBy(one => one.Key))
        {
            var closes = day.OrderBy(one => one.Number).Select(one => KeyValuePair.Create(one.Number, one.Candle)).ToList();
            stage.Account.Take(closes);
            if (random.Next(25) == 0)
            {
                stage.Restart();
                stage.Account.Take(closes).ShouldBeNull("what was handled before the restart is not handled again");
            }
        }

        var backtest = Backtest.Run(
            new RandomOrders(seed),
            [.. candles.Select((one, i) => new BacktestSeries(series[i].Name, one, InstrumentRules.None, OmitsQuietCandles: true))], options, CloseAt.Never,
            definition.StartMs);

        backtest.Fills.Count.ShouldBeGreaterThan(20);
        stage.Fills().Select(fill => (fill.Order, definition.Series[fill.Series].Name, fill.TimeMs, fill.Quantity, fill.Price, fill.Fee, fill.Reason))
            .ShouldBe(backtest.Fills.Select(
                fill => (fill.Order?.Id, fill.Series.Name, fill.TimeMs, fill.Quantity, fill.Price, fill.Fee, fill.Reason)));
        stage.Ledger.Trades(stage.Record.Id).Reverse().Select(trade => (trade.EntryMs, trade.ExitMs, trade.Profit))
            .ShouldBe(backtest.Trades.Select(trade => (trade.EntryMs, trade.ExitMs, trade.Profit)));
        stage.Ledger.Equity(stage.Record.Id).Reverse().Select(pair => (pair.Key, pair.Value))
            .ShouldBe(backtest.Equity.Times.Zip(backtest.Equity.Values));
        NaiveLedger.Check(stage.Ledger, stage.Record);
    }

    [Theory]
    [InlineData(1, "trend-follow")]
    [InlineData(2, "mean-reversion")]
    [InlineData(3, "own")]
    public void An_account_that_trades_by_rules_does_what_a_backtest_with_them_does_over_restarts(int seed, string name)
    {
        const string own = """
            [ { "name": "up", "direction": "long", "when": "ema:3 crosses above ema:8" }, // kept without this
              { "name": "down", "direction": "short", "when": "ema:3 crosses below ema:8", "cooldown": 4 } ]
            """;
        var instrument = new Instrument
        {
            Exchange = "binance",
            Market = Market.Spot,
            VenueSymbol = "BTCUSDT",
            Symbol = "BTC/USDT",
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
            TickSize = 0.0001m,
        };
        var rules = name == "own" ? KeptRules.Of(name, own) : KeptRules.OfSet(name);
        var definition = PaperStage.Definition(StrategyCatalog.Rules, Options(seed), PaperStage.Series() with { Instrument = instrument }) with
        {
            Rules = rules,
            Settings = new Dictionary<string, decimal> { ["stop"] = 5, ["target"] = 9.5m },
            StartMs = 60 * Bars.Day,
        };
        var candles = Bars.Random(seed + 40, 900);
        using var stage = new PaperStage(definition);
        foreach (var part in candles.Chunk(130))
        {
            stage.Take(part);
            stage.Restart();
        }

        var kept = stage.Ledger.Accounts().Single().Definition;
        var text = name == "own" ? $$"""{ "sets": [], "rules": {{own}} }""" : $$"""{ "sets": ["{{name}}"] }""";
        var backtest = Backtest.Run(
            StrategyCatalog.OfRules(new RuleSet(TradingConfig.Read(text).Rules)).Create(definition.Settings),
            [Bars.Series(candles)[0] with { Source = new Series(instrument, Interval.OneDay) }], definition.Broker, CloseAt.Never, definition.StartMs);

        (kept.Rules, kept.Series[0].Instrument!.Symbol, kept.Series[0].Instrument!.TickSize).ShouldBe((rules, "BTC/USDT", 0.0001m));
        backtest.Fills.Count.ShouldBeGreaterThan(10);
        stage.Fills().Select(fill => (fill.Order, fill.TimeMs, fill.Quantity, fill.Price, fill.Fee, fill.Reason))
            .ShouldBe(backtest.Fills.Select(fill => (fill.Order?.Id, fill.TimeMs, fill.Quantity, fill.Price, fill.Fee, fill.Reason)));
        (stage.Account.State.Cash, stage.Account.State.Equity).ShouldBe((backtest.Portfolio.Cash, backtest.Portfolio.Equity));
        NaiveLedger.Check(stage.Ledger, stage.Record);
    }

    [Fact]
    public void Orders_by_hand_fill_in_candles_that_open_after_them_and_stay_over_a_restart()
    {
        using var stage = new PaperStage();
        var candles = Bars.Of((100, 110, 90, 100), (100, 110, 90, 105), (106, 112, 101, 111), (111, 130, 100, 120));
        stage.Take(candles.Take(1));
        stage.Account.Do(
            new PaperCommand(PaperCommandKind.Place)
            {
                Request = new OrderRequest { Side = Side.Buy, Size = OrderSize.Units(2), StopLoss = 102, TakeProfit = 125 },
                TimeMs = Bars.Day + 1,
            }).Reply.ShouldBe(new PaperReply(1, null));
        stage.Take(candles.Skip(1).Take(1));

        stage.Fills().ShouldBeEmpty("the candle had begun when it was ordered");
        stage.Restart();
        stage.Take(candles.Skip(2).Take(1));

        stage.Fills().Select(fill => (fill.TimeMs, fill.Quantity, fill.Price, fill.Reason))
            .ShouldBe([(2 * Bars.Day, 2m, 106m, FillReason.Order), (2 * Bars.Day, -2m, 102m, FillReason.StopLoss)], "101 is below the stop loss");
        stage.Ledger.Orders(stage.Record.Id).Select(order => (order.Id, order.Parent, order.State))
            .ShouldBe([(3, 1, OrderState.Cancelled), (2, 1, OrderState.Filled), (1, null, OrderState.Filled)]);
        stage.Account.State.Cash.ShouldBe(10_000m - (2 * 106) + (2 * 102));
        NaiveLedger.Check(stage.Ledger, stage.Record);
    }

    [Fact]
    public void Orders_are_amended_and_cancelled_and_the_same_command_does_nothing_twice()
    {
        using var stage = new PaperStage();
        var candles = Bars.Flat(100, 100, 90, 80, 70);
        stage.Take(candles.Take(1));
        var limit = new OrderRequest { Side = Side.Buy, Type = OrderType.Limit, Size = OrderSize.Units(1), LimitPrice = 95 };

        stage.Place(limit, day: 1, id: "alert 7").Order.ShouldBe(1);
        stage.Restart();
        stage.Place(limit, day: 1, id: "alert 7").IsKnown.ShouldBeTrue();
        stage.Do(PaperCommandKind.Amend, order: 1, request: limit with { LimitPrice = 85 }).ShouldBe(new PaperReply(1, null));
        stage.Do(PaperCommandKind.Amend, order: 1, request: limit with { LimitPrice = -1 }).Problem.ShouldBe("it needs a limit price above 0");
        stage.Do(PaperCommandKind.Amend, order: 9, request: limit).Problem.ShouldBe("there is no open order 9");
        stage.Take(candles.Skip(1).Take(2));

        stage.Fills().ShouldBeEmpty();
        stage.Take(candles.Skip(3).Take(1));

        stage.Fills().ShouldHaveSingleItem().Price.ShouldBe(80m);
        var second = stage.Place(limit with { LimitPrice = 75 }, day: 4).Order!.Value;
        stage.Do(PaperCommandKind.Cancel, order: second).Problem.ShouldBeNull();
        stage.Take(candles.Skip(4));

        stage.Fills().Count.ShouldBe(1);
        stage.Restart(); // compares what comes of all of it with what is written
    }

    [Fact]
    public void What_is_wrong_with_an_order_is_said_and_costs_nothing()
    {
        using var stage = new PaperStage();
        stage.Place(new OrderRequest { Side = Side.Buy, Type = OrderType.TrailingStop, TrailBy = 1, Size = OrderSize.Units(1) }).Problem
            .ShouldBe("no candle of binance spot BTCUSDT 1d has closed that it could follow");
        stage.Take(Bars.Flat(100));
        var buy = new OrderRequest { Side = Side.Buy, Size = OrderSize.Units(1) };

        stage.Place(buy with { Size = OrderSize.Units(0) }).Problem.ShouldBe("its size is 0; it must be above 0");
        stage.Place(buy with { Size = OrderSize.Units(-1) }).Problem.ShouldBe("its size is -1; it must be above 0");
        stage.Place(buy with { Size = OrderSize.Units(decimal.MaxValue) }).Problem.ShouldStartWith("its size and prices must be at most");
        stage.Place(buy with { Type = OrderType.Limit, LimitPrice = decimal.MaxValue }).Problem.ShouldStartWith("its size and prices must be at most");
        stage.Account.Do(new PaperCommand(PaperCommandKind.Place) { Request = buy, Series = 1 }).Reply.Problem.ShouldBe("there is no such series");
        stage.Place(buy with { Size = OrderSize.Units(200) }).Problem.ShouldBeNull("what it costs is known when it fills");
        stage.Do(PaperCommandKind.Deposit, amount: -10_001).Problem.ShouldBe("there are 10000 USDT of cash, and no more can be taken out");
        stage.Do(PaperCommandKind.Deposit, amount: -9_000).Problem.ShouldBeNull();
        stage.Take(Bars.Flat(100, 100).Skip(1));

        stage.Fills().ShouldBeEmpty();
        stage.Ledger.Events(0).Select(one => one.Text).Last().ShouldContain("positions would be worth 20000, and the equity of 1000 carries 1000");
        stage.Account.State.Cash.ShouldBe(1_000);
        stage.Restart();
    }

    [Fact]
    public void Ten_thousand_orders_at_a_close_are_bounded_counted_and_told_of_in_a_line()
    {
        using var stage = new PaperStage(
            PaperStage.Definition("storm", new BrokerOptions { MaxOpenOrders = 10, MaxOrdersPerCandle = 1_000 }),
            _ => new Scripted((0, (series, context) =>
            {
                for (var i = 0; i < 10_000; i++)
                {
                    context.Place(series, new OrderRequest { Side = Side.Buy, Type = OrderType.Limit, LimitPrice = 1, Size = OrderSize.Units(1) });
                }
            }
            )));
        stage.Take(Bars.Flat(100, 100));

        stage.Account.State.Refused.ShouldBe(9_000);
        stage.Ledger.Orders(stage.Record.Id).Count.ShouldBe(1_000);
        stage.Ledger.Orders(stage.Record.Id, openOnly: true).Count.ShouldBe(10);
        stage.Ledger.Events(0).Count.ShouldBe(21);
        stage.Ledger.Events(0)[^1].Text.ShouldBe("9970 more orders were rejected");
        stage.Restart();
    }

    [Fact]
    public void A_strategy_that_throws_is_named_with_its_candle_and_told_of_nothing_more_while_its_stop_loss_stands()
    {
        using var stage = new PaperStage(
            PaperStage.Definition("breaks"),
            _ => new Scripted(
                (0, (series, context) => context.Place(series, new OrderRequest { Side = Side.Buy, Size = OrderSize.Units(1), StopLoss = 90 })),
                (1, (series, context) => context.Place(
                    series, new OrderRequest { Side = Side.Buy, Type = OrderType.Limit, LimitPrice = 95, Size = OrderSize.Units(1) })),
                (2, (_, _) => throw new ArithmeticException("oh")),
                (3, (_, _) => throw new InvalidOperationException("never"))));
        stage.Take(Bars.Flat(100, 100, 100, 95, 80));

        stage.Account.State.StrategyError.ShouldBe("ArithmeticException at the candle of 1970-01-03 00:00:00Z of binance spot BTCUSDT 1d: oh");
        stage.Fills().Select(fill => (fill.Quantity, fill.Price)).ShouldBe([(1m, 100m), (-1m, 80m)], "the limit order was cancelled, the stop loss was not");
        stage.Ledger.Events(0).Select(one => one.Kind).ShouldContain(PaperEventKind.StrategyFailed);
        stage.Place(new OrderRequest { Side = Side.Buy, Size = OrderSize.Units(1) }).Problem
            .ShouldBe("only orders that reduce are taken now: the strategy threw");
        stage.Restart();
        stage.Account.State.StrategyError.ShouldNotBeNull();
    }

    [Fact]
    public void The_limit_of_a_days_loss_closes_all_and_the_next_day_trades_again()
    {
        const long hour = Bars.Day / 24;
        var prices = new decimal[] { 100, 100, 94, 93, 92 };
        var hours = Enumerable.Range(0, 48).Select(
            i => new Candle(i * hour, (i + 1) * hour, Price(i), Price(i), Price(i), Price(i), 1)).ToList();
        var definition = PaperStage.Definition("holds", new BrokerOptions { DailyLossLimit = 0.05m });
        using var stage = new PaperStage(definition, _ => new Always());
        stage.Take(hours);

        stage.Fills().Select(fill => (fill.TimeMs / hour, fill.Quantity, fill.Price))
            .ShouldBe([(1, 100m, 100m), (3, -100m, 93m), (25, 101.086956521739m, 92m)], "6 % are lost at the third close, and the day ends with it");
        stage.Ledger.Events(0).Select(one => (one.Kind, one.TimeMs / hour))
            .ShouldContain((PaperEventKind.Halted, 3L));
        stage.Ledger.Events(0).Single(one => one.Kind == PaperEventKind.Resumed).TimeMs.ShouldBe(25 * hour);
        var backtest = Backtest.Run(new Always(), [new BacktestSeries("x", hours, InstrumentRules.None)], definition.Broker, CloseAt.Never, 0);

        backtest.Fills.Select(fill => (fill.TimeMs, fill.Quantity)).ShouldBe(stage.Fills().Select(fill => (fill.TimeMs, fill.Quantity)));
        stage.Restart();

        decimal Price(int i) => prices[Math.Min(i, prices.Length - 1)];
    }

    [Fact]
    public void The_kill_switch_cancels_and_closes_and_takes_only_what_reduces_until_it_is_released()
    {
        using var stage = new PaperStage();
        var candles = Bars.Flat(100, 100, 110, 120, 130);
        stage.Take(candles.Take(1));
        stage.Place(new OrderRequest { Side = Side.Buy, Size = OrderSize.Units(3), TakeProfit = 200 }, day: 1);
        stage.Take(candles.Skip(1).Take(1));
        stage.Do(PaperCommandKind.HaltAndClose, reason: "Friday").Problem.ShouldBeNull();
        stage.Place(new OrderRequest { Side = Side.Buy, Size = OrderSize.Units(1) }, day: 2).Problem.ShouldBe("only orders that reduce are taken now: Friday");
        stage.Take(candles.Skip(2).Take(1));

        stage.Fills().Select(fill => (fill.Quantity, fill.Price)).ShouldBe([(3m, 100m), (-3m, 110m)]);
        stage.Account.OpenOrders().ShouldBeEmpty();
        stage.Restart();
        stage.Account.State.Halt.ShouldBe("Friday");
        stage.Do(PaperCommandKind.Resume).Problem.ShouldBeNull();
        stage.Place(new OrderRequest { Side = Side.Buy, Size = OrderSize.Units(1) }, day: 3).Problem.ShouldBeNull();
    }

    [Fact]
    public void A_clock_that_goes_back_brings_nothing_twice_and_no_order_into_the_past()
    {
        using var stage = new PaperStage();
        var candles = Bars.Flat(100, 101, 102, 103);
        stage.Take(candles.Take(3));
        stage.Take(candles.Take(2)); // again, and older

        stage.Account.Repeated.ShouldBe(2);
        stage.Account.State.Step.ShouldBe(3);
        stage.Place(new OrderRequest { Side = Side.Buy, Size = OrderSize.Units(1) }, day: -100).Problem.ShouldBeNull();
        stage.Account.OpenOrders().ShouldHaveSingleItem().PlacedMs.ShouldBe(3 * Bars.Day);
        stage.Take(candles);

        stage.Fills().ShouldHaveSingleItem().Price.ShouldBe(103);
    }

    [Fact]
    public void A_ledger_that_was_changed_or_made_by_other_rules_is_not_traded_on()
    {
        using var stage = new PaperStage(PaperStage.Definition("buys"), _ => new Scripted((0, (series, context) => context.Buy(series, OrderSize.Units(1)))));
        stage.Take(Bars.Flat(100, 100, 100));

        Should.Throw<InvalidDataException>(() => PaperAccount.Open(stage.Record, stage.Ledger, _ => new Scripted())).Message
            .ShouldStartWith("The account test cannot go on: its candles give another fill 1");
    }

    [Fact]
    public void A_ledger_is_one_programs_and_of_one_kind_of_market()
    {
        using var stage = new PaperStage();

        Should.Throw<IOException>(() => SqlitePaperLedger.Open(stage.File, isSandbox: false)).Message
            .ShouldContain("Another program trades with the paper ledger");
        using (var reader = SqlitePaperLedger.Read(stage.File))
        {
            reader.Accounts().ShouldHaveSingleItem().Definition.Name.ShouldBe("test");
        }

        Should.Throw<Domain.InvalidSettingException>(() => stage.Ledger.Create(PaperStage.Definition())).Message
            .ShouldBe("There is a paper account 'test' already. Reset or close it, or take another name.");
        stage.Ledger.Close(stage.Record.Id);
        stage.Ledger.Create(PaperStage.Definition()).Id.ShouldNotBe(stage.Record.Id);
        stage.Ledger.Dispose();

        Should.Throw<IOException>(() => SqlitePaperLedger.Open(stage.File, isSandbox: true)).Message.ShouldContain("holds accounts of real markets");
        Should.Throw<IOException>(() => SqlitePaperLedger.Read(stage.File + "x")).Message.ShouldContain("There is no paper ledger");
        File.WriteAllText(stage.File + "y", "hello, this is no database at all");
        Should.Throw<IOException>(() => SqlitePaperLedger.Open(stage.File + "y", isSandbox: true)).Message.ShouldContain("this is no ledger");
    }

    private static BrokerOptions Options(int seed) => new()
    {
        TakerFee = 0.0007m,
        MakerFee = 0.0002m,
        Spread = 0.001m,
        MaxVolumeShare = seed % 3 == 0 ? 0.05m : null,
        Leverage = 1 + (seed % 4),
        MaintenanceMargin = seed % 4 == 0 ? 0 : 0.02m,
        FundingRate = seed % 2 == 0 ? 0.0001m : 0,
        DailyLossLimit = seed % 5 == 0 ? 0.02m : null,
    };

    private sealed class Always : IStrategy
    {
        public void OnCandle(TradedSeries series, StrategyContext context)
        {
            if (series.Quantity == 0 && series.OpenOrders.Count == 0)
            {
                context.Buy(series, OrderSize.Equity(1));
            }
        }
    }
}

/// <summary>A dumb second ledger: adds up what is written of fills, and nothing else.</summary>
internal static class NaiveLedger
{
    public static void Check(IPaperLedger ledger, PaperRecord record)
    {
        var state = ledger.State(record.Id)!;
        var cash = record.Definition.Broker.Cash + state.Deposits - state.Funding;
        var held = record.Definition.Series.Select(_ => 0m).ToList();
        var fees = 0m;
        foreach (var fill in ledger.Fills(record.Id).Reverse())
        {
            cash -= Math.Round(fill.Quantity * fill.Price, 12) + fill.Fee;
            held[fill.Series] += fill.Quantity;
            fees += fill.Fee;
        }

        var positions = ledger.Positions(record.Id);

        (state.Cash, state.Fees).ShouldBe((cash, fees));
        positions.Select(position => position.Quantity).ShouldBe(held);
        state.Equity.ShouldBe(cash + positions.Sum(position => position.Quantity * position.Mark));
    }
}
