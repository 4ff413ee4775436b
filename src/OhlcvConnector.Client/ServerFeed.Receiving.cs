using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>The connection's side of a feed: puts what comes into the queue, and never waits.</summary>
internal sealed partial class ServerFeed
{
    private void OnConnected()
    {
        _ = _link?.SendAsync(V1Message.Ping, CancellationToken.None); // chooses the protocol before a slow reader comes to subscribing
        Put(new FeedEvent(FeedEventKind.Connected));
    }

    private void OnFailed(Exception exception)
    {
        Volatile.Write(ref _failure, exception);
        _queue.Wake();
    }

    private void OnReceived(string text)
    {
        if (_queue.HasOverflowed || _link is not { } link)
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

            Put(message);
        }
        catch (Exception exception) when (exception is JsonException or InvalidQuoteException)
        {
            its.Counters.Malformed();
            LogMalformed(its.Logger, link.Server, exception.Message, text.Length <= 300 ? text : text[..300]);
            link.Renew($"a message could not be read: {exception.Message}");
        }
    }

    private void Put(JsonElement message)
    {
        switch (message.Text("type"))
        {
            case "quote" when Find(message) is { } series:
                Put(series, CandleJson.Read(message, series.Series, CandleNames.Stream));
                break;
            case "snapshot" when Find(message) is { } series:
                foreach (var candle in message.List("candles"))
                {
                    Put(series, CandleJson.Read(candle, series.Series, CandleNames.Stream));
                }

                break;
            case "gap" when Find(message) is { } series:
                Put(new FeedEvent(FeedEventKind.Gap) { Series = series, Gap = ReadGap(message) });
                break;
            case "status" when Find(message) is { } series:
                Put(new FeedEvent(FeedEventKind.Status) { Series = series, Message = message.Clone() });
                break;
            case "ack" or "error":
                Put(new FeedEvent(FeedEventKind.Answer) { Message = message.Clone() });
                break;
            default:
                break; // a heartbeat, or what is on its way of a series that was removed
        }
    }

    private void Put(FeedSeries series, in ServerCandle candle)
    {
        if (candle.Quote.IsClosed)
        {
            Put(new FeedEvent(FeedEventKind.Closed) { Series = series, Candle = candle });
        }
        else
        {
            _queue.AddOpen(series, candle.Quote);
        }
    }

    private void Put(in FeedEvent one)
    {
        if (_queue.HasOverflowed || _queue.TryAdd(one))
        {
            return;
        }

        its.Counters.SlowReader();
        LogSlow(its.Logger, exchange, market, its.Options.QueueCapacity);
        if (_link is { } link)
        {
            _ = Task.Run(async () => await link.DisposeAsync().ConfigureAwait(false));
        }
    }

    private FeedSeries? Find(JsonElement message) => _series.GetValueOrDefault((message.Text("venue_symbol"), message.Text("interval")));

    private static Gap ReadGap(JsonElement json) =>
        new(json.Time("from"), json.Time("to"), json.TextOrNull("reason") ?? "the connector server does not say why");

    [LoggerMessage(ClientEventIds.Malformed, LogLevel.Error, "A message of {Server} could not be read ({Reason}): {Text}")]
    private static partial void LogMalformed(ILogger logger, Uri server, string reason, string text);

    [LoggerMessage(ClientEventIds.ReaderSlow, LogLevel.Warning, "The reader of {Exchange} {Market} is slow: {Capacity} candles wait for it, so the connection is ended, and resumed after them when they have been read")]
    private static partial void LogSlow(ILogger logger, string exchange, Market market, int capacity);
}
