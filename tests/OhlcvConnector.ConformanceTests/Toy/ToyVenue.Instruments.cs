using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.ConformanceTests.Toy;

internal sealed partial class ToyVenue
{
    public RestRequest InstrumentPage(VenueMarket market, string? cursor) => new("/symbols");

    /// <summary><c>[{"symbol":"BTC-USDT","base":"BTC","quote":"USDT","tick":"0.1","trading":true}]</c>.</summary>
    public RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found)
    {
        if (Refusal(answer) is { } refusal)
        {
            return refusal;
        }

        using var document = JsonElements.Parse(answer.Body);
        foreach (var row in document.RootElement.EnumerateArray())
        {
            var (baseAsset, quoteAsset) = (row.Text("base") ?? "", row.Text("quote") ?? "");
            found.Add(new Instrument
            {
                Exchange = Name,
                Market = market.Market,
                VenueSymbol = row.Text("symbol") ?? "",
                Symbol = Instrument.CommonSymbol(baseAsset, quoteAsset),
                BaseAsset = baseAsset,
                QuoteAsset = quoteAsset,
                TickSize = row.Number("tick"),
                IsTrading = row.IsTrue("trading"),
            });
        }

        return RestReply.Ok;
    }
}
