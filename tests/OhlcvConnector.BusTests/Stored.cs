using System.Text;
using System.Text.Json;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace OhlcvConnector.BusTests;

/// <summary>A message of a stream as NATS's own client reads it, without any code of ours.</summary>
internal sealed record Stored(string Subject, ulong StreamSequence, IReadOnlyDictionary<string, string> Headers, JsonElement Json)
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(3); // by the server, which would else forget who stands still for 5 s

    /// <summary>Reads all that a stream has, in its order.</summary>
    public static async Task<List<Stored>> AllAsync(NatsServer server, string stream = "OHLCV", string? subject = null)
    {
        await using var nats = Connect(server);
        var context = new NatsJSContext(nats);
        var found = new List<Stored>();
        var info = (await context.GetStreamAsync(stream)).Info;
        if (info.State.Messages == 0)
        {
            return found;
        }

        var consumer = await context.CreateOrUpdateConsumerAsync(stream, All(subject));
        while (true)
        {
            var pending = 0UL;
            await foreach (var message in consumer.FetchNoWaitAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = 1_000 }))
            {
                found.Add(new Stored(
                    message.Subject, message.Metadata!.Value.Sequence.Stream, message.Headers!.ToDictionary(one => one.Key, one => one.Value.ToString()),
                    JsonDocument.Parse(Encoding.UTF8.GetString(message.Data!)).RootElement));
                pending = message.Metadata.Value.NumPending;
            }

            if (pending == 0)
            {
                return found;
            }
        }
    }

    /// <summary>A consumer that gets all of a stream, or of a subject, from its beginning.</summary>
    public static ConsumerConfig All(string? subject = null) => new()
    {
        AckPolicy = ConsumerConfigAckPolicy.None,
        DeliverPolicy = ConsumerConfigDeliverPolicy.All,
        FilterSubject = subject,
        InactiveThreshold = Forgotten,
    };

    /// <summary>Deletes all that a stream has.</summary>
    public static async Task PurgeAsync(NatsServer server, string stream = "OHLCV")
    {
        await using var nats = Connect(server);
        await new NatsJSContext(nats).PurgeStreamAsync(stream, new StreamPurgeRequest());
    }

    /// <summary>Deletes single messages.</summary>
    public static async Task DeleteAsync(NatsServer server, params ulong[] numbers)
    {
        await using var nats = Connect(server);
        foreach (var number in numbers)
        {
            await new NatsJSContext(nats).DeleteMessageAsync("OHLCV", new StreamMsgDeleteRequest { Seq = number });
        }
    }

    public static NatsConnection Connect(NatsServer server) => new(new NatsOpts
    {
        Url = $"nats://127.0.0.1:{server.Port}",
        AuthOpts = NatsAuthOpts.Default with { Username = NatsServer.User, Password = NatsServer.Password },
    });
}
