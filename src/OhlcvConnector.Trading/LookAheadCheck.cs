namespace OhlcvConnector.Trading;

/// <summary>
/// Hunts look-ahead: repeats a run on candles that were cut off at sampled moments. What a strategy had ordered and filled by then must be the same; a strategy
/// that knows later candles, by whatever way, orders otherwise when they are not there.
/// </summary>
public static class LookAheadCheck
{
    /// <summary>Runs the check.</summary>
    /// <param name="create">Makes the strategy; called for each run.</param>
    /// <param name="data">The candles.</param>
    /// <param name="options">The broker; null for the defaults.</param>
    /// <param name="samples">Number of moments, spread evenly.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>The first difference, in words; null when there is none.</returns>
    public static string? Run(
        Func<IReadOnlyList<BacktestSeries>, IStrategy> create, IReadOnlyList<BacktestSeries> data, BrokerOptions? options = null, int samples = 20,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        var whole = Backtest.Run(create(data), data, options, CloseAt.Never, cancellationToken: cancellationToken);
        var times = whole.Equity.Times;
        for (var sample = 1; sample <= samples; sample++)
        {
            var untilMs = times[(int)((long)(times.Count - 1) * sample / (samples + 1))];
            var cut = data
                .Select(one => one with { Candles = [.. one.Candles.Where(candle => candle.CloseMs <= untilMs)] })
                .Where(one => one.Candles.Count > 0)
                .ToList();
            if (cut.Count < data.Count)
            {
                continue; // a series has not begun by then
            }

            var part = Backtest.Run(create(cut), cut, options, CloseAt.Never, cancellationToken: cancellationToken);
            if (Difference(whole, part, untilMs) is { } difference)
            {
                return FormattableString.Invariant($"With candles until {DateTimeOffset.FromUnixTimeMilliseconds(untilMs):u} alone, {difference}");
            }
        }

        return null;
    }

    private static string? Difference(BacktestResult whole, BacktestResult part, long untilMs)
    {
        var (all, some) = (Words(whole, untilMs), Words(part, untilMs));
        for (var i = 0; i < Math.Max(all.Count, some.Count); i++)
        {
            if (i >= all.Count || i >= some.Count || all[i] != some[i])
            {
                return $"it does '{(i < some.Count ? some[i] : "nothing")}', and '{(i < all.Count ? all[i] : "nothing")}' when it is given later ones, too: it looks ahead.";
            }
        }

        return null;
    }

    private static List<string> Words(BacktestResult result, long untilMs) =>
    [
        .. result.Fills.Where(fill => fill.TimeMs < untilMs).Select(
            fill => FormattableString.Invariant(
                $"fill of {fill.Quantity} {fill.Series.Name} at {fill.Price}, {DateTimeOffset.FromUnixTimeMilliseconds(fill.TimeMs):u}")),
        .. result.Orders.Concat(result.Series.SelectMany(series => series.Orders)).Where(order => order.Parent is null && order.PlacedMs <= untilMs)
            .OrderBy(order => order.Id).Select(
            order => FormattableString.Invariant(
                $"{order.Side} {order.Request.Type} {order.Series.Name} {order.Request.Size.Kind} {order.Request.Size.Amount} {order.Request.LimitPrice} {order.Request.StopPrice} placed {DateTimeOffset.FromUnixTimeMilliseconds(order.PlacedMs):u}")),
    ];
}
