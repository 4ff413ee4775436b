using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OhlcvConnector.Signals;
using Shouldly;

namespace OhlcvConnector.SignalTests;

/// <summary>
/// The shipped schema under another people's validator, Python's jsonschema (Debian's python3-jsonschema), beside our own reader: both take the same files.
/// Skipped where there is none, which is a failure where MUST_RUN is set.
/// </summary>
public partial class SchemaValidatorTests
{
    private const string Judge = """
        import json, sys, jsonschema
        schema = json.loads(sys.stdin.readline())
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for line in sys.stdin:
            print(1 if validator.is_valid(json.loads(line)) else 0)
        """;

    private const string Seed = """
        {
          "$schema": "trading-config.schema.json", "sets": ["trend-follow"],
          "rules": [
            { "name": "dip", "title": "Oversold", "description": "text", "direction": "long", "version": 3, "strength": 50, "symbols": ["binance/usdm:*USDT"],
              "when": { "all": ["rsi:14 crosses above 30", { "if": "close > open", "weight": 2 }, { "any": ["close > 1", ["close > 2"]] }, { "not": "volume < 1" }] },
              "intervals": "15m..4h", "confirm": 2, "cooldown": "4h", "valid": 3, "gaps": "carry", "repeat": true },
            { "name": "all", "score": { "trend": ["ema:21 > ema:55"], "momentum": [{ "long": "rsi:14 > 55", "short": "rsi:14 < 45", "weight": 2 }, { "if": "close > 1" }] },
              "weights": { "trend": 1, "momentum": 2 }, "thresholds": { "long": 60, "short": -60, "exit": 20 } }
          ],
          "weights": { "trend": 0.3 }, "thresholds": { "long": 70 }, "limits": { "milliseconds": 2, "signalsPerHour": 500 },
          "paper": { "accounts": [
            { "name": "desk", "exchange": "binance", "market": "spot", "symbols": ["BTCUSDT", "ETHUSDT"], "interval": "1h", "strategy": "rules", "rules": "own",
              "settings": { "stop": 5 }, "cash": 5000, "currency": "USDT", "takerFee": 0.001, "makerFee": 0.0005, "spread": 0.0001, "slippage": 0.0002, "leverage": 2,
              "maintenanceMargin": 0.1, "allowShort": false, "dailyLossLimit": 0.05, "warmUp": 300 },
            { "name": "hand", "exchange": "okx", "symbols": ["BTC-USDT"] } ] },
          "notifications": { "channels": {} }
        }
        """;

    /// <summary>Files, and whether both are to take them; of a third kind, those that only the reader can know to be wrong.</summary>
    private static readonly (string File, bool Schema, bool Reader)[] Files =
    [
        (Seed, true, true),
        ("{}", true, true),
        ("[]", true, true),
        (Rule(""" "when": "close > 1", "direction": "long" """), true, true),
        (Rule(""" "when": ["close > 1"], "direction": "exit", "cooldown": 0, "valid": "1d" """), true, true),
        (Rule(""" "when": "close > 1", "direction": "long", "confirm": 2.0, "symbols": [], "intervals": ["1h", "..1d"] """), true, true),
        (Rule(""" "score": { "trend": [{ "short": "close > 1" }] }, "version": "two" """), true, true),
        ("""{ "sets": "trend-follow" }""", true, true),
        ("3", false, false),
        ("\"rules\"", false, false),
        ("null", false, false),
        ("""{ "rule": [] }""", false, false),
        ("""{ "rules": {} }""", false, false),
        ("""{ "rules": [ 1 ] }""", false, false),
        ("""{ "sets": ["trend"] }""", false, false),
        ("""{ "sets": 1 }""", false, false),
        ("""{ "$schema": 5 }""", false, false),
        ("""{ "paper": {} }""", true, true),
        ("""{ "paper": { "accounts": [] } }""", true, true),
        ("""{ "paper": [] }""", false, false),
        ("""{ "paper": { "account": [] } }""", false, false),
        ("""{ "paper": { "accounts": {} } }""", false, false),
        (Account(""" "symbols": [] """), false, false),
        (Account(""" "symbols": ["BTCUSDT"], "strategy": "rules" """), false, false),
        (Account(""" "symbols": ["BTCUSDT"], "rules": "own" """), false, false),
        (Account(""" "symbols": ["BTCUSDT"], "strategy": "rules", "rules": "mine" """), false, false),
        (Account(""" "symbols": ["BTCUSDT"], "cash": 0 """), false, false),
        (Account(""" "symbols": ["BTCUSDT"], "hooks": true """), false, false),
        (Account(""" "symbols": ["BTCUSDT"], "strategy": "sma-cross", "settings": { "fast": 5 } """), true, true),
        ("""{ "sets": [], "paper": { "accounts": [ { "name": "a", "exchange": "okx", "symbols": ["b"], "strategy": "rules", "rules": "own" } ] } }""", true, false),
        ("""{ "paper": { "accounts": [ { "name": "a", "exchange": "okx", "symbols": ["b"] }, { "name": "A", "exchange": "okx", "symbols": ["b"] } ] } }""", true, false),
        ("""{ "notifications": "file" }""", false, false),
        ("""{ "weights": { "trend": -1 } }""", false, false),
        ("""{ "weights": { "trends": 1 } }""", false, false),
        ("""{ "weights": [] }""", false, false),
        ("""{ "thresholds": { "long": 0 } }""", false, false),
        ("""{ "thresholds": { "short": 0 } }""", false, false),
        ("""{ "thresholds": { "short": 101 } }""", false, false),
        ("""{ "limits": { "milliseconds": 0 } }""", false, false),
        ("""{ "limits": { "signalsPerHour": 0.5 } }""", false, false),
        ("""{ "limits": { "seconds": 1 } }""", false, false),
        ("""[ { "direction": "long", "when": "close > 1" } ]""", false, false),
        ("""[ { "name": "r r", "direction": "long", "when": "close > 1" } ]""", false, false),
        ("""[ { "name": "1r", "direction": "long", "when": "close > 1" } ]""", false, false),
        (Rule(""" "when": "close > 1" """), false, false),
        (Rule(""" "direction": "long" """), false, false),
        (Rule(""" "direction": "up", "when": "close > 1" """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "score": { "trend": ["close > 1"] } """), false, false),
        (Rule(""" "direction": "long", "score": { "trend": ["close > 1"] } """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "weights": {} """), false, false),
        (Rule(""" "direction": "long", "when": { "all": [] } """), false, false),
        (Rule(""" "direction": "long", "when": { "all": ["close > 1"], "any": ["close > 2"] } """), false, false),
        (Rule(""" "direction": "long", "when": { "all": ["close > 1"], "weight": 2 } """), false, false),
        (Rule(""" "direction": "long", "when": { "weight": 2 } """), false, false),
        (Rule(""" "direction": "long", "when": { "if": { "not": "close > 1" }, "weight": 2 } """), false, false),
        (Rule(""" "direction": "long", "when": { "if": "close > 1", "weight": 0 } """), false, false),
        (Rule(""" "direction": "long", "when": 3 """), false, false),
        (Rule(""" "direction": "long", "when": "" """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "title": " " """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "confirm": 501 """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "confirm": 1.5 """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "cooldown": "13M" """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "cooldown": "soon" """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "valid": -1 """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "gaps": "ignore" """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "repeat": "yes" """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "strength": 101 """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "version": -1 """), false, false),
        (Rule(""" "direction": "long", "when": "close > 1", "symbols": [1] """), false, false),
        (Rule(""" "score": {} """), false, false),
        (Rule(""" "score": { "trend": [] } """), false, false),
        (Rule(""" "score": { "trend": [{ "weight": 1 }] } """), false, false),
        (Rule(""" "score": { "trend": [{ "if": "close > 1", "long": "close > 2" }] } """), false, false),
        (Rule(""" "score": { "trends": ["close > 1"] } """), false, false),
        (Rule(""" "direction": "long", "when": "clse > 1" """), true, false), // the language of conditions
        (Rule(""" "direction": "long", "when": "close > 1", "intervals": "1x" """), true, false),
        ("""[ { "name": "r", "direction": "long", "when": "close > 1" }, { "name": "r", "direction": "long", "when": "close > 2" } ]""", true, false),
        ("""{ "thresholds": { "long": 50, "exit": 50 } }""", true, false),
        (Rule(""" "score": { "trend": ["close > 1"] }, "weights": { "trend": 0 } """), true, false),
    ];

    [Fact]
    public void Both_give_the_verdict_that_is_known()
    {
        var schema = Verdicts([.. Files.Select(one => one.File)]);

        Files.Zip(schema, (one, verdict) => (one.File, verdict, Reads(one.File, out _))).ShouldBe(Files);
    }

    [Fact]
    public void All_files_that_we_ship_and_show_are_taken_by_both()
    {
        var sets = BuiltInSets.Names.Select(BuiltInSets.TextOf).ToList();
        var page = File.ReadAllText(Path.Combine(Root(), "docs/signals.md"));
        var shown = JsonBlock().Matches(page).Select(match => match.Groups[1].Value).ToList();
        shown.ShouldNotBeEmpty();

        Verdicts([.. sets.Concat(shown).Select(Plain)]).ShouldAllBe(verdict => verdict);
        shown.Count(file => !Reads(file, out _)).ShouldBe(0);
    }

    /// <summary>Each place of a file is taken away, replaced by every other kind of value, and given a field too many.</summary>
    [Fact]
    public void Both_take_the_same_of_all_files_that_differ_in_one_place()
    {
        var files = Variants(Seed).Distinct().ToList();
        var verdicts = Verdicts(files);
        var differing = files.Zip(verdicts).Where(one => one.Second != Reads(one.First, out var mistakes) && !(one.Second && mistakes.All(IsOfMeaning)))
            .Select(one => one.First);

        files.Count.ShouldBeGreaterThan(500);
        verdicts.Count(verdict => verdict).ShouldBeGreaterThan(50);
        differing.ShouldBeEmpty();
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    /// <summary>What a schema cannot say: whether a condition, a pattern or an interval can be read, and how numbers are to each other.</summary>
    private static bool IsOfMeaning(ConfigMistake mistake) =>
        mistake.Message.StartsWith('"') || mistake.Message.Contains("is no interval", StringComparison.Ordinal) || mistake.Field.Contains("symbols", StringComparison.Ordinal)
        || mistake.Message.StartsWith("The threshold of exit", StringComparison.Ordinal) || mistake.Message.StartsWith("No group of the score", StringComparison.Ordinal);

    private static string Rule(string fields) => $$"""[ { "name": "r", {{fields}} } ]""";

    private static string Account(string fields) => $$"""{ "paper": { "accounts": [ { "name": "a", "exchange": "okx", {{fields}} } ] } }""";

    private static bool Reads(string file, out IReadOnlyList<ConfigMistake> mistakes) =>
        TradingConfig.TryRead(Encoding.UTF8.GetBytes(file), out mistakes) is not null;

    /// <summary>The same without comments and commas too many, which other readers do not know.</summary>
    private static string Plain(string text) => JsonNode.Parse(
        text, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.ToJsonString();

    private static IEnumerable<string> Variants(string seed)
    {
        string[] values = ["null", "true", "0", "-1", "0.5", "2", "1e9", "\"\"", "\" \"", "\"x y\"", "\"long\"", "\"5m\"", "[]", "{}", "[1]", """{ "zzz": 1 }"""];
        var count = Places(JsonNode.Parse(seed)!).Count;
        for (var place = 0; place < count; place++)
        {
            foreach (var value in values)
            {
                var root = JsonNode.Parse(seed)!;
                Places(root)[place].ReplaceWith(JsonNode.Parse(value));
                yield return root.ToJsonString();
            }

            var less = JsonNode.Parse(seed)!;
            Remove(Places(less)[place]);
            yield return less.ToJsonString();
            var more = JsonNode.Parse(seed)!;
            if (Places(more)[place] is JsonObject owner)
            {
                owner["zzz"] = 1;
                yield return more.ToJsonString();
            }
        }
    }

    /// <summary>All values within a value, itself left out.</summary>
    private static List<JsonNode> Places(JsonNode node) => [.. (node switch
    {
        JsonObject fields => fields.Select(field => field.Value!),
        JsonArray items => items.Select(item => item!),
        _ => [],
    }).SelectMany(inner => Places(inner).Prepend(inner))];

    private static void Remove(JsonNode node)
    {
        if (node.Parent is JsonObject fields)
        {
            fields.Remove(node.GetPropertyName());
        }
        else
        {
            node.Parent!.AsArray().Remove(node);
        }
    }

    private static IReadOnlyList<bool> Verdicts(IReadOnlyList<string> files)
    {
        foreach (var python in new[] { "python3", "/usr/bin/python3" }) // one that was installed beside Debian's does not know Debian's packages
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(python, ["-c", Judge])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
                var reading = process.StandardOutput.ReadToEndAsync();
                var errors = process.StandardError.ReadToEndAsync();
                try
                {
                    process.StandardInput.WriteLine(Plain(TradingConfig.Schema));
                    foreach (var file in files)
                    {
                        process.StandardInput.WriteLine(file.ReplaceLineEndings(" "));
                    }

                    process.StandardInput.Close();
                }
                catch (IOException)
                {
                    // it has ended: its errors say why
                }

                process.WaitForExit();
                if (process.ExitCode == 0)
                {
                    return [.. reading.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line == "1")];
                }

                var problem = errors.GetAwaiter().GetResult();
                problem.ShouldContain("No module named 'jsonschema'", customMessage: problem);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // there is no such program
            }
        }

        Assert.SkipUnless(Environment.GetEnvironmentVariable("MUST_RUN") is "1", "Python's jsonschema is not here: apt-get install python3-jsonschema.");
        throw new InvalidOperationException("Python's jsonschema is not here, and MUST_RUN is set: apt-get install python3-jsonschema.");
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OhlcvConnector.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("These tests read the source tree and must run within it.");
        }

        return folder;
    }
}
