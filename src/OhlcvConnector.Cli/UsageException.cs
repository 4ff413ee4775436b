namespace OhlcvConnector.Cli;

/// <summary>The command line or a setting is wrong; the message says what to write instead.</summary>
internal sealed class UsageException(string message) : Exception(message);
