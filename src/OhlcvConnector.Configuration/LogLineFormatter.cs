using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace OhlcvConnector.Configuration;

/// <summary>Writes an event as lines for people, or as one line for the journal of systemd.</summary>
/// <param name="isJournal">True for the journal.</param>
internal sealed class LogLineFormatter(bool isJournal) : ITextFormatter
{
    private static readonly MessageTemplateTextFormatter Message = new("{Message:l}", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var rendered = new StringWriter(CultureInfo.InvariantCulture);
        Message.Format(logEvent, rendered);
        var message = rendered.ToString();
        if (isJournal)
        {
            // the journal takes each line for an entry of its own
            var text = logEvent.Exception is { } fault ? $"{message} {fault}" : message;
            output.WriteLine($"<{Priority(logEvent.Level)}>{text.ReplaceLineEndings(" ")}");
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{logEvent.Timestamp.UtcDateTime:HH:mm:ss.fff} {Word(logEvent.Level)} {message}"));
        if (logEvent.Exception is { } exception)
        {
            output.WriteLine(exception);
        }
    }

    /// <summary>Returns the level's priority as syslog(3) has it.</summary>
    private static int Priority(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    };

    private static string Word(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => "FTL",
        LogEventLevel.Error => "ERR",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Information => "INF",
        LogEventLevel.Debug => "DBG",
        _ => "VRB",
    };
}
