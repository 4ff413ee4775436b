using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using Shouldly;

namespace OhlcvConnector.ArchitectureTests.Documentation;

/// <summary>docs/configuration.md says every setting, with the default that it has and the range that is enforced.</summary>
public class ConfigurationTests
{
    private static readonly string Text = Page.All.Single(page => page.Path == "docs/configuration.md").Text;

    public static TheoryData<string> Options() => [.. typeof(ConnectorOptions).GetProperties().Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_option_has_a_row_with_its_default_and_its_range(string name)
    {
        var property = typeof(ConnectorOptions).GetProperty(name)!;
        var cells = Row(name);

        cells[1].ShouldBe(Written(property.GetValue(new ConnectorOptions())), $"the default of {name}");
        if (Regex.Match(cells[2], @"^([0-9.]+) to ([0-9.]+)( s)?$") is { Success: true } range)
        {
            var (least, most) = (Number(range.Groups[1].Value), Number(range.Groups[2].Value));
            Accepts(property, least).ShouldBeTrue($"{name} = {least}");
            Accepts(property, most).ShouldBeTrue($"{name} = {most}");
            Accepts(property, most * 1.01 + 1).ShouldBeFalse($"{name} is too large");
            Accepts(property, least > 0 && range.Groups[3].Success ? least * 0.99 : least - 1).ShouldBeFalse($"{name} is too small");
        }
        else
        {
            (property.PropertyType == typeof(TimeSpan) || property.PropertyType == typeof(int) || property.PropertyType == typeof(TimeSpan?))
                .ShouldBeFalse($"{name} needs a range");
        }
    }

    [Fact]
    public void Every_option_of_the_sandbox_has_a_row()
    {
        foreach (var property in typeof(SandboxOptions).GetProperties())
        {
            Row(property.Name);
        }
    }

    [Fact]
    public void Every_environment_variable_has_a_row_with_what_the_example_file_says()
    {
        var example = File.ReadAllText(Path.Combine(Repository.Root, ".env.example"));
        foreach (Match setting in Regex.Matches(example, @"^#(CONNECTOR_[A-Z_]+)=(\S*)$", RegexOptions.Multiline))
        {
            Row(setting.Groups[1].Value);
        }

        foreach (Match ignored in Regex.Matches(example, @"^#(CONNECTOR_[A-Z_]+) ", RegexOptions.Multiline))
        {
            Text.ShouldContain($"`{ignored.Groups[1].Value}`");
        }
    }

    private static string[] Row(string name)
    {
        var rows = Text.Split('\n').Where(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal)).ToList();

        rows.ShouldNotBeEmpty($"a row of {name}");
        return [.. rows[0].Split('|', StringSplitOptions.TrimEntries)[1..^1]];
    }

    private static string Written(object? value) => value switch
    {
        null => "none",
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s"),
        bool flag => flag ? "true" : "false",
        TimeProvider => "the system's",
        System.Collections.ICollection { Count: 0 } => "empty",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static bool Accepts(PropertyInfo property, double value)
    {
        var options = new ConnectorOptions { ReconnectDelay = TimeSpan.FromSeconds(0.01), ReconnectDelayMax = TimeSpan.FromHours(1) };
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        property.SetValue(options, type == typeof(TimeSpan) ? TimeSpan.FromSeconds(value) : checked((int)value));
        try
        {
            ConnectorOptionsValidator.Validate(options);
            return true;
        }
        catch (InvalidSettingException exception)
        {
            exception.Message.ShouldStartWith(property.Name);
            return false;
        }
    }
}
