using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Signals;

/// <content>New rules, which come by their file, or over REST. Many take long to read: that is done beside the loop.</content>
internal sealed partial class SignalMonitor
{
    /// <summary>Puts a file of rules in the place of the one before, if nothing is wrong with it.</summary>
    /// <param name="text">The file, UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait; the rules are taken all the same.</param>
    /// <returns>What is wrong, all of it; empty when they stand.</returns>
    /// <exception cref="IOException">The file cannot be written; the rules before it stand.</exception>
    public Task<IReadOnlyList<ConfigMistake>> TakeRulesAsync(byte[] text, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var mistakes = _rules.Take(text);
            if (mistakes.Count == 0)
            {
                _areNew = true;
            }

            _inbox.Writer.TryWrite(Measure); // wakes the loop
            return mistakes;
        },
        CancellationToken.None).WaitAsync(cancellationToken);

    /// <summary>Looks at the file of rules again and again.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, _options.TimeProvider);
        try
        {
            do
            {
                if (_rules.Look())
                {
                    _areNew = true;
                }

                _inbox.Writer.TryWrite(Measure);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // the server stops
        }
    }

    /// <summary>
    /// Goes on with new rules where there are some, ahead of what waits: the past that is gone through with the old ones is for nothing. Theirs goes through
    /// the past of each series first.
    /// </summary>
    private void TakeNewRules()
    {
        if (!_areNew)
        {
            return;
        }

        _areNew = false;
        _rules.Begin();
        foreach (var watched in _watched.Values)
        {
            _rules.Report(_rules.Rules.ProblemsOf(watched.Series));
            ReadPast(watched);
        }
    }
}
