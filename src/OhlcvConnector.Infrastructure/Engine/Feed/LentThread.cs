using System.Collections.Concurrent;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>Lends the thread that made it to others while it waits for them: what blocks is done there, and holds no thread of the pool.</summary>
internal sealed class LentThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread = Thread.CurrentThread;

    /// <summary>True when the caller runs on the lent thread.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Does something on it, while <see cref="RunUntil"/> runs.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception exception) // whatever it is belongs to whoever asked for it
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    /// <summary>Does what others ask for until something has ended; throws what that threw.</summary>
    public void RunUntil(Task end)
    {
        end.ContinueWith(_ => _work.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }

        end.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _work.Dispose();
}
