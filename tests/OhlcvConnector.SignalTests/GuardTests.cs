using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;
using Shouldly;

namespace OhlcvConnector.SignalTests;

/// <summary>A rule that is too slow or says too much is stopped, and the others go on as if it had never been.</summary>
public class GuardTests
{
    private const string Two = """
        { "name": "quick", "direction": "long", "when": "close > open", "repeat": true },
        { "name": "slow", "direction": "short", "when": "close > open", "repeat": true }
        """;

    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(0.1);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void A_slow_rule_is_stopped_on_all_series_and_the_other_says_what_it_says_without_it()
    {
        var (rules, clock) = (Given.Rules(Two), new SteppingClock());
        var guard = new RuleGuard(RuleLimits.Usual, clock);
        Series[] series = [Given.Series(), Given.Series(symbol: "ETHUSDT")];
        var evaluators = series.Select(one => new RuleEvaluator(one, rules, guard: guard)).ToArray();
        var candles = series.Select(one => Given.Random(one, 40)).ToArray();
        var said = new List<Signal>();
        for (var candle = 0; candle < 40; candle++)
        {
            foreach (var (evaluator, own) in evaluators.Zip(candles))
            {
                clock.Begin(Quick, Slow);
                said.AddRange(evaluator.Add(own[candle]));
            }
        }

        var stopped = guard.Stopped.ShouldHaveSingleItem();
        (stopped.Rule, stopped.At).ShouldBe(("slow", clock.GetUtcNow()));
        stopped.Reason.ShouldBe("16 of its last 64 evaluations took longer than 1 ms, the last one 5 ms");
        said.Where(signal => signal.Rule == "slow").ShouldAllBe(signal => signal.CloseMs <= candles[0][7].CloseMs, "of eight candles of each series it spoke");
        said.ShouldContain(signal => signal.Rule == "slow");
        said.Where(signal => signal.Rule == "quick").Select(signal => signal.Id).ShouldBe(
            candles[0].Zip(candles[1], (one, other) => new[] { one, other }).SelectMany(pair => pair).Where(candle => candle.Close > candle.Open)
                .Select(candle => Signal.IdOf(candle.Series, candle.CloseMs, "quick", rules.Rules[0].Version)));
        evaluators[0].Preview(Given.Candle(series[0], 40, 1, 2, 1, 2, isClosed: false)).Select(signal => signal.Rule).ShouldBe(["quick"]);
        new RuleEvaluator(series[0], rules, guard: new RuleGuard(RuleLimits.Usual, clock)).Add(Given.Candle(series[0], 0, 1, 2, 1, 2))
            .Count.ShouldBe(2, "with a guard of its own it speaks again");
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(16, true)]
    public void A_pause_of_the_machine_stops_no_rule(int pauses, bool isStopped)
    {
        var (rules, clock, series) = (Given.Rules(Two), new SteppingClock(), Given.Series());
        var guard = new RuleGuard(RuleLimits.Usual, clock);
        var evaluator = new RuleEvaluator(series, rules, guard: guard);
        for (var candle = 0; candle < 1_000 && guard.Stopped.Count == 0; candle++)
        {
            clock.Begin(candle % 64 < pauses ? TimeSpan.FromSeconds(10) : Quick, Quick);
            evaluator.Add(Given.Candle(series, candle, 1, 2, 1, 2));
        }

        guard.Stopped.Select(one => one.Rule).ShouldBe(isStopped ? ["quick"] : []);
    }

    [Fact]
    public void A_rule_that_says_too_much_of_an_hour_over_all_series_is_stopped_and_what_it_said_before_stands()
    {
        var rules = Given.Rules("""
            { "name": "flood", "direction": "long", "when": "close > 0", "repeat": true },
            { "name": "seldom", "direction": "long", "when": "close > 0", "repeat": true, "cooldown": "1h" }
            """);
        var guard = new RuleGuard(RuleLimits.Usual with { SignalsPerHour = 9 }, new SteppingClock());
        var told = new List<Signal>();
        foreach (var (symbol, count) in new[] { ("BTCUSDT", 5), ("ETHUSDT", 60) })
        {
            var series = Given.Series("1m", symbol);
            var evaluator = new RuleEvaluator(series, rules, guard: guard);
            told.AddRange(Given.Closes(series, [.. Enumerable.Repeat(1m, count)]).SelectMany(candle => evaluator.Add(candle)).Where(guard.Admits));
        }

        told.Count(signal => signal.Rule == "flood").ShouldBe(9);
        told.Count(signal => signal.Rule == "seldom").ShouldBe(2, "a rule with a cool-down cannot flood");
        guard.Stopped.ShouldHaveSingleItem().Reason.ShouldBe(
            "it gave more than 9 signals of candles that closed within the hour to 2026-01-05 00:05 UTC (binance spot ETHUSDT 1m was the one too many)");
    }

    [Fact]
    public void Signals_of_another_hour_do_not_add_up_in_whatever_order_missed_closes_are_evaluated()
    {
        var rules = Given.Rules("""{ "name": "r", "direction": "long", "when": "close > 0", "repeat": true }""");
        var guard = new RuleGuard(RuleLimits.Usual with { SignalsPerHour = 2 }, new SteppingClock());
        foreach (var symbol in new[] { "BTCUSDT", "ETHUSDT" })
        {
            var series = Given.Series("1h", symbol);
            var evaluator = new RuleEvaluator(series, rules, guard: guard);
            Given.Closes(series, [.. Enumerable.Repeat(1m, 40)]).SelectMany(candle => evaluator.Add(candle)).Count(guard.Admits).ShouldBe(40);
        }

        guard.Stopped.ShouldBeEmpty();
    }

    [Fact]
    public void Limits_stand_in_the_file_of_rules()
    {
        TradingConfig.Usual.Limits.ShouldBe(new RuleLimits(1, 10_000));
        TradingConfig.Read("""{ "limits": { "milliseconds": 0.5 } }""").Limits.ShouldBe(new RuleLimits(0.5, 10_000));
        TradingConfig.Read("""{ "limits": { "signalsPerHour": 7 } }""").Limits.ShouldBe(new RuleLimits(1, 7));
        foreach (var wrong in new[] { """{ "milliseconds": 0 }""", """{ "signalsPerHour": 0 }""", """{ "signalsPerHour": 1.5 }""", """{ "seconds": 1 }""", "5" })
        {
            Should.Throw<InvalidSettingException>(() => TradingConfig.Read($$"""{ "limits": {{wrong}} }""")).Message.ShouldStartWith("line 1, column");
        }
    }

    /// <summary>A clock on which each evaluation takes as long as is said before.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private readonly Queue<TimeSpan> _steps = new();
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Begin(params TimeSpan[] steps)
        {
            _steps.Clear();
            _steps.Enqueue(TimeSpan.Zero);
            Array.ForEach(steps, _steps.Enqueue);
        }

        public override long GetTimestamp() => _now += _steps.TryDequeue(out var step) ? step.Ticks : 0;

        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
