namespace OhlcvConnector.UnitTests.Cli;

/// <summary>A pipe whose reader left after so many writes.</summary>
internal sealed class ClosedPipe(int accepts = 0) : MemoryStream
{
    private int _writes;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_writes++ >= accepts)
        {
            throw new IOException("Broken pipe", 32);
        }

        base.Write(buffer);
    }
}
