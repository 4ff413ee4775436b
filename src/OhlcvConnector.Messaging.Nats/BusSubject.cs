using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats;

/// <summary>
/// The subject of a series: <c>ohlcv.&lt;exchange&gt;.&lt;market&gt;.&lt;symbol&gt;.&lt;interval&gt;</c>, the symbol as the exchange spells it. In each part
/// letters, digits and <c>- _ @ / : +</c> of ASCII stand as they are, every other byte of its UTF-8 as <c>%</c> and two hexadecimal digits; so points, wildcards
/// and blanks can be in a symbol, and the way back is exact.
/// </summary>
internal static class BusSubject
{
    private const int Parts = 4;
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_@/:+");

    /// <summary>The subject of a series.</summary>
    /// <param name="prefix">What it begins with, such as <c>ohlcv</c>.</param>
    /// <param name="series">The series.</param>
    public static string Of(string prefix, Series series) =>
        $"{prefix}.{Escape(series.Exchange)}.{series.Market.Name()}.{Escape(series.VenueSymbol)}.{series.Interval}";

    /// <summary>The subjects of all series of a market, for who listens to all of them.</summary>
    public static string OfMarket(string prefix, string exchange, Market market) => $"{prefix}.{Escape(exchange)}.{market.Name()}.>";

    /// <summary>Reads what a subject says.</summary>
    /// <param name="prefix">What it begins with.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="name">What it says.</param>
    /// <returns>False when it is no subject of a series.</returns>
    public static bool TryRead(string prefix, string subject, [NotNullWhen(true)] out SeriesName? name)
    {
        name = null;
        if (!subject.StartsWith(prefix, StringComparison.Ordinal) || subject.Length <= prefix.Length || subject[prefix.Length] != '.')
        {
            return false;
        }

        var parts = subject[(prefix.Length + 1)..].Split('.');
        if (parts.Length != Parts || !TryUnescape(parts[0], out var exchange) || !MarketNames.TryParse(parts[1], out var market)
            || !TryUnescape(parts[2], out var symbol) || !Interval.TryParse(parts[3], out var interval))
        {
            return false;
        }

        name = new SeriesName(exchange, market, symbol, interval);
        return true;
    }

    /// <summary>Escapes one part.</summary>
    public static string Escape(string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 8);
        foreach (var one in Encoding.UTF8.GetBytes(text))
        {
            escaped = one < 0x80 && Plain.Contains((char)one) ? escaped.Append((char)one) : escaped.Append('%').Append(one.ToString("X2", CultureInfo.InvariantCulture));
        }

        return escaped.Length > 0 ? escaped.ToString() : "%";
    }

    private static bool TryUnescape(string part, [NotNullWhen(true)] out string? text)
    {
        text = part;
        if (!part.Contains('%', StringComparison.Ordinal))
        {
            return true;
        }

        var bytes = new List<byte>(part.Length);
        for (var at = 0; at < part.Length && part != "%"; at++)
        {
            if (part[at] != '%')
            {
                bytes.Add((byte)part[at]);
            }
            else if (at + 2 < part.Length && byte.TryParse(part.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var one))
            {
                bytes.Add(one);
                at += 2;
            }
            else
            {
                text = null;
                return false;
            }
        }

        text = Encoding.UTF8.GetString([.. bytes]);
        return true;
    }
}

/// <summary>What a subject says of its series.</summary>
internal sealed record SeriesName(string Exchange, Market Market, string VenueSymbol, Interval Interval);
