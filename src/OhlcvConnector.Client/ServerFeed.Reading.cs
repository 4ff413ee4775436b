using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
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
                BeginAnew();
                await LearnMarketAsync(cancellationToken).ConfigureAwait(false);
                break;
            case FeedEventKind.Answer:
                TakeAnswer(one.Message);
                _hasWanted = true; // those that were refused for now
                break;
            case FeedEventKind.Gap when IsFollowed(one.Series!):
                one.Series!.Announce(one.Gap!);
                break;
            case FeedEventKind.Status when one.Series is { } series && IsFollowed(series):
                await TakeStatusAsync(series, one.Message, cancellationToken).ConfigureAwait(false);
                break;
            case FeedEventKind.Open when IsFollowed(one.Series!) && one.Series!.Takes(one.Slot!.Quote):
                yield return one.Slot.Quote;
                break;
            case FeedEventKind.Closed when IsFollowed(one.Series!):
                await foreach (var quote in TakeClosedAsync(one.Series!, one.Candle, cancellationToken).ConfigureAwait(false))
                {
                    yield return quote;
                }

                break;
            default:
                break;
        }
    }

    private bool IsFollowed(FeedSeries series) => _series.GetValueOrDefault(KeyOf(series.Series)) == series;

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
                its.Counters.Duplicate();
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
        var quotes = its.History.ReadAsync(series.Series, from, to, includeOpen: false, missing.Add, waitForLate, cancellationToken)
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
            LogHoleUnread(its.Logger, series.Series, exception.Message);
            series.BeginAnew();
            Postpone(series, pause: null, exception.Message);
            return false;
        }
        catch (SubscriptionRejectedException exception)
        {
            Refuse(series, exception.VenueMessage, isLimit: false);
            return false;
        }
    }

    /// <summary>Why the candles between the next one and an open time are missing; null when none is, or they cannot exist.</summary>
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
            var exchanges = its.Listing.Exchanges ?? await its.Listing.ReadExchangesAsync(cancellationToken).ConfigureAwait(false);
            _omitsQuietCandles =
                exchanges.FirstOrDefault(one => one.Name == exchange)?.Markets.FirstOrDefault(one => one.Market == market)?.OmitsQuietCandles == true;
        }
        catch (ExchangeUnavailableException exception)
        {
            LogMarketUnknown(its.Logger, exchange, market, exception.Message);
        }
    }

    private async Task TakeStatusAsync(FeedSeries series, JsonElement message, CancellationToken cancellationToken)
    {
        var status = message.TextOrNull("status");
        series.IsDisturbed = status != "live";
        if (status == "live" && series.Told is SeriesCondition.Halted or SeriesCondition.Delisted)
        {
            Tell(series, SeriesCondition.Trading, "the connector server says that it is live");
        }

        if (status == "stale")
        {
            await LookWhetherTradingAsync(series, message.TextOrNull("reason") ?? "", cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookWhetherTradingAsync(FeedSeries series, string reason, CancellationToken cancellationToken)
    {
        try
        {
            var listed = await its.Listing.ListAgainAsync(exchange, market, cancellationToken).ConfigureAwait(false);
            var instrument = listed.FirstOrDefault(one => one.VenueSymbol == series.Series.VenueSymbol);
            if (instrument is not { IsTrading: true })
            {
                Tell(series, instrument is null ? SeriesCondition.Delisted : SeriesCondition.Halted, reason);
            }
        }
        catch (Exception exception) when (exception is ExchangeUnavailableException or InvalidSettingException)
        {
            LogHoleUnread(its.Logger, series.Series, exception.Message); // who asks again later learns it
        }
    }

    private void Tell(FeedSeries series, SeriesCondition condition, string reason)
    {
        if (series.Told != condition)
        {
            series.Told = condition;
            _onStatus?.Invoke(new SeriesStatus(series.Series, condition, reason));
        }
    }

    /// <summary>The server refuses a series for good.</summary>
    private void Refuse(FeedSeries series, string text, bool isLimit)
    {
        _series.TryRemove(KeyValuePair.Create(KeyOf(series.Series), series));
        LogRefused(its.Logger, series.Series, text);
        if (_onStatus is null || _series.IsEmpty)
        {
            throw isLimit ? new SubscriptionLimitException(exchange, text) : new SubscriptionRejectedException(series.Series, text);
        }

        Tell(series, SeriesCondition.Refused, text);
    }

    [LoggerMessage(ClientEventIds.HoleUnread, LogLevel.Warning, "The past of {Series} could not be read, and is asked for again: {Reason}")]
    private static partial void LogHoleUnread(ILogger logger, Series series, string reason);

    [LoggerMessage(ClientEventIds.MarketUnknown, LogLevel.Information, "Whether {Exchange} {Market} leaves out quiet candles could not be read, and is asked again: {Reason}")]
    private static partial void LogMarketUnknown(ILogger logger, string exchange, Market market, string reason);

    [LoggerMessage(ClientEventIds.Refused, LogLevel.Warning, "The connector server refuses {Series}: {Reason}")]
    private static partial void LogRefused(ILogger logger, Series series, string reason);
}
