using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Paper;

/// <summary>An alert of a charting service.</summary>
/// <param name="Secret">The secret that it shows; null for none.</param>
/// <param name="Closes">Whether it closes the position.</param>
/// <param name="Order">The order; of one that closes, its symbol and id alone.</param>
internal sealed record PaperAlert(string? Secret, bool Closes, NewOrder Order);

/// <summary>
/// Reads alerts of charting services, which are whatever their owner wrote: JSON with the names that such services' examples use, or a line of text, as
/// <c>buy BTCUSDT 0.1</c>, <c>sell BTCUSDT 50%</c>, <c>close BTCUSDT</c>, or the one that TradingView writes of a strategy by itself.
/// </summary>
internal static partial class PaperHookReader
{
    private static readonly string[] Known =
    [
        "secret", "passphrase", "action", "side", "symbol", "ticker", "quantity", "qty", "contracts", "cash", "percent", "riskpercent", "type", "limitprice",
        "stopprice", "trailby", "stoploss", "takeprofit", "reduceonly", "id", "alert_id", "order_id", "note", "comment",
    ];

    /// <summary>Reads an alert.</summary>
    /// <exception cref="RequestException">It cannot be understood; the text says what could.</exception>
    public static PaperAlert Read(byte[] body)
    {
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(body).Trim();
        }
        catch (ArgumentException)
        {
            throw RestQuery.Bad("The alert is no text.");
        }

        return text.StartsWith('{') ? OfJson(text) : OfText(text);
    }

    private static PaperAlert OfText(string text)
    {
        if (OfStrategy().Match(text) is { Success: true } written)
        {
            return new PaperAlert(Secret: null, Closes: false, new NewOrder
            {
                Side = written.Groups["side"].Value,
                Quantity = Number("the number of contracts", written.Groups["size"].Value),
                Symbol = written.Groups["symbol"].Value,
            });
        }

        if (OfWords().Match(text) is not { Success: true } words)
        {
            throw RestQuery.Bad($"The alert '{V1Reader.Shown(text)}' is not understood. Write 'buy BTCUSDT 0.1', 'sell BTCUSDT 50%', 'close BTCUSDT', or JSON with action, symbol and quantity.");
        }

        var size = words.Groups["size"].Value;
        var isShare = size.EndsWith('%');
        decimal? amount = size.Length == 0 ? null : Number("the size", size.TrimEnd('%'));
        return Alert(
            secret: null, words.Groups["action"].Value,
            new NewOrder { Side = "", Symbol = Or(words.Groups["symbol"].Value), Quantity = isShare ? null : amount, Percent = isShare ? amount : null });
    }

    private static PaperAlert OfJson(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            using var document = JsonDocument.Parse(text);
            foreach (var field in document.RootElement.EnumerateObject())
            {
                if (!Known.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
                {
                    throw RestQuery.Bad($"The alert has a field '{V1Reader.Shown(field.Name)}' that is not known; {Domain.Nearest.Words(V1Reader.Shown(field.Name), Known)}");
                }

                if (!fields.TryAdd(field.Name, field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText()))
                {
                    throw RestQuery.Bad($"The alert has '{V1Reader.Shown(field.Name)}' twice.");
                }
            }
        }
        catch (JsonException exception)
        {
            throw RestQuery.Bad($"The alert is no JSON: {exception.Message}");
        }

        var order = new NewOrder
        {
            Side = "",
            Symbol = Text("symbol", "ticker"),
            Quantity = Decimal("quantity", "qty", "contracts"),
            Cash = Decimal("cash"),
            Percent = Decimal("percent"),
            RiskPercent = Decimal("riskPercent"),
            Type = Text("type"),
            LimitPrice = Decimal("limitPrice"),
            StopPrice = Decimal("stopPrice"),
            TrailBy = Decimal("trailBy"),
            StopLoss = Decimal("stopLoss"),
            TakeProfit = Decimal("takeProfit"),
            ReduceOnly = Text("reduceOnly") is { } reduce ? reduce == "true" : null,
            Id = Text("id", "alert_id", "order_id"),
            Note = Text("note", "comment"),
        };
        return Alert(Text("secret", "passphrase"), Text("action", "side") ?? throw RestQuery.Bad("The alert says no 'action': buy, sell or close."), order);

        string? Text(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (fields.TryGetValue(name, out var value) && value is not ("" or "null"))
                {
                    return value;
                }
            }

            return null;
        }

        decimal? Decimal(params ReadOnlySpan<string> names) => Text(names) is { } value ? Number($"'{names[0]}'", value) : null;
    }

    private static PaperAlert Alert(string? secret, string action, NewOrder order) => action.ToUpperInvariant() switch
    {
        "BUY" or "LONG" => new PaperAlert(secret, Closes: false, order with { Side = "buy" }),
        "SELL" or "SHORT" => new PaperAlert(secret, Closes: false, order with { Side = "sell" }),
        "CLOSE" or "EXIT" or "FLAT" => new PaperAlert(secret, Closes: true, order),
        _ => throw RestQuery.Bad($"The alert's action is '{V1Reader.Shown(action)}'; it must be buy, sell or close."),
    };

    private static decimal Number(string what, string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw RestQuery.Bad($"Of the alert, {what} is '{V1Reader.Shown(text)}', which is no number.");

    private static string? Or(string text) => text.Length > 0 ? text : null;

    [GeneratedRegex(@"\border (?<side>buy|sell) @ (?<size>\S+) filled on (?<symbol>[A-Za-z0-9:._/-]+?)[.\s]*(New strategy position|$)", RegexOptions.IgnoreCase)]
    private static partial Regex OfStrategy();

    [GeneratedRegex(@"^(?<action>[a-z]+)(\s+(?<symbol>[A-Za-z][A-Za-z0-9:._/-]*|[A-Za-z0-9]+[A-Za-z:._/-]+[A-Za-z0-9]*))?(\s+(?<size>[0-9.eE+-]+%?))?$", RegexOptions.IgnoreCase)]
    private static partial Regex OfWords();
}
