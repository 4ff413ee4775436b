using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Whose turn it is to read the past.</summary>
public class HistoryDeskTests
{
    private static readonly DateTimeOffset From = DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0);

    private readonly PlayedHistory _history = new();
    private readonly HistoryDesk _desk;

    public HistoryDeskTests() => _desk = new HistoryDesk(_history);

    [Fact]
    public async Task Who_asks_much_waits_for_itself_and_others_do_not()
    {
        var greedy = Enumerable.Range(0, 20).Select(i => ReadAsync("greedy", i, candles: 5_000)).ToList();
        await Eventually.TrueAsync(() => _history.Asked.Count == 1, "one of a client's runs");
        var modest = ReadAsync("modest", 100, candles: 5_000);
        await Eventually.TrueAsync(() => _history.Asked.Count == 2, "another client's runs at once");

        _history.Asked[1].ShouldBe(100);
        var quick = ReadAsync("third", 200, candles: 10);
        await Eventually.TrueAsync(() => _history.Asked.Count == 3, "a short one does not wait for long ones");
        var fourth = ReadAsync("fourth", 300, candles: 5_000);
        _history.Release(_history.Asked[0]);
        await Eventually.TrueAsync(() => _history.Asked.Count == 4, "the next turn");
        if (_history.Asked[3] != 300)
        {
            _history.Release(_history.Asked[3]);
            await Eventually.TrueAsync(() => _history.Asked.Count == 5, "the turn after");
        }

        _history.Asked.ShouldContain(300, "of the greedy one's others at most one came before");
        _history.ReleaseAll();
        await Task.WhenAll([.. greedy, modest, quick, fourth]);

        _history.Asked.Count.ShouldBe(23);
    }

    [Fact]
    public async Task Equal_questions_at_the_same_time_are_asked_once_and_later_ones_anew()
    {
        var readings = Enumerable.Range(0, 10).Select(i => ReadAsync(i, 0, candles: 10)).ToList();
        await Eventually.TrueAsync(() => _history.Asked.Count == 1, "it is asked");
        _history.ReleaseAll();
        foreach (var reading in readings)
        {
            (await reading).ShouldBe(["missing", "3"]);
        }

        _history.Asked.Count.ShouldBe(1);
        (await ReadAsync("later", 0, candles: 10)).ShouldBe(["missing", "3"]);
        _history.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task One_of_those_who_share_may_leave_and_the_last_ends_the_reading()
    {
        using var leaves = new CancellationTokenSource();
        using var lasts = new CancellationTokenSource();
        var (one, other) = (ReadAsync("one", 0, 10, leaves.Token), ReadAsync("other", 0, 10, lasts.Token));
        await Eventually.TrueAsync(() => _history.Asked.Count == 1, "it is asked");
        await leaves.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(one);

        _history.Ended.ShouldBe(0);
        await lasts.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(other);

        _history.Ended.ShouldBe(1);
        _history.ReleaseAll();

        (await ReadAsync("one", 0, 10)).ShouldBe(["missing", "3"]);
    }

    [Fact]
    public async Task A_failure_is_told_to_all_who_share_it_and_frees_the_turn()
    {
        _history.Failure = new ExchangeUnavailableException("binance", "it is down");
        var readings = Enumerable.Range(0, 3).Select(i => ReadAsync(i, 0, 10)).ToList();
        await Eventually.TrueAsync(() => _history.Asked.Count == 1, "it is asked");
        _history.ReleaseAll();
        foreach (var reading in readings)
        {
            (await Should.ThrowAsync<ExchangeUnavailableException>(reading)).Message.ShouldContain("it is down");
        }

        _history.Failure = null;

        (await ReadAsync(0, 1, 10)).ShouldBe(["missing", "3"]);
    }

    [Fact]
    public async Task A_client_may_have_so_many_waiting_and_no_more()
    {
        var readings = Enumerable.Range(0, 66).Select(i => ReadAsync("greedy", i, 10)).ToList(); // one runs, 64 wait
        await Eventually.TrueAsync(() => readings.Exists(reading => reading.IsFaulted), "one is too many");
        _history.ReleaseAll();
        await Task.WhenAll(readings).ContinueWith(_ => { }, TaskScheduler.Default);

        var refused = readings.Where(reading => reading.IsFaulted).ShouldHaveSingleItem();
        (await Should.ThrowAsync<RequestException>(refused)).Code.ShouldBe("rate_limited");
    }

    private async Task<List<string>> ReadAsync(object client, int minute, int candles, CancellationToken cancellationToken = default)
    {
        var from = From.AddMinutes(minute);
        var found = new List<string>();
        await foreach (var quote in _desk.For(client).ReadAsync(
            Candles.Minutes(), from, from.AddMinutes(candles), missing: _ => found.Add("missing"), cancellationToken: cancellationToken))
        {
            found.Add($"{(quote.OpenMs - Candles.T0) / 60_000}");
        }

        return found;
    }

    private sealed class PlayedHistory : IPriceHistoryRepository
    {
        private readonly Lock _gate = new();
        private readonly List<int> _asked = [];
        private readonly Dictionary<int, TaskCompletionSource> _released = [];
        private bool _isOpen;
        private int _ended;

        public Exception? Failure { get; set; }

        public int Ended => Volatile.Read(ref _ended);

        public List<int> Asked
        {
            get
            {
                lock (_gate)
                {
                    return [.. _asked];
                }
            }
        }

        public void Release(int minute) => Of(minute).TrySetResult();

        public void ReleaseAll()
        {
            lock (_gate)
            {
                _isOpen = true;
                foreach (var one in _released.Values)
                {
                    one.TrySetResult();
                }
            }
        }

        public async IAsyncEnumerable<PriceQuote> ReadAsync(
            Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen = false, Action<MissingCandles>? missing = null, bool waitForLate = true,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var minute = (int)(from - From).TotalMinutes;
            var released = Of(minute).Task;
            lock (_gate)
            {
                _asked.Add(minute);
            }

            try
            {
                await released.WaitAsync(cancellationToken);
                if (Failure is { } failure)
                {
                    throw failure;
                }

                missing?.Invoke(new MissingCandles(series, from, from.AddMinutes(3), "lost", MissingKind.Gap));
                yield return Candles.History(series, 3);
            }
            finally
            {
                Interlocked.Increment(ref _ended);
            }
        }

        private TaskCompletionSource Of(int minute)
        {
            lock (_gate)
            {
                if (!_released.TryGetValue(minute, out var released))
                {
                    _released.Add(minute, released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                }

                if (_isOpen)
                {
                    released.TrySetResult();
                }

                return released;
            }
        }
    }
}
