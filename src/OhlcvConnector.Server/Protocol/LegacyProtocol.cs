using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;

namespace OhlcvConnector.Server.Protocol;

/// <summary>Request of the Python connector's protocol: what its first message asks for.</summary>
/// <param name="Exchange">The exchange as it was written.</param>
/// <param name="ContractType">The contract type as it was written; null when it was not.</param>
/// <param name="Symbols">The symbols as they were written.</param>
/// <param name="Limit">Quotes after which the server closes; 0 for never.</param>
internal sealed record LegacyRequest(string Exchange, string? ContractType, IReadOnlyList<string> Symbols, long Limit);

/// <summary>The Python connector's protocol: one subscription a connection, 1m candles, its own sentences. Reads and writes; has no socket.</summary>
internal static class LegacyProtocol
{
    /// <summary>Message for a client whose first message is no JSON.</summary>
    public const string NotJson = "Subscription payload must be valid JSON";

    private const string NotObject = "Subscription payload must be an object";

    /// <summary>Returns the message for a client that said nothing in time.</summary>
    public static string NoPayload(TimeSpan within) =>
        string.Create(CultureInfo.InvariantCulture, $"No subscription payload received within {within.TotalSeconds:0} seconds");

    /// <summary>Returns the message for a client that got no quote in time.</summary>
    public static string NoQuotes(TimeSpan within, LegacyRequest request) => string.Create(
        CultureInfo.InvariantCulture,
        $"No quotes received for {within.TotalSeconds:0} seconds from {request.Exchange}::{request.ContractType ?? "default"}. Subscription cancelled.");

    /// <summary>Reads the first message, or says what is wrong with it.</summary>
    public static LegacyRequest? Read(JsonElement payload, out string problem)
    {
        problem = "";
        if (payload.ValueKind != JsonValueKind.Object)
        {
            problem = NotObject;
            return null;
        }

        if (Text(payload, "exchange") is not { } exchange)
        {
            problem = "Field 'exchange' is required and must be a non-empty string";
            return null;
        }

        if (!payload.TryGetProperty("symbols", out var symbols) || symbols.ValueKind != JsonValueKind.Array || symbols.GetArrayLength() == 0)
        {
            problem = "Field 'symbols' is required and must be a non-empty list";
            return null;
        }

        if (symbols.EnumerateArray().Any(symbol => symbol.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(symbol.GetString())))
        {
            problem = "Each symbol must be a non-empty string";
            return null;
        }

        if (payload.TryGetProperty("contract_type", out var type) && type.ValueKind != JsonValueKind.Null && Text(payload, "contract_type") is null)
        {
            problem = "Field 'contract_type' must be a non-empty string when provided";
            return null;
        }

        var limit = 0L;
        if (payload.TryGetProperty("limit", out var most) && most.ValueKind != JsonValueKind.Null
            && !(most.ValueKind == JsonValueKind.Number && most.TryGetInt64(out limit) && limit >= 0))
        {
            problem = "Field 'limit' must be a non-negative integer";
            return null;
        }

        return new LegacyRequest(exchange, Text(payload, "contract_type"), [.. symbols.EnumerateArray().Select(symbol => symbol.GetString()!)], limit);
    }

    /// <summary>The answer to a subscription.</summary>
    public static byte[] Subscribed(LegacyRequest request, string contractType, bool isSandbox)
    {
        var json = JsonFrame.Begin("subscribed");
        json.WriteString("exchange"u8, request.Exchange);
        json.WriteString("contract_type"u8, contractType);
        json.WriteStrings("symbols"u8, request.Symbols);
        json.WriteNumber("limit"u8, request.Limit);
        json.WriteSandbox(isSandbox);
        return JsonFrame.End();
    }

    /// <summary>An error. What is not known is left out.</summary>
    /// <param name="message">The words for what is wrong; clients find them in two fields.</param>
    /// <param name="request">The request; null when that is not known.</param>
    /// <param name="exchangeMessage">The exchange's own words; null for none.</param>
    /// <param name="isSandbox">True when the exchanges are simulated.</param>
    public static byte[] Error(string message, LegacyRequest? request = null, string? exchangeMessage = null, bool isSandbox = false)
    {
        var json = JsonFrame.Begin("error");
        json.WriteString("message"u8, message);
        json.WriteString("system_message"u8, message);
        if (request is not null)
        {
            json.WriteString("exchange"u8, request.Exchange);
            if (request.ContractType is { } type)
            {
                json.WriteString("contract_type"u8, type);
            }

            json.WriteStrings("symbols"u8, request.Symbols);
        }

        if (exchangeMessage is not null)
        {
            json.WriteString("exchange_message"u8, exchangeMessage);
        }

        json.WriteSandbox(isSandbox);
        return JsonFrame.End();
    }

    private static string? Text(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            && value.GetString() is { } text
            && !string.IsNullOrWhiteSpace(text)
            ? text
            : null;
}

/// <summary>Quotes as the Python connector sent them.</summary>
/// <param name="Exchange">The exchange as the client wrote it.</param>
/// <param name="ContractType">The contract type as the client wrote it, or the market's name.</param>
/// <param name="Symbol">The symbol as the client wrote it.</param>
/// <param name="IsSandbox">True when the exchanges are simulated.</param>
internal sealed record LegacyEncoding(string Exchange, string ContractType, string Symbol, bool IsSandbox) : IQuoteEncoding
{
    /// <inheritdoc/>
    public byte[] Quote(in Published published, DateTimeOffset now)
    {
        var quote = published.Quote;
        var json = JsonFrame.Begin("quote");
        json.WriteString("current_time"u8, JsonFields.PythonTime(now, ' '));
        json.WriteString("timestamp"u8, JsonFields.PythonTime(quote.OpenTime, 'T'));
        json.WriteString("exchange"u8, Exchange);
        json.WriteString("symbol"u8, Symbol);
        json.WriteString("contract_type"u8, ContractType);
        json.WriteNumber("open"u8, quote.Open);
        json.WriteNumber("high"u8, quote.High);
        json.WriteNumber("low"u8, quote.Low);
        json.WriteNumber("close"u8, quote.Close);
        json.WriteDecimal("volume"u8, quote.Volume);
        json.WriteCount("trade_num"u8, quote.TradeCount);
        json.WriteBoolean("is_closed_candle"u8, quote.IsClosed);
        json.WriteSandbox(IsSandbox);
        return JsonFrame.End();
    }

    /// <inheritdoc/>
    public byte[]? Gap(Series series, Gap gap) => null;

    /// <inheritdoc/>
    public byte[]? Status(Series series, SeriesState state, string reason, DateTimeOffset now) => null;
}
