using Microsoft.Extensions.Logging;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using Serilog.Events;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>What of the library's log a terminal shows.</summary>
public class TerminalLogTests
{
    [Theory]
    [InlineData(LogEventLevel.Warning, EventIds.RequestFailed, false)] // the command's own error says it, once
    [InlineData(LogEventLevel.Warning, EventIds.GapAnnounced, false)]  // and so does the line beside the candle
    [InlineData(LogEventLevel.Information, EventIds.RequestFailed, true)]
    [InlineData(LogEventLevel.Information, EventIds.GapAnnounced, true)]
    public void What_the_command_says_itself_is_not_said_twice(LogEventLevel level, int id, bool isShown) => Logged(id, level).Contains("what happened", StringComparison.Ordinal).ShouldBe(isShown);

    [Fact]
    public void A_log_of_json_is_an_object_a_line()
    {
        var lines = Logged(EventIds.Disconnected, LogEventLevel.Verbose, isJson: true).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var logged = System.Text.Json.Nodes.JsonNode.Parse(lines.ShouldHaveSingleItem())!;
        logged["@l"]!.ToString().ShouldBe("Warning");
        logged["Happened"]!.ToString().ShouldBe("happened");
    }

    [Theory]
    [InlineData(EventIds.ReaderStalled, false)] // advice for who writes programs: who reads a terminal has no code to change
    [InlineData(EventIds.Disconnected, true)]
    [InlineData(EventIds.GapAnnounced, true)]
    [InlineData(0, true)]
    public void Advice_for_authors_stays_in_the_library_and_faults_are_shown(int id, bool isShown) =>
        Logged(id, LogEventLevel.Verbose).Contains("what happened", StringComparison.Ordinal).ShouldBe(isShown);

    private static string Logged(int id, LogEventLevel level, bool isJson = false)
    {
        using var error = new StringWriter();
        using (var loggers = Session.Loggers(error, level, isJson))
        {
            LoggerMessage.Define<string>(LogLevel.Warning, new EventId(id, "Named"), "what {Happened}")(loggers.CreateLogger("a connection"), "happened", null);
        }

        return error.ToString();
    }
}
