using System.Reflection;
using OhlcvConnector.Application;
using OhlcvConnector.Client;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.ArchitectureTests.PublicApi;

/// <summary>
/// What users may call is a promise: a change of it is a change of the text beside this file, which whoever reviews sees. After a wanted change copy the text
/// that the failing test names over the stored one.
/// </summary>
public class PublicApiTests
{
    /// <summary>The assemblies of the packages.</summary>
    internal static readonly Assembly[] Libraries =
    [
        typeof(PriceQuote).Assembly,
        typeof(StreamPrices).Assembly,
        typeof(Connector).Assembly,
        typeof(SandboxServer).Assembly,
        typeof(ConnectorClient).Assembly,
        typeof(Indicator).Assembly,
        typeof(Archive.Sqlite.SqliteCandleArchive).Assembly,
        typeof(Archive.Parquet.ParquetExport).Assembly,
        typeof(Archive.PostgreSql.PostgreSqlCandleArchive).Assembly,
        typeof(Prices.PriceTracker).Assembly,
        typeof(Prices.DynamoDb.DynamoPriceTable).Assembly,
        typeof(Trading.Backtest).Assembly,
        typeof(Trading.Reports.HtmlReport).Assembly,
        typeof(Trading.Sqlite.SqlitePaperLedger).Assembly,
        typeof(Charts.CandleChart).Assembly,
        typeof(Notifications.Notifier).Assembly,
        typeof(Messaging.Kafka.KafkaQuoteSink).Assembly,
        typeof(Messaging.Nats.NatsQuoteSink).Assembly,
        typeof(Messaging.Redis.RedisBus).Assembly,
        typeof(Signals.RuleSet).Assembly,
        typeof(Forecasting.ForecastModel).Assembly,
        typeof(Forecasting.Onnx.OnnxNetworks).Assembly,
    ];

    public static TheoryData<string> Names() => [.. Libraries.Select(library => library.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_public_surface_is_the_one_that_is_written_down(string name)
    {
        var text = ApiText.Of(Libraries.Single(library => library.GetName().Name == name));
        var stored = Path.Combine(Repository.Root, "tests/OhlcvConnector.ArchitectureTests/PublicApi", name + ".txt");
        var received = Path.Combine(AppContext.BaseDirectory, name + ".txt");
        File.WriteAllText(received, text);

        (File.Exists(stored) ? File.ReadAllText(stored) : "").ShouldBe(text, $"cp {received} {stored}");
    }

    [Fact]
    public void The_libraries_promise_little()
    {
        var formulas = typeof(Indicator).Assembly;
        Assembly[] connector = [typeof(PriceQuote).Assembly, typeof(StreamPrices).Assembly, typeof(Connector).Assembly, typeof(ConnectorClient).Assembly];

        connector.Sum(library => library.GetExportedTypes().Length).ShouldBeLessThan(160);
        Libraries.Except(connector).Where(library => library != formulas).ShouldAllBe(library => library.GetExportedTypes().Length < 65);
        formulas.GetExportedTypes().Count(type => !type.IsSubclassOf(typeof(Indicator))).ShouldBeLessThan(30); // of indicators there are as many as formulas
    }
}
