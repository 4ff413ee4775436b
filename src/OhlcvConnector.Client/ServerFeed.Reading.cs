using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>The reader's side of a feed: what is delivered of what came.</summary>
internal sealed partial class ServerFeed
{
    private async IAsyncEnumerable<PriceQuote> TakeAsync(FeedEvent one, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        switch (one.Kind)
        {
            case FeedEventKind.Connected:
                _isConnected = true;
                _subscriber.BeginAnew();
                await LearnMarketAsync(cancellationToken).ConfigureAwait(false);
                break;
            case FeedEventKind.Answer:
                _subscriber.TakeAnswer(_link?.Server ?? _its.Options.Servers[0], one.Message);
                break;
            case FeedEventKind.Gap when _table.Follows(one.Series!):
                one.Series!.Announce(one.Gap!);
                break;
            case FeedEventKind.Status when one.Series is { } series && _table.Follows(series):
                await _status.TakeAsync(series, one.Message, cancellationToken).ConfigureAwait(false);
                break;
            case FeedEventKind.Open when _table.Follows(one.Series!) && one.Series!.Takes(one.Slot!.Quote):
                yield return one.Slot.Quote;
                break;
            case FeedEventKind.Closed when _table.Follows(one.Series!):
                await foreach (var quote in TakeClosedAsync(one.Series!, one.Candle, cancellationToken).ConfigureAwait(false))
                {
                    yield return quote;
                }

                break;
            default:
                break;
        }
    }

    private async IAsyncEnumerable<PriceQuote> TakeClosedAsync(
        FeedSeries series, ServerCandle candle, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (candle.Quote.IsRevision && series.Phase == FeedPhase.Live && candle.Quote.OpenMs < series.NextMs)
        {
            yield return candle.Quote;
            yield break;
        }

        switch (series.Judge(candle, _omitsQuietCandles == true))
        {
            case CandleVerdict.Deliver:
                yield return series.Take(candle);
                break;
            case CandleVerdict.Drop:
                _its.Counters.Duplicate();
                break;
            default:
                await LearnMarketAsync(cancellationToken).ConfigureAwait(false);
                var missing = new List<MissingCandles>();
                await foreach (var quote in ReadPastAsync(series, candle.Quote.OpenTime, waitForLate: true, missing, cancellationToken).ConfigureAwait(false))
                {
                    yield return quote;
                }

                if (series.Phase == FeedPhase.Live)
                {
                    yield return series.Take(candle, GapReason(series, candle.Quote.OpenMs, missing));
                }

                break;
        }
    }

    /// <summary>
    /// Delivers closed candles of history from the next one on. Where it cannot be read the series is subscribed again later, which asks for them again.
    /// </summary>
    private async IAsyncEnumerable<PriceQuote> ReadPastAsync(
        FeedSeries series, DateTimeOffset to, bool waitForLate, List<MissingCandles> missing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = DateTimeOffset.FromUnixTimeMilliseconds(series.NextMs!.Value);
        var quotes = _its.History.ReadAsync(series.Series, from, to, includeOpen: false, missing.Add, waitForLate, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using (quotes.ConfigureAwait(false))
        {
            while (await NextAsync(series, quotes).ConfigureAwait(false))
            {
                yield return series.Take(new ServerCandle(quotes.Current), GapReason(series, quotes.Current.OpenMs, missing));
            }
        }
    }

    private async ValueTask<bool> NextAsync(FeedSeries series, IAsyncEnumerator<PriceQuote> quotes)
    {
        try
        {
            return await quotes.MoveNextAsync().ConfigureAwait(false);
        }
        catch (ExchangeUnavailableException exception)
        {
            LogHoleUnread(_its.Logger, series.Series, exception.Message);
            series.BeginAnew();
            _subscriber.Postpone(series, pause: null, exception.Message);
            return false;
        }
        catch (SubscriptionRejectedException exception)
        {
            _status.Refuse(series, exception.VenueMessage, isLimit: false);
            return false;
        }
    }

    /// <summary>Returns the reason why the candles between the next one and an open time are missing; null when none is, or they cannot exist.</summary>
    private string? GapReason(FeedSeries series, long openMs, List<MissingCandles> missing)
    {
        if (series.NextMs is not { } next || next >= openMs)
        {
            return null;
        }

        var parts = missing.FindAll(part => part.From.ToUnixTimeMilliseconds() < openMs && part.To.ToUnixTimeMilliseconds() > next);
        var reasons = parts.FindAll(part => part.Kind == MissingKind.Gap).Select(part => part.Reason).Distinct().ToList();
        return reasons.Count > 0 ? string.Join("; ", reasons)
            : parts.Count > 0 || _omitsQuietCandles == true ? null
            : "the connector server's history has no candle here";
    }

    /// <summary>Learns whether the exchange leaves out quiet candles; where the server does not say that now it is asked again when it matters.</summary>
    private async Task LearnMarketAsync(CancellationToken cancellationToken)
    {
        if (_omitsQuietCandles is not null)
        {
            return;
        }

        try
        {
            var exchanges = _its.Listing.Exchanges ?? await _its.Listing.ReadExchangesAsync(cancellationToken).ConfigureAwait(false);
            _omitsQuietCandles =
                exchanges.FirstOrDefault(one => one.Name == _exchange)?.Markets.FirstOrDefault(one => one.Market == _market)?.OmitsQuietCandles == true;
        }
        catch (ExchangeUnavailableException exception)
        {
            LogMarketUnknown(_its.Logger, _exchange, _market, exception.Message);
        }
    }

    [LoggerMessage(ClientEventIds.HoleUnread, LogLevel.Warning, "The past of {Series} could not be read, and is asked for again: {Reason}")]
    private static partial void LogHoleUnread(ILogger logger, Series series, string reason);

    [LoggerMessage(ClientEventIds.MarketUnknown, LogLevel.Information, "Whether {Exchange} {Market} leaves out quiet candles could not be read, and is asked again: {Reason}")]
    private static partial void LogMarketUnknown(ILogger logger, string exchange, Market market, string reason);
}
