using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Writes what is known of an instrument, under the same names everywhere.</summary>
internal static class InstrumentJson
{
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
        WriteNumber(json, "contractSize", instrument.ContractSize);
        WriteNumber(json, "tickSize", instrument.TickSize);
        WriteNumber(json, "lotSize", instrument.LotSize);
        WriteTime(json, "expiresAt", instrument.ExpiresAt);
        WriteTime(json, "listedAt", instrument.ListedAt);
    }

    /// <summary>Whether it trades, in a word.</summary>
    public static string Status(Instrument instrument) => instrument.IsTrading ? "trading" : "halted";

    /// <summary>Writes a time; null where there is none.</summary>
    public static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time) =>
        json.WriteString(name, time is { } known ? QuoteFields.Time(known) : null);

    private static void WriteNumber(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
