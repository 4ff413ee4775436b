using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Server.Signals;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Paper;

/// <summary>Reads the account that a request wishes for.</summary>
internal static class PaperAccountReader
{
    private const string Own = "own";

    /// <summary>Reads it.</summary>
    /// <param name="account">The request.</param>
    /// <param name="file">The server's rules.</param>
    /// <exception cref="InvalidSettingException">There are no such rules, or they are wrong; the message says what would be right.</exception>
    public static PaperWish Read(NewAccount account, SignalRuleFile file) => new()
    {
        Name = account.Name,
        Exchange = account.Exchange,
        Market = account.Market,
        Symbols = account.Symbols,
        Interval = account.Interval,
        Strategy = account.Strategy,
        Rules = account.Rules is { } rules ? RulesOf(rules, file) : null,
        Settings = account.Settings,
        Cash = account.Cash,
        Currency = account.Currency,
        TakerFee = account.TakerFee,
        MakerFee = account.MakerFee,
        Spread = account.Spread,
        Slippage = account.Slippage,
        Leverage = account.Leverage,
        MaintenanceMargin = account.MaintenanceMargin,
        AllowShort = account.AllowShort,
        DailyLossLimit = account.DailyLossLimit,
        WarmUp = account.WarmUp,
    };

    private static NamedRules RulesOf(JsonElement rules, SignalRuleFile file)
    {
        if (rules.ValueKind != JsonValueKind.String)
        {
            var isRule = rules.ValueKind == JsonValueKind.Object && rules.TryGetProperty("name", out _);
            return KeptRules.Of("given", isRule ? $"[{rules.GetRawText()}]" : rules.GetRawText());
        }

        var name = rules.GetString()!;
        return name == Own ? KeptRules.Of(Own, file.Text)
            : BuiltInSets.Names.Contains(name) ? KeptRules.OfSet(name)
            : throw new InvalidSettingException($"There are no rules '{name}'; {Nearest.Words(name, [Own, .. BuiltInSets.Names])}");
    }
}
