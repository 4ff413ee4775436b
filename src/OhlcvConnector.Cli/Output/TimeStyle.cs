using System.Globalization;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Configuration;

namespace OhlcvConnector.Cli.Output;

/// <summary>Style in which times are written.</summary>
internal enum TimeStyle
{
    /// <summary>ISO 8601, UTC, with milliseconds.</summary>
    Iso,

    /// <summary>Seconds since 1970, with a fraction where there is one.</summary>
    Unix,

    /// <summary>Milliseconds since 1970.</summary>
    UnixMs,
}

/// <summary>Writes and reads times in a style.</summary>
internal static class TimeStyles
{
    /// <summary>Smallest number that is of milliseconds: as seconds it would be in the year 5138.</summary>
    private const long MinMs = 100_000_000_000;

    private static readonly string[] Names = ["iso", "unix", "unix-ms"];

    /// <summary>The option that chooses one.</summary>
    public static System.CommandLine.Option<string> Option() =>
        ChoiceOption.Create("--times", "Times as ISO 8601, as seconds or as milliseconds since 1970:", Names);

    /// <summary>The style of a name.</summary>
    public static TimeStyle Of(string? name) => (TimeStyle)Math.Max(0, Array.IndexOf(Names, name));

    /// <summary>The name of a style.</summary>
    public static string Name(this TimeStyle style) => Names[(int)style];

    /// <summary>Writes a moment.</summary>
    public static string Text(this TimeStyle style, DateTimeOffset time) => style switch
    {
        TimeStyle.Iso => QuoteFields.Time(time),
        TimeStyle.Unix => (time.ToUnixTimeMilliseconds() / 1000m).ToString("0.###", CultureInfo.InvariantCulture),
        _ => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Appends a moment.</summary>
    public static void AppendTime(this Utf8Buffer text, TimeStyle style, DateTimeOffset time)
    {
        switch (style)
        {
            case TimeStyle.Iso:
                text.AppendTime(time);
                break;
            case TimeStyle.UnixMs:
                text.Append(time.ToUnixTimeMilliseconds());
                break;
            default:
                text.Append(style.Text(time));
                break;
        }
    }

    /// <summary>Reads a moment in whatever style it is.</summary>
    /// <param name="text">The text; null for none.</param>
    /// <param name="time">The moment.</param>
    /// <param name="style">The style in which it is written.</param>
    public static bool TryRead(string? text, out DateTimeOffset time, out TimeStyle style)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < MinMs * 1000)
        {
            style = number < MinMs ? TimeStyle.Unix : TimeStyle.UnixMs;
            time = DateTimeOffset.FromUnixTimeMilliseconds((long)(style == TimeStyle.Unix ? number * 1000 : number));
            return true;
        }

        style = TimeStyle.Iso;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    /// <summary>Reads the milliseconds of a number, as any but ISO 8601 are written.</summary>
    /// <param name="text">Begins with it.</param>
    /// <param name="milliseconds">Since 1970.</param>
    public static bool TryReadNumber(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (!System.Buffers.Text.Utf8Parser.TryParse(text, out long number, out var length)
            || length >= text.Length
            || text[length] is not ((byte)',' or (byte)'}'))
        {
            return false;
        }

        milliseconds = number < MinMs ? number * 1000 : number;
        return number >= 0;
    }
}
