using System.Globalization;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>Writes what was listed, and what changed, as text for people or an object a line.</summary>
/// <param name="output">Where to.</param>
/// <param name="isSimulated">Whether none of it is real.</param>
internal sealed class ListingsOutput(ArchiveOutput output, bool isSimulated)
{
    /// <summary>Writes listings.</summary>
    public void Write(IReadOnlyList<KeptListing> listings)
    {
        Begin($"{listings.Count} listings", $"{"series",-34} {"symbol",-24} {"status",-14} {"tick",12} {"lot",12} {"seen so from",-16} {"to",-16}");
        foreach (var one in listings)
        {
            if (output.IsJson)
            {
                output.Object(json =>
                {
                    InstrumentJson.Write(json, one.Instrument);
                    InstrumentJson.WriteTime(json, "firstSeen", one.FirstSeen);
                    InstrumentJson.WriteTime(json, "lastSeen", one.LastSeen);
                    InstrumentJson.WriteTime(json, "endedAt", one.EndedAt);
                    Label(json);
                });
            }
            else
            {
                output.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Typed(one.Instrument),-34} {one.Instrument.Symbol,-24} {Status(one.Instrument),-14} {Number(one.Instrument.TickSize),12} {Number(one.Instrument.LotSize),12} {ArchiveOutput.Time(one.FirstSeen),-16} {ArchiveOutput.Time(one.LastSeen),-16}"));
            }
        }
    }

    /// <summary>Writes changes.</summary>
    public void Write(IReadOnlyList<ListingChange> changes)
    {
        Begin($"{changes.Count} changes of listings", $"{"seen at",-16} {"series",-34} change");
        foreach (var one in changes)
        {
            if (output.IsJson)
            {
                output.Object(json =>
                {
                    InstrumentJson.WriteTime(json, "time", one.At);
                    json.WriteString("exchange", one.Instrument.Exchange);
                    json.WriteString("market", one.Instrument.Market.Name());
                    json.WriteString("symbol", one.Instrument.Symbol);
                    json.WriteString("venueSymbol", one.Instrument.VenueSymbol);
                    json.WriteString("change", Name(one.Kind));
                    json.WriteString("field", one.Field);
                    json.WriteString("before", one.Before);
                    json.WriteString("after", one.After);
                    Label(json);
                });
            }
            else
            {
                output.Line($"{ArchiveOutput.Time(one.At),-16} {Typed(one.Instrument),-34} {Words(one)}");
            }
        }
    }

    private static string Name(ListingChangeKind kind) => kind switch
    {
        ListingChangeKind.Listed => "listed",
        ListingChangeKind.Delisted => "delisted",
        ListingChangeKind.Expired => "expired",
        ListingChangeKind.Renamed => "renamed",
        _ => "changed",
    };

    private static string Words(ListingChange change) => change.Kind switch
    {
        ListingChangeKind.Expired => $"expired; {(change.After is { } next ? $"the next is {next}" : "no later one is listed")}",
        ListingChangeKind.Renamed => $"renamed from {change.Before} to {change.After}",
        ListingChangeKind.Changed => $"{change.Field}: {change.Before ?? "none"} -> {change.After ?? "none"}",
        _ => Name(change.Kind),
    };

    private static string Typed(Instrument one) => $"{one.Exchange}/{one.Market.Name()}:{one.VenueSymbol}";

    private static string Status(Instrument one) => ListingChange.Status(one);

    private static string Number(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private void Begin(string count, string header)
    {
        if (!output.IsJson)
        {
            output.Line($"{(isSimulated ? "SANDBOX: " : "")}{count}");
            output.Line(header);
        }
    }

    private void Label(System.Text.Json.Utf8JsonWriter json)
    {
        if (isSimulated)
        {
            json.WriteBoolean("sandbox", true);
        }
    }
}
