using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>
/// Reads the past for clients, each in its turn: who asks much waits for itself, not others for it. Of each market a few readings run at a time, one of them
/// for each client; short ones do not wait for long ones; and equal ones at the same time are one.
/// </summary>
/// <param name="history">The venues' history.</param>
internal sealed class HistoryDesk(IPriceHistoryRepository history)
{
    private const int LongAtOnce = 2;
    private const int ShortAtOnce = 4;
    private const int MaxShort = 1_000; // candles: a page of most exchanges
    private const int MaxWaiting = 64;     // of one client

    private readonly Lock _gate = new();
    private readonly Dictionary<Question, SharedReading> _running = [];
    private readonly Dictionary<(string Exchange, Market Market, bool IsLong), Line> _lines = [];

    /// <summary>The past, as one client reads it.</summary>
    /// <param name="client">The client that asks: by this its questions are known to be its own.</param>
    public IPriceHistoryRepository For(object client) => new View(this, client);

    private async IAsyncEnumerable<PriceQuote> ReadAsync(
        object client, Question question, Action<MissingCandles>? missing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reading = Join(client, question);
        try
        {
            for (var index = 0; await reading.NextAsync(index, cancellationToken).ConfigureAwait(false) is { } found; index++)
            {
                if (found.Missing is { } part)
                {
                    missing?.Invoke(part);
                }

                if (found.Candle is { } candle)
                {
                    yield return candle;
                }
            }
        }
        finally
        {
            if (await reading.LeaveAsync().ConfigureAwait(false))
            {
                lock (_gate)
                {
                    if (_running.GetValueOrDefault(question) == reading)
                    {
                        _running.Remove(question);
                    }
                }

                reading.Dispose();
            }
        }
    }

    private SharedReading Join(object client, Question question)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(question, out var running) && running.TryJoin())
            {
                return running;
            }

            var (series, from, to, includeOpen, waitForLate) = question;
            var key = (
                series.Exchange, series.Market, IsLong: series.Interval.CountBetween(from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds()) > MaxShort);
            if (!_lines.TryGetValue(key, out var line))
            {
                _lines.Add(key, line = new Line(key.IsLong ? LongAtOnce : ShortAtOnce));
            }

            var fresh = new SharedReading(
                (tell, token) => history.ReadAsync(series, from, to, includeOpen, tell, waitForLate, token), token => line.EnterAsync(client, token));
            fresh.TryJoin();
            _running[question] = fresh;
            return fresh;
        }
    }

    private sealed record Question(Series Series, DateTimeOffset From, DateTimeOffset To, bool IncludeOpen, bool WaitForLate);

    private sealed class View(HistoryDesk desk, object client) : IPriceHistoryRepository
    {
        public IAsyncEnumerable<PriceQuote> ReadAsync(
            Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen = false, Action<MissingCandles>? missing = null, bool waitForLate = true,
            CancellationToken cancellationToken = default) =>
            desk.ReadAsync(client, new Question(series, from, to, includeOpen, waitForLate), missing, cancellationToken);
    }

    /// <summary>
    /// Line of the clients that read, and that wait to read. The next turn is that of the client whose last one is longest ago, and that reads nothing now.
    /// </summary>
    private sealed class Line(int most)
    {
        private readonly Lock _gate = new();
        private const int MaxRemembered = 10_000;

        private readonly HashSet<object> _reading = [];
        private readonly Dictionary<object, long> _lastTurns = [];
        private long _turns;
        private readonly LinkedList<(object Client, TaskCompletionSource<IDisposable> Turn)> _waiting = [];

        public async Task<IDisposable> EnterAsync(object client, CancellationToken cancellationToken)
        {
            LinkedListNode<(object Client, TaskCompletionSource<IDisposable> Turn)> place;
            lock (_gate)
            {
                if (_waiting.Count(one => one.Client.Equals(client)) >= MaxWaiting)
                {
                    throw new RequestException(ErrorCode.RateLimited, $"{MaxWaiting} of your questions about the past wait already; await their answers.")
                    {
                        RetryAfter = TimeSpan.FromSeconds(5),
                    };
                }

                place = _waiting.AddLast((client, new TaskCompletionSource<IDisposable>(TaskCreationOptions.RunContinuationsAsynchronously)));
                Next();
            }

            try
            {
                return await place.Value.Turn.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                lock (_gate)
                {
                    if (place.List is not null)
                    {
                        _waiting.Remove(place);
                        throw;
                    }
                }

                (await place.Value.Turn.Task.ConfigureAwait(false)).Dispose(); // its turn came at the same moment
                throw;
            }
        }

        private void Next()
        {
            while (_reading.Count < most && First() is { } place)
            {
                var client = place.Value.Client;
                if (_lastTurns.Count >= MaxRemembered)
                {
                    _lastTurns.Clear();
                }

                _lastTurns[client] = ++_turns;
                _reading.Add(client);
                _waiting.Remove(place);
                place.Value.Turn.SetResult(new Turn(this, client));
            }
        }

        private LinkedListNode<(object Client, TaskCompletionSource<IDisposable> Turn)>? First()
        {
            LinkedListNode<(object Client, TaskCompletionSource<IDisposable> Turn)>? first = null;
            for (var place = _waiting.First; place is not null; place = place.Next)
            {
                var client = place.Value.Client;
                if (!_reading.Contains(client) && (first is null || _lastTurns.GetValueOrDefault(client) < _lastTurns.GetValueOrDefault(first.Value.Client)))
                {
                    first = place;
                }
            }

            return first;
        }

        private void Leave(object client)
        {
            lock (_gate)
            {
                _reading.Remove(client);
                Next();
            }
        }

        private sealed class Turn(Line line, object client) : IDisposable
        {
            private int _isOver;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _isOver, 1) == 0)
                {
                    line.Leave(client);
                }
            }
        }
    }
}

/// <summary>Identities in whose name the past is asked for.</summary>
internal static class HistoryAsker
{
    /// <summary>Returns the identity of whoever has a key, over whatever connections.</summary>
    public static string OfKey(string keyId) => "key " + keyId;

    /// <summary>Returns the identity of whoever asks by HTTP from an address, without a key.</summary>
    public static string OfAddress(System.Net.IPAddress? address) => $"address {address}";
}
