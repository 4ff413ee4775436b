using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;
using Shouldly;

namespace OhlcvConnector.SignalTests;

/// <summary>Files of rules: what they say, and how their mistakes are told.</summary>
public class ConfigTests
{
    [Fact]
    public void Built_in_sets_are_on_without_a_file() =>
        TradingConfig.Usual.Rules.Select(rule => rule.Set).Distinct().ShouldBe(["quantum-cipher", "value-area", "trend-follow", "mean-reversion"]);

    [Fact]
    public void A_list_alone_and_the_section_of_a_file_mean_the_same()
    {
        const string list = """[ { "name": "dip", "direction": "long", "when": "rsi:14 < 30", } ] // a comment""";

        var alone = TradingConfig.Read(list).Rules.Single(rule => rule.Set is null);
        var within = TradingConfig.Read($$"""{ "sets": [], "rules": {{list.Replace("// a comment", "")}}, "notifications": { "channels": {} } }""");

        within.Rules.Single().Version.ShouldBe(alone.Version);
        within.Section("notifications").ShouldBe("""{ "channels": {} }""");
        within.Section("paper").ShouldBeNull();
    }

    [Fact]
    public void Rules_that_are_kept_say_the_same_for_ever()
    {
        const string file = """{ "weights": { "trend": 3 }, "rules": [ { "name": "dip", "score": { "trend": ["close > open"], "volume": ["volume > 1"] } }, ] } // a comment""";
        var kept = KeptRules.Of("file", file);
        kept.Text.ShouldBe("""{"sets":[],"rules":[{"name":"dip","score":{"trend":["close > open"],"volume":["volume > 1"]}}],"weights":{"trend":3}}""");
        KeptRules.Read(kept).Rules.Single().Version.ShouldBe(TradingConfig.Read(file).Rules.Single(rule => rule.Set is null).Version);
        foreach (var set in BuiltInSets.Names)
        {
            var built = KeptRules.OfSet(set);
            built.Text.ShouldContain("\"when\"", Case.Sensitive, "its rules are written out");
            KeptRules.Read(built).Rules.Select(rule => (rule.Name, rule.Version))
                .ShouldBe(TradingConfig.Read($$"""{ "sets": ["{{set}}"] }""").Rules.Select(rule => (rule.Name, rule.Version)));
            built.IsSameAs(built with { Text = "of another version" }).ShouldBeTrue();
        }

        KeptRules.Read(KeptRules.Of("all", "{}")).Rules.Count.ShouldBe(TradingConfig.Usual.Rules.Count);
        kept.IsSameAs(KeptRules.Of("file", file.Replace("close > open", "close >  open", StringComparison.Ordinal))).ShouldBeFalse();
        kept.IsSameAs(KeptRules.Of("file", file + " // another")).ShouldBeTrue();
        kept.IsSameAs(null).ShouldBeFalse();
        Should.Throw<InvalidSettingException>(() => KeptRules.Of("none", """{ "sets": [] }""")).Message.ShouldBe("none has no rules, and no built-in set is on in it.");
        Should.Throw<InvalidSettingException>(() => KeptRules.Of("wrong", "[ 3 ]")).Message.ShouldStartWith("wrong: line 1, column 3");
    }

    [Fact]
    public void All_mistakes_are_told_at_once_with_line_column_field_and_what_would_be_right()
    {
        const string text = """
            {
              "sets": ["trend-folow"],
              "rules": [
                { "name": "one", "direction": "lon", "when": "rsj:14 < 30" },
                { "name": "two", "direction": "long", "wen": "rsi:14 < 30" },
                { "name": "three", "direction": "long", "when": { "all": ["rsi:14 crosss above 30", "ema:9 >"] }, "cooldown": "soon" },
                // fine
                { "name": "four", "direction": "long", "when": "rsi:14 < 30", "intervals": ["1x"], "confirm": 0 },
                { "name": "four", "direction": "exit", "when": "macd.histo > 0" },
              ],
              "weigths": {},
            }
            """;

        TradingConfig.TryRead(Encoding.UTF8.GetBytes(text), out var mistakes).ShouldBeNull();
        var told = mistakes.Select(mistake => mistake.ToString()).ToList();

        told.ShouldContain(line => line.StartsWith("line 2, column 12, sets[0]: There is no built-in set 'trend-folow': did you mean trend-follow?", StringComparison.Ordinal));
        told.ShouldContain(line => line.StartsWith("line 4, column 35, rules[0].direction: 'lon' is not one of long, short, exit, neutral; did you mean long?", StringComparison.Ordinal));
        told.ShouldContain(line => line.StartsWith("line 4, column 51, rules[0].when: \"rsj:14 < 30\": There is no indicator 'rsj'. Did you mean rsi", StringComparison.Ordinal));
        told.ShouldContain(line => line.StartsWith("line 5, column 43, rules[1].wen: There is no field 'wen' here: did you mean when?", StringComparison.Ordinal));
        told.ShouldContain(line => line.Contains("rules[1]: A rule has either 'when', a condition, or 'score'", StringComparison.Ordinal));
        told.ShouldContain(line => line.StartsWith("line 6, column 71, rules[2].when.all[0]:", StringComparison.Ordinal) && line.Contains("did you mean crosses?", StringComparison.Ordinal));
        told.ShouldContain(line => line.Contains("rules[2].when.all[1]: \"ema:9 >\": An indicator, a price or a number is missing before the end", StringComparison.Ordinal));
        told.ShouldContain(line => line.Contains("rules[2].cooldown: This is a number of candles from 0 to 100000, or a length such as \"4h\"", StringComparison.Ordinal));
        told.ShouldContain(line => line.StartsWith("line 8, ", StringComparison.Ordinal) && line.Contains("'1x' is no interval", StringComparison.Ordinal));
        told.ShouldContain(line => line.Contains("rules[3].confirm: This is a whole number from 1 to 500, not the number 0.", StringComparison.Ordinal));
        told.ShouldContain(line => line.Contains("macd has no output 'histo'. It has line, signal, histogram.", StringComparison.Ordinal));
        told.ShouldContain(line => line.StartsWith("line 11, column 3, weigths: There is no field 'weigths' here: did you mean weights?", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ \"rules\": [ }", "line 1, column 14: This is not JSON")]
    [InlineData("", "This is not JSON")]
    [InlineData("3", "The file is an object")]
    [InlineData("{ \"rules\": 3 }", "rules: This is a list of rules, not the number 3.")]
    [InlineData("{ \"rules\": [ 1, \"x\" ] }", "rules[1]: A rule is an object")]
    [InlineData("{ \"sets\": [], \"sets\": [] }", "The field is there twice")]
    [InlineData("""{ "rules": [ { "name": "r", "direction": "long", "when": { "all": [] } } ] }""", "at least one")]
    [InlineData("""{ "rules": [ { "name": "r", "when": "close > 1" } ] }""", "has a 'direction'")]
    [InlineData("""{ "rules": [ { "name": "r", "direction": "long", "when": "close > 1", "weights": {} } ] }""", "'weights' is of a score")]
    [InlineData("""{ "rules": [ { "name": "r r", "direction": "long", "when": "close > 1" } ] }""", "is no name of a rule")]
    [InlineData("""{ "rules": [ { "name": "trend-follow.long", "direction": "long", "when": "close > 1" } ] }""", "built-in set trend-follow has a rule")]
    [InlineData("""{ "thresholds": { "long": 50, "exit": 50 } }""", "The threshold of exit is below")]
    [InlineData("""{ "rules": [ { "name": "s", "score": { "trends": ["close > 1"] } } ] }""", "did you mean trend?")]
    [InlineData("""{ "rules": [ { "name": "s", "direction": "long", "score": { "trend": ["close > 1"] } } ] }""", "leave out 'direction'")]
    [InlineData("""{ "rules": [ { "name": "s", "score": { "trend": [ { "weight": 2 } ] } } ] }""", "A vote has 'if'")]
    public void A_wrong_file_says_what_is_wrong(string text, string told)
    {
        TradingConfig.TryRead(Encoding.UTF8.GetBytes(text), out var mistakes).ShouldBeNull();
        string.Join('\n', mistakes).ShouldContain(told);
        Should.Throw<InvalidSettingException>(() => TradingConfig.Read(text)).Message.ShouldContain(told);
    }

    [Fact]
    public void A_condition_that_is_too_long_is_not_repeated_whole()
    {
        var text = $$"""[ { "name": "r", "direction": "long", "when": "close > {{string.Concat(Enumerable.Repeat("1 + ", 50_000))}}1" } ]""";

        TradingConfig.TryRead(Encoding.UTF8.GetBytes(text), out var mistakes).ShouldBeNull();

        var told = mistakes.ShouldHaveSingleItem().ToString();
        told.ShouldContain("\"close > 1 + 1 +");
        told.ShouldContain("at most 1000 characters");
        told.Length.ShouldBeLessThan(300);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        TradingConfig.TryRead([0x7b, 0xff, 0xfe, 0x7d], out var mistakes).ShouldBeNull();
        mistakes.Single().Message.ShouldContain("UTF-8");
    }

    [Fact]
    public void A_version_follows_what_a_rule_says_and_not_how_it_is_spelled()
    {
        string Version(string rule) => TradingConfig.Read($$"""{ "sets": [], "rules": [ {{rule}} ] }""").Rules.Single().Version;
        var version = Version("""{ "name": "r", "direction": "long", "when": "close > 1" }""");

        Version("""{ "direction": "long", /* later */ "name": "r", "when":   "close > 1", "title": "Better words", }""").ShouldBe(version);
        Version("""{ "name": "r", "direction": "long", "when": "close > 2" }""").ShouldNotBe(version);
        Version("""{ "name": "r", "direction": "long", "when": "close > 1", "version": 7 }""").ShouldBe("7");
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_and_never_throw() => Prop.ForAll<byte[]>(bytes =>
    {
        TradingConfig.TryRead(bytes, out var mistakes);
        return mistakes.All(mistake => mistake.Line >= 1 && mistake.Column >= 1 && mistake.Message.Length > 0);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_words_are_a_condition_or_a_mistake_and_never_throw()
    {
        string[] whole =
        [
            "rsi:14 crosses above 30 on 4h", "ema:9@hl2 > ema:21 for 3 closes", "volume > 3 x its average of 20", "not (close < low or open > high)",
            "price leaves the value area of 20 candles upwards", "hidden bullish divergence of macd.histogram over 30 candles", "close between 1 and 1e9",
            "sma(volume, 20) is rising within 5 candles", "abs(close - open) / atr:14 >= 200%", "close[3] > previous high - 2 * 3", "valuearea:20.high - close > 0",
        ];
        string[] words = [.. whole.SelectMany(text => text.Split(' ')), "]", "[", ",", "ünï", "\"", ")", "(", "x", "500", "-1"];
        var random = new Random(20);
        var understood = 0;
        for (var round = 0; round < 10_000; round++)
        {
            var parts = whole[random.Next(whole.Length)].Split(' ').ToList();
            for (var change = random.Next(0, 4); change > 0; change--)
            {
                parts[random.Next(parts.Count)] = random.Next(3) == 0 ? "" : words[random.Next(words.Length)];
            }

            var text = string.Join(random.Next(20) == 0 ? "" : " ", parts);
            var file = JsonSerializer.SerializeToUtf8Bytes(new
            {
                sets = Array.Empty<string>(),
                rules = new[] { new { name = "r", direction = "long",
                when = text } }
            });
            if (TradingConfig.TryRead(file, out var mistakes) is { } config)
            {
                understood++;
                var series = Given.Series();
                Given.Run(new RuleSet(config.Rules), Given.Random(series, 3), series);
            }
            else
            {
                mistakes.Single().Field.ShouldBe("rules[0].when");
            }
        }

        understood.ShouldBeGreaterThan(2_000);
    }

    [Fact]
    public void A_text_nested_deeply_is_refused_and_costs_nothing()
    {
        var text = $"{new string('(', 400)}close{new string(')', 400)} > 1";
        Should.Throw<InvalidSettingException>(() => Given.When(text)).Message.ShouldContain("nested deeper");
        Should.Throw<InvalidSettingException>(() => Given.When(string.Concat(Enumerable.Repeat("not ", 200)) + "close > 1")).Message.ShouldContain("nested deeper");
    }

    [Fact]
    public void Ten_thousand_rules_are_read_and_evaluated()
    {
        var rules = string.Join(',', Enumerable.Range(0, 10_000).Select(n => $$"""{ "name": "r{{n}}", "direction": "long", "when": "rsi:{{2 + (n % 50)}} crosses above {{20 + (n % 30)}}" }"""));
        var series = Given.Series();
        var set = Given.Rules(rules);

        Given.Run(set, Given.Random(series, 300), series).Count.ShouldBeGreaterThan(1_000);
    }
}
