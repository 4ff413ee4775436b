using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Wire;

/// <summary>
/// Pages of history that are read by the shape of their rows say what the real parser says of them; white space before a page is enough for that one.
/// </summary>
public class RowCuttingTests
{
    private static readonly Dictionary<string, (string Venue, Market Market, string Page)> Pages = new()
    {
        ["okx spot"] = ("okx", Market.Spot, """{"code":"0","msg":"","data":[["1705431720000","43016.1","43183.8","42946","43169.7","404.74","17447600.2","17447600.2","0"],["1705431660000","43016","43183.8","42946","43169.7","404.7","17447600.2","17447601.2","1"]]}"""),
        ["okx usdm"] = ("okx", Market.UsdMargined, """{"code":"0","msg":"","data":[["1705431720000","43016.1","43183.8","42946","43169.7","404.74","17447600.2","17447600.2","1"],["1705431660000","43016","43183.8","42946","43169.7","404.7","17.002","17447601.2","1"]]}"""),
        ["gateio"] = ("gateio", Market.Spot, """[["1717246800","1157762.86821200","67772.5","67839.9","67715","67715.1","17.07790000","true"],["1717246860","0","1","1","1","1","0","true"],["1717246920","1157762.8","67772.5","67839.9","67715","67715.1","17.1","false"]]"""),
        ["hyperliquid"] = ("hyperliquid", Market.UsdMargined, """[{"t":1681923600000,"T":1681923659999,"s":"BTC","i":"1m","o":"29295.0","c":"29258.0","h":"29309.0","l":"29250.0","v":"0.98639","n":189},{"t":1681923660000,"T":1681923719999,"s":"BTC","i":"1m","o":"29295","c":"29258.5","h":"29309.25","l":"29250.125","v":"1000.98639","n":18}]"""),
    };

    public static TheoryData<string> All => [.. Pages.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void The_usual_page_is_read(string name)
    {
        var (_, read) = Read(name, Pages[name].Page);

        read.ShouldStartWith(name == "gateio" ? "Ok 3 0" : "Ok 2 0");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Whatever_one_byte_becomes_both_say_the_same(string name)
    {
        var page = Pages[name].Page;
        for (var at = 0; at < page.Length; at++)
        {
            Compare(name, page[..at]);
            Compare(name, page.Remove(at, 1));
            foreach (var other in "0 9-.,\"[]{}\\e\u0001")
            {
                Compare(name, page.Insert(at, $"{other}"));
                Compare(name, page.Remove(at, 1).Insert(at, $"{other}"));
            }
        }
    }

    private static void Compare(string name, string page)
    {
        var (isCut, fast) = Read(name, page);
        var (_, reference) = Read(name, " " + page);
        (isCut, fast).ShouldBe((isCut, reference), page);
    }

    private static (bool HasRows, string Read) Read(string name, string page)
    {
        var (exchange, market, _) = Pages[name];
        var venue = Venues.All.Single(one => one.Name == exchange);
        var facts = venue.Markets.Single(one => one.Market == market);
        var series = new Series(
            new Instrument
            {
                Exchange = exchange,
                Market = market,
                VenueSymbol = "BTC",
                Symbol = "BTC",
                BaseAsset = "BTC",
                QuoteAsset = "USDT",
                ContractSize = 0.01m,
            },
            Interval.OneMinute);
        var batch = new QuoteBatch(new SeriesTable(facts));
        batch.Reset(QuoteSource.History, DateTimeOffset.FromUnixTimeMilliseconds(T0));
        var reply = Infrastructure.Engine.Access.VenueDecoding.TryDecodeHistory(venue, facts, series, new RestAnswer(200, Encoding.UTF8.GetBytes(page)), batch);
        var rows = string.Join('\n', batch.Quotes.ToArray().Select(quote => $"{quote} {quote.QuoteVolume} {quote.TradeCount}"));
        var refused = string.Join('\n', batch.RefusedRows.Select(row => $"{row.OpenMs} {row.Rule}"));
        return (batch.Count > 0, $"{reply.Outcome} {batch.Count} {batch.Refused}\n{rows}\n{refused}");
    }
}
