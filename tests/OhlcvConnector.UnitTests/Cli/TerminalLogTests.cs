using Microsoft.Extensions.Logging;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Infrastructure.Common.Diagnostics;
using Serilog.Events;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>What of the library's log a terminal shows.</summary>
public class TerminalLogTests
{
    [Theory]
    [InlineData(EventIds.ReaderStalled, false)] // advice for who writes programs: who reads a terminal has no code to change
    [InlineData(EventIds.Disconnected, true)]
    [InlineData(EventIds.GapAnnounced, true)]
    [InlineData(0, true)]
    public void Advice_for_authors_stays_in_the_library_and_faults_are_shown(int id, bool isShown)
    {
        using var error = new StringWriter();
        using (var loggers = Session.Loggers(error, LogEventLevel.Verbose))
        {
            LoggerMessage.Define<string>(LogLevel.Warning, new EventId(id, "Named"), "what {Happened}")(loggers.CreateLogger("a connection"), "happened", null);
        }

        error.ToString().Contains("what happened", StringComparison.Ordinal).ShouldBe(isShown);
    }
}
