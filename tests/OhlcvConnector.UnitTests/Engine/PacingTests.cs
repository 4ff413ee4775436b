using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Testing;
using Polly.CircuitBreaker;
using Shouldly;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>Limits and circuits, all on a clock that the test moves.</summary>
public class PacingTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_window_lets_so_much_through_and_the_rest_when_it_has_passed()
    {
        using var window = new RateWindow(new Rate(3, TimeSpan.FromSeconds(10)), _time);
        await window.SpendAsync(2, default);
        await window.SpendAsync(1, default);
        var waiting = window.SpendAsync(1, default).AsTask();

        _time.Advance(TimeSpan.FromSeconds(9.9));

        waiting.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1.2)); // a margin of a second is kept
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_block_by_the_venue_holds_everything_for_its_time()
    {
        using var window = new RateWindow(new Rate(100, TimeSpan.FromSeconds(1)), _time);
        window.Block(TimeSpan.FromSeconds(60));
        var waiting = window.SpendAsync(1, default).AsTask();

        _time.Advance(TimeSpan.FromSeconds(59));

        waiting.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1.1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(+1)]
    [InlineData(-1)]
    public async Task A_clock_that_is_set_by_an_hour_changes_neither_a_window_nor_a_block(int hours)
    {
        using var window = new RateWindow(new Rate(1, TimeSpan.FromSeconds(10)), _time);
        await window.SpendAsync(1, default);
        _time.Step(TimeSpan.FromHours(hours));
        var second = window.SpendAsync(1, default).AsTask();

        second.IsCompleted.ShouldBeFalse("no time has passed");
        _time.Advance(TimeSpan.FromSeconds(11.1));
        await second.WaitAsync(TimeSpan.FromSeconds(30));

        window.Block(TimeSpan.FromSeconds(30));
        _time.Step(TimeSpan.FromHours(hours));
        var third = window.SpendAsync(1, default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(29));

        third.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1.1));
        await third.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_block_of_days_is_kept_to_its_end_also_where_nothing_else_is_limited()
    {
        using var window = new RateWindow(Rate.Unlimited, _time);
        await window.SpendAsync(1, default);
        window.Block(TimeSpan.FromDays(60)); // more than a timer can wait
        var waiting = window.SpendAsync(1, default).AsTask();

        for (var day = 0; day < 60; day++)
        {
            waiting.IsCompleted.ShouldBeFalse();
            _time.Advance(TimeSpan.FromDays(1));
        }

        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1)); // the waiter may only now ask for its next timer
                return waiting.IsCompleted;
            },
            "the block is over");
    }

    [Fact]
    public void What_the_venue_counts_beyond_our_own_is_believed()
    {
        using var window = new RateWindow(new Rate(100, TimeSpan.FromMinutes(1)), _time);
        window.Observe(95);

        window.SpendAsync(5, default).AsTask().IsCompleted.ShouldBeTrue();
        window.SpendAsync(1, default).AsTask().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_circuit_opens_after_failures_refuses_for_a_while_and_lets_one_attempt_through()
    {
        var circuit = NewCircuit(options => options.CircuitBreakerFailureThreshold = 3);
        for (var i = 0; i < 3; i++)
        {
            await FailAsync(circuit);
        }

        circuit.State.ShouldBe(1);
        circuit.ConsecutiveFailures.ShouldBe(3);
        await Should.ThrowAsync<BrokenCircuitException>(() => SucceedAsync(circuit));
        _time.Advance(TimeSpan.FromSeconds(31));
        await SucceedAsync(circuit);

        circuit.State.ShouldBe(0);
        circuit.ConsecutiveFailures.ShouldBe(0);
    }

    [Fact]
    public async Task A_circuit_counts_failures_since_the_last_success_however_recent_that_was()
    {
        var circuit = NewCircuit(options => options.CircuitBreakerFailureThreshold = 3);
        await FailAsync(circuit);
        await FailAsync(circuit);
        for (var i = 0; i < 50; i++)
        {
            await SucceedAsync(circuit);
        }

        await FailAsync(circuit);
        await FailAsync(circuit);

        circuit.State.ShouldBe(0, "two in a row are not three");
        await FailAsync(circuit);

        circuit.State.ShouldBe(1);
    }

    [Fact]
    public async Task A_circuit_on_probation_opens_again_at_the_first_failure()
    {
        var circuit = NewCircuit(options =>
        {
            options.CircuitBreakerFailureThreshold = 3;
            options.CircuitBreakerHalfOpenCalls = 3;
        });
        for (var i = 0; i < 3; i++)
        {
            await FailAsync(circuit);
        }

        _time.Advance(TimeSpan.FromSeconds(31));
        await SucceedAsync(circuit);
        await FailAsync(circuit);

        circuit.State.ShouldBe(1);
        await Should.ThrowAsync<BrokenCircuitException>(() => SucceedAsync(circuit));
        _time.Advance(TimeSpan.FromSeconds(31));
        await SucceedAsync(circuit);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(+1)]
    public async Task A_circuit_that_opened_before_our_clock_was_set_is_open_no_longer_than_else(int hours)
    {
        var circuit = NewCircuit(options => options.CircuitBreakerFailureThreshold = 3);
        for (var i = 0; i < 3; i++)
        {
            await FailAsync(circuit);
        }

        _time.Step(TimeSpan.FromHours(hours));
        _time.Advance(TimeSpan.FromSeconds(29));
        await Should.ThrowAsync<BrokenCircuitException>(() => SucceedAsync(circuit));
        _time.Advance(TimeSpan.FromSeconds(2));
        await SucceedAsync(circuit);

        circuit.State.ShouldBe(0);
    }

    private static Task<int> SucceedAsync(CircuitBreaker circuit) => circuit.ExecuteAsync(_ => ValueTask.FromResult(0), default).AsTask();

    private static async Task FailAsync(CircuitBreaker circuit) =>
        await Should.ThrowAsync<IOException>(() => circuit.ExecuteAsync<int>(_ => throw new IOException("no"), default).AsTask());

    private CircuitBreaker NewCircuit(Action<ConnectorOptions> configure)
    {
        var options = new ConnectorOptions { TimeProvider = _time };
        configure(options);
        return new CircuitBreaker(options, "test", NullLoggerFactory.Instance);
    }
}
