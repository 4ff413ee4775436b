using Microsoft.Extensions.Logging;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>What of the library's log a terminal shows.</summary>
public class TerminalLogTests
{
    [Theory]
    [InlineData(LogLevel.Warning, ConnectorEventIds.RequestFailed, false)] // the command's own error says it, once
    [InlineData(LogLevel.Warning, ConnectorEventIds.GapAnnounced, false)]  // and so does the line beside the candle
    [InlineData(LogLevel.Information, ConnectorEventIds.RequestFailed, true)]
    [InlineData(LogLevel.Information, ConnectorEventIds.GapAnnounced, true)]
    public void What_the_command_says_itself_is_not_said_twice(LogLevel level, int id, bool isShown) =>
        Logged(id, level).Contains("what happened", StringComparison.Ordinal).ShouldBe(isShown);

    [Fact]
    public void A_log_of_json_is_an_object_a_line()
    {
        var lines = Logged(ConnectorEventIds.Disconnected, LogLevel.Trace, isJson: true).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var logged = System.Text.Json.Nodes.JsonNode.Parse(lines.ShouldHaveSingleItem())!;
        logged["@l"]!.ToString().ShouldBe("Warning");
        logged["Happened"]!.ToString().ShouldBe("happened");
    }

    [Theory]
    [InlineData(ConnectorEventIds.ReaderStalled, false)] // advice for who writes programs: who reads a terminal has no code to change
    [InlineData(ConnectorEventIds.Disconnected, true)]
    [InlineData(ConnectorEventIds.GapAnnounced, true)]
    [InlineData(0, true)]
    public void Advice_for_authors_stays_in_the_library_and_faults_are_shown(int id, bool isShown) =>
        Logged(id, LogLevel.Trace).Contains("what happened", StringComparison.Ordinal).ShouldBe(isShown);

    [Theory]
    [InlineData(false, @"^\d\d:\d\d:\d\d\.\d{3} ERR it fails\r?\nSystem\.TimeoutException: late\r?\n$")]
    [InlineData(true, @"^<3>it fails System\.TimeoutException: late\r?\n$")]
    public void A_line_has_the_time_in_UTC_and_the_level_and_for_the_journal_its_priority(bool isJournal, string pattern)
    {
        using var error = new StringWriter();
        using (var loggers = ProgramLog.Create(error, LogLevel.Information, isJson: false, isJournal))
        {
            loggers.CreateLogger("a connection").Log(LogLevel.Error, default, "it fails", new TimeoutException("late"), (state, _) => state);
            loggers.CreateLogger("a connection").Log(LogLevel.Debug, default, "a detail", null, (state, _) => state);
            loggers.CreateLogger("Microsoft.Hosting").Log(LogLevel.Information, default, "of others", null, (state, _) => state);
            loggers.CreateLogger("NATS.Client.Core.NatsConnection").Log(LogLevel.Information, default, "of others", null, (state, _) => state);
        }

        error.ToString().ShouldMatch(pattern);
    }

    private static string Logged(int id, LogLevel level, bool isJson = false)
    {
        using var error = new StringWriter();
        using (var loggers = Session.Loggers(error, level, isJson))
        {
            LoggerMessage.Define<string>(LogLevel.Warning, new EventId(id, "Named"), "what {Happened}")(loggers.CreateLogger("a connection"), "happened", null);
        }

        return error.ToString();
    }
}
