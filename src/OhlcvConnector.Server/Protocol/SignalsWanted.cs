using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Application.Signals;

namespace OhlcvConnector.Server.Protocol;

/// <summary>Reads what a client wants of signals.</summary>
internal static class SignalsWanted
{
    /// <summary>The channel's name.</summary>
    public const string Channel = "signals";

    private static readonly string[] Names = ["exchange", "market", "symbol", "interval", "rule", "direction", "strength"];

    /// <summary>Reads what is wanted.</summary>
    /// <exception cref="RequestException">The message is wrong; the text says what would be right.</exception>
    public static ChannelWish<SignalFilter> Read(JsonElement message) =>
        ChannelWishes.Read(message, Channel, Names, "{\"rule\":\"trend-follow.long\"}", SignalFilter.MaxLimit, FilterOf);

    /// <summary>Reads which signals are wanted.</summary>
    public static SignalFilter FilterOf(Func<string, string?> text)
    {
        var filter = new SignalFilter
        {
            Exchange = text("exchange"),
            Symbol = text("symbol"),
            Rule = text("rule"),
            Market = ChannelWishes.MarketOf(text("market")),
            Interval = ChannelWishes.IntervalOf(text("interval")),
        };
        if (text("direction") is { } direction)
        {
            filter = filter with
            {
                Direction = Enum.TryParse<SignalDirection>(direction, ignoreCase: true, out var known) && char.IsAsciiLetter(direction[0]) ? known
                    : throw ChannelWishes.Bad("'direction' must be long, short, exit or neutral."),
            };
        }

        return text("strength") is not { } strength ? filter : filter with
        {
            Strength = double.TryParse(strength, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var least) && least <= 100 ? least
                : throw ChannelWishes.Bad("'strength' must be a number from 0 to 100."),
        };
    }
}
