using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Recorded;

/// <summary>What one exchange's recording has said so far: instruments, candles and answers. Safe from several threads.</summary>
internal sealed class RecordedBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Market Market, string Symbol), Listing> _listings = [];
    private readonly Dictionary<(Market Market, string Symbol, Interval Interval), SortedList<long, Recorded>> _candles = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _answers = new(StringComparer.Ordinal);

    /// <summary>Takes what is known before its time has come: instruments, answers of listings, and how candles ended.</summary>
    public void Learn(SandboxMessage message)
    {
        lock (_gate)
        {
            if (message.Instrument is { } instrument)
            {
                _listings[(message.Market, instrument.VenueSymbol)] = RecordedListing.Of(instrument);
            }

            if (message.Request is { } request && IsListing(request))
            {
                _answers[request] = message.Answer;
            }

            foreach (var candle in message.Frame.IsEmpty ? message.Candles : [])
            {
                Put(message.Market, candle, static (recorded, state) => recorded with { Final = state });
            }
        }
    }

    /// <summary>Takes what is known from now on: how candles are at this moment.</summary>
    public void Happen(SandboxMessage message)
    {
        lock (_gate)
        {
            foreach (var candle in message.Frame.IsEmpty ? [] : message.Candles)
            {
                Put(message.Market, candle, static (recorded, state) => recorded with { Current = state });
            }
        }
    }

    /// <summary>What a market lists.</summary>
    public IReadOnlyList<Listing> Listings(Market market)
    {
        lock (_gate)
        {
            return [.. _listings.Where(pair => pair.Key.Market == market).Select(pair => pair.Value)];
        }
    }

    /// <summary>The listing of a symbol; null when it was not followed.</summary>
    public Listing? Find(Market market, string symbol)
    {
        lock (_gate)
        {
            return _listings.GetValueOrDefault((market, symbol));
        }
    }

    /// <summary>The answer that was recorded for a request, of which the recording has the path behind the exchange's address; null for none.</summary>
    public ReadOnlyMemory<byte>? Answer(string asked)
    {
        lock (_gate)
        {
            foreach (var (request, body) in _answers)
            {
                if (asked.EndsWith(request, StringComparison.Ordinal))
                {
                    return body;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// The recorded candles that open in <c>[fromMs, toMs]</c>, ascending: as they ended where they have ended by now, else as they are. An interval that was
    /// not recorded is put together from the longest that makes it.
    /// </summary>
    public List<CandleState> Candles(Listing listing, Interval interval, long fromMs, long toMs, long nowMs, long shiftMs)
    {
        lock (_gate)
        {
            var part = _candles.Keys.Where(key => key.Market == listing.Market && key.Symbol == listing.Symbol && (key.Interval == interval
                || key.Interval.Makes(interval))).Select(key => key.Interval).DefaultIfEmpty().Max();
            if (part == default)
            {
                return [];
            }

            var states = _candles[(listing.Market, listing.Symbol, part)].Values.Select(recorded => recorded.At(nowMs)).OfType<CandleState>();
            var found = part == interval ? states : states.GroupBy(state => interval.FloorMs(state.OpenMs + shiftMs) - shiftMs).Select(group =>
                Sum(group.Key, interval.NextMs(group.Key + shiftMs) - shiftMs, [.. group]));
            return [.. found.Where(state => state.OpenMs >= fromMs && state.OpenMs <= toMs && state.OpenMs <= nowMs)];
        }
    }

    /// <summary>Whether an answer tells what is listed, which changes slowly, rather than candles or the time.</summary>
    private static bool IsListing(string request) =>
        !request.Contains("kline", StringComparison.Ordinal) && !request.Contains("andle", StringComparison.Ordinal)
        && !request.Contains("time", StringComparison.OrdinalIgnoreCase);

    private static CandleState Sum(long openMs, long closeMs, List<CandleState> parts) => parts[0] with
    {
        OpenMs = openMs,
        CloseMs = closeMs,
        High = parts.Max(part => part.High),
        Low = parts.Min(part => part.Low),
        Close = parts[^1].Close,
        Steps = parts.Sum(part => part.Steps),
        TakerSteps = parts.Sum(part => part.TakerSteps),
        BaseVolume = parts.Sum(part => part.BaseVolume),
        QuoteVolume = parts.Sum(part => part.QuoteVolume),
        TakerBase = parts.Sum(part => part.TakerBase),
        TakerQuote = parts.Sum(part => part.TakerQuote),
        Count = parts.Sum(part => part.Count),
    };

    private void Put(Market market, in PriceQuote candle, Func<Recorded, CandleState, Recorded> put)
    {
        var key = (market, candle.Series.VenueSymbol, candle.Interval);
        if (!_candles.TryGetValue(key, out var all))
        {
            _candles.Add(key, all = []);
        }

        all[candle.OpenMs] = put(
            all.GetValueOrDefault(candle.OpenMs), RecordedListing.State(_listings.GetValueOrDefault((market, candle.Series.VenueSymbol)), candle));
    }

    /// <summary>What is known of a candle.</summary>
    /// <param name="Current">As the stream said it last; null before it did.</param>
    /// <param name="Final">As it ended; null where nobody said so.</param>
    private readonly record struct Recorded(CandleState? Current, CandleState? Final)
    {
        /// <summary>The candle at a moment; null before anything was said of it.</summary>
        public CandleState? At(long nowMs) => Final is { } final && final.CloseMs <= nowMs ? final : Current;
    }
}
