using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;

namespace OhlcvConnector.Cli.Settings;

/// <summary>Writes log events as lines to the command's error stream, whatever that is.</summary>
internal sealed class TextWriterSink(TextWriter writer, bool isJson) : ILogEventSink
{
    private readonly ITextFormatter _formatter = isJson
        ? new RenderedCompactJsonFormatter()
        : new MessageTemplateTextFormatter("{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}");
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
