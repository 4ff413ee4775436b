using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>The circuit of a market's streams, on a clock that the test moves.</summary>
public sealed class StreamCircuitBreakerTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly LogRecorder _log = new();
    private StreamCircuitBreaker _circuit;
    private int _attempts;

    public StreamCircuitBreakerTests() => _circuit = NewCircuit(_ => { });

    public void Dispose() => _log.Dispose();

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

    [Fact]
    public async Task The_wait_begins_when_the_circuit_opens_and_not_when_somebody_comes()
    {
        await OpenAsync();
        _time.Advance(TimeSpan.FromSeconds(0.7));
        var probe = FailAsync();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(0.3));
        _time.Advance(TimeSpan.FromSeconds(0.3));
        await probe.WaitAsync(TimeSpan.FromSeconds(30));

        _time.Advance(TimeSpan.FromSeconds(60));

        (await SucceedAsync(TimeSpan.Zero).WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(5, "whoever comes late need not wait");
    }

    [Fact]
    public async Task The_first_wait_is_that_of_a_reconnection_even_if_the_recovery_time_is_less()
    {
        _circuit = NewCircuit(options => (options.ReconnectDelay, options.CircuitBreakerRecoveryTime) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2)));
        await OpenAsync();
        for (var again = 0; again < 2; again++)
        {
            var probe = FailAsync();
            _time.NextIn.ShouldBe(TimeSpan.FromSeconds(5));
            _time.Advance(TimeSpan.FromSeconds(5));
            await probe.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task A_venue_that_is_gone_for_days_is_asked_again_and_again()
    {
        await OpenAsync();

        for (var again = 0; again < 100; again++)
        {
            var probe = FailAsync();
            _time.Advance(TimeSpan.FromSeconds(30));
            (await probe.WaitAsync(TimeSpan.FromSeconds(30))).Message.ShouldBe("no");
        }

        _circuit.ConsecutiveFailures.ShouldBe(103);
    }

    [Fact]
    public async Task An_attempt_that_failed_after_another_had_opened_the_circuit_neither_counts_nor_makes_anybody_wait_longer()
    {
        var late = new TaskCompletionSource<int>();
        var attempt = _circuit.ExecuteAsync(_ => new ValueTask<int>(late.Task), TimeSpan.Zero, default);
        _time.Advance(TimeSpan.FromSeconds(1));
        await OpenAsync();
        _time.Advance(TimeSpan.FromSeconds(0.6));

        late.SetException(new IOException("no"));
        await Should.ThrowAsync<IOException>(() => attempt);

        (_circuit.State, _circuit.ConsecutiveFailures).ShouldBe((1, 3));
        var probe = FailAsync();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(0.4));
        _time.Advance(TimeSpan.FromSeconds(0.4));
        await probe.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_success_forgets_the_failures_before_it_and_the_next_opening_waits_as_short_as_the_first()
    {
        await FailAsync();
        await FailAsync();
        await SucceedAsync(TimeSpan.Zero);

        (_circuit.State, _circuit.ConsecutiveFailures).ShouldBe((0, 0));
        await OpenAsync();
        await ProbeAsync(seconds: 1, succeeds: false);
        await ProbeAsync(seconds: 2, succeeds: true);

        await OpenAsync();

        await ProbeAsync(seconds: 1, succeeds: true);
    }

    [Fact]
    public async Task On_probation_the_first_failure_opens_it_again_with_a_longer_wait_and_after_it_none_does()
    {
        _circuit = NewCircuit(options => options.CircuitBreakerHalfOpenCalls = 3);
        await OpenAsync();
        await ProbeAsync(seconds: 1, succeeds: true);
        await SucceedAsync(TimeSpan.Zero);
        await FailAsync();

        _circuit.State.ShouldBe(1, "one more success was to be seen");
        await ProbeAsync(seconds: 2, succeeds: true);
        await SucceedAsync(TimeSpan.Zero);
        await SucceedAsync(TimeSpan.Zero);

        await OpenAsync();

        await ProbeAsync(seconds: 1, succeeds: false);
    }

    [Fact]
    public async Task While_its_attempt_is_made_it_is_half_open_and_open_again_when_that_is_abandoned()
    {
        await OpenAsync();
        using var leaving = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var probe = _circuit.ExecuteAsync(
            async token =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                return 0;
            },
            TimeSpan.Zero,
            leaving.Token);

        _circuit.State.ShouldBe(1, "it waits for its turn");
        _time.Advance(TimeSpan.FromSeconds(1));
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));

        _circuit.State.ShouldBe(2);

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => probe);

        (_circuit.State, _circuit.ConsecutiveFailures).ShouldBe((1, 3), "leaving is no failure");
    }

    [Fact]
    public async Task Those_who_were_spared_an_attempt_learn_why_and_those_who_leave_need_not_wait_for_it()
    {
        await OpenAsync();
        using var leaving = new CancellationTokenSource();
        var probe = FailAsync();
        var spared = FailAsync();
        var left = _circuit.ExecuteAsync(_ => ValueTask.FromResult(0), TimeSpan.Zero, leaving.Token);

        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => left);
        _time.Advance(TimeSpan.FromSeconds(1));

        var cause = await probe.WaitAsync(TimeSpan.FromSeconds(30));
        var shared = await spared.WaitAsync(TimeSpan.FromSeconds(30));

        (shared.Message, shared.InnerException).ShouldBe(("no", cause));
    }

    [Fact]
    public async Task Who_waited_for_another_keeps_a_distance_from_it()
    {
        await OpenAsync();
        var probe = SucceedAsync(TimeSpan.Zero);
        var other = SucceedAsync(TimeSpan.FromSeconds(0.5));
        _time.Advance(TimeSpan.FromSeconds(1));
        await probe.WaitAsync(TimeSpan.FromSeconds(30));

        await Eventually.TrueAsync(() => _time.NextIn is not null, "it waits");

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(0.5));
        _attempts.ShouldBe(4);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        await other.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Each_change_of_its_state_is_logged_once()
    {
        await SucceedAsync(TimeSpan.Zero);
        await OpenAsync();
        await ProbeAsync(seconds: 1, succeeds: false);
        await ProbeAsync(seconds: 2, succeeds: true);
        await SucceedAsync(TimeSpan.Zero);

        _log.Lines.ShouldBe([.. new[] { "open", "half-open", "open", "half-open", "closed" }.Select(state => $"Warning: The circuit of test is {state}")]);
    }

    private StreamCircuitBreaker NewCircuit(Action<ConnectorOptions> configure)
    {
        var options = new ConnectorOptions { TimeProvider = _time, CircuitBreakerFailureThreshold = 3 };
        configure(options);
        return new StreamCircuitBreaker(options, "test", _log);
    }

    private async Task ProbeAsync(int seconds, bool succeeds)
    {
        Task probe = succeeds ? SucceedAsync(TimeSpan.Zero) : FailAsync();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(seconds));
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await probe.WaitAsync(TimeSpan.FromSeconds(30));

        _circuit.State.ShouldBe(succeeds ? 0 : 1);
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
