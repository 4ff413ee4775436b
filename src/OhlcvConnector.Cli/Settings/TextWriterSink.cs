using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace OhlcvConnector.Cli.Settings;

/// <summary>Writes log events as lines to the command's error stream, whatever that is.</summary>
internal sealed class TextWriterSink(TextWriter writer) : ILogEventSink
{
    private readonly MessageTemplateTextFormatter _formatter = new("{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}");
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        lock (_gate)
        {
            _formatter.Format(logEvent, writer);
        }
    }
}
