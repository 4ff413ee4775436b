using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Writes what is known of an instrument, under the same names everywhere.</summary>
internal static class InstrumentJson
{
    private const string Trading = "trading";

    /// <summary>Writes its properties into the object that is under way.</summary>
    public static void Write(Utf8JsonWriter json, Instrument instrument)
    {
        json.WriteString("exchange", instrument.Exchange);
        json.WriteString("market", instrument.Market.Name());
        json.WriteString("symbol", instrument.Symbol);
        json.WriteString("venueSymbol", instrument.VenueSymbol);
        json.WriteString("base", instrument.BaseAsset);
        json.WriteString("quote", instrument.QuoteAsset);
        json.WriteString("settle", instrument.SettleAsset);
        json.WriteString("status", Status(instrument));
        json.WriteString("exchangeStatus", instrument.Status);
        json.WriteNumberOrNull("contractSize", instrument.ContractSize);
        json.WriteNumberOrNull("tickSize", instrument.TickSize);
        json.WriteNumberOrNull("lotSize", instrument.LotSize);
        WriteTime(json, "expiresAt", instrument.ExpiresAt);
        WriteTime(json, "listedAt", instrument.ListedAt);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static Instrument Read(JsonElement json) => new()
    {
        Exchange = json.GetProperty("exchange").GetString()!,
        Market = MarketNames.Parse(json.GetProperty("market").GetString()!),
        Symbol = json.GetProperty("symbol").GetString()!,
        VenueSymbol = json.GetProperty("venueSymbol").GetString()!,
        BaseAsset = json.GetProperty("base").GetString()!,
        QuoteAsset = json.GetProperty("quote").GetString()!,
        SettleAsset = json.GetProperty("settle").GetString(),
        IsTrading = json.GetProperty("status").GetString() == Trading,
        Status = json.GetProperty("exchangeStatus").GetString(),
        ContractSize = Number(json, "contractSize"),
        TickSize = Number(json, "tickSize"),
        LotSize = Number(json, "lotSize"),
        ExpiresAt = Time(json, "expiresAt"),
        ListedAt = Time(json, "listedAt"),
    };

    /// <summary>Whether it trades, in a word.</summary>
    public static string Status(Instrument instrument) => instrument.IsTrading ? Trading : "halted";

    /// <summary>Writes a time; null where there is none.</summary>
    public static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time) =>
        json.WriteString(name, time is { } known ? QuoteFields.Time(known) : null);

    private static decimal? Number(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDecimal() : null;

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetDateTimeOffset() : null;
}
