using System.Globalization;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Charts;

namespace OhlcvConnector.Notifications.Channels;

/// <summary>What people are shown of one notice, or of several that are told together, without any markup yet.</summary>
internal sealed record NoticeMessage
{
    private const int MostTitles = 10;
    private const int FewestCandles = 2;

    /// <summary>The line that says it all; what has to stand before it, such as SANDBOX, stands there.</summary>
    public required string Heading { get; init; }

    /// <summary>What there is beside it; empty for nothing.</summary>
    public required string Text { get; init; }

    /// <summary>What it is made of.</summary>
    public required IReadOnlyList<NoticeField> Fields { get; init; }

    /// <summary>The notice that was first.</summary>
    public required Notice First { get; init; }

    /// <summary>How many notices it tells of.</summary>
    public required int Count { get; init; }

    /// <summary>Makes a message of notices.</summary>
    public static NoticeMessage Of(IReadOnlyList<Notice> notices) => notices.Count == 1 ? Of(notices[0]) : new NoticeMessage
    {
        Heading = $"{Labelled(notices[0])} and {notices.Count - 1} more",
        Text = string.Join('\n', notices.Take(MostTitles).Select(notice => $"{Time(notice)} {Labelled(notice)}"))
            + (notices.Count > MostTitles ? $"\n... {notices.Count - MostTitles} more" : ""),
        Fields = [],
        First = notices[0],
        Count = notices.Count,
    };

    /// <summary>A picture of the candles, as a PNG; null where there are none, or several notices.</summary>
    public byte[]? Picture() => Count > 1 || First.Candles.Count < FewestCandles ? null : new CandleChart
    {
        Candles = First.Candles,
        Label = First.Label,
        Markers = First.Direction is { } direction ? [new ChartMarker(First.Time, LookOf(direction), Text: NoticeJson.Name(direction))] : [],
    }.ToPng();

    /// <summary>A text that is at most so long, whose end says when it was cut; a pair of surrogates stays whole.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var end = Math.Max(0, most - 3);
        return string.Concat(text.AsSpan(0, end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "...");
    }

    /// <summary>A text in one line.</summary>
    public static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n', '\t', '\0'], StringSplitOptions.RemoveEmptyEntries));

    private static NoticeMessage Of(Notice notice) => new()
    {
        Heading = Labelled(notice),
        Text = notice.Text,
        Fields = [.. Facts(notice), .. notice.Fields],
        First = notice,
        Count = 1,
    };

    private static IEnumerable<NoticeField> Facts(Notice notice)
    {
        if (notice.Price is { } price)
        {
            yield return new NoticeField("price", $"{price.ToString(CultureInfo.InvariantCulture)} {notice.Series?.Instrument.QuoteAsset}".TrimEnd());
        }

        if (notice.Direction is { } direction)
        {
            yield return new NoticeField("direction", NoticeJson.Name(direction));
        }

        if (notice.Strength is { } strength)
        {
            yield return new NoticeField("strength", Math.Round(strength, 1).ToString(CultureInfo.InvariantCulture));
        }

        if (notice.Series is { } series)
        {
            yield return new NoticeField("series", series.ToString());
        }

        if (notice.Rule is { } rule)
        {
            yield return new NoticeField("rule", rule);
        }
    }

    private static string Labelled(Notice notice) => OneLine(notice.Label is { } label ? $"[{label}] {notice.Title}" : notice.Title);

    private static string Time(Notice notice) => notice.Time.UtcDateTime.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static ChartMarkerKind LookOf(NoticeDirection direction) => direction switch
    {
        NoticeDirection.Long => ChartMarkerKind.Up,
        NoticeDirection.Short => ChartMarkerKind.Down,
        _ => ChartMarkerKind.Neutral,
    };
}
