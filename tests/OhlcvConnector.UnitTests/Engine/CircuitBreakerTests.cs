using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Testing;
using Polly.CircuitBreaker;
using Shouldly;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>A market's circuit of requests step by step, and what is counted and kept beating for all connections to a venue.</summary>
public sealed class CircuitBreakerTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly LogRecorder _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task It_is_open_for_its_time_then_half_open_while_one_attempt_is_made_and_each_change_is_logged()
    {
        var circuit = NewCircuit(halfOpenCalls: 1);
        await OpenAsync(circuit);
        _time.Advance(TimeSpan.FromSeconds(29.9));
        await ShouldRefuseAsync(circuit);

        circuit.ConsecutiveFailures.ShouldBe(3, "what is refused was no attempt");
        _time.Advance(TimeSpan.FromSeconds(0.2));
        var answer = new TaskCompletionSource<int>();
        var attempt = circuit.ExecuteAsync(_ => new ValueTask<int>(answer.Task), default).AsTask();

        circuit.State.ShouldBe(2);
        await ShouldRefuseAsync(circuit);
        answer.SetResult(7);

        (await attempt).ShouldBe(7);
        (circuit.State, circuit.ConsecutiveFailures).ShouldBe((0, 0));
        _log.Lines.ShouldBe([.. new[] { "open", "half-open", "closed" }.Select(state => $"Warning: The circuit of test is {state}")]);
    }

    [Fact]
    public async Task On_probation_each_failure_opens_it_for_its_whole_time_and_probation_begins_anew()
    {
        var circuit = NewCircuit(halfOpenCalls: 3);
        await OpenAsync(circuit);
        _time.Advance(TimeSpan.FromSeconds(31));
        await SucceedAsync(circuit);
        await SucceedAsync(circuit);
        for (var again = 0; again < 2; again++)
        {
            await FailAsync(circuit);
            circuit.State.ShouldBe(1, "one more success was to be seen");
            _time.Advance(TimeSpan.FromSeconds(29.9));
            await ShouldRefuseAsync(circuit);
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }

        await SucceedAsync(circuit);
        await SucceedAsync(circuit);
        await SucceedAsync(circuit);
        await FailAsync(circuit);
        await FailAsync(circuit);

        circuit.State.ShouldBe(0, "its probation is over, and two failures are not three");
        await FailAsync(circuit);

        circuit.State.ShouldBe(1);
    }

    [Fact]
    public async Task Who_leaves_has_not_failed()
    {
        var circuit = NewCircuit(halfOpenCalls: 1);
        for (var i = 0; i < 5; i++)
        {
            await Should.ThrowAsync<OperationCanceledException>(() => circuit.ExecuteAsync<int>(_ => throw new OperationCanceledException(), default).AsTask());
        }

        (circuit.State, circuit.ConsecutiveFailures).ShouldBe((0, 0));
    }

    [Fact]
    public void What_a_venue_counts_of_all_connections_is_booked_before_they_are_opened_and_given_back()
    {
        using var address = new AddressLimits("toy", new VenueLimits { Connections = 3, SeriesOfAll = 10 }, _time);
        address.Reserve(connections: 2, series: 6);

        Should.Throw<SubscriptionLimitException>(() => address.Reserve(2, 1)).Message.ShouldContain("3 connections");
        Should.Throw<SubscriptionLimitException>(() => address.Reserve(1, 5)).Message.ShouldContain("10 series");
        address.Reserve(1, 4); // nothing of the two was booked
        Should.Throw<SubscriptionLimitException>(() => address.Reserve(1, 0)).Message.ShouldContain("3 are in use");
        Should.Throw<SubscriptionLimitException>(() => address.Reserve(0, 1)).Message.ShouldContain("10 are in use");
        address.Release(2, 6);
        address.Reserve(2, 6);
    }

    [Fact]
    public async Task A_venue_that_wants_to_be_left_alone_gets_no_new_connection_for_its_time()
    {
        var address = new AddressLimits("toy", new VenueLimits(), _time);
        address.LeaveAlone(TimeSpan.FromSeconds(40));
        _ = address.Connects.SpendAsync(1, default).AsTask();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(40));
        address.Messages.SpendAsync(1, default).AsTask().IsCompleted.ShouldBeTrue();

        address.Dispose();
        await Should.ThrowAsync<ObjectDisposedException>(async () => await address.Connects.SpendAsync(1, default));
    }

    [Fact]
    public void One_timer_beats_for_all_who_want_it_and_stops_with_the_last()
    {
        var heart = new Heart(_time, TimeSpan.FromSeconds(5));
        var beats = (First: 0, Second: 0);

        _time.NextIn.ShouldBeNull();
        var first = heart.Add(() => beats.First++);
        _time.Advance(TimeSpan.FromSeconds(4));
        var second = heart.Add(() => beats.Second++);

        _time.CountTimers(TimeSpan.FromDays(1)).ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(1));

        beats.ShouldBe((1, 1));
        first.Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));

        beats.ShouldBe((1, 3));
        second.Dispose();

        _time.NextIn.ShouldBeNull();
        using var third = heart.Add(() => beats.First++);
        _time.Advance(TimeSpan.FromSeconds(5));

        beats.ShouldBe((2, 3));
    }

    private static Task<int> SucceedAsync(CircuitBreaker circuit) => circuit.ExecuteAsync(_ => ValueTask.FromResult(0), default).AsTask();

    private static async Task FailAsync(CircuitBreaker circuit) =>
        await Should.ThrowAsync<IOException>(() => circuit.ExecuteAsync<int>(_ => throw new IOException("no"), default).AsTask());

    private static async Task ShouldRefuseAsync(CircuitBreaker circuit)
    {
        await Should.ThrowAsync<BrokenCircuitException>(
            () => circuit.ExecuteAsync<int>(_ => throw new InvalidOperationException("it was attempted"), default).AsTask());
    }

    private static async Task OpenAsync(CircuitBreaker circuit)
    {
        for (var i = 0; i < 3; i++)
        {
            circuit.State.ShouldBe(0);
            await FailAsync(circuit);
        }

        circuit.State.ShouldBe(1);
    }

    private CircuitBreaker NewCircuit(int halfOpenCalls) =>
        new(new ConnectorOptions { TimeProvider = _time, CircuitBreakerFailureThreshold = 3, CircuitBreakerHalfOpenCalls = halfOpenCalls }, "test", _log);
}
