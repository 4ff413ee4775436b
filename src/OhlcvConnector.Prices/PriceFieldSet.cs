using System.Globalization;
using System.Text.Json;

namespace OhlcvConnector.Prices;

/// <summary>The fields of a price that are written as JSON, in the order of <c>/prices</c>.</summary>
public readonly record struct PriceFieldSet
{
    /// <summary>All fields but the symbol, in the order of the answer.</summary>
    private static readonly string[] Names =
    [
        "name", "price", "quote", "change24h", "high24h", "low24h", "volume24h", "marketCap", "lastUpdated", "ageSeconds", "stale", "source",
    ];

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const string Watch = "watch";
    private const decimal Countless = 1_000; // from here on amounts are whole: what stands behind the point is noise

    /// <summary>What fits a watch: five rows of them are far under a thousand bytes.</summary>
    private static readonly string[] OfWatch = ["name", "price", "quote", "change24h", "ageSeconds", "stale"];

    private readonly int _mask;

    private PriceFieldSet(int mask) => _mask = mask;

    /// <summary>All of them.</summary>
    public static PriceFieldSet All => new(-1);

    /// <summary>Reads names with commas between them, <c>watch</c> for what fits a watch; all where there are none.</summary>
    /// <param name="text">The names; null for all.</param>
    /// <exception cref="ArgumentException">There is no such field; the message names those that there are.</exception>
    public static PriceFieldSet Read(string? text)
    {
        if (text is null)
        {
            return All;
        }

        var mask = 0;
        foreach (var name in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (name.Equals(Watch, StringComparison.OrdinalIgnoreCase))
            {
                mask |= OfWatch.Sum(one => 1 << Array.IndexOf(Names, one));
                continue;
            }

            var index = Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
            mask |= index >= 0 ? 1 << index
                : name.Equals("symbol", StringComparison.OrdinalIgnoreCase) ? 0
                : throw new ArgumentException($"There is no field '{(name.Length <= 40 ? name : name[..40] + "...")}'; there are symbol, {string.Join(", ", Names)}, and {Watch} for some of them.");
        }

        return new PriceFieldSet(mask);
    }

    /// <summary>
    /// Writes a price as an object: prices exactly, without zeros at their end; the change with two digits behind the point, amounts from a thousand on with
    /// none.
    /// </summary>
    /// <param name="json">Where to.</param>
    /// <param name="tracked">The price.</param>
    /// <param name="error">Why there is none; null to write the price.</param>
    /// <param name="sparkline">How many prices of the last day to add; 0 for none.</param>
    /// <param name="isSandbox">Whether to say that it is simulated.</param>
    public void Write(Utf8JsonWriter json, TrackedPrice tracked, string? error, int sparkline, bool isSandbox = false)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(tracked);
        json.WriteStartObject();
        json.WriteString("symbol"u8, tracked.Request.Symbol);
        if (error is not null)
        {
            WriteError(json, tracked, error);
            return;
        }

        var price = tracked.Price!;
        Text(json, 0, "name"u8, price.Name);
        Number(json, 1, "price"u8, price.Price);
        Text(json, 2, "quote"u8, price.Quote);
        Number(json, 3, "change24h"u8, price.Change24h is { } change ? decimal.Round(change, 2) : null);
        Number(json, 4, "high24h"u8, price.High24h);
        Number(json, 5, "low24h"u8, price.Low24h);
        Number(json, 6, "volume24h"u8, Amount(price.Volume24h));
        Number(json, 7, "marketCap"u8, Amount(price.MarketCap));
        if (Has(8))
        {
            json.WriteString("lastUpdated"u8, price.LastUpdated.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        }

        if (Has(9))
        {
            json.WriteNumber("ageSeconds"u8, (long)tracked.Age!.Value.TotalSeconds);
        }

        if (Has(10))
        {
            json.WriteBoolean("stale"u8, tracked.IsStale);
        }

        Text(json, 11, "source"u8, price.Source);
        WriteSparkline(json, price.Hours, sparkline);
        WriteDisagreement(json, tracked.Disagreement);
        if (isSandbox)
        {
            json.WriteBoolean("sandbox"u8, true);
        }

        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, TrackedPrice tracked, string error)
    {
        json.WriteString("error"u8, error);
        if (tracked.Age is { } age)
        {
            json.WriteNumber("ageSeconds"u8, (long)age.TotalSeconds);
        }

        json.WriteEndObject();
    }

    private static void WriteSparkline(Utf8JsonWriter json, IReadOnlyList<decimal>? hours, int points)
    {
        if (points == 0)
        {
            return;
        }

        if (hours is null)
        {
            json.WriteNull("sparkline"u8);
            return;
        }

        json.WriteStartArray("sparkline"u8);
        for (var i = 0; i < points; i++)
        {
            json.WriteNumberValue(Plain(hours[((i + 1) * hours.Count / points) - 1]));
        }

        json.WriteEndArray();
    }

    private static void WriteDisagreement(Utf8JsonWriter json, PriceDisagreement? disagreement)
    {
        if (disagreement is null)
        {
            return;
        }

        json.WriteStartObject("disagreement"u8);
        json.WriteString("source"u8, disagreement.Source);
        json.WriteNumber("price"u8, Plain(disagreement.Price));
        json.WriteNumber("percent"u8, disagreement.Percent);
        json.WriteEndObject();
    }

    /// <summary>Without zeros at its end: an answer for a watch is short.</summary>
    /// <param name="number">The number.</param>
    public static decimal Plain(decimal number) => number / 1.0000000000000000000000000000m;

    private static decimal? Amount(decimal? amount) => amount is { } known ? decimal.Round(known, known >= Countless ? 0 : 8) : null;

    private bool Has(int field) => (_mask & (1 << field)) != 0;

    private void Text(Utf8JsonWriter json, int field, ReadOnlySpan<byte> name, string? text)
    {
        if (Has(field))
        {
            json.WriteString(name, text);
        }
    }

    private void Number(Utf8JsonWriter json, int field, ReadOnlySpan<byte> name, decimal? number)
    {
        if (!Has(field))
        {
            return;
        }

        if (number is { } known)
        {
            json.WriteNumber(name, Plain(known));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
