using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Signals;

/// <summary>Signals as JSON: one form for REST, WebSocket, terminal and notices.</summary>
public static class SignalJson
{
    /// <summary>Writes a signal's fields into an object that has begun.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="isSnake">True for names such as <c>close_time</c>, as the WebSocket has them; else <c>closeTime</c>.</param>
    public static void WriteFields(Utf8JsonWriter json, Signal signal, bool isSnake = false)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(signal);
        json.WriteString("id", signal.Id);
        json.WriteString("exchange", signal.Series.Exchange);
        json.WriteString("market", signal.Series.Market.Name());
        json.WriteString("symbol", signal.Series.Instrument.Symbol);
        json.WriteString(isSnake ? "venue_symbol" : "venueSymbol", signal.Series.VenueSymbol);
        json.WriteString("interval", signal.Timeframe.ToString());
        json.WriteString(isSnake ? "close_time" : "closeTime", JsonText.Time(signal.CloseTime));
        json.WriteString("rule", signal.Rule);
        json.WriteString("version", signal.Version);
        json.WriteString("title", signal.Title);
        json.WriteString("direction", NameOf(signal.Direction));
        json.WriteNumber("strength", signal.Strength);
        json.WriteNumber("price", signal.Price);
        json.WriteString(isSnake ? "valid_until" : "validUntil", JsonText.Time(signal.ValidUntil));
        WriteFlag(json, "provisional", signal.IsProvisional);
        WriteFlag(json, "late", signal.IsLate);
        json.WritePropertyName("parts");
        WriteParts(json, signal.Parts);
        WriteFlag(json, "sandbox", signal.IsSandbox);
    }

    /// <summary>Writes a kept signal's fields, with its number and what became of the price, into an object that has begun.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="kept">The signal.</param>
    public static void WriteFields(Utf8JsonWriter json, KeptSignal kept)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(kept);
        json.WriteNumber("number", kept.Number);
        WriteFields(json, kept.Signal);
        WriteAfter(json, kept.Signal, kept.Fate);
    }

    /// <summary>Writes a kept signal as an object.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="kept">The signal.</param>
    public static void Write(Utf8JsonWriter json, KeptSignal kept)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        WriteFields(json, kept);
        json.WriteEndObject();
    }

    /// <summary>Writes what became of the price as the field <c>after</c>.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="fate">What became of it.</param>
    public static void WriteAfter(Utf8JsonWriter json, Signal signal, SignalFate fate)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentNullException.ThrowIfNull(fate);
        json.WriteStartObject("after");
        foreach (var candles in SignalFate.Candles)
        {
            if (fate.After(candles) is { } price)
            {
                json.WriteStartObject(candles.ToString(CultureInfo.InvariantCulture));
                json.WriteNumber("price", price);
                if (signal.Price != 0)
                {
                    json.WriteNumber("change", Math.Round((price / signal.Price) - 1, 6));
                }

                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a signal as an object of its own.</summary>
    /// <param name="signal">The signal.</param>
    public static string TextOf(Signal signal) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        WriteFields(json, signal);
        json.WriteEndObject();
    });

    /// <summary>Writes parts as a list.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="parts">The parts.</param>
    public static void WriteParts(Utf8JsonWriter json, IReadOnlyList<SignalPart> parts)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(parts);
        json.WriteStartArray();
        foreach (var part in parts)
        {
            json.WriteStartObject();
            json.WriteString("text", part.Text);
            if (part.Group is not null)
            {
                json.WriteString("group", part.Group);
            }

            if (part.Value is { } value)
            {
                json.WriteNumber("value", value);
            }

            json.WriteNumber("score", part.Score);
            json.WriteNumber("weight", part.Weight);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes parts as text, as stores keep it.</summary>
    /// <param name="parts">The parts.</param>
    public static string PartsText(IReadOnlyList<SignalPart> parts) => JsonText.Of(json => WriteParts(json, parts));

    /// <summary>Reads parts that <see cref="PartsText"/> wrote.</summary>
    /// <param name="text">The list as JSON.</param>
    /// <exception cref="JsonException">It is none.</exception>
    public static IReadOnlyList<SignalPart> ReadParts(string text)
    {
        using var document = JsonDocument.Parse(text);
        return
        [
            .. document.RootElement.EnumerateArray().Select(part => new SignalPart(
                part.GetProperty("text").GetString()!,
                part.TryGetProperty("value", out var value) ? value.GetDouble() : null,
                part.GetProperty("score").GetInt32(),
                part.GetProperty("weight").GetDouble(),
                part.TryGetProperty("group", out var group) ? group.GetString() : null)),
        ];
    }

    /// <summary>The direction in lower case: <c>long</c>.</summary>
    /// <param name="direction">The direction.</param>
    public static string NameOf(SignalDirection direction) => direction switch
    {
        SignalDirection.Long => "long",
        SignalDirection.Short => "short",
        SignalDirection.Exit => "exit",
        _ => "neutral",
    };

    private static void WriteFlag(Utf8JsonWriter json, string name, bool flag)
    {
        if (flag)
        {
            json.WriteBoolean(name, true);
        }
    }
}
