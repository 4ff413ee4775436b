using Shouldly;

namespace OhlcvConnector.ArchitectureTests;

/// <summary>Who reads a file or a folder can end somewhere: nothing goes in a circle but what is named here, with its reason.</summary>
public class CircleTests
{
    /// <summary>The uses that close a circle and stand: of which project, which use, and why.</summary>
    private static readonly (string Project, string Use, string Reason)[] Exceptions =
    [
        ("OhlcvConnector.Archive.Sqlite", "Statement uses Database", "a connection makes its statements, and a statement's errors are its connection's"),
        ("OhlcvConnector.Cli", "Downloading/HistoryRepair uses Downloading/SeriesDownload",
            "what a repair lacks is read by the download that asked for the repair"),
        ("OhlcvConnector.Indicators", "IndicatorKind uses Indicator", "a kind makes its indicators, and an indicator knows its kind"),
        ("OhlcvConnector.Indicators", "PriceSources uses Indicator", "an indicator names its source, and is put on one by a method that reads like a sentence"),
        ("OhlcvConnector.Sandbox", "AdminRoutes uses SandboxServer", "the server maps the routes, which answer with what the server's own methods say"),
        ("OhlcvConnector.Sandbox", "Wire/AnswerFaults uses Wire/VenueWorld",
            "a venue's answers go through its faults, which are decided by what the venue has"),
        ("OhlcvConnector.Sandbox", "Wire/IStreamDialect uses Wire/StreamSession", "a session speaks a dialect, and a dialect answers its session"),
        ("OhlcvConnector.Sandbox", "Wire/VenueWorld uses Wire/StreamSession", "a venue has its sessions, and each session is at a venue"),
        ("OhlcvConnector.Sandbox", "Wire/VenueWorld uses Wire/World", "the world has its venues, and each venue is in the world"),
        ("OhlcvConnector.Server", "Connections/ClientRegistry uses Connections/ClientConnection",
            "the registry has the connections, and a connection is let in by who counts them"),
        ("OhlcvConnector.Server", "Rest/RestJson uses Rest/RestEndpoint", "an endpoint writes its answers, and an error names the endpoints that there are"),
    ];

    public static TheoryData<string> Projects =>
        new(Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)!));

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_two_folders_of_a_project_use_each_other(string project) => SourceGraph.Of(project).CirclesOfFolders(ExceptionsOf(project)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_files_of_a_folder_form_a_circle(string project) => SourceGraph.Of(project).CirclesOfFiles(ExceptionsOf(project)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Projects))]
    public void Each_exception_closes_a_circle_that_would_be_open_without_it(string project)
    {
        var graph = SourceGraph.Of(project);
        var all = ExceptionsOf(project);
        foreach (var exception in all)
        {
            string[] others = [.. all.Where(other => other != exception)];
            graph.CirclesOfFolders(others).Concat(graph.CirclesOfFiles(others))
                .ShouldNotBeEmpty($"'{exception}' is no exception any more: take it off the list.");
        }
    }

    private static string[] ExceptionsOf(string project) => [.. Exceptions.Where(exception => exception.Project == project).Select(exception => exception.Use)];
}
