using System.Reflection;
using OhlcvConnector.Application;
using OhlcvConnector.Client;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.ArchitectureTests;

/// <summary>The arrows of the design, read from what the compiler wrote: an assembly names only what it uses.</summary>
public class ArrowTests
{
    private static readonly Assembly Domain = typeof(PriceQuote).Assembly;
    private static readonly Assembly Application = typeof(StreamPrices).Assembly;
    private static readonly Assembly Infrastructure = typeof(Connector).Assembly;
    private static readonly Assembly Sandbox = typeof(SandboxServer).Assembly;

    [Fact]
    public void Domain_references_nothing_but_the_base_library() =>
        Ours(Domain).ShouldBeEmpty();

    [Fact]
    public void Domain_needs_no_package() =>
        Domain.GetReferencedAssemblies().Select(name => name.Name!).ShouldAllBe(name => name.StartsWith("System.", StringComparison.Ordinal));

    [Fact]
    public void Application_references_Domain_alone() =>
        Ours(Application).ShouldBe(["OhlcvConnector.Domain"]);

    [Fact]
    public void Infrastructure_references_Application_and_Domain_and_no_interface_project() =>
        Ours(Infrastructure).ShouldBe(["OhlcvConnector.Application", "OhlcvConnector.Domain"]);

    [Fact]
    public void Sandbox_shares_Domain_alone_so_that_it_cannot_share_a_mistake_with_the_adapters() =>
        Ours(Sandbox).ShouldBe(["OhlcvConnector.Domain"]);

    [Fact]
    public void Client_references_Application_and_Domain_alone_so_that_it_needs_no_exchange_and_no_server() =>
        Ours(typeof(ConnectorClient).Assembly).ShouldBe(["OhlcvConnector.Application", "OhlcvConnector.Domain"]);

    [Fact]
    public void Websocket_Client_carries_the_client_alone() =>
        new[] { Domain, Application, Infrastructure, Sandbox, typeof(Server.ServerEventIds).Assembly, typeof(ConnectorClient).Assembly }
            .Where(assembly => assembly.GetReferencedAssemblies().Any(name => name.Name == "Websocket.Client"))
            .ShouldBe([typeof(ConnectorClient).Assembly]);

    [Fact]
    public void Indicators_reference_Domain_alone_and_no_package()
    {
        var indicators = typeof(Indicator).Assembly;

        Ours(indicators).ShouldBe(["OhlcvConnector.Domain"]);
        indicators.GetReferencedAssemblies().Select(name => name.Name!)
            .ShouldAllBe(name => name.StartsWith("System.", StringComparison.Ordinal) || name == "OhlcvConnector.Domain");
    }

    [Fact]
    public void Forecasts_reference_Domain_and_Indicators_alone_and_no_package()
    {
        var forecasting = typeof(Forecasting.ForecastModel).Assembly;

        Ours(forecasting).ShouldBe(["OhlcvConnector.Domain", "OhlcvConnector.Indicators"]);
        forecasting.GetReferencedAssemblies().Select(name => name.Name!)
            .ShouldAllBe(name => name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("OhlcvConnector.", StringComparison.Ordinal));
    }

    [Fact]
    public void What_runs_ONNX_knows_forecasts_alone_and_nobody_knows_it()
    {
        var onnx = typeof(Forecasting.Onnx.OnnxNetworks).Assembly;

        Ours(onnx).ShouldBe(["OhlcvConnector.Forecasting"]);
        foreach (var program in new[] { typeof(Cli.CliProgram).Assembly, typeof(Server.ServerEventIds).Assembly, typeof(Forecasting.ForecastModel).Assembly })
        {
            program.GetReferencedAssemblies().ShouldAllBe(name => name.Name != onnx.GetName().Name && !name.Name!.Contains("OnnxRuntime"));
        }
    }

    [Fact]
    public void Stores_of_candles_know_the_port_and_no_exchange() =>
        new[] { typeof(Archive.Sqlite.SqliteCandleArchive), typeof(Archive.PostgreSql.PostgreSqlCandleArchive), typeof(Archive.Parquet.ParquetExport) }
            .ShouldAllBe(store => Ours(store.Assembly).SequenceEqual(new[] { "OhlcvConnector.Application", "OhlcvConnector.Domain" }));

    [Fact]
    public void Prices_know_the_ports_and_no_exchange() =>
        Ours(typeof(Prices.PriceTracker).Assembly).ShouldBe(["OhlcvConnector.Application", "OhlcvConnector.Domain"]);

    [Fact]
    public void A_shared_table_of_prices_knows_the_ports_alone() =>
        Ours(typeof(Prices.DynamoDb.DynamoPriceTable).Assembly).ShouldBe(["OhlcvConnector.Application", "OhlcvConnector.Domain"]);

    [Fact]
    public void Pictures_know_candles_alone() => Ours(typeof(Charts.CandleChart).Assembly).ShouldBe(["OhlcvConnector.Domain"]);

    [Fact]
    public void Notifications_know_the_ports_and_pictures_and_Redis_the_ports_alone()
    {
        Ours(typeof(Notifications.Notifier).Assembly).ShouldBe(["OhlcvConnector.Application", "OhlcvConnector.Charts", "OhlcvConnector.Domain"]);
        Ours(typeof(Messaging.Redis.RedisBus).Assembly).ShouldBe(["OhlcvConnector.Application", "OhlcvConnector.Domain"]);
    }

    [Fact]
    public void Trading_references_what_formulas_and_rules_are_made_of_alone_so_that_it_knows_no_venue_file_or_socket() =>
        Ours(typeof(Trading.Backtest).Assembly)
            .ShouldBe(["OhlcvConnector.Application", "OhlcvConnector.Domain", "OhlcvConnector.Indicators", "OhlcvConnector.Signals"]);

    [Fact]
    public void Signals_reference_Application_Domain_and_Indicators_alone_so_that_they_know_no_venue_clock_or_socket() =>
        Ours(typeof(Signals.RuleSet).Assembly).ShouldBe(["OhlcvConnector.Application", "OhlcvConnector.Domain", "OhlcvConnector.Indicators"]);

    [Fact]
    public void Reports_of_backtests_know_Trading_alone_and_it_does_not_know_their_pictures() =>
        Ours(typeof(Trading.Reports.HtmlReport).Assembly).ShouldBe(["OhlcvConnector.Trading"]);

    [Fact]
    public void A_ledger_of_paper_accounts_knows_trading_and_no_market_archive_or_socket() =>
        Ours(typeof(Trading.Sqlite.SqlitePaperLedger).Assembly).ShouldBe(["OhlcvConnector.Domain", "OhlcvConnector.Signals", "OhlcvConnector.Trading"]);

    [Fact]
    public void Server_references_what_is_below_it_and_not_the_command_line() =>
        Ours(typeof(Server.ServerEventIds).Assembly).ShouldBe(["OhlcvConnector.Application", "OhlcvConnector.Archive.Parquet",
            "OhlcvConnector.Archive.PostgreSql", "OhlcvConnector.Archive.Sqlite", "OhlcvConnector.Client", "OhlcvConnector.Configuration",
            "OhlcvConnector.Dashboard", "OhlcvConnector.Domain", "OhlcvConnector.Forecasting", "OhlcvConnector.Indicators", "OhlcvConnector.Infrastructure",
            "OhlcvConnector.Messaging.Nats", "OhlcvConnector.Messaging.Redis", "OhlcvConnector.Notifications", "OhlcvConnector.Prices",
            "OhlcvConnector.Prices.DynamoDb", "OhlcvConnector.Sandbox", "OhlcvConnector.Signals", "OhlcvConnector.Trading", "OhlcvConnector.Trading.Sqlite"]);

    [Fact]
    public void The_dashboard_knows_nothing_of_ours_so_that_it_can_only_ask_the_API() => Ours(typeof(Dashboard.DashboardEndpoint).Assembly).ShouldBeEmpty();

    [Fact]
    public void Configuration_stands_below_the_programs_and_the_server() =>
        Ours(typeof(Configuration.ServerOptions).Assembly).ShouldBe(["OhlcvConnector.Application", "OhlcvConnector.Archive.PostgreSql",
            "OhlcvConnector.Archive.Sqlite", "OhlcvConnector.Client", "OhlcvConnector.Domain", "OhlcvConnector.Infrastructure", "OhlcvConnector.Messaging.Kafka",
            "OhlcvConnector.Messaging.Nats", "OhlcvConnector.Messaging.Redis", "OhlcvConnector.Sandbox",
            "OhlcvConnector.Signals", "OhlcvConnector.Trading"]);

    private static IEnumerable<string> Ours(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("OhlcvConnector", StringComparison.Ordinal)).Order();
}
