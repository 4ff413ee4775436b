using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Signals;

/// <content>New rules, which come by their file, or over REST.</content>
internal sealed partial class SignalMonitor
{
    /// <summary>Puts a file of rules in the place of the one before, if nothing is wrong with it.</summary>
    /// <param name="text">The file, UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait; the rules are taken all the same.</param>
    /// <returns>What is wrong, all of it; empty when they stand.</returns>
    /// <exception cref="IOException">The file cannot be written; the rules before it stand.</exception>
    public Task<IReadOnlyList<ConfigMistake>> TakeRulesAsync(byte[] text, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<IReadOnlyList<ConfigMistake>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _inbox.Writer.TryWrite(() =>
        {
            try
            {
                var mistakes = _rules.Take(text);
                if (mistakes.Count == 0)
                {
                    BeginAgain();
                }

                answer.TrySetResult(mistakes);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                answer.TrySetException(new IOException(exception.Message, exception));
            }
        });
        return answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Looks at the file of rules again and again; new rules go through the past of each series first.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, _options.TimeProvider);
        try
        {
            do
            {
                _inbox.Writer.TryWrite(() =>
                {
                    if (_rules.Look())
                    {
                        BeginAgain();
                    }

                    Measure();
                });
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // the server stops
        }
    }

    /// <summary>Leads the rules that stand up from the past of each series.</summary>
    private void BeginAgain()
    {
        foreach (var watched in _watched.Values)
        {
            _rules.Report(_rules.Rules.ProblemsOf(watched.Series));
            ReadPast(watched);
        }
    }
}
