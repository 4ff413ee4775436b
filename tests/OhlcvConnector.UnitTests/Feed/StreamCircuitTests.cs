using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Infrastructure.Common.Feed;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>The circuit of a market's streams, on a clock that the test moves.</summary>
public class StreamCircuitTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly StreamCircuit _circuit;
    private int _attempts;

    public StreamCircuitTests() =>
        _circuit = new StreamCircuit(new ConnectorOptions { TimeProvider = _time, CircuitBreakerFailureThreshold = 3 }, "test", NullLoggerFactory.Instance);

    [Fact]
    public async Task Failures_of_one_moment_count_once()
    {
        var end = new TaskCompletionSource<int>();
        var attempts = Enumerable.Range(0, 12).Select(_ => _circuit.ExecuteAsync(_ => new ValueTask<int>(end.Task), TimeSpan.Zero, default)).ToArray();
        _time.Advance(TimeSpan.FromSeconds(10));
        end.SetException(new IOException("no"));

        foreach (var attempt in attempts)
        {
            await Should.ThrowAsync<IOException>(() => attempt);
        }

        (_circuit.State, _circuit.ConsecutiveFailures).ShouldBe((0, 1));
    }

    [Fact]
    public async Task While_it_is_open_one_attempt_is_made_for_all_and_all_share_its_failure()
    {
        await OpenAsync();
        var waiting = Enumerable.Range(0, 12).Select(_ => FailAsync()).ToArray();

        _time.Advance(TimeSpan.FromSeconds(1));

        var errors = await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30));
        errors.Count(error => error is SharedFailureException).ShouldBe(11);
        _attempts.ShouldBe(4);
    }

    [Fact]
    public async Task The_waits_grow_up_to_the_recovery_time()
    {
        await OpenAsync();

        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            var probe = FailAsync();
            _time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
            probe.IsCompleted.ShouldBeFalse($"it waits {seconds} s");
            _time.Advance(TimeSpan.FromSeconds(0.1));
            await probe.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task An_attempt_that_succeeds_lets_all_others_come_each_in_its_time()
    {
        await OpenAsync();
        var probe = SucceedAsync(TimeSpan.Zero);
        var other = SucceedAsync(TimeSpan.FromSeconds(0.5));
        _time.Advance(TimeSpan.FromSeconds(1));
        await probe.WaitAsync(TimeSpan.FromSeconds(30));
        (_circuit.State, _circuit.ConsecutiveFailures).ShouldBe((0, 0));

        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(0.1));
                return other.IsCompleted;
            },
            "the other comes");
        (await other).ShouldBe(5);
    }

    [Fact]
    public async Task An_attempt_that_is_abandoned_leaves_its_turn_to_another()
    {
        await OpenAsync();
        using var leaving = new CancellationTokenSource();
        var first = _circuit.ExecuteAsync(_ => ValueTask.FromResult(1), TimeSpan.Zero, leaving.Token);
        var second = SucceedAsync(TimeSpan.Zero);

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => first);
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(0.1));
                return second.IsCompleted;
            },
            "the second has its turn");
        (await second).ShouldBe(4);
    }

    private async Task OpenAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            _circuit.State.ShouldBe(0);
            await FailAsync();
        }

        _circuit.State.ShouldBe(1);
    }

    private Task<int> SucceedAsync(TimeSpan spread) => _circuit.ExecuteAsync(_ => ValueTask.FromResult(++_attempts), spread, default);

    private Task<IOException> FailAsync() => Should.ThrowAsync<IOException>(() => _circuit.ExecuteAsync<int>(
        _ =>
        {
            _attempts++;
            throw new IOException("no");
        },
        TimeSpan.Zero,
        default));
}
