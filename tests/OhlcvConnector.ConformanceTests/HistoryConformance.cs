using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests;

/// <summary>What every market of every venue does alike when it is asked for the past, and for what it lists.</summary>
public class HistoryConformance
{
    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task History_across_page_borders_has_no_hole_no_double_and_no_open_candle(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market, speed: 1);
        var series = (await stage.SeriesAsync(1))[0];
        var now = stage.Sandbox.Clock.GetUtcNow();
        var candles = stage.Access.Market.HistoryReach is { } reach ? Math.Min(reach, 5_000) - 20 : 5_000;
        var from = Interval.OneMinute.Floor(now).AddMinutes(-candles);

        var quotes = await ReadAsync(stage, series, from, null);

        Compare(stage, series, quotes, from, now);

        quotes.Count.ShouldBeGreaterThan(candles / 2);
    }

    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task A_candle_that_was_open_when_the_venue_answered_is_not_closed_because_the_answer_came_late(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market);
        var series = (await stage.SeriesAsync(1))[0];
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.SlowAnswer) { Amount = TimeSpan.FromSeconds(90), Times = 4 });
        for (var read = 0; read < 4; read++)
        {
            var now = stage.Sandbox.Clock.GetUtcNow();
            var from = Interval.OneMinute.Floor(now).AddMinutes(-10);

            Compare(stage, series, await ReadAsync(stage, series, from, null), from, now);
        }

        stage.Sandbox.FaultHits[SandboxFaultKind.SlowAnswer].ShouldBe(4);
    }

    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task Every_interval_has_history_aligned_to_utc(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market, speed: 1);
        var instrument = (await stage.InstrumentsAsync())[0];
        foreach (var interval in stage.Access.Market.Intervals.Historic)
        {
            var series = new Series(instrument, interval);
            var now = stage.Sandbox.Clock.GetUtcNow();
            var from = DateTimeOffset.FromUnixTimeMilliseconds(interval.AddMs(interval.FloorMs(now.ToUnixTimeMilliseconds()), -5));

            // of a few seconds without trades nobody knows for a minute whether they are quiet or late
            var waits = !stage.Access.Market.OmitsQuietCandles || interval >= Interval.OneMinute;
            var quotes = await ReadAsync(stage, series, from, null, includeOpen: true, waits);

            quotes.ShouldAllBe(quote => interval.IsOnGrid(quote.OpenMs), interval.ToString());
            quotes.Count(quote => !quote.IsClosed).ShouldBeLessThanOrEqualTo(1);
            if (quotes.Any(quote => !quote.IsClosed))
            {
                quotes[^1].IsClosed.ShouldBeFalse($"{interval}: the open one comes last");
            }

            Compare(stage, series, [.. quotes.Where(quote => quote.IsClosed)], from, waits ? now : from);
        }
    }

    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task The_listing_gives_both_spellings_and_each_resolves_to_the_same_instrument(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market, speed: 1);
        var instruments = await stage.InstrumentsAsync();

        instruments.ShouldNotBeEmpty();
        instruments.Select(instrument => instrument.VenueSymbol).ShouldBeUnique();
        var resolver = new SymbolResolver(stage.Repositories);
        var profile = stage.Connector.Exchanges.Single(candidate => candidate.Name == exchange);
        foreach (var instrument in instruments.Where(instrument => instrument.IsTrading))
        {
            (await resolver.ResolveAsync(profile, market, instrument.VenueSymbol)).ShouldBe(instrument);
            (await resolver.ResolveAsync(profile, market, instrument.Symbol)).ShouldBe(instrument);
        }
    }

    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task An_unknown_symbol_and_an_unknown_interval_are_refused_with_what_there_is(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market, speed: 1);
        var known = (await stage.InstrumentsAsync())[0].VenueSymbol;

        var symbol = await Should.ThrowAsync<UnknownSymbolException>(
            async () => await FirstAsync(new StreamRequest { Exchange = exchange, Market = market, Symbols = ["NO" + known] }));

        symbol.Message.ShouldContain($"has no symbol 'NO{known}'");
        symbol.Suggestions.ShouldContain(known);

        var interval = await Should.ThrowAsync<UnsupportedIntervalException>(
            async () => await FirstAsync(new StreamRequest { Exchange = exchange, Market = market, Symbols = [known], Interval = Interval.Parse("7m") }));

        interval.Supported.ShouldBe(stage.Access.Market.Intervals.Streamed);

        async Task<PriceQuote> FirstAsync(StreamRequest request)
        {
            await foreach (var quote in stage.Connector.StreamAsync(request, stage.Token))
            {
                return quote;
            }

            throw new InvalidOperationException("It ended without a quote.");
        }
    }

    private static async Task<List<PriceQuote>> ReadAsync(
        Stage stage, Series series, DateTimeOffset from, DateTimeOffset? to, bool includeOpen = false, bool waits = true)
    {
        var quotes = new List<PriceQuote>();
        var request = new HistoryRequest
        {
            Exchange = stage.Exchange,
            Market = stage.Market,
            Symbol = series.VenueSymbol,
            Interval = series.Interval,
            From = from,
            To = to,
            IncludeOpen = includeOpen,
            WaitForLate = waits,
        };
        await foreach (var quote in stage.Connector.HistoryAsync(request, stage.Token))
        {
            quotes.Add(quote);
        }

        return quotes;
    }

    /// <summary>All that had closed when it was asked, and of what closed since then no more than what is true.</summary>
    private static void Compare(Stage stage, Series series, List<PriceQuote> quotes, DateTimeOffset from, DateTimeOffset asked)
    {
        var closed = stage.Books(series, from, stage.Sandbox.Clock.GetUtcNow())
            .Where(candle => candle.TradeCount > 0 || !stage.Access.Market.OmitsQuietCandles || quotes.Any(quote => quote.OpenTime == candle.OpenTime))
                .ToList();

        quotes.ShouldAllBe(quote => quote.IsClosed && quote.Source == QuoteSource.History);
        quotes.Select(quote => (quote.OpenTime, quote.Open, quote.High, quote.Low, quote.Close))
            .ShouldBe(closed.Take(quotes.Count).Select(candle => (candle.OpenTime, candle.Open, candle.High, candle.Low, candle.Close)), series.ToString());
        var due = closed.Count(candle => series.Interval.NextMs(candle.OpenTime.ToUnixTimeMilliseconds()) <= asked.ToUnixTimeMilliseconds());

        quotes.Count.ShouldBeGreaterThanOrEqualTo(due - 1, $"{series}: the newest may close while it is asked for");
    }
}
