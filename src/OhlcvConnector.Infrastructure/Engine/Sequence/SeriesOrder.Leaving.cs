using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <content>Delivers what is due, and moves past what will not come.</content>
internal sealed partial class SeriesOrder
{
    private const string PassedReason = "it was taken for a candle without trades, and had some";

    /// <summary>Delivers the stream's last state of the candle that is due as its close, until history confirms it.</summary>
    public void Infer()
    {
        var inferred = Open.DueAsClosed;
        _inferred ??= new InferredCloses();
        _inferred.Add(inferred);
        Deliver(inferred);
        Release();
    }

    /// <summary>Delivers the close that is due, with the gap before it, and goes on to the next.</summary>
    public void Deliver(in PriceQuote quote)
    {
        _last = quote;
        Open.ForgetDue();
        MoveTo(quote.CloseMs);
        Enter(SequenceState.Delivering);
        _counters.Delivered(isClosed: true);
        if (_gap is not { } gap)
        {
            Queue.PushClosed(_slot, quote);
            return;
        }

        _gap = null;
        _counters.GapUnfilled();
        _announced?.Invoke(Series, gap);
        Queue.PushClosed(_slot, quote with { GapBefore = gap });
    }

    /// <summary>Delivers the close that is due as trades closed it, and what was held for after it.</summary>
    public void DeliverByTrades(in PriceQuote quote)
    {
        _counters.CloseByTrades();
        Deliver(quote);
        Release();
    }

    /// <summary>Delivers what was held for this moment, and at last the open state that was kept aside.</summary>
    public void Release()
    {
        while (_held is not null && _held.TryTake(NextMs, out var first))
        {
            if (first.OpenMs == NextMs)
            {
                Deliver(first);
            }
        }

        if (Open.TakeLater(NextMs) is { } later && later.Quote.OpenMs == NextMs)
        {
            OnOpen(later.Quote, later.Generation, later.AtMs);
        }
    }

    /// <summary>Learns for how long nobody traded.</summary>
    public void LearnQuiet(long lengthMs) => Volatile.Write(ref _quietMs, Math.Max(_quietMs, lengthMs));

    /// <summary>Moves past candles that do not exist, or will not come: a gap where there is a reason, or where the stream had trades in them.</summary>
    /// <param name="toMs">The end of the candles, Unix epoch milliseconds.</param>
    /// <param name="reason">The reason why they are a gap; null where nothing says that they are one.</param>
    /// <param name="mayBeQuiet">True when they may have had no trades; they lengthen a gap that is pending, then.</param>
    public void Skip(long toMs, string? reason, bool mayBeQuiet)
    {
        if (toMs <= NextMs)
        {
            return;
        }

        if (mayBeQuiet && reason is null)
        {
            LearnQuiet(toMs - NextMs);
        }

        var why = reason ?? (Open.HasShown(NextMs, toMs) ? "the venue's history has no candle here, though its stream had" : null);
        var to = DateTimeOffset.FromUnixTimeMilliseconds(toMs);
        if (_gap is { } pending && (why is not null || mayBeQuiet))
        {
            _gap = new Gap(
                pending.From, to, why is null || pending.Reason.Contains(why, StringComparison.Ordinal) ? pending.Reason : $"{pending.Reason}; {why}");
        }
        else if (why is not null && !MayBeginLater) // what nobody asked for is not missed
        {
            _gap = new Gap(DateTimeOffset.FromUnixTimeMilliseconds(NextMs), to, why);
        }

        Open.ForgetDue();
        MoveTo(toMs);
    }

    /// <summary>Moves past the candle that is due next, which had no trades, as stream and trades say.</summary>
    /// <param name="toMs">The end of the candle, Unix epoch milliseconds.</param>
    public void PassQuiet(long toMs)
    {
        var openMs = NextMs;
        Skip(toMs, reason: null, mayBeQuiet: true);
        _passed ??= new PassedCandles();
        LearnQuiet(_passed.Add(openMs, toMs));
    }

    /// <summary>
    /// Announces a gap for a candle that was passed because nobody had traded, and that had trades: nothing can put it in its place any more, but nobody shall
    /// believe that it was not there. Returns true when it was such a candle.
    /// </summary>
    public bool TellIfPassed(in PriceQuote quote)
    {
        if (_passed is null || quote.OpenMs >= NextMs || (quote.TradeCount ?? quote.Volume ?? 0) == 0 || !_passed.Remove(quote.OpenMs))
        {
            return false;
        }

        _gap = _gap is { } pending
            ? new Gap(
                pending.From < quote.OpenTime ? pending.From : quote.OpenTime, pending.To > quote.CloseTime ? pending.To : quote.CloseTime,
                $"{pending.Reason}; {PassedReason}")
            : new Gap(quote.OpenTime, quote.CloseTime, PassedReason);
        Revise(quote);
        return true;
    }

    private void Revise(in PriceQuote quote)
    {
        _counters.Revision();
        if (Rules.DeliverRevisions && quote.IsClosed)
        {
            Queue.PushClosed(_slot, quote.AsRevision());
        }
    }
}
