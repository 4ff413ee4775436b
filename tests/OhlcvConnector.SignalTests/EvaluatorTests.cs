using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Signals;
using OhlcvConnector.Signals.Conditions;
using OhlcvConnector.Signals.Evaluating;
using Shouldly;

namespace OhlcvConnector.SignalTests;

/// <summary>Rules of one series, candle by candle.</summary>
public class EvaluatorTests
{
    private static readonly string Everything = """
        { "name": "cross", "direction": "long", "when": "rsi:14 crosses above 45", "cooldown": 4 },
        { "name": "confirmed", "direction": "short", "when": "ema:9 crosses below ema:21", "confirm": 3 },
        { "name": "longer", "direction": "exit", "when": { "all": ["ema:3 > ema:5 on 4h", { "not": "close < open" }, { "any": ["rsi:7 < 60", "volume > 1.2 x its average"] } ] } },
        { "name": "divergence", "direction": "long", "when": "bullish divergence of rsi:14" },
        { "name": "area", "direction": "neutral", "when": "price leaves the value area of 30 candles", "repeat": true, "gaps": "carry" },
        { "name": "score", "score": { "trend": ["ema:9 > ema:21", "close > sma:50"], "momentum": [{ "long": "rsi:14 > 55", "short": "rsi:14 < 45" }] },
          "thresholds": { "long": 50, "short": 50, "exit": 20 }, "cooldown": "3h" }
        """;

    [Fact]
    public void Each_prefix_of_a_history_gives_the_signals_that_live_gave()
    {
        var series = Given.Series();
        var candles = Given.Random(series, 700);
        var rules = new RuleSet([.. Given.Rules(Everything).Rules, .. TradingConfig.Usual.Rules]);
        var live = Given.Run(rules, candles, series);

        live.Select(signal => signal.Rule).Distinct().Count().ShouldBeGreaterThan(12);
        for (var length = 3; length <= candles.Count; length += 7)
        {
            var prefix = Given.Run(rules, candles.Take(length), series);
            prefix.Select(Said).ShouldBe(live.Where(signal => signal.CloseMs <= candles[length - 1].CloseMs).Select(Said));
        }
    }

    [Fact]
    public void A_run_that_begins_where_it_must_gives_the_signals_of_a_long_history()
    {
        var series = Given.Series();
        var candles = Given.Random(series, 6_000, seed: 3);
        var rules = new RuleSet([.. Given.Rules(Everything.Replace("\"cooldown\": 4", "\"cooldown\": 0").Replace("\"cooldown\": \"3h\"", "\"cooldown\": 0")).Rules]);
        var whole = Given.Run(rules, candles, series).Select(Said).ToList();
        foreach (var from in new[] { 3_000, 4_111, 5_500 })
        {
            var fromMs = candles[from].OpenMs;
            var late = new RuleEvaluator(series, rules);
            var beginMs = late.BeginMs(fromMs);
            beginMs.ShouldBeGreaterThan(candles[0].OpenMs);
            var signals = new List<Signal>();
            foreach (var candle in candles.Where(candle => candle.OpenMs >= beginMs))
            {
                if (candle.OpenMs == fromMs)
                {
                    foreach (var last in Given.Run(rules, candles.Take(from), series).GroupBy(signal => signal.Rule).Select(group => group.Last()))
                    {
                        late.Recall(last.Rule, last.CloseMs, last.Direction); // as a store remembers it
                    }
                }

                signals.AddRange(late.Add(candle));
            }

            var firstMs = candles[from].CloseMs;
            signals.Where(signal => signal.CloseMs >= firstMs).Select(Said).ShouldBe(whole.Where(said => said.CloseMs >= firstMs));
        }
    }

    [Fact]
    public void A_plain_second_way_of_calculating_says_the_same()
    {
        var series = Given.Series();
        var candles = Given.Random(series, 600, seed: 5);
        var live = Given.Run(Given.Rules(Everything), candles, series);

        Closes(live, "cross").ShouldBe(Plain.CoolDown(Plain.CrossesAbove(Given.Anew("rsi:14", candles), 45), 4).Select(index => candles[index].CloseMs));
        Closes(live, "confirmed").ShouldBe(Plain.ConfirmedCrossBelow(Given.Anew("ema:9", candles), Given.Anew("ema:21", candles), 3).Select(index => candles[index].CloseMs));
        Closes(live, "longer").ShouldBe(Plain.Longer(candles).Select(index => candles[index].CloseMs));
        Closes(live, "area").ShouldBe(Plain.LeavesArea(candles, 30, 50).Select(index => candles[index].CloseMs));
        live.Where(signal => signal.Rule == "score").Select(signal => (signal.CloseMs, signal.Direction))
            .ShouldBe(Plain.Score(candles).Select(one => (candles[one.Index].CloseMs, one.Direction)));
        Closes(live, "divergence").ShouldBe(Plain.BullishDivergence(candles, Given.Anew("rsi:14", candles), 60).Select(index => candles[index].CloseMs));
        live.Select(signal => signal.Rule).Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public void The_value_area_is_that_of_a_whole_volume_profile()
    {
        var candles = Given.Random(Given.Series(), 400, seed: 7).Select(candle => new Bar(candle)).ToArray();
        var window = new ValueAreaWindow(new AreaSize(60, 40));
        Span<double> edges = stackalloc double[3];
        Span<double> peeked = stackalloc double[3];
        for (var index = 0; index < candles.Length; index++)
        {
            window.Peek(candles[index], peeked);
            window.Add(candles[index]);
            window.Write(edges);
            peeked.SequenceEqual(edges).ShouldBeTrue();
            double.IsNaN(edges[0]).ShouldBe(index < 59);
            if (index >= 59)
            {
                var area = VolumeProfile.Of(candles.AsSpan(index - 59, 60), 40).ValueArea()!.Value;
                edges[0].ShouldBe(area.High, 1e-9);
                edges[1].ShouldBe(area.Low, 1e-9);
                edges[2].ShouldBe(area.Control.Price, 1e-9);
            }
        }
    }

    [Fact]
    public void An_open_candle_is_previewed_as_it_would_close_and_changes_nothing()
    {
        var series = Given.Series();
        var candles = Given.Random(series, 500, seed: 9);
        var rules = new RuleSet([.. Given.Rules(Everything).Rules, .. TradingConfig.Usual.Rules]);
        var (with, without) = (new RuleEvaluator(series, rules), new RuleEvaluator(series, rules));
        var seen = 0;
        foreach (var candle in candles)
        {
            with.Preview(Given.Candle(series, 0, 50, 60, 40, 55, 3, isClosed: false)).ShouldBeEmpty("it is older than the last");
            var preview = with.Preview(candle);
            var closed = with.Add(candle);
            preview.ShouldAllBe(signal => signal.IsProvisional);
            closed.ShouldAllBe(signal => !signal.IsProvisional);
            preview.Where(IsOfOwn).Select(Said).ShouldBe(closed.Where(IsOfOwn).Select(Said));
            closed.Select(Said).ShouldBe(without.Add(candle).Select(Said));
            seen += closed.Count;
        }

        seen.ShouldBeGreaterThan(50);

        // An open candle does not end a longer one: its rules see the last longer candle that has closed.
        static bool IsOfOwn(Signal signal) => signal.Rule != "longer";
    }

    [Fact]
    public void A_signal_says_what_made_it()
    {
        var series = Given.Series();
        var rules = Given.Rules("""
            { "name": "r", "title": "Up it goes", "direction": "long", "valid": "6h", "version": 3,
              "when": { "all": [{ "if": "close > 10", "weight": 3 }, { "any": ["close > 20", "volume > 5"] }, { "not": "close == 1" }] } }
            """);
        var signal = Given.Run(rules, Given.Closes(series, 9, 11), series).Single();

        signal.Parts.Select(part => (part.Text, part.Value, part.Score, part.Weight)).ShouldBe(
            [("close > 10", 11d, 1, 0.5), ("close > 20", 11d, 0, 1 / 6d), ("volume > 5", 10d, 1, 1 / 6d), ("not close == 1", 11d, 1, 1 / 6d)]);
        signal.Strength.ShouldBe(83.3);
        (signal.Title, signal.Rule, signal.Version, signal.Direction, signal.Price).ShouldBe(("Up it goes", "r", "3", SignalDirection.Long, 11m));
        (signal.ValidUntil - signal.CloseTime).ShouldBe(TimeSpan.FromHours(6));
        signal.Id.ShouldBe(Signal.IdOf(series, signal.CloseMs, "r", "3"));
        signal.Id.ShouldNotBe(Signal.IdOf(Given.Series("2h"), signal.CloseMs, "r", "3"));
    }

    [Fact]
    public void A_score_says_its_votes_and_they_add_up_to_it()
    {
        var series = Given.Series();
        var signals = Given.Run(Given.Rules(Everything), Given.Random(series, 600), series).Where(one => one is { Rule: "score" }).ToList();

        signals.Select(one => one.Direction).Distinct().Order().ShouldBe([SignalDirection.Long, SignalDirection.Short, SignalDirection.Exit]);
        foreach (var signal in signals)
        {
            signal.Parts.Sum(part => part.Weight).ShouldBe(1, 1e-12);
            Math.Abs(100 * signal.Parts.Sum(part => part.Weight * part.Score)).ShouldBe(signal.Strength, 0.051);
            signal.Parts.Select(part => part.Group).ShouldBe(["trend", "trend", "momentum"]);
        }
    }

    [Theory]
    [InlineData("reset", "")]
    [InlineData("carry", "6")]
    public void A_rule_looks_across_a_gap_only_if_it_says_so(string gaps, string hits)
    {
        var series = Given.Series();
        var candles = Given.Closes(series, 1, 1, 1, 1, 1, 1, 9).Where((_, index) => index is not (3 or 4 or 5)).ToList();
        var all = Given.Closes(series, 1, 1, 1, 1, 1, 1, 9).ToList();

        string.Join(' ', Given.Run(Given.When("sma:2 > 3", $"\"gaps\": \"{gaps}\""), candles, series).Select(signal => all.FindIndex(one =>
            one.CloseMs == signal.CloseMs)))
            .ShouldBe(hits);
    }

    [Fact]
    public void A_gap_that_is_announced_counts_even_where_the_times_follow_each_other()
    {
        var series = Given.Series();
        var candles = Given.Closes(series, 1, 1, 9).ToList();
        candles[2] = candles[2] with { GapBefore = new Gap(candles[2].OpenTime, candles[2].OpenTime, "test") };

        Given.Run(Given.When("sma:2 > 3"), candles, series).ShouldBeEmpty();
    }

    [Fact]
    public void A_division_by_zero_makes_no_signal_and_is_reported_once()
    {
        var series = Given.Series();
        var rules = Given.Rules("""
            { "name": "zero", "direction": "long", "when": "not close / (high - low) > 3", "repeat": true },
            { "name": "fine", "direction": "long", "when": "close > 1", "repeat": true }
            """);
        var evaluator = new RuleEvaluator(series, rules);
        var signals = Given.Closes(series, 5, 5, 5).SelectMany(candle => evaluator.Add(candle)).ToList();

        signals.ShouldAllBe(signal => signal.Rule == "fine");
        signals.Count.ShouldBe(3);
        evaluator.Divisions.ShouldBe(3);
        var trouble = evaluator.TakeTroubles().Single();
        (trouble.Rule, trouble.IsStopped).ShouldBe(("zero", false));
        trouble.Message.ShouldContain("divided by zero");
        evaluator.TakeTroubles().ShouldBeEmpty();
    }

    [Fact]
    public void A_rule_that_throws_is_stopped_and_reported_and_the_others_go_on()
    {
        var series = Given.Series();
        var bad = new Rule { Name = "bad", Title = "bad", Version = "1", Direction = SignalDirection.Long, When = new Throwing(), Valid = new Span(1, null) };
        var evaluator = new RuleEvaluator(series, new RuleSet([bad, .. Given.When("close > 1", "\"repeat\": true").Rules]));

        Given.Closes(series, 5, 5).SelectMany(candle => evaluator.Add(candle)).Count().ShouldBe(2);
        evaluator.TakeTroubles().Select(trouble => (trouble.Rule, trouble.IsStopped)).ShouldBe([("bad", true)]);
    }

    [Fact]
    public void Candles_that_make_no_signal_cost_no_memory()
    {
        var series = Given.Series();
        var candles = Given.Random(series, 4_000).Select(candle => new Bar(candle)).ToArray();
        var rules = Given.Rules("""
            { "name": "cross", "direction": "long", "when": "rsi:14 crosses above 145" },
            { "name": "longer", "direction": "exit", "when": { "all": ["ema:3 > 2 x ema:5 on 4h", { "not": "close < open" }] } },
            { "name": "divergence", "direction": "long", "when": "close < 0 and bullish divergence of rsi:14", "confirm": 2 },
            { "name": "area", "direction": "neutral", "when": "close < 0 and price leaves the value area of 30 candles", "gaps": "carry" },
            { "name": "zero", "direction": "neutral", "when": "close / (close - close) > 0" },
            { "name": "score", "score": { "trend": ["close > 2 * sma:50", "macd.histogram > 0"], "momentum": [{ "long": "rsi:14 > 155" }] }, "thresholds": { "long": 99, "short": 99 } }
            """);
        var evaluator = new RuleEvaluator(series, rules);
        var signals = 0;
        Run(0, 2_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(2_000, 4_000);

        (GC.GetAllocatedBytesForCurrentThread() - before, signals).ShouldBe((0, 0));

        void Run(int from, int to)
        {
            for (var index = from; index < to; index++)
            {
                signals += evaluator.Add(candles[index], 1m).Count;
            }
        }
    }

    [Fact]
    public void Old_open_and_revised_candles_make_nothing()
    {
        var series = Given.Series();
        var candles = Given.Closes(series, 1, 9);
        var evaluator = new RuleEvaluator(series, Given.When("close > 3", "\"repeat\": true"));

        candles.SelectMany(candle => evaluator.Add(candle)).Count().ShouldBe(1);
        evaluator.Add(candles[1]).ShouldBeEmpty();
        evaluator.Add(candles[1].AsRevision()).ShouldBeEmpty();
        evaluator.Stale.ShouldBe(1);
        Should.Throw<ArgumentException>(() => evaluator.Add(Given.Candle(series, 2, 9, 9, 9, 9, isClosed: false)));
    }

    [Theory]
    [InlineData("binance:BTCUSDT", "1h", true)]
    [InlineData("binance/spot:*USDT", "15m..4h", true)]
    [InlineData("*:BTC*", "1h..", true)]
    [InlineData("BTC/USDT", "*", true)]
    [InlineData("binance/usdm:*", "1h", false)]
    [InlineData("okx:*", "1h", false)]
    [InlineData("ETH*", "1h", false)]
    [InlineData("BTC*", "..30m", false)]
    public void A_rule_is_of_the_series_that_its_patterns_name(string symbols, string intervals, bool applies) =>
        Given.When("close > 3", $"\"symbols\": [\"{symbols}\"], \"intervals\": [\"{intervals}\"]").Of(Given.Series()).Count.ShouldBe(applies ? 1 : 0);

    [Fact]
    public void A_rule_on_candles_that_the_interval_does_not_make_is_left_out_with_the_reason()
    {
        var rules = Given.When("ema:9 > ema:21 on 4h");

        rules.Of(Given.Series("1d")).ShouldBeEmpty();
        rules.ProblemsOf(Given.Series("1d")).Single().Message.ShouldBe("The rule is not evaluated: candles of 1d do not make candles of 4h.");
        rules.Of(Given.Series("4h")).Count.ShouldBe(1);
        new RuleEvaluator(Given.Series("1d"), rules).Add(Given.Closes(Given.Series("1d"), 1)[0]).ShouldBeEmpty();
    }

    [Fact]
    public void Candles_without_volume_leave_rules_of_volume_silent()
    {
        var series = Given.Series();
        var candles = Enumerable.Range(0, 50).Select(index => Given.Candle(series, index, 5, 6, 4, 5, volume: null)).ToList();

        Given.Run(new RuleSet([.. Given.When("volume > 0 x its average", "\"repeat\": true").Rules, .. TradingConfig.Usual.Rules]), candles, series)
            .ShouldNotContain(signal => signal.Rule == "r");
    }

    private static (string Id, long CloseMs, SignalDirection Direction, double Strength, string Parts) Said(Signal signal) =>
        (signal.Id, signal.CloseMs, signal.Direction, signal.Strength, string.Join(';', signal.Parts.Select(part => (part.Text, part.Score))));

    private static IEnumerable<long> Closes(IEnumerable<Signal> signals, string rule) => signals.Where(signal => signal.Rule == rule).Select(signal =>
        signal.CloseMs);

    private sealed class Throwing : Condition
    {
        public override int Reach => 0;

        public override Truth At(Frame frame, int back) => throw new InvalidOperationException("broken");
    }
}
