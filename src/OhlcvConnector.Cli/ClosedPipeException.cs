namespace OhlcvConnector.Cli;

/// <summary>Whoever read the output has left, as <c>head</c> does: there is nothing more to do, and nothing wrong.</summary>
internal sealed class ClosedPipeException(Exception innerException) : Exception("The reader of the output has left.", innerException)
{
    /// <summary>Whether an error of a stream means that.</summary>
    public static bool Means(IOException exception) => exception.Message.Contains("pipe", StringComparison.OrdinalIgnoreCase);
}
