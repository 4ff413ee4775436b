using System.Buffers;
using OhlcvConnector.Application;
using OhlcvConnector.ConformanceTests.Delivery;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Binance;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests;

/// <summary>A venue that ends connections at an age: Binance after 24 hours, here after ten minutes and a second.</summary>
public class AgeTests
{
    [Fact]
    public async Task A_connection_is_replaced_before_the_venue_ends_it_for_its_age_and_nothing_is_late()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 60, SymbolCount = 3 });
        var deadline = TimeSpan.FromMinutes(5); // market time: five seconds by the clock on the wall, longer than any machine holds its breath
        using var log = new LogRecorder();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(45));
        var venue = new ShortLivedVenue(new BinanceVenue(), TimeSpan.FromSeconds(601)); // ten minutes before which it is replaced: after 0.8 to 1 s
        await using var repositories = new VenueRepositories(
            [venue], new ConnectorOptions { Sandbox = sandbox.BaseAddress, MarketClock = sandbox.Clock, CloseDeadline = deadline }, log);
        await using var connector = new Connector(repositories, repositories, repositories, repositories.MarketClock, repositories.Diagnose);
        var symbols = (await connector.InstrumentsAsync("binance", Market.Spot)).Where(instrument => instrument.IsTrading)
            .Select(instrument => instrument.VenueSymbol).ToList();
        var checkers = symbols.ToDictionary(symbol => symbol, symbol => new SeriesChecker(symbol));
        await foreach (var quote in connector.StreamAsync(new StreamRequest { Exchange = "binance", Symbols = symbols }, patience.Token))
        {
            checkers[quote.Symbol].Read(quote);
            if (log.Lines.Count(line => line.Contains("was replaced by", StringComparison.Ordinal)) >= 3 && checkers.Values.All(
                checker => AfterStart(checker).Count() >= 4))
            {
                break;
            }
        }

        foreach (var checker in checkers.Values)
        {
            checker.CompareWith(sandbox);
            AfterStart(checker).Where(quote => quote.Source != QuoteSource.Stream).ShouldBeEmpty(string.Join('\n', log.Lines));
        }

        log.Lines.ShouldNotContain(line => line.Contains("was lost", StringComparison.Ordinal));

        // Where the first connection took a minute of the market, what closed meanwhile comes from history, and what closed after that waits for it.
        static IEnumerable<PriceQuote> AfterStart(SeriesChecker checker) => checker.Closed.SkipWhile(quote => quote.Source == QuoteSource.History);
    }

    private sealed class ShortLivedVenue(IVenue venue, TimeSpan age) : IVenue
    {
        public string Name => venue.Name;

        public Market? DefaultMarket => venue.DefaultMarket;

        public IReadOnlyList<VenueMarket> Markets { get; } = [.. venue.Markets.Select(
            market => market with { Limits = market.Limits with { ConnectionAge = age } })];

        public void WriteSubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
            venue.WriteSubscribe(output, market, batch, stamp);

        public void WriteUnsubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
            venue.WriteUnsubscribe(output, market, batch, stamp);

        public void WritePing(IBufferWriter<byte> output, VenueMarket market, RequestStamp stamp) => venue.WritePing(output, market, stamp);

        public bool TryDecodeCandle(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes) => venue.TryDecodeCandle(market, frame, quotes);

        public Frame Decode(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes) => venue.Decode(market, frame, quotes);

        public RestRequest HistoryPage(VenueMarket market, Series series, long fromMs, long toMs, long nowMs) =>
            venue.HistoryPage(market, series, fromMs, toMs, nowMs);

        public RestReply DecodeHistory(VenueMarket market, Series series, in RestAnswer answer, QuoteBatch candles) =>
            venue.DecodeHistory(market, series, answer, candles);

        public RestRequest InstrumentPage(VenueMarket market, string? cursor) => venue.InstrumentPage(market, cursor);

        public RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found) =>
            venue.DecodeInstruments(market, cursor, answer, found);
    }
}
