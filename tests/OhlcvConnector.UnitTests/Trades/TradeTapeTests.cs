using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using OhlcvConnector.Infrastructure.Engine.Trades;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Trades;

/// <summary>When trades close a candle, and when they leave it to history. The first minute begins at 0, times are milliseconds after that.</summary>
public partial class TradeTapeTests
{
    private const long Minute = 60_000;
    private const long Grace = 250; // of trades that come 100 ms late, in steps of 50, and a margin of 100

    private static readonly SequencerRules Rules = new()
    {
        Deadline = TimeSpan.FromSeconds(2),
        OmitsQuietCandles = true,
        MayInfer = true,
        DeliverRevisions = true,
    };

    private readonly Series _series = Minutes();
    private readonly FeedCounters _counters = new();
    private readonly TradeSource _source = new();
    private readonly TradeDelay _delay = new();
    private readonly QuoteQueue _queue;
    private readonly SeriesSequencer _sequencer;
    private readonly List<string> _distrusted = [];
    private readonly List<Trade> _told = [];
    private TradeTape _tape;
    private long _id;
    private long _nowMs = T0;

    public TradeTapeTests()
    {
        _queue = new QuoteQueue(10_000, Dispatch.Inline, _counters);
        _sequencer = new SeriesSequencer(_series, Rules, _queue, _counters, T0, isExact: true);
        for (var i = 0; i < 30; i++)
        {
            _delay.Hear(T0 - 5_000 + i, T0 - 4_900 + i);
        }

        _tape = NewTape(counted: true);
        Begin();
    }

    [Fact]
    public void A_candle_is_closed_when_its_trades_are_what_the_stream_said_last()
    {
        Trade(1_000, 10, 2);
        Trade(59_000, 12, 3);
        State(0);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace - 1).ShouldBeEmpty();
        Judge(Minute + Grace).ShouldBe(["0: 10 12 10 12 of 5, 2 trades"]);
        _counters.ClosedByTrades.ShouldBe(1);
    }

    [Fact]
    public void Trades_that_the_streams_last_state_lacks_are_added_to_it()
    {
        Trade(1_000, 10, 2);
        State(0);
        Trade(59_900, 9, 3);
        Trade(59_900, 8, 1);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBe(["0: 10 10 8 8 of 6, 3 trades"]);
    }

    [Fact]
    public void Doubled_and_reordered_trades_count_once_and_where_they_belong()
    {
        Trade(2_000, 11, 1);
        Trade(1_000, 10, 2);
        Again(1);
        Again(0);
        Trade(59_000, 12, 3);
        State(0);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBe(["0: 10 12 10 12 of 6, 3 trades"]);
        _counters.TradesDoubled.ShouldBe(2);
    }

    [Fact]
    public void A_lost_trade_leaves_the_candle_to_history()
    {
        Trade(1_000, 10, 2);
        State(0, lost: 1);
        Trade(59_000, 12, 3);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBeEmpty();
        Judge(2 * Minute).ShouldBeEmpty();
        _counters.TradeDisagreements.ShouldBe(1);
    }

    [Fact]
    public void A_lost_trade_is_noticed_though_later_ones_make_up_for_their_number()
    {
        Trade(1_000, 10, 2);
        Trade(2_000, 10, 2, isLost: true);
        Trade(3_000, 10, 4);
        State(0);
        Trade(59_000, 12, 3); // three came, and the stream had three
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBeEmpty();
    }

    [Fact]
    public void Volume_alone_finds_the_state_where_candles_do_not_count_trades()
    {
        _tape = NewTape(counted: false);
        Begin();
        Trade(1_000, 10, 2);
        State(0, counted: false);
        Trade(59_900, 9, 3);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBe(["0: 10 10 9 9 of 5,  trades"]);
    }

    [Fact]
    public void Volumes_with_the_dust_of_floating_point_are_the_same()
    {
        Trade(59_000, 10, 3_495_670.84m);
        State(0, dust: -0.0000000001m);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBe(["0: 10 10 10 10 of 3495670.8399999999, 1 trades"]);
    }

    [Fact]
    public void Nothing_is_closed_that_began_before_the_trades_did()
    {
        _tape = NewTape(counted: true);
        _tape.Begin(_source, T0 + 500);
        Trade(59_000, 10, 2);
        State(0);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_is_closed_of_a_stretch_that_was_broken(bool byAFrameThatCouldNotBeRead)
    {
        Trade(1_000, 10, 2);
        State(0);
        if (byAFrameThatCouldNotBeRead)
        {
            _source.Break();
        }
        else
        {
            _tape.End(_source);
            _tape.Begin(_source, T0 + 30_000);
        }

        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBeEmpty();
    }

    [Fact]
    public void A_second_connection_keeps_the_stretch_whole_when_the_first_one_goes()
    {
        var second = new TradeSource();
        Trade(1_000, 10, 2);
        _tape.Begin(second, T0 + 30_000);
        _tape.End(_source);
        Trade(59_000, 10, 2);
        State(0);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBe(["0: 10 10 10 10 of 4, 2 trades"]);
    }

    [Fact]
    public void A_symbol_that_fell_silent_long_before_the_end_is_left_to_history()
    {
        Trade(1_000, 10, 2);
        State(0);
        _source.Hear(T0 + Minute, T0 + Minute + 100); // others trade on

        Judge(Minute + Grace).ShouldBeEmpty();
        Judge(Minute + Grace, isStarved: true).ShouldBeEmpty();
    }

    [Fact]
    public void A_silence_that_is_usual_for_the_symbol_is_none_if_others_talk_on_the_connection()
    {
        for (var i = 0; i < 30; i++)
        {
            Trade(i * 1_950, 10, 1);
        }

        State(0);

        Judge(Minute + Grace).ShouldBeEmpty(); // nobody has traded since the end
        _source.Hear(T0 + Minute, T0 + Minute + 100);

        Judge(Minute + 1_000).ShouldBeEmpty(); // silent for longer than it ever was
        _tape.OnCandle(Read(0), T0 + Minute + 100);

        Judge(Minute + 599).ShouldBeEmpty(); // what was held up may come in a burst
        Judge(Minute + 600).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true, 10_000)]
    [InlineData(false, 30_000)]
    public void A_candle_without_any_trade_is_passed_when_history_agrees_and_sooner_when_trades_say_so_too(bool byTrades, long afterMs)
    {
        Trade(1_000, 10, 2);
        State(0);
        Trade(2 * Minute + 1_000, 11, 1);
        State(2);
        _sequencer.OnHistory([Row(0, 10, 10, 10, 10, 2, 1)], T0 + (2 * Minute));
        if (byTrades)
        {
            Judge(2 * Minute + 4_200).ShouldBeEmpty(); // nobody else trades on the connection, which may have been mute
        }

        _sequencer.TryPassQuiet(T0 + (2 * Minute), T0 + (2 * Minute) + afterMs - 1).ShouldBeFalse();
        _sequencer.TryPassQuiet(T0 + (2 * Minute), T0 + (2 * Minute) + afterMs).ShouldBeTrue();
        _sequencer.QuietMs.ShouldBe(Minute);
    }

    [Fact]
    public void A_symbol_that_is_quiet_at_times_is_not_asked_about_before_it_is_silent_for_longer()
    {
        var beforeMs = T0 + (3 * Minute) + 2_000;
        A_candle_without_any_trade_is_passed_when_history_agrees_and_sooner_when_trades_say_so_too(byTrades: true, 10_000);
        Trade(2 * Minute + 20_000, 11, 1);
        State(2);

        Judge(3 * Minute + Grace).ShouldBeEmpty(); // silent since long before the end
        _sequencer.OnHistory([Row(2, 11, 11, 11, 11, 2, 2)], beforeMs);

        Judge(4 * Minute + Grace).ShouldBeEmpty();

        _sequencer.TryClaim(T0 + (5 * Minute) - 1).ShouldBeFalse();
        _sequencer.TryClaim(T0 + (5 * Minute)).ShouldBeTrue();
    }

    [Fact]
    public void What_comes_after_a_quiet_candle_is_asked_about_at_once_if_trades_cannot_decide()
    {
        _sequencer.Defer(T0 + (10 * Minute));

        _sequencer.OnHistory([Row(0, 10, 10, 10, 10, 0, 0)], T0 + (2 * Minute));

        _sequencer.TryClaim(T0 + (2 * Minute) + 2_000).ShouldBeTrue();
    }

    [Fact]
    public void A_series_that_may_begin_later_begins_with_the_first_trade()
    {
        var live = new SeriesSequencer(_series, Rules, _queue, _counters, T0, isExact: false);
        var closes = new List<TradeClose>();
        var nextMs = long.MaxValue;
        _tape.Remove(_series);
        _tape.Add(live);

        _tape.Judge(T0 + Minute + Grace, T0 + Minute + Grace, isStarved: false, closes, ref nextMs);
        closes.ForEach(close => close.Sequencer.PassQuiet(close.OpenMs, close.CloseMs));

        live.NextMs.ShouldBe(T0 + Minute);
    }

    [Fact]
    public void A_series_that_may_begin_later_does_so_when_history_knows_of_nothing_before()
    {
        Trade(Minute + 1_000, 10, 1);
        var live = new SeriesSequencer(_series, Rules, _queue, _counters, T0, isExact: false);
        live.OnStream(Read(1), 1, T0 + Minute + 1_000);

        live.TryPassQuiet(T0 + Minute, T0 + Minute + 29_999).ShouldBeFalse();
        live.TryPassQuiet(T0 + Minute, T0 + Minute + 30_000).ShouldBeTrue();
    }

    [Fact]
    public void A_long_silence_around_the_end_may_hide_a_trade_though_the_symbol_speaks_again()
    {
        Trade(40_000, 10, 2);
        State(0);
        Trade(60_200, 11, 1);
        State(1);

        Judge(Minute + Grace).ShouldBeEmpty();
    }

    [Fact]
    public void A_trade_that_comes_after_its_candle_was_closed_is_a_revision()
    {
        Trade(59_000, 10, 2);
        State(0);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).Count.ShouldBe(1);

        Trade(59_999, 15, 1, at: 62_000);

        Judge(Minute + Grace + 1_000).ShouldBe(["0: 10 15 10 10 of 3, 2 trades (revision)"]);
        (_counters.TradesLate, _counters.Revisions).ShouldBe((1, 1));
    }

    [Fact]
    public void A_state_with_more_trades_than_had_come_is_a_revision_too()
    {
        Trade(59_000, 10, 2);
        State(0);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).Count.ShouldBe(1);

        State(0, lost: 1);

        Judge(Minute + Grace + 1_000).ShouldBe(["0: 10 10 10 10 of 3, 2 trades (revision)"]);
        _counters.TradeDisagreements.ShouldBe(1);
    }

    [Fact]
    public void Where_history_has_another_candle_the_symbol_goes_back_to_it()
    {
        Trade(59_000, 10, 2);
        State(0);
        Trade(60_200, 11, 1);
        State(1);

        Judge(Minute + Grace).Count.ShouldBe(1);

        _tape.OnHistory(Row(0, 10, 10, 10, 10, 5, 3), isSettled: true);

        _distrusted.Count.ShouldBe(1);
        Judge(Minute + Grace + 20_000).ShouldBe(["0: 10 10 10 10 of 5, 3 trades (revision)"]);
        Trade(Minute + 59_000, 11, 1);
        State(1);
        Trade(2 * Minute + 100, 11, 1);

        Judge(2 * Minute + Grace).ShouldBeEmpty();
        _tape.IsConfirmed.ShouldBeFalse();
    }

    [Fact]
    public void What_history_confirms_is_not_asked_about_again()
    {
        Trade(59_000, 10, 2);
        State(0);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).Count.ShouldBe(1);
        _tape.Unconfirmed(T0 + Minute - 1).Series.ShouldBeNull();
        _tape.Unconfirmed(T0 + Minute).OpenMs.ShouldBe(T0);

        _tape.OnHistory(Row(0, 10, 10, 10, 10, 2, 1), isSettled: true);

        _tape.IsConfirmed.ShouldBeTrue();
        _tape.Unconfirmed(T0 + Minute).Series.ShouldBeNull();
        _distrusted.ShouldBeEmpty();
    }

    [Fact]
    public void After_a_disagreement_only_what_the_stream_says_whole_is_believed_for_a_while()
    {
        Trade(59_000, 10, 2);
        State(0, lost: 1);
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBeEmpty();
        _sequencer.OnHistory([Row(0, 10, 10, 10, 10, 3, 2)], T0 + Minute + 5_000);

        Delivered().Count.ShouldBe(1);

        State(1);
        Trade(Minute + 59_500, 11, 1, at: Minute + 59_500);
        Trade(Minute + 59_900, 12, 1); // beyond the state
        Trade(2 * Minute + 200, 12, 1);
        State(2);

        Judge(2 * Minute + Grace).ShouldBeEmpty();

        _sequencer.OnHistory([Row(1, 11, 12, 11, 12, 3, 3)], T0 + (2 * Minute) + 5_000);

        Delivered().Count.ShouldBe(1);
        Trade(2 * Minute + 59_500, 12, 1);
        State(2);
        Trade(3 * Minute + 200, 12, 1);

        Judge(3 * Minute + Grace).ShouldBe(["2: 12 12 12 12 of 2, 2 trades"]);
    }

    private TradeTape NewTape(bool counted, bool idsAscend = false)
    {
        var tape = new TradeTape(_series, new VenueTrades(AreCounted: counted, GiveQuoteVolume: false, IdsAscend: idsAscend), _delay, _counters)
        {
            Distrusted = (_, reason) => _distrusted.Add(reason),
        };
        tape.Add(_sequencer);
        return tape;
    }

    private void Begin() => _tape.Begin(_source, T0 - 10_000);

    private void Trade(long timeMs, decimal price, decimal amount, bool isLost = false, long? at = null, Taker taker = Taker.Unknown)
    {
        var trade = new Trade(++_id, T0 + timeMs, price, amount, taker);
        _told.Add(trade);
        if (!isLost)
        {
            _nowMs = T0 + (at ?? timeMs + 100);
            _source.Hear(trade.TimeMs, _nowMs);
            _tape.OnTrade(trade, _nowMs);
        }
    }

    private void Again(int index) => _tape.OnTrade(_told[index], T0 + 3_000);

    /// <summary>The stream says what all trades of a minute add up to, and some that never came.</summary>
    private void State(int minute, int lost = 0, bool counted = true, decimal dust = 0)
    {
        var quote = Read(minute, lost, counted, dust);
        _sequencer.OnStream(quote, 1, _nowMs);
        _tape.OnCandle(quote, _nowMs);
    }

    private PriceQuote Read(int minute, int lost = 0, bool counted = true, decimal dust = 0)
    {
        var own = _told.Where(trade => trade.TimeMs >= T0 + (minute * Minute) && trade.TimeMs < T0 + ((minute + 1) * Minute)).OrderBy(trade => trade.TimeMs)
            .ToList();
        return Quote(minute, own[0].Price, own.Max(trade => trade.Price), own.Min(trade => trade.Price), own[^1].Price,
            own.Sum(trade => trade.Amount) + lost + dust, counted ? own.Count + lost : null, false, QuoteSource.Stream);
    }

    private PriceQuote Row(int minute, decimal open, decimal high, decimal low, decimal close, decimal volume, long trades) =>
        Quote(minute, open, high, low, close, volume, trades, true, QuoteSource.History);

    private PriceQuote Quote(
        int minute, decimal open, decimal high, decimal low, decimal close, decimal volume, long? trades, bool isClosed, QuoteSource source)
    {
        var values = new CandleValues
        {
            OpenMs = T0 + (minute * Minute),
            Open = open,
            High = high,
            Low = low,
            Close = close,
            Volume = volume,
            TradeCount = trades,
            IsClosed = isClosed,
        };
        return new PriceQuote(_series, values, source, DateTimeOffset.FromUnixTimeMilliseconds(T0));
    }

    private List<string> Judge(long nowMs, bool isStarved = false)
    {
        Delivered();
        var closes = new List<TradeClose>();
        var nextMs = long.MaxValue;
        _tape.Judge(T0 + nowMs, T0 + nowMs, isStarved, closes, ref nextMs);
        foreach (var close in closes)
        {
            if (close.Quote.Series is null)
            {
                close.Sequencer.PassQuiet(close.OpenMs, close.CloseMs);
            }
            else
            {
                close.Sequencer.OnTrades(close.Quote, close.OpenMs == 0);
            }
        }

        return Delivered();
    }

    private List<string> Delivered()
    {
        var texts = new List<string>();
        while (_queue.TryTake(out var quote))
        {
            if (quote.IsClosed)
            {
                texts.Add(FormattableString.Invariant($"{(quote.OpenMs - T0) / Minute}: {quote.Open} {quote.High} {quote.Low} {quote.Close} of {quote.Volume}, {quote.TradeCount} trades{(quote.IsRevision ? " (revision)" : "")}"));
            }
        }

        return texts;
    }
}
