using System.Text.Json;
using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>All statistics of random trades, against a plain calculation in Python that shares nothing with ours; see Truth/naive_statistics.py.</summary>
public class NaiveStatisticsTests
{
    private static readonly Dictionary<string, Func<BacktestStatistics, double?>> Names = typeof(BacktestStatistics).GetProperties()
        .Where(property => property.PropertyType != typeof(DateTimeOffset))
        .ToDictionary(
            property => JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            property => (Func<BacktestStatistics, double?>)(
                of => property.GetValue(of) is { } value ? Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) : null));

    public static TheoryData<int, string> Figures()
    {
        var data = new TheoryData<int, string>();
        for (var i = 0; i < Cases.GetArrayLength(); i++)
        {
            foreach (var figure in Cases[i].GetProperty("expected").EnumerateObject())
            {
                data.Add(i, figure.Name);
            }
        }

        return data;
    }

    private static JsonElement Cases { get; } =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Truth", "naive-statistics.json"))).RootElement;

    private static IReadOnlyList<BacktestStatistics> Ours { get; } = [.. Cases.EnumerateArray().Select(Run)];

    [Theory]
    [MemberData(nameof(Figures))]
    public void A_figure_is_that_of_the_plain_calculation(int number, string figure)
    {
        var expected = Cases[number].GetProperty("expected").GetProperty(figure).GetDouble();

        var ours = Names[figure](Ours[number]).ShouldNotBeNull();
        ours.ShouldBe(expected, Math.Max(1e-9, Math.Abs(expected) * 1e-9));
    }

    [Fact]
    public void Every_figure_is_compared() => Names.Keys.Except(Cases[0].GetProperty("expected").EnumerateObject().Select(one => one.Name))
        .ShouldBe(["funding", "slippage"], ignoreOrder: true, "there is none in these runs, and ledgers have them");

    private static BacktestStatistics Run(JsonElement one)
    {
        var candles = one.GetProperty("candles").EnumerateArray().Select(
            row => new Candle(
                row[0].GetInt64(), row[1].GetInt64(), row[2].GetDecimal(), row[3].GetDecimal(), row[4].GetDecimal(), row[5].GetDecimal(), null)).ToList();
        var orders = one.GetProperty("orders").EnumerateArray().Select(order => (
            order[0].GetInt32(),
            (Action<TradedSeries, StrategyContext>)((series, context) => context.Place(
                series,
                new OrderRequest { Side = order[1].GetInt32() > 0 ? Side.Buy : Side.Sell, Size = OrderSize.Units(Math.Abs(order[1].GetInt32())) })))).ToArray();
        var options = new BrokerOptions { Cash = 10_000, TakerFee = one.GetProperty("fee").GetDecimal(), Leverage = 100 };
        var result = Backtest.Run(new Scripted(orders), Bars.Series(candles), options);
        result.Orders.ShouldAllBe(order => order.State == OrderState.Filled);
        return BacktestStatistics.Of(result, one.GetProperty("year").GetInt32());
    }
}
