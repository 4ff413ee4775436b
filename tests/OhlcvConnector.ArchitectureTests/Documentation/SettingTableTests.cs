using System.Text.RegularExpressions;
using OhlcvConnector.Configuration;
using OhlcvConnector.Infrastructure.Settings;
using Shouldly;

namespace OhlcvConnector.ArchitectureTests.Documentation;

/// <summary>The tables of settings in the documentation are written from the tables in the code, which hold every option that there is.</summary>
public class SettingTableTests
{
    [Theory]
    [InlineData("docs/configuration.md")]
    [InlineData("docs/operations/settings.md")]
    public void The_tables_of_the_documentation_are_those_of_the_code(string path)
    {
        var stored = Path.Combine(Repository.Root, path);
        var text = File.ReadAllText(stored);
        var written = Regex.Replace(
            text, "(<!-- settings: ([a-z ]+) -->\n).*?(<!-- end -->)", match =>
                match.Groups[1].Value + Table(match.Groups[2].Value) + match.Groups[3].Value, RegexOptions.Singleline);
        var received = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(path));
        File.WriteAllText(received, written);

        text.ShouldBe(written, $"cp {received} {stored}");
    }

    [Fact]
    public void Every_option_is_in_its_table()
    {
        Missing(ConnectorSettings.Table).ShouldBeEmpty();
        Missing(ServerSettings.Table).ShouldBeEmpty();
        Missing(SandboxSettings.Table).ShouldBeEmpty();
        Missing(TerminalSettings.Table).ShouldBeEmpty();
    }

    private static IEnumerable<string> Missing<TOptions>(SettingTable<TOptions> table)
        where TOptions : class, new() => typeof(TOptions).GetProperties().Select(property => property.Name).Except(table.All.Select(setting => setting.Name));

    private static string Table(string name) => name switch
    {
        "connector" => Settings(ConnectorSettings.Table),
        "sandbox" => Settings(SandboxSettings.Table),
        "environment" => "| variable | default | range | stands for |\n|---|---|---|---|\n"
            + Variables(ConnectorSettings.Table, setting => $"`{setting.Name}`")
            + Variables(TerminalSettings.Table, setting => $"`{setting.Option}`"),
        "environment of the server" => "| variable | default | range | stands for |\n|---|---|---|---|\n"
            + Variables(ServerSettings.Table, setting => $"`{setting.Name}`"),
        "server" => "| setting | default | range | meaning | also |\n|---|---|---|---|---|\n" + string.Concat(ServerSettings.Table.Written.Select(setting =>
            $"| `{setting.Name}` | {setting.Default}{Unit(setting, setting.Default)} | {setting.Range}{Unit(setting, setting.Range)} | {setting.Text} | {Also(setting)} |\n")),
        _ => throw new InvalidOperationException($"There is no table '{name}'."),
    };

    private static string Settings<TOptions>(SettingTable<TOptions> table)
        where TOptions : class, new() => "| setting | default | range | what it does |\n|---|---|---|---|\n" + string.Concat(table.All.Select(setting =>
            $"| `{setting.Name}` | {setting.Default}{Unit(setting, setting.Default)} | {setting.Range}{Unit(setting, setting.Range)} | {setting.Text} |\n"));

    private static string Variables<TOptions>(SettingTable<TOptions> table, Func<Setting<TOptions>, string> meaning)
        where TOptions : class, new() => string.Concat(table.Written.Where(setting => setting.Variable is not null).Select(setting =>
            $"| `{setting.Variable}` | {setting.Default} | {(setting.IsList ? $"{setting.Form}, separated by blanks" : setting.Range)} | {meaning(setting)} |\n"));

    private static string Also(Setting<ServerOptions> setting) =>
        string.Join(", ", new[] { setting.Variable, setting.Option, setting.FormerName is null ? null : $"{setting.FormerName} (before)" }.OfType<string>().Select(name => $"`{name}`"));

    private static string Unit<TOptions>(Setting<TOptions> setting, string text)
        where TOptions : class, new() => setting.Unit.Length > 0 && char.IsAsciiDigit(text[0]) ? " " + setting.Unit : "";
}
