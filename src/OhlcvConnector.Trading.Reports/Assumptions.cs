using System.Globalization;

namespace OhlcvConnector.Trading.Reports;

/// <summary>Says for people what a run assumed of the market.</summary>
internal static class Assumptions
{
    public static IEnumerable<(string Name, string Value)> Of(BacktestResult result)
    {
        var options = result.Options;
        yield return ("Cash at the beginning", Figures.Money(options.Cash));
        yield return ("Time", "An order placed at a close fills in a candle that opens at that close or later, never in the one that made the signal.");
        yield return ("Market orders", $"At the open, worsened by half the spread of {Percent(options.Spread)} and slippage: {Slippage(options)}.");
        yield return ("Limit orders", "When the price touches them; queues are not modelled, which flatters.");
        yield return ("Stop orders", "At their price, or at the open where the market gapped through them, worsened like market orders.");
        yield return (
            "Within a candle",
            options.Path == CandlePath.WorstFirst
                ? "Open, the extreme that is worse for the position, the other, close: a stop is hit before a target in the same candle."
                : "Open, the nearer extreme, the other, close: likelier than the worse first, and kinder.");
        yield return ("Finer candles", Fine(result));
        foreach (var fees in result.Data.GroupBy(one => (Taker: one.Rules.TakerFee ?? options.TakerFee, Maker: one.Rules.MakerFee ?? options.MakerFee)))
        {
            yield return (
                result.Data.Count == fees.Count() ? "Commission" : $"Commission, {fees.First().Name}{(fees.Count() > 1 ? $" and {fees.Count() - 1} more" : "")}",
                $"{Percent(fees.Key.Taker)} of market and stop orders, {Percent(fees.Key.Maker ?? fees.Key.Taker)} of limit orders.");
        }

        foreach (var tier in options.FeeTiers)
        {
            yield return ($"Commission from {Figures.Money(tier.From)} in 30 days", $"{Percent(tier.TakerFee)} and {Percent(tier.MakerFee)}.");
        }

        yield return ("Volume", options.MaxVolumeShare is { } share ? $"At most {Percent(share)} of a candle's volume." : "No limit: as much as is wanted.");
        yield return (
            "Credit",
            $"Positions are worth at most {Plain(options.Leverage)} x the equity; "
            + (options.MaintenanceMargin > 0 ? $"liquidated at {Percent(options.MaintenanceMargin)}." : "closed when nothing is left."));
        yield return (
            "Funding", result.Data.Any(one => one.FundingRates.Count > 0) ? "The rates that were given, by their times." : options.FundingRate == 0 ? "None." : $"{Percent(options.FundingRate)} from longs to shorts every {Plain((decimal)options.FundingEvery.TotalHours)} h.");
        yield return ("Short positions", options.AllowShort ? "Allowed." : "Rejected.");
    }

    private static string Fine(BacktestResult result) => result.Data.All(one => one.Fine is null)
        ? "None: what a candle does not tell is decided as above."
        : $"{result.FilledByFine} candles were filled by finer ones, {result.LackingFine} by themselves, for their finer ones do not make them up.";

    private static string Slippage(BrokerOptions options)
    {
        List<string> parts = [];
        if (options.Slippage > 0)
        {
            parts.Add($"{Percent(options.Slippage)} of the price");
        }

        if (options.SlippageOfVolume > 0)
        {
            parts.Add($"{Percent(options.SlippageOfVolume)} of the price times the root of the share of the candle's volume");
        }

        if (options.SlippageOfRange > 0)
        {
            parts.Add($"{Percent(options.SlippageOfRange)} of the candle's range");
        }

        return parts.Count > 0 ? string.Join(" and ", parts) : "none";
    }

    private static string Percent(decimal share) => (share * 100).ToString("0.######", CultureInfo.InvariantCulture) + " %";

    private static string Plain(decimal value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
