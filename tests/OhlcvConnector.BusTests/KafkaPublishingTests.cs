using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Kafka;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.BusTests;

/// <summary>Publishing to Kafka: against the mock cluster that librdkafka ships, for no broker runs here. It speaks the protocol, and stores in
/// memory.</summary>
public class KafkaPublishingTests
{
    private static readonly Series Bitcoin = Candles.Minutes();

    [Fact]
    public async Task Closes_are_in_the_log_in_order_and_the_newest_in_its_own_topic_and_another_run_goes_on()
    {
        using var cluster = new ProducerBuilder<string, string>(new ProducerConfig().Also("test.mock.num.brokers", "2")).Build();
        var address = Address(cluster);
        var gap = new Gap(Candles.Closed(Bitcoin, 2).OpenTime, Candles.Closed(Bitcoin, 3).OpenTime, "none");
        await using (var sink = new KafkaQuoteSink(KafkaAddress.Parse(address), isSandbox: true))
        {
            (await sink.EndAsync(Bitcoin)).ShouldBeNull();
            (await sink.AppendAsync(Candles.Closed(Bitcoin, 0))).ShouldBe(SinkOutcome.Stored);
            (await sink.AppendAsync(Candles.Closed(Bitcoin, 0))).ShouldBe(SinkOutcome.AlreadyThere);
            (await sink.AppendAsync(Candles.Closed(Bitcoin, 1))).ShouldBe(SinkOutcome.Stored);
            await sink.UpdateAsync(Candles.Quote(Bitcoin, 2));
        }

        await using (var sink = new KafkaQuoteSink(KafkaAddress.Parse(address), isSandbox: true))
        {
            (await sink.EndAsync(Bitcoin)).ShouldBe(Candles.Closed(Bitcoin, 1).CloseTime);
            (await sink.AppendAsync(Candles.Closed(Bitcoin, 3) with { GapBefore = gap })).ShouldBe(SinkOutcome.Stored);
        }

        var log = Read(address, "sandbox-ohlcv", 4);
        log.Select(message => message.Key).Distinct().ShouldBe(["binance:spot:BTCUSDT:1m"]);
        log.Select(message => Header(message, "ohlcv-kind")).ShouldBe(["candle", "candle", "gap", "candle"]);
        log.Select(message => Header(message, "ohlcv-seq")).ShouldBe(["1", "2", "2", "3"]);
        log.ShouldAllBe(message => Header(message, "ohlcv-label") == "SANDBOX");
        using var newest = JsonDocument.Parse(Read(address, "sandbox-ohlcv-latest", 3)[^1].Value);
        newest.RootElement.GetProperty("open").GetDecimal().ShouldBe(Candles.Closed(Bitcoin, 3).Open);
    }

    [Fact]
    public void What_is_no_address_is_refused_without_showing_it()
    {
        foreach (var text in (string[])["kafka://", "http://host:9092", "kafka://secret@host:9092", "kafka://host:9092/topic"])
        {
            Should.Throw<InvalidSettingException>(() => KafkaAddress.Parse(text)).Message.ShouldNotContain("secret");
        }

        KafkaAddress.Parse("kafka://user:secret@one:9093,two").Shown.ShouldBe("kafka://***@one:9093,two:9092");
    }

    private static string Address(IProducer<string, string> cluster)
    {
        using var admin = new DependentAdminClientBuilder(cluster.Handle).Build();
        return "kafka://" + string.Join(',', admin.GetMetadata(TimeSpan.FromSeconds(30)).Brokers.Select(broker => $"{broker.Host}:{broker.Port}"));
    }

    private static List<Message<string, string>> Read(string address, string topic, int count)
    {
        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = address["kafka://".Length..],
            GroupId = "test",
        }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        consumer.Assign(admin.GetMetadata(topic, TimeSpan.FromMinutes(1)).Topics[0].Partitions.Select(
            partition => new TopicPartitionOffset(topic, partition.PartitionId, Offset.Beginning)));
        var read = new List<Message<string, string>>();
        while (read.Count < count)
        {
            read.Add((consumer.Consume(TimeSpan.FromMinutes(1)) ?? throw new TimeoutException($"{read.Count} of {count} came from {topic}")).Message);
        }

        return read;
    }

    private static string Header(Message<string, string> message, string name) => Encoding.UTF8.GetString(message.Headers.GetLastBytes(name));
}

internal static class KafkaSettings
{
    /// <summary>A setting that has no property.</summary>
    public static ProducerConfig Also(this ProducerConfig configuration, string name, string value)
    {
        configuration.Set(name, value);
        return configuration;
    }
}
