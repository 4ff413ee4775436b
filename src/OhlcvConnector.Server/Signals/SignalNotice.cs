using System.Globalization;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Signals;

/// <summary>A signal as a notice to people.</summary>
internal static class SignalNotice
{
    /// <summary>Candles of a picture.</summary>
    public const int MostCandles = 60;

    /// <summary>Makes it.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="candles">Candles that are at hand, for a picture.</param>
    public static Notice Of(Signal signal, IReadOnlyCollection<PriceQuote> candles) => new()
    {
        Id = $"signal:{signal.Id}",
        Kind = NoticeKind.Signal,
        Title = $"{signal.Series.Instrument.Symbol} {signal.Timeframe}: {signal.Rule} says {SignalJson.NameOf(signal.Direction)}{(signal.IsLate ? " (late)" : "")}",
        Time = signal.CloseTime,
        Text = signal.Title,
        Direction = Enum.Parse<NoticeDirection>(signal.Direction.ToString()),
        Strength = signal.Strength,
        Rule = signal.Rule,
        Series = signal.Series,
        Price = signal.Price,
        Fields =
        [
            .. signal.Parts.Select(part => new NoticeField(
                string.Create(CultureInfo.InvariantCulture, $"{part.Text} (weight {part.Weight:0.##})"),
                string.Create(CultureInfo.InvariantCulture, $"{part.Value?.ToString("G6", CultureInfo.InvariantCulture) ?? "-"}{(part.Score > 0 ? "" : part.Score < 0 ? ", short" : ", no")}"))),
        ],
        IsSandbox = signal.IsSandbox,
        Candles = [.. candles.Where(quote => quote.CloseMs <= signal.CloseMs).TakeLast(MostCandles)],
        Json = SignalJson.TextOf(signal),
    };
}
