using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Signals;

/// <summary>The paths of signals.</summary>
internal static class SignalRoutes
{
    /// <summary>Whether rules are only read.</summary>
    public const string Check = "check";

    /// <summary>Number of signals at most.</summary>
    public static RestParameter Limit { get; } = new("limit", RestKind.Whole, "At most so many signals.") { Least = 1, Most = SignalFilter.MaxLimit, Usual = "100" };

    private static readonly RestParameter[] Filter =
    [
        new("exchange", RestKind.Text, "The exchange's name. Default: all."),
        new("market", RestKind.Text, "spot, usdm or coinm. Default: all."),
        new("symbol", RestKind.Text, "BTCUSDT or BTC/USDT. Default: all."),
        new("interval", RestKind.Text, "The candles' length, such as 1h. Default: all."),
        new("rule", RestKind.Text, "A rule's name, or that of a set with a dot after it: trend-follow. Default: all."),
        new("direction", RestKind.Text, "long, short, exit or neutral. Default: all.") { Choices = ["long", "short", "exit", "neutral"] },
        new("strength", RestKind.Whole, "The least strength.") { Least = 0, Most = 100, Usual = "0" },
    ];

    /// <summary>The signals that are kept.</summary>
    public static RestRoute Signals { get; } = new(
        "/api/v1/signals", "signals", "Signals, the newest first", "Of the series that are watched. Go on with nextCursor.", typeof(SignalsAnswer),
        [.. Filter, new RestParameter("since", RestKind.Moment, "Signals of candles that closed at or after this time. Default: all."),
            new RestParameter("cursor", RestKind.Text, "The nextCursor of the answer before. Default: the newest."), Limit])
    { HasTag = false };

    /// <summary>The newest signal of each series and rule.</summary>
    public static RestRoute Latest { get; } = new(
        "/api/v1/signals/latest", "latestSignals", "The newest signal of each series and rule", "With provisional=true those that the open candles would make.", typeof(SignalsAnswer),
        [.. Filter, new RestParameter("provisional", RestKind.Truth, "Whether what the open candles would make if they closed as they are comes instead.") { Usual = "false" }, Limit])
    { HasTag = false };

    /// <summary>One signal.</summary>
    public static RestRoute Signal { get; } = new(
        "/api/v1/signals/{id}", "signal", "One signal", "404 when it is not kept.", typeof(SignalRow),
        new RestParameter("id", RestKind.Text, "The signal's id.") { IsInPath = true })
    { HasTag = false };

    /// <summary>The rules that stand.</summary>
    public static RestRoute Rules { get; } = new(
        "/api/v1/signals/rules", "signalRules", "The rules that stand", "Those of the built-in sets that are on included.", typeof(SignalRulesAnswer))
    { HasTag = false };

    /// <summary>The text of the rules that stand.</summary>
    public static RestRoute RulesFile { get; } = new(
        "/api/v1/signals/rules/file", "signalRulesFile", "The text of the rules that stand", "For keys of the role admin: the file may have sections with secrets.",
        typeof(SignalRulesFileAnswer))
    { IsForAdmins = true, HasTag = false };

    /// <summary>New rules.</summary>
    public static RestRoute TakeRules { get; } = new(
        "/api/v1/signals/rules", "takeSignalRules", "Puts new rules in the place of all that stand, and of their file",
        "For keys of the role admin. What is sent is a whole file; while anything in it is wrong, the rules before it stay, and the answer lists all mistakes.",
        typeof(SignalRulesTakenAnswer),
        new RestParameter(Check, RestKind.Truth, "Whether they are only read, and nothing changes.") { Usual = "false" })
    { Method = HttpMethods.Put, Body = typeof(JsonElement), MaxBody = 1024 * 1024, IsForAdmins = true, HasTag = false };

    /// <summary>What rules would have said.</summary>
    public static RestRoute Evaluate { get; } = new(
        "/api/v1/signals/evaluate", "evaluateSignals", "What rules would have said, and what came after", "Of at most 20,000 candles. Changes nothing.", typeof(SignalTrialAnswer))
    { Method = HttpMethods.Post, OnlyReads = true, Body = typeof(SignalQuestion), MaxBody = 256 * 1024, HasTag = false };
}
