using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>Writes what an archive has and lacks, as text for people or an object a line.</summary>
internal sealed class ArchiveOutput(Stream output, bool isJson)
{
    private readonly OutputBuffer _buffer = new(output);

    /// <summary>Whether objects are written.</summary>
    public bool IsJson => isJson;

    /// <summary>Writes a line of text.</summary>
    public void Line(string text)
    {
        _buffer.Writer.Append(text);
        _buffer.EndLine();
    }

    /// <summary>Writes what there is of a series.</summary>
    /// <param name="state">What there is.</param>
    /// <param name="now">The present.</param>
    /// <param name="archiveBytes">How much room the whole archive takes.</param>
    /// <param name="isSimulated">Whether its candles are.</param>
    public void Write(ArchiveState state, DateTimeOffset now, long archiveBytes, bool isSimulated)
    {
        var (holdings, series) = (state.Holdings, state.Holdings.Series);
        var age = holdings.LastOpen is { } last && series.Interval.Next(last) is var closed && closed <= now // a sandbox's time runs as it likes
            ? Math.Round((now - closed).TotalSeconds, 3)
            : (double?)null;
        if (!isJson)
        {
            Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{series.Typed(),-34} {series.Interval,-4} {Time(holdings.FirstOpen),-16} {Time(holdings.LastOpen),-16} {holdings.Count,10} {state.Percent,7:0.00} {state.Holes.Count,6} {holdings.Revisions,6} {Age(age),8}"));
            return;
        }

        Object(json =>
        {
            Names(json, series);
            json.WriteString("from", holdings.FirstOpen is { } first ? QuoteFields.Time(first) : null);
            json.WriteString("to", holdings.LastOpen is { } end ? QuoteFields.Time(end) : null);
            json.WriteNumber("rows", holdings.Count);
            json.WriteNumberOrNull("coveragePercent", state.Percent);
            json.WriteNumber("holes", state.Holes.Count);
            json.WriteNumber("missingCandles", state.Expected - state.Known);
            json.WriteNumber("revisions", holdings.Revisions);
            json.WriteNumberOrNull("ageSeconds", age);
            json.WriteNumber("archiveBytes", archiveBytes);
            if (isSimulated)
            {
                json.WriteBoolean("sandbox", true);
            }
        });
    }

    /// <summary>Writes the names of what <see cref="Write(ArchiveState, DateTimeOffset, long, bool)"/> writes as text.</summary>
    public void WriteHeader() => Line($"{"series",-34} {"int",-4} {"from",-16} {"to",-16} {"rows",10} {"known %",7} {"holes",6} {"revis.",6} {"age",8}");

    /// <summary>Writes a hole.</summary>
    public void Write(Series series, CoverageRange hole)
    {
        var reason = hole.Coverage == Coverage.NeverAsked ? null : hole.Reason;
        if (!isJson)
        {
            Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{series.Typed()} {series.Interval}: {ArchiveState.Count(series, hole)} candles from {QuoteFields.Time(hole.From)} to {QuoteFields.Time(hole.To)}: {reason ?? "never asked for ('archive fill' does)"}"));
            return;
        }

        Object(json =>
        {
            Names(json, series);
            json.WriteString("from", QuoteFields.Time(hole.From));
            json.WriteString("to", QuoteFields.Time(hole.To));
            json.WriteNumber("candles", ArchiveState.Count(series, hole));
            json.WriteString("state", hole.Coverage == Coverage.NeverAsked ? "never asked" : "missing");
            json.WriteString("reason", reason);
        });
    }

    /// <summary>Writes what is gathered.</summary>
    public void Flush() => _buffer.Flush();

    /// <summary>Writes an object of a line of its own.</summary>
    public void Object(Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(_buffer.Writer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        _buffer.EndLine();
    }

    private static void Names(Utf8JsonWriter json, Series series)
    {
        json.WriteString("exchange", series.Exchange);
        json.WriteString("market", series.Market.Name());
        json.WriteString("symbol", series.VenueSymbol);
        json.WriteString("interval", series.Interval.ToString());
    }

    /// <summary>A time for people; a dash for none.</summary>
    public static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-";

    private static string Age(double? seconds) => seconds is not { } age ? "-"
        : age < 120 ? string.Create(CultureInfo.InvariantCulture, $"{age:0}s")
        : age < 7200 ? string.Create(CultureInfo.InvariantCulture, $"{age / 60:0}m")
        : age < 172_800 ? string.Create(CultureInfo.InvariantCulture, $"{age / 3600:0}h")
        : string.Create(CultureInfo.InvariantCulture, $"{age / 86_400:0}d");
}
