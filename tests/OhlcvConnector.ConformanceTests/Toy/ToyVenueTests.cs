using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Toy;

/// <summary>
/// Step 4 of docs/adding-a-venue.md: a message of each kind, those that give nothing included. The rest is proven by the suite, which the toy exchange is in.
/// </summary>
public class ToyVenueTests
{
    private static readonly ToyVenue Venue = new();

    [Fact]
    public void A_candle_is_decoded()
    {
        var (frame, batch) = Decode("""{"t":1767225600000,"s":"BTC-USDT","i":"1m","o":"96000.1","h":"96010.0","l":"95990.5","c":"96001.2","v":"1.25","q":"120001.5","n":17,"x":true}""");
        frame.ShouldBe(Frame.Quotes);
        var quote = batch.Quotes[0];
        (quote.Close, quote.Volume, quote.QuoteVolume, quote.TradeCount, quote.IsClosed).ShouldBe((96001.2m, 1.25m, 120001.5m, 17L, true));
    }

    [Theory]
    [InlineData("""{"ok":7}""", "Acknowledged")]
    [InlineData("""{"no":7,"why":"unknown symbol"}""", "Rejected")]
    [InlineData("""{"pong":true}""", "Heartbeat")]
    [InlineData("""{"hello":"there"}""", "Noise")]
    [InlineData("""{"t":1""", "Malformed")]
    public void Other_messages_are_told_apart(string message, string kind) => Decode(message).Frame.Kind.ToString().ShouldBe(kind);

    private static (Frame Frame, QuoteBatch Batch) Decode(string message)
    {
        var batch = new QuoteBatch(new SeriesTable(Venue.Markets[0],
            (symbol, interval) => new Series(Testing.Candles.Instrument(symbol, exchange: "toy"), interval)));
        batch.Reset(QuoteSource.Stream, DateTimeOffset.UnixEpoch);
        return (Venue.TryDecode(Venue.Markets[0], Encoding.UTF8.GetBytes(message), batch), batch);
    }
}
