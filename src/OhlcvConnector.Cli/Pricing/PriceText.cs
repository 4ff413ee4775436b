using System.Globalization;
using OhlcvConnector.Cli.Watching;
using OhlcvConnector.Prices;

namespace OhlcvConnector.Cli.Pricing;

/// <summary>Prices as people read them.</summary>
internal static class PriceText
{
    private const int SparklineWidth = 12;

    private static readonly (decimal From, string Unit)[] Units = [(1e12m, "T"), (1e9m, "B"), (1e6m, "M"), (1e3m, "K")];

    /// <summary>The words above the lines.</summary>
    public static string Heading { get; } = $"{"asset",-6} {"name",-12} {"price",16} {"",-5} {"24 h %",8} {"cap",8} {"age",6} {"last day",-SparklineWidth} source";

    /// <summary>The line of a price, or why there is none.</summary>
    public static string Line(TrackedPrice tracked, bool isPlain)
    {
        if (tracked.Price is not { } price)
        {
            return tracked.Problem == PriceProblem.Unknown
                ? $"{tracked.Request.Symbol,-6} no source knows it"
                : $"{tracked.Request.Symbol,-6} no source could be asked";
        }

        var change = price.Change24h is { } percent ? percent.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) : "-";
        var line = price.Hours is { } hours ? Sparkline.Draw(hours, SparklineWidth, isPlain) : "-";
        var disagreement = tracked.Disagreement is { } other
            ? string.Create(CultureInfo.InvariantCulture, $"  {other.Source} says {PriceFieldSet.Plain(other.Price)} ({other.Percent:+0.00;-0.00} %)")
            : "";
        var number = price.Price.ToString(price.Price >= 1 ? "0.########" : "0.############", CultureInfo.InvariantCulture);
        return $"{price.Symbol,-6} {price.Name ?? "-",-12} {number,16} {price.Quote,-5} {change,8} {Short(price.MarketCap),8} "
            + $"{Age(tracked.Age!.Value) + (tracked.IsStale ? "!" : ""),6} {line,-SparklineWidth} {price.Source}{disagreement}";
    }

    private static string Age(TimeSpan age) => age.TotalSeconds < 100 ? $"{(long)age.TotalSeconds} s"
        : age.TotalMinutes < 100 ? $"{(long)age.TotalMinutes} m"
        : age.TotalHours < 100 ? $"{(long)age.TotalHours} h"
        : $"{(long)age.TotalDays} d";

    private static string Short(decimal? amount)
    {
        if (amount is not { } number)
        {
            return "-";
        }

        var unit = Array.Find(Units, unit => number >= unit.From);
        return unit == default
            ? number.ToString("0.##", CultureInfo.InvariantCulture)
            : (number / unit.From).ToString("0.00", CultureInfo.InvariantCulture) + unit.Unit;
    }
}
