using System.Text.RegularExpressions;
using OhlcvConnector.Infrastructure;
using Shouldly;

namespace OhlcvConnector.ArchitectureTests;

/// <summary>A venue is facts and pure functions: its folder mentions nothing that does I/O, waits, logs or counts, and no other venue.</summary>
public class VenuePurityTests
{
    private const string Infrastructure = "src/OhlcvConnector.Infrastructure";

    private static readonly string[] Forbidden =
    [
        "System.Net.", "HttpClient", "Socket", "WebSocket ", "Task", "async ", "await ", "TimeProvider", "DateTime.", "Stopwatch", "Thread", "ILogger", "Meter",
        "ConnectorOptions", "Microsoft.Extensions",
    ];

    private static readonly string[] Folders = [.. Venues.All.Select(venue => venue.GetType().Namespace!.Split('.')[^1])];

    public static TheoryData<string> VenueFolders() => [.. Folders];

    [Theory]
    [MemberData(nameof(VenueFolders))]
    public void A_venue_folder_holds_no_io_no_clock_and_no_other_venue(string venue)
    {
        var others = Folders.Where(other => other != venue);
        var sins =
            from file in Repository.SourceFiles($"{Infrastructure}/{venue}")
            from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
            where !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from word in Forbidden.Concat(others)
            where Regex.IsMatch(line.Text, $@"(?<![A-Za-z]){Regex.Escape(word)}")
            select $"{Path.GetFileName(file)}:{line.Number} mentions {word.Trim()}: {line.Text.Trim()}";

        sins.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_but_the_list_of_venues_names_a_venue()
    {
        var sins =
            from file in Repository.SourceFiles(Infrastructure)
            let relative = Path.GetRelativePath(Path.Combine(Repository.Root, Infrastructure), file)
            where relative != "Venues.cs" && !Folders.Any(folder => relative.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
            where !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from folder in Folders
            where Regex.IsMatch(line.Text, $@"\b{folder}(Venue)?\b")
            select $"{relative}:{line.Number}: {line.Text.Trim()}";

        sins.ShouldBeEmpty();
    }
}
