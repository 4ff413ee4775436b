using System.Reflection;
using System.Text.RegularExpressions;
using OhlcvConnector.Client;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Configuration;
using OhlcvConnector.Server;
using Shouldly;

namespace OhlcvConnector.ArchitectureTests;

/// <summary>The shape of the code: sealed types, interfaces only at boundaries, names that say something.</summary>
public class ShapeTests
{
    private static readonly Assembly[] Assemblies = [.. PublicApi.PublicApiTests.Libraries, typeof(ServerOptions).Assembly, typeof(ServerEventIds).Assembly];

    /// <summary>The boundaries, and where there are several implementations.</summary>
    private static readonly string[] Boundaries =
    [
        "IInstrumentRepository",
        "IPriceHistoryRepository",
        "IPriceFeedRepository",
        "IPriceFeed",
        "ICandleArchive",
        "IPriceProvider",
        "IPriceTable",
        "IKeyStore",
        "INotifier",
        "INoticeOutbox",
        "IPaperLedger",
        "IStrategy",
        "IVenue",
        "IFrameSink",
        "ISandboxVenue",
        "IStreamDialect",
        "INetworkRuntime",
        "INetwork",
    ];

    [Fact]
    public void Every_class_is_sealed_abstract_or_static()
    {
        var open = Types().Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !IsGenerated(type)).Select(type => type.FullName);

        open.ShouldBeEmpty();
    }

    [Fact]
    public void An_interface_is_a_boundary_or_has_several_implementations()
    {
        var types = Types().ToList();
        var lonely = types.Where(
            type => type.IsInterface && !Boundaries.Contains(type.Name) && types.Count(other => other.IsClass && type.IsAssignableFrom(other)) < 2)
            .Select(type => type.FullName);

        lonely.ShouldBeEmpty();
    }

    [Fact]
    public void No_name_says_nothing()
    {
        var empty = Types().Where(type => !IsGenerated(type) && Regex.IsMatch(type.Name, "(Manager|Helper|Util|Utils|Data|Info|Base|Impl|Processor|Handler)$"))
            .Select(type => type.FullName);

        empty.ShouldBeEmpty();
    }

    [Fact]
    public void Log_event_ids_are_unique()
    {
        var ids = new[] { typeof(ConnectorEventIds), typeof(ServerEventIds), typeof(ClientEventIds), typeof(Messaging.Nats.BusEventIds) }.SelectMany(
            type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(field => (int)field.GetRawConstantValue()!).ToList();

        ids.ShouldBeUnique();
    }

    private static IEnumerable<Type> Types() => Assemblies.SelectMany(assembly => assembly.GetTypes());

    private static bool IsGenerated(Type type) =>
        type.FullName is "Program" || type.FullName!.Contains('<', StringComparison.Ordinal)
            || type.FullName.StartsWith("System.", StringComparison.Ordinal) || type.FullName.StartsWith("Microsoft.", StringComparison.Ordinal);
}
