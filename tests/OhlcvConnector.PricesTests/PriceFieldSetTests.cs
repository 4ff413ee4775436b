using System.Text;
using System.Text.Json;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Prices;
using Shouldly;

namespace OhlcvConnector.PricesTests;

public class PriceFieldSetTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 26, 6, 26, 54, 780, TimeSpan.Zero);
    private static readonly AssetPrice[] Five =
    [
        Price("BTC", "Bitcoin", 92_856.61m, -1.855234m, 74_277_605_231.234m, 19_900_000m), Price("ETH", "Ethereum", 3_204.7712m, 12.5m, 31_277_605_231.9m, 120_700_000m),
        Price("SOL", "Solana", 180.123456m, 0m, 5_277_605_231m, 553_000_000m), Price("XRP", "XRP", 2.20145m, -0.004m, 6_277_605_231m, 60_100_000_000m),
        Price("PEPE", "Pepe", 0.0000112034m, 104.25678m, 812.123456789m, 420_690_000_000_000m),
    ];

    [Fact]
    public void Five_rows_for_a_watch_are_less_than_a_thousand_bytes_and_whole_ones_are_not_much_more()
    {
        Body(PriceFieldSet.Read("watch")).Length.ShouldBeLessThan(1_000 - "{\"prices\":[],\"sandbox\":true}".Length);
        Body(PriceFieldSet.All).Length.ShouldBeLessThan(1_350);
    }

    [Fact]
    public void Prices_are_exact_changes_have_two_digits_and_great_amounts_are_whole()
    {
        using var rows = JsonDocument.Parse(Body(PriceFieldSet.All));
        string Raw(int row, string field) => rows.RootElement[row].GetProperty(field).GetRawText();

        Enumerable.Range(0, 5).Select(row => Raw(row, "price")).ShouldBe(["92856.61", "3204.7712", "180.123456", "2.20145", "0.0000112034"]);
        Enumerable.Range(0, 5).Select(row => Raw(row, "change24h")).ShouldBe(["-1.86", "12.5", "0", "0", "104.26"]);
        Enumerable.Range(0, 5).Select(row => Raw(row, "volume24h")).ShouldBe(["74277605231", "31277605232", "5277605231", "6277605231", "812.12345679"]);
        Raw(0, "marketCap").ShouldBe("1847846539000");
    }

    [Fact]
    public void What_a_watch_shows_can_be_added_to()
    {
        using var rows = JsonDocument.Parse(Body(PriceFieldSet.Read("watch,source")));

        rows.RootElement[0].EnumerateObject().Select(field => field.Name).ShouldBe(["symbol", "name", "price", "quote", "change24h", "ageSeconds", "stale", "source"]);
        Should.Throw<ArgumentException>(() => PriceFieldSet.Read("watches")).Message.ShouldContain("watch for some of them");
    }

    private static string Body(PriceFieldSet fields)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartArray();
            foreach (var price in Five)
            {
                fields.Write(
                    json,
                    new TrackedPrice(
                        new PriceRequest(price.Symbol), price, TimeSpan.FromSeconds(217), IsStale: false, Problem: null, Disagreement: null, Version: 1),
                    error: null,
                    sparkline: 0);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(body.ToArray());
    }

    private static AssetPrice Price(string symbol, string name, decimal price, decimal change, decimal volume, decimal supply) => new()
    {
        Symbol = symbol,
        Quote = "USDT",
        Price = price,
        LastUpdated = At,
        Source = "exchanges",
        Name = name,
        Change24h = change,
        High24h = price * 1.01m,
        Low24h = price * 0.99m,
        Volume24h = volume,
        Supply = supply,
    };
}
