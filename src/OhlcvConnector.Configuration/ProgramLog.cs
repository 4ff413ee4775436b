using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

namespace OhlcvConnector.Configuration;

/// <summary>The log of a program on its error stream: lines for people, lines for the journal of systemd, or JSON. Times are UTC.</summary>
public static class ProgramLog
{
    /// <summary>Makes the log.</summary>
    /// <param name="error">The stream that it is written to.</param>
    /// <param name="level">The least level that is written; of other libraries warnings and worse alone.</param>
    /// <param name="isJson">True when each line is an object: <c>@t @m @l</c>, then its values.</param>
    /// <param name="isJournal">True when the journal reads it, which has times of its own, and wants priorities.</param>
    /// <param name="leaveOut">Returns true for events that are not written; null for none.</param>
    public static SerilogLoggerFactory Create(TextWriter error, LogLevel level, bool isJson, bool isJournal = false, Func<LogEvent, bool>? leaveOut = null) =>
        new(Configure(error, level, isJson, isJournal).Filter.ByExcluding(leaveOut ?? (_ => false)).CreateLogger(), dispose: true);

    /// <summary>Adds the log to a host.</summary>
    /// <param name="logging">The host's logging.</param>
    /// <param name="error">The stream that it is written to.</param>
    /// <param name="level">The least level that is written; of other libraries warnings and worse alone.</param>
    /// <param name="isJson">True when each line is an object.</param>
    /// <param name="isJournal">True when the journal reads it.</param>
    public static void AddTo(ILoggingBuilder logging, TextWriter error, LogLevel level, bool isJson, bool isJournal)
    {
        logging.SetMinimumLevel(level);
        logging.AddSerilog(Configure(error, level, isJson, isJournal).CreateLogger(), dispose: true);
    }

    private static LoggerConfiguration Configure(TextWriter error, LogLevel level, bool isJson, bool isJournal)
    {
        var least = LevelConvert.ToSerilogLevel(level);
        var ofOthers = least > LogEventLevel.Warning ? least : LogEventLevel.Warning;
        return new LoggerConfiguration()
            .MinimumLevel.Is(least)
            .MinimumLevel.Override("Microsoft", ofOthers)
            .MinimumLevel.Override("NATS", ofOthers)
            .WriteTo.Sink(new TextWriterSink(error, isJson ? new RenderedCompactJsonFormatter() : new LogLineFormatter(isJournal)));
    }
}
