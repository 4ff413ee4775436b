using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// Sends a turn to its groups, on the calling thread and, when there are so many clients that it is worth waking them, on others of its own: one thread would
/// be as late for the last client as all the system calls for the others take.
/// </summary>
/// <param name="moreThreads">The largest number of other threads; they start when they are needed first.</param>
/// <param name="clientsForThread">The number of further clients that are worth waking another thread.</param>
/// <param name="clientsAtOnce">The number of clients that a thread takes at a time.</param>
internal sealed class Senders(int moreThreads, int clientsForThread = 256, int clientsAtOnce = 32) : IDisposable
{
    private const int MaxThreads = 4;

    private readonly List<SendingThread> _threads = [];
    private readonly List<Part> _parts = [];
    private readonly byte[] _shared = Outbox.NewScratch();
    private readonly byte[] _scratch = Outbox.NewScratch();
    private ExceptionDispatchInfo? _failure;
    private int _next;

    /// <summary>Creates senders with as many threads as the machine has processors, within reason.</summary>
    public static Senders ForThisMachine() => new(Math.Min(Environment.ProcessorCount, MaxThreads) - 1);

    /// <summary>Sends to all members of all groups, and returns when that is done.</summary>
    /// <param name="unsent">Those who were given something.</param>
    /// <param name="turn">Counts turns, so that another client is the first each time.</param>
    public void Send(Unsent unsent, uint turn)
    {
        var clients = 0;
        foreach (var group in unsent.Groups)
        {
            group.EndTurn();
            clients += group.Count;
            Divide(new Part(group, default, 0, group.Count), turn);
        }

        foreach (var held in unsent.Held)
        {
            held.Clients.Prepare(held.Frame);
            clients += held.Clients.Count;
            Divide(new Part(null, held, 0, held.Clients.Count), turn);
        }

        _next = -1;
        var called = Threads(clients / clientsForThread);
        foreach (var thread in called)
        {
            thread.Call();
        }

        Work(_shared, _scratch);
        foreach (var thread in called)
        {
            thread.Join();
        }

        foreach (var group in unsent.Groups)
        {
            group.BeginTurn();
        }

        unsent.EndTurn();
        _parts.Clear();
        Interlocked.Exchange(ref _failure, null)?.Throw();
    }

    /// <summary>Ends the other threads; nothing may be sent any more.</summary>
    public void Dispose() => _threads.ForEach(thread => thread.Dispose());

    private ReadOnlySpan<SendingThread> Threads(int wanted)
    {
        wanted = Math.Min(wanted, moreThreads);
        while (_threads.Count < wanted)
        {
            _threads.Add(new SendingThread(this));
        }

        return CollectionsMarshal.AsSpan(_threads)[..wanted];
    }

    private void Divide(in Part all, uint turn)
    {
        var first = (int)(turn % (uint)all.Count);
        Divide(all, first, all.Count);
        Divide(all, 0, first);
    }

    private void Divide(in Part all, int from, int to)
    {
        for (; from < to; from += clientsAtOnce)
        {
            _parts.Add(all with { First = from, Count = Math.Min(clientsAtOnce, to - from) });
        }
    }

    private void Work(byte[] shared, byte[] scratch)
    {
        for (int next; (next = Interlocked.Increment(ref _next)) < _parts.Count;)
        {
            var (group, held, first, count) = _parts[next];
            try
            {
                if (group is not null)
                {
                    group.Send(first, count, shared, scratch);
                }
                else
                {
                    held.Clients.Send(held.Frame, first, count, scratch);
                }
            }
            catch (Exception exception) // the caller gets it, when the rest is sent
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }
        }
    }

    private readonly record struct Part(ClientGroup? Group, HeldFrame Held, int First, int Count);

    /// <summary>
    /// Thread for sending beside the calling one, which sleeps until it is called. One that is not awake before all is done is not waited for.
    /// </summary>
    private sealed class SendingThread : IDisposable
    {
        private readonly Senders _senders;
        private readonly AutoResetEvent _wake = new(initialState: false);
        private readonly AutoResetEvent _done = new(initialState: false);
        private readonly Thread _thread;
        private bool _isCalled; // who sets it back first has the say: this thread works, or the caller does not wait
        private volatile bool _ends;

        public SendingThread(Senders senders)
        {
            _senders = senders;
            _thread = new Thread(Run) { IsBackground = true, Name = "fan-out" };
            _thread.Start();
        }

        public void Call()
        {
            Volatile.Write(ref _isCalled, true);
            _wake.Set();
        }

        public void Join()
        {
            if (!Interlocked.Exchange(ref _isCalled, false))
            {
                _done.WaitOne();
            }
        }

        public void Dispose()
        {
            _ends = true;
            _wake.Set();
            _thread.Join();
            _wake.Dispose();
            _done.Dispose();
        }

        private void Run()
        {
            var (shared, scratch) = (Outbox.NewScratch(), Outbox.NewScratch());
            while (true)
            {
                _wake.WaitOne();
                if (_ends)
                {
                    return;
                }

                if (Interlocked.Exchange(ref _isCalled, false))
                {
                    _senders.Work(shared, scratch);
                    _done.Set();
                }
            }
        }
    }
}
