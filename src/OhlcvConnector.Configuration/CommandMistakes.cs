using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>Describes the mistakes of a command line in words, with what was probably meant.</summary>
public static class CommandMistakes
{
    /// <summary>Returns a sentence for each mistake; none when the command line can be run.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="exchanges">The exchanges, whose names may stand where else a command does; empty for none.</param>
    public static List<string> Of(ParseResult parsed, IReadOnlyList<string> exchanges)
    {
        if (parsed.Action is not (null or ParseErrorAction) && parsed.CommandResult.Command.Action != parsed.Action)
        {
            return []; // help and the like
        }

        if (!parsed.CommandResult.Command.TreatUnmatchedTokensAsErrors)
        {
            return []; // a command that says itself what it makes of them
        }

        if (MisspeltCommand(parsed, exchanges) is { } misspelt)
        {
            return [misspelt];
        }

        // What looks like an option and is none would else be taken for one more symbol; a time such as -7d is what followed it.
        var unknown = parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens)
            .Where(token => token.Length > 1 && token[0] == '-')
            .ToList();
        var options = unknown.FindAll(token => !char.IsAsciiDigit(token[1]));
        if (parsed.UnmatchedTokens is [var stray, ..] && unknown.Count == 0)
        {
            return [$"'{stray}' is no option, and nothing else is expected here. --help says what there is."];
        }

        return unknown.Count == 0 ? [.. parsed.Errors.Select(Words).Distinct()]
            : [.. (options.Count > 0 ? options : unknown).Select(token => UnknownOption(parsed.CommandResult, token))];
    }

    private static string? MisspeltCommand(ParseResult parsed, IReadOnlyList<string> exchanges)
    {
        var command = parsed.CommandResult.Command;
        var isRoot = parsed.RootCommandResult.Command == command;
        var known = command.Subcommands.Select(sub => sub.Name).Concat(isRoot ? exchanges : []).ToList();
        return parsed.CommandResult.Children.OfType<ArgumentResult>().FirstOrDefault(argument => argument.Tokens.Count > 0)?.Tokens[0].Value is { } first
            && !known.Contains(first, StringComparer.OrdinalIgnoreCase) && Nearest.Find(first, known) is { } near
                ? $"There is no command{(isRoot ? " or exchange" : "")} '{first}'. Did you mean '{near}'?"
                : null;
    }

    private static string UnknownOption(CommandResult command, string token)
    {
        var name = token.Split('=')[0];
        var names = command.Command.Options.Where(option => !option.Hidden)
            .SelectMany(option => option.Aliases.Prepend(option.Name))
            .Where(known => known.StartsWith("--", StringComparison.Ordinal));
        return Nearest.Find(name, names) is { } near ? $"There is no option '{name}'. Did you mean '{near}'?" : $"There is no option '{name}'.";
    }

    private static string Words(ParseError error) => error.SymbolResult switch
    {
        CommandResult command when Missing(command) is { Count: > 0 } missing =>
            $"{string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} missing.",
        ArgumentResult { Tokens.Count: 0 } argument when argument.Argument.Arity.MinimumNumberOfValues > 0 => $"<{argument.Argument.Name}> is missing.",
        OptionResult { Option: { Name: var name, ValueType: var type }, Tokens: [var token, ..] }
            when IsNumber(type) && error.Message.Contains("expected type", StringComparison.Ordinal) => // the parser's words; other options have their own
            $"{name} is '{token.Value}'; it must be a number.",
        _ => error.Message.ReplaceLineEndings(" ").Replace(" \t", " ", StringComparison.Ordinal),
    };

    private static bool IsNumber(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var plain
        && (plain == typeof(decimal) || plain == typeof(double) || plain == typeof(int) || plain == typeof(long));

    private static List<string> Missing(CommandResult command) =>
    [
        .. command.Command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 && command.GetResult(argument) is null or { Tokens.Count: 0 })
        .Select(argument => $"<{argument.Name}>"),
        .. command.Command.Options.Where(option => option.Required && command.GetResult(option) is null).Select(option => option.Name),
    ];
}
