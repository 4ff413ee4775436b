namespace OhlcvConnector.Server.Rest;

/// <summary>How long a question may take. The clock starts when somebody first waits for something; a question that nobody waits for needs none.</summary>
/// <param name="options">How long.</param>
/// <param name="aborted">Ends when the asker leaves.</param>
internal sealed class RestDeadline(ServerOptions options, CancellationToken aborted) : IDisposable
{
    private CancellationTokenSource? _deadline;
    private CancellationTokenSource? _either;

    /// <summary>Ends when the asker leaves, or the time is over.</summary>
    public CancellationToken Token
    {
        get
        {
            _deadline ??= new CancellationTokenSource(options.RestAnswerTimeout, options.TimeProvider);
            _either ??= CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, aborted);
            return _either.Token;
        }
    }

    /// <summary>Whether the time is over.</summary>
    public bool IsOver => _deadline?.IsCancellationRequested == true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _either?.Dispose();
        _deadline?.Dispose();
    }
}
