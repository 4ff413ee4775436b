using System.Text.Json;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using OhlcvConnector.BusTests;
using Shouldly;

namespace OhlcvConnector.ClusterTests;

/// <summary>A message that the stream has, with the moment at which JetStream stored it.</summary>
internal sealed record OnStream(string Subject, string Kind, DateTimeOffset OpenTime, decimal Close, DateTimeOffset StoredAt);

/// <summary>Reads the stream with NATS's own client and a parser of its own.</summary>
internal static class BusReader
{
    public static async Task<ILookup<string, OnStream>> AllAsync(NatsServer server, CancellationToken cancellationToken)
    {
        await using var nats = Stored.Connect(server);
        INatsJSConsumer consumer;
        try
        {
            consumer = await new NatsJSContext(nats).CreateOrUpdateConsumerAsync("OHLCV", Stored.All(), cancellationToken);
        }
        catch (NatsJSApiException none) when (none.Error.Code == 404)
        {
            return Array.Empty<OnStream>().ToLookup(one => one.Subject); // nobody has published yet
        }

        var left = consumer.Info.NumPending;
        var found = new List<OnStream>();
        var since = TimeProvider.System.GetTimestamp();
        while (left > 0)
        {
            TimeProvider.System.GetElapsedTime(since).ShouldBeLessThan(ClusterStage.Patience, $"{found.Count} messages were read, {left} did not come");
            await foreach (var message in consumer.FetchNoWaitAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = 5_000 }, cancellationToken: cancellationToken))
            {
                using var document = JsonDocument.Parse(message.Data!);
                var json = document.RootElement;
                var kind = message.Headers!["Ohlcv-Kind"].ToString();
                found.Add(kind == "candle"
                    ? new OnStream(
                        message.Subject, kind, json.GetProperty("open_time").GetDateTimeOffset(), json.GetProperty("close").GetDecimal(),
                        message.Metadata!.Value.Timestamp)
                    : new OnStream(message.Subject, kind, default, 0, message.Metadata!.Value.Timestamp));
                left = Math.Min(left - 1, message.Metadata.Value.NumPending);
                if (left == 0)
                {
                    break;
                }
            }
        }

        return found.ToLookup(one => one.Subject);
    }

    /// <summary>When the newest message of each subject was stored.</summary>
    public static async Task<DateTimeOffset[]> NewestAsync(NatsServer server, IEnumerable<string> subjects, CancellationToken cancellationToken)
    {
        await using var nats = Stored.Connect(server);
        var streams = new Lazy<Task<INatsJSStream>>(() => new NatsJSContext(nats).GetStreamAsync("OHLCV", cancellationToken: cancellationToken).AsTask());
        return await Task.WhenAll(subjects.Select(async subject =>
        {
            try
            {
                var stream = await streams.Value;
                var newest = await stream.GetAsync(new StreamMsgGetRequest { LastBySubj = subject }, cancellationToken);
                return newest.Message.Time;
            }
            catch (NatsJSApiException)
            {
                return default; // nothing yet, perhaps not even the stream
            }
        }));
    }
}
