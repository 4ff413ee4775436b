namespace OhlcvConnector.Cli;

/// <summary>Thrown when whoever read the output has left, as <c>head</c> does: there is nothing more to do, and nothing wrong.</summary>
internal sealed class ClosedPipeException(Exception innerException) : Exception("The reader of the output has left.", innerException)
{
    private const int BrokenPipe = 32;                              // EPIPE, on Linux and macOS
    private const int BrokenPipeOfWindows = unchecked((int)0x8007006D);
    private const int NoDataOfWindows = unchecked((int)0x800700E8);

    /// <summary>Returns true when an error of a stream means that its reader has left.</summary>
    public static bool Means(IOException exception) => exception.HResult is BrokenPipe or BrokenPipeOfWindows or NoDataOfWindows;
}
