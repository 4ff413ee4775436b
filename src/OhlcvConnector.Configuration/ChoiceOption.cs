using System.CommandLine;

namespace OhlcvConnector.Configuration;

/// <summary>Makes options that take one of some words, and say so when they are given another.</summary>
public static class ChoiceOption
{
    /// <summary>An option whose value is the first of the words when it is not given.</summary>
    /// <param name="name">The name, with its dashes.</param>
    /// <param name="description">For the help; the words are put behind it.</param>
    /// <param name="words">The words that can be chosen.</param>
    /// <param name="alias">A shorter name; null for none.</param>
    public static Option<string> Create(string name, string description, IReadOnlyList<string> words, string? alias = null)
    {
        var listed = $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";
        var option = new Option<string>(name, alias is null ? [] : [alias])
        {
            Description = $"{description} {listed}.",
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => words[0],
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (!words.Contains(text, StringComparer.Ordinal))
                {
                    result.AddError($"{name} is '{text}'; it must be {listed}.");
                }

                return text;
            },
        };
        option.CompletionSources.Add([.. words]);
        return option;
    }
}
