namespace OhlcvConnector.Cli;

/// <summary>Whoever read the output has left, as <c>head</c> does: there is nothing more to do, and nothing wrong.</summary>
internal sealed class ClosedPipeException(Exception innerException) : Exception("The reader of the output has left.", innerException);
