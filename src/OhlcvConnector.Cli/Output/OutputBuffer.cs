using OhlcvConnector.Application.Text;

namespace OhlcvConnector.Cli.Output;

/// <summary>Buffer of what is to be written, gathered so that a busy stream costs one write for many lines.</summary>
internal sealed class OutputBuffer(Stream output)
{
    private const int FlushAt = 32 * 1024;

    private long _flushed;

    /// <summary>Number of bytes that were written, those that wait included.</summary>
    public long Length => _flushed + Writer.Length;

    /// <summary>Writer that takes the bytes of a line.</summary>
    public Utf8Buffer Writer { get; } = new(64 * 1024);

    /// <summary>Ends a line; writes when there is much.</summary>
    public void EndLine()
    {
        Writer.Append("\n"u8);
        if (Writer.Length >= FlushAt)
        {
            Flush();
        }
    }

    /// <summary>Writes all that is gathered.</summary>
    /// <exception cref="ClosedPipeException">Whoever read it has left.</exception>
    public void Flush()
    {
        if (Writer.Length == 0)
        {
            return;
        }

        try
        {
            output.Write(Writer.Written);
            output.Flush();
        }
        catch (IOException exception) when (ClosedPipeException.Means(exception))
        {
            throw new ClosedPipeException(exception);
        }

        _flushed += Writer.Length;
        Writer.Clear();
    }
}
