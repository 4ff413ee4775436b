using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OhlcvConnector.Cli;

/// <summary>
/// The library's help, mended in two places: a command's help does not ask for the arguments of the program's own stream, and the list of commands shows
/// what each is for without its examples, which stand in its own help.
/// </summary>
internal sealed class HelpOfCommands(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Puts it in the place of the library's own.</summary>
    public static void Use(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpOfCommands((HelpAction)option.Action!);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        foreach (var child in command.Subcommands)
        {
            child.Description = child.Description?.Split('\n')[0];
        }

        var output = parseResult.InvocationConfiguration.Output;
        using var text = new StringWriter();
        parseResult.InvocationConfiguration.Output = text;
        var code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        var lines = text.ToString().Split(Environment.NewLine).ToList();
        if (command != parseResult.RootCommandResult.Command)
        {
            LeaveOutRoot(lines, (RootCommand)parseResult.RootCommandResult.Command);
        }

        output.Write(string.Join(Environment.NewLine, lines));
        return code;
    }

    private static void LeaveOutRoot(List<string> lines, RootCommand root)
    {
        foreach (var argument in root.Arguments)
        {
            var row = lines.FindIndex(
                line => line.StartsWith("  <", StringComparison.Ordinal) && line.EndsWith(argument.Description!, StringComparison.Ordinal));
            if (row >= 0)
            {
                lines.RemoveAt(row);
            }

            var usage = lines.FindIndex(line => line.StartsWith($"  {root.Name} ", StringComparison.Ordinal));
            lines[usage] = lines[usage]
                .Replace($"{root.Name} <{argument.Name}>{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")} ", $"{root.Name} ", StringComparison.Ordinal);
        }

        var heading = lines.IndexOf("Arguments:");
        if (heading >= 0 && lines[heading + 1].Length == 0)
        {
            lines.RemoveRange(heading, 2); // there are no others
        }
    }
}
