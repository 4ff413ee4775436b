using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>The connection's side of a feed: reads messages, puts what they say into the queue, and never waits.</summary>
/// <param name="its">The surroundings that the market's feeds share.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="market">The market.</param>
/// <param name="table">The series.</param>
/// <param name="queue">The queue.</param>
internal sealed partial class FeedInlet(FeedSurroundings its, string exchange, Market market, FeedTable table, FeedQueue queue)
{
    /// <summary>Takes a message.</summary>
    /// <param name="link">The connection that it came on.</param>
    /// <param name="text">The message.</param>
    public void Take(ServerLink link, string text)
    {
        if (queue.HasOverflowed)
        {
            return; // this connection ends; the next one brings it again
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            var message = document.RootElement;
            if (message.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("it is no object");
            }

            if (its.Label.Disagreement(link.Server, message.Flag("sandbox")) is { } words)
            {
                link.Renew(words);
                return;
            }

            Put(link, message);
        }
        catch (Exception exception) when (exception is JsonException or InvalidQuoteException)
        {
            its.Counters.Malformed();
            LogMalformed(its.Logger, link.Server, exception.Message, text.Length <= 300 ? text : text[..300]);
            link.Renew($"a message could not be read: {exception.Message}");
        }
    }

    /// <summary>Puts an event into the queue; where there is no room, the connection ends, and the next one goes on after what waits.</summary>
    public void Put(ServerLink link, in FeedEvent one)
    {
        if (queue.HasOverflowed || queue.TryAdd(one))
        {
            return;
        }

        its.Counters.SlowReader();
        LogSlow(its.Logger, exchange, market, its.Options.QueueCapacity);
        _ = Task.Run(async () => await link.DisposeAsync().ConfigureAwait(false));
    }

    /// <summary>Reads what a message calls missing.</summary>
    public static Gap ReadGap(JsonElement json) =>
        new(json.Time("from"), json.Time("to"), json.TextOrNull("reason") ?? "the connector server does not say why");

    private void Put(ServerLink link, JsonElement message)
    {
        switch (message.Text("type"))
        {
            case "quote" when table.Find(message) is { } series:
                Put(link, series, CandleJson.Read(message, series.Series, CandleNames.Stream));
                break;
            case "snapshot" when table.Find(message) is { } series:
                foreach (var candle in message.List("candles"))
                {
                    Put(link, series, CandleJson.Read(candle, series.Series, CandleNames.Stream));
                }

                break;
            case "gap" when table.Find(message) is { } series:
                Put(link, new FeedEvent(FeedEventKind.Gap) { Series = series, Gap = ReadGap(message) });
                break;
            case "status" when table.Find(message) is { } series:
                Put(link, new FeedEvent(FeedEventKind.Status) { Series = series, Message = message.Clone() });
                break;
            case "ack" or "error":
                Put(link, new FeedEvent(FeedEventKind.Answer) { Message = message.Clone() });
                break;
            default:
                break; // a heartbeat, or what is on its way of a series that was removed
        }
    }

    private void Put(ServerLink link, FeedSeries series, in ServerCandle candle)
    {
        if (candle.Quote.IsClosed)
        {
            Put(link, new FeedEvent(FeedEventKind.Closed) { Series = series, Candle = candle });
        }
        else
        {
            queue.AddOpen(series, candle.Quote);
        }
    }

    [LoggerMessage(ClientEventIds.Malformed, LogLevel.Error, "A message of {Server} could not be read ({Reason}): {Text}")]
    private static partial void LogMalformed(ILogger logger, Uri server, string reason, string text);

    [LoggerMessage(ClientEventIds.ReaderSlow, LogLevel.Warning, "The reader of {Exchange} {Market} is slow: {Capacity} candles wait for it, so the connection is ended, and resumed after them when they have been read")]
    private static partial void LogSlow(ILogger logger, string exchange, Market market, int capacity);
}
