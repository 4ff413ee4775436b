using System.Text;
using System.Text.Json;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Signals;

/// <summary>Reads rules that are sent with a question: one, a list, or a whole file.</summary>
internal static class SentRules
{
    /// <summary>Reads them. Of a file those of its built-in sets count, too; of a rule or a list they do not.</summary>
    /// <exception cref="RequestException">They are wrong, or there are none; the text says where.</exception>
    public static RuleSet Read(JsonElement rules)
    {
        var text = rules.GetRawText();
        var isRule = rules.ValueKind == JsonValueKind.Object && rules.TryGetProperty("name", out _);
        var alone = isRule ? $"[{text}]" : text;
        if (TradingConfig.TryRead(Encoding.UTF8.GetBytes(alone), out var mistakes) is not { } config)
        {
            throw RestQuery.Bad($"The rules are wrong: {string.Join("; ", mistakes)}");
        }

        var isList = isRule || rules.ValueKind == JsonValueKind.Array;
        var own = config.Rules.Where(rule => !isList || rule.Set is null).ToList();
        return own.Count > 0 ? new RuleSet(own) : throw RestQuery.Bad("There are no rules in 'rules'.");
    }
}
