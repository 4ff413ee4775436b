using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>Tells the reader of a feed what becomes of its series. The reader's alone.</summary>
/// <param name="its">The surroundings that the market's feeds share.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="market">The market.</param>
/// <param name="table">The series.</param>
internal sealed partial class FeedStatus(FeedSurroundings its, string exchange, Market market, FeedTable table)
{
    /// <summary>The reader; null while nobody wants to know.</summary>
    public Action<SeriesStatus>? Reader { get; set; }

    /// <summary>Takes what the server says of a series.</summary>
    public async Task TakeAsync(FeedSeries series, JsonElement message, CancellationToken cancellationToken)
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

    /// <summary>Tells the reader how a series is, unless that was told last.</summary>
    public void Tell(FeedSeries series, SeriesCondition condition, string reason)
    {
        if (series.Told != condition)
        {
            series.Told = condition;
            Reader?.Invoke(new SeriesStatus(series.Series, condition, reason));
        }
    }

    /// <summary>Takes a series out that the server refuses for good.</summary>
    /// <exception cref="SubscriptionLimitException">The reader wants no status, or has no other series, and it is a limit that was reached.</exception>
    /// <exception cref="SubscriptionRejectedException">The same, and it is not.</exception>
    public void Refuse(FeedSeries series, string text, bool isLimit)
    {
        table.Remove(series);
        LogRefused(its.Logger, series.Series, text);
        if (Reader is null || table.Count == 0)
        {
            throw isLimit ? new SubscriptionLimitException(exchange, text) : new SubscriptionRejectedException(series.Series, text);
        }

        Tell(series, SeriesCondition.Refused, text);
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
            LogListingUnread(its.Logger, series.Series, exception.Message); // who asks again later learns it
        }
    }

    [LoggerMessage(ClientEventIds.HoleUnread, LogLevel.Warning, "Whether {Series} trades could not be read, and is asked again when it matters: {Reason}")]
    private static partial void LogListingUnread(ILogger logger, Series series, string reason);

    [LoggerMessage(ClientEventIds.Refused, LogLevel.Warning, "The connector server refuses {Series}: {Reason}")]
    private static partial void LogRefused(ILogger logger, Series series, string reason);
}
