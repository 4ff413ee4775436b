using System.Reflection;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Client;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Server;
using Shouldly;

namespace OhlcvConnector.ArchitectureTests.Documentation;

/// <summary>The table of log events is written from the code, and has each id that there is.</summary>
public class EventTableTests
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;

    private static readonly Type[] Ids = [typeof(ConnectorEventIds), typeof(ServerEventIds), typeof(ClientEventIds)];

    [Fact]
    public void The_table_of_the_documentation_is_that_of_the_code()
    {
        var stored = Path.Combine(Repository.Root, "docs/operations/events.md");
        var text = File.ReadAllText(stored);
        const string begin = "<!-- events -->\n";
        const string end = "<!-- end -->";
        var written = text[..(text.IndexOf(begin, StringComparison.Ordinal) + begin.Length)] + Table() + text[text.IndexOf(end, StringComparison.Ordinal)..];
        var received = Path.Combine(AppContext.BaseDirectory, "events.md");
        File.WriteAllText(received, written);

        text.ShouldBe(written, $"cp {received} {stored}");
    }

    [Fact]
    public void Each_id_is_logged_by_some_message() =>
        Names().Keys.Except(Messages().Select(message => message.EventId)).ShouldBeEmpty();

    private static string Table()
    {
        var names = Names();
        var events = Messages().GroupBy(message => message.EventId).OrderBy(group => group.Key);
        return "| id | event | level | message |\n|---|---|---|---|\n" + string.Concat(events.Select(group =>
            $"| {group.Key} | `{names[group.Key]}` | {string.Join(", ", group.Select(message => message.Level).Distinct().Order())} | "
            + $"{string.Join("<br>", group.Select(message => Shown(message.Message)).Distinct().Order(StringComparer.Ordinal))} |\n"));
    }

    private static string Shown(string message) => message.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Trim();

    private static Dictionary<int, string> Names() => Ids.SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
        .ToDictionary(field => (int)field.GetRawConstantValue()!, field => field.Name);

    private static List<LoggerMessageAttribute> Messages() =>
    [
        .. Ids.Select(type => type.Assembly).SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(Any))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>(),
    ];
}
