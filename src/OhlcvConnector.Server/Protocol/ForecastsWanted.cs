using System.Text.Json;
using OhlcvConnector.Application.Forecasts;

namespace OhlcvConnector.Server.Protocol;

/// <summary>Reads what a client wants of forecasts.</summary>
internal static class ForecastsWanted
{
    /// <summary>The channel's name.</summary>
    public const string Channel = "forecasts";

    private static readonly string[] Names = ["exchange", "market", "symbol", "interval", "model", "version"];

    /// <summary>Reads what is wanted.</summary>
    /// <exception cref="RequestException">The message is wrong; the text says what would be right.</exception>
    public static ChannelWish<ForecastFilter> Read(JsonElement message) =>
        ChannelWishes.Read(message, Channel, Names, "{\"model\":\"hourly\"}", ForecastFilter.MaxLimit, FilterOf);

    /// <summary>Reads which forecasts are wanted.</summary>
    public static ForecastFilter FilterOf(Func<string, string?> text) => new()
    {
        Exchange = text("exchange"),
        Market = ChannelWishes.MarketOf(text("market")),
        Symbol = text("symbol"),
        Interval = ChannelWishes.IntervalOf(text("interval")),
        Model = text("model"),
        Version = text("version"),
    };
}
