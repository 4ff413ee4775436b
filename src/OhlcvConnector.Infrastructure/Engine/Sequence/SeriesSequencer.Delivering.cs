using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <content>Delivers the close that is due, what was held for the moment after it, and goes on to the next.</content>
internal sealed partial class SeriesSequencer
{
    private void Deliver(in PriceQuote quote)
    {
        _lastClosed = quote;
        _hasCurrent = false;
        MoveTo(quote.CloseMs);
        Enter(SequenceState.Delivering);
        _counters.Delivered(isClosed: true);
        if (_gap is null)
        {
            _queue.PushClosed(_slot, quote);
            return;
        }

        var gap = _gap;
        _gap = null;
        _counters.GapUnfilled();
        _announced?.Invoke(Series, gap);
        _queue.PushClosed(_slot, quote with { GapBefore = gap });
    }

    /// <summary>Delivers what was held for this moment, and at last the open state that was kept aside.</summary>
    private void Release()
    {
        while (_held is { Count: > 0 } && _held[0].OpenMs <= _nextMs)
        {
            var first = _held[0];
            _held.RemoveAt(0);
            if (first.OpenMs == _nextMs)
            {
                Deliver(first);
            }
        }

        if (_ahead is { } ahead && ahead.Quote.OpenMs <= _nextMs)
        {
            _ahead = null;
            if (ahead.Quote.OpenMs == _nextMs)
            {
                OnOpen(ahead.Quote, ahead.Generation, ahead.AtMs);
            }
        }
    }

    private void MoveTo(long nextMs)
    {
        _nextMs = nextMs;
        Enter(SequenceState.Anchored); // from here on only forwards
        _patience.MoveOn(Series.Interval.NextMs(nextMs));
    }

    private void StartAt(long nextMs)
    {
        _nextMs = nextMs;
        _patience.Expect(Series.Interval.NextMs(nextMs));
    }

    /// <summary>Of two states of one candle: fewer trades, or else less volume, or else an earlier clock.</summary>
    private static bool IsOlder(in PriceQuote quote, in PriceQuote than)
    {
        if (quote.TradeCount != than.TradeCount)
        {
            return quote.TradeCount < than.TradeCount;
        }

        return quote.Volume != than.Volume ? quote.Volume < than.Volume : quote.EventTime < than.EventTime;
    }

    /// <summary>The newest open state of a later candle than the one that is due, and the generation of the stream, and the time, that it came with.</summary>
    private sealed class OpenAhead
    {
        public PriceQuote Quote;
        public long Generation;
        public long AtMs;
    }
}
