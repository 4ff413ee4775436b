using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace OhlcvConnector.Configuration;

/// <summary>Writes log events to the program's error stream, whatever that is.</summary>
internal sealed class TextWriterSink(TextWriter writer, ITextFormatter formatter) : ILogEventSink
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        lock (_gate)
        {
            formatter.Format(logEvent, writer);
            writer.Flush();
        }
    }
}
