using System.Net;
using System.Net.Sockets;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// Connects to whichever address of a name answers first (Happy Eyeballs, RFC 8305): the next one is tried when one has failed, or has not answered for a
/// moment. Each attempt blocks a thread of its own, for a socket that was once used asynchronously never blocks in the kernel again.
/// </summary>
/// <param name="clock">Measures the moment.</param>
internal sealed class SocketRace(TimeProvider clock)
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects to the first address that answers.</summary>
    /// <exception cref="SocketException">None did; what the last one said.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<Socket> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<Socket>>();
        Exception last = new SocketException((int)SocketError.HostNotFound);
        try
        {
            foreach (var address in Alternating(addresses))
            {
                running.Add(AttemptAsync(address, port, over.Token));
                if (await FirstAsync(running, Task.Delay(HeadStart, clock, over.Token)).ConfigureAwait(false) is { } ended)
                {
                    if (ended.IsCompletedSuccessfully)
                    {
                        return await ended.ConfigureAwait(false);
                    }

                    last = ended.Exception!.InnerException!;
                }

                cancellationToken.ThrowIfCancellationRequested();
            }

            while (await FirstAsync(running, Task.Delay(Timeout.InfiniteTimeSpan, clock, over.Token)).ConfigureAwait(false) is { } ended)
            {
                if (ended.IsCompletedSuccessfully)
                {
                    return await ended.ConfigureAwait(false);
                }

                last = ended.Exception!.InnerException!;
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw last;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            running.ForEach(late => late.ContinueWith(
                static attempt =>
                {
                    if (attempt.IsCompletedSuccessfully)
                    {
                        attempt.Result.Dispose();
                    }

                    _ = attempt.Exception; // it lost; why does not matter
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default));
        }
    }

    /// <summary>The families in turn, so that one that leads nowhere costs one head start.</summary>
    private static IEnumerable<IPAddress> Alternating(IPAddress[] addresses)
    {
        var first = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).ToArray();
        var second = addresses.Except(first).ToArray();
        for (var i = 0; i < Math.Max(first.Length, second.Length); i++)
        {
            foreach (var family in new[] { first, second })
            {
                if (i < family.Length)
                {
                    yield return family[i];
                }
            }
        }
    }

    /// <summary>Takes out the attempt that ended first; null when the wait ended before any, or there is none.</summary>
    private static async Task<Task<Socket>?> FirstAsync(List<Task<Socket>> running, Task wait)
    {
        if (running.Count == 0 || await Task.WhenAny([.. running, wait]).ConfigureAwait(false) is not Task<Socket> ended)
        {
            return null;
        }

        running.Remove(ended);
        return ended;
    }

    private static Task<Socket> AttemptAsync(IPAddress address, int port, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () =>
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                using var aborted = cancellationToken.UnsafeRegister(static blocked => ((Socket)blocked!).Dispose(), socket);
                socket.Connect(address, port);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
