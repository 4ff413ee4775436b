using System.Collections.Concurrent;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Past;

/// <summary>Pages of a long range are asked for before their turn, so that the way to the venue is not waited for again and again.</summary>
public sealed class PagesAheadTests : IDisposable
{
    private const int Page = 20;
    private const int Connections = 10; // the default
    private readonly ScriptedVenue _venue = new(rowsOfPage: Page, attempts: 4, breaksAfter: 5);
    private readonly ConcurrentDictionary<long, TaskCompletionSource> _held = new();

    public void Dispose() => _venue.Dispose();

    [Fact]
    public async Task Twice_as_many_are_asked_for_at_once_after_each_whole_page_up_to_the_connections()
    {
        const int Pages = 100;
        Hold();
        var reading = _venue.ReadAsync(_venue.At(0), _venue.At(Pages * Page));
        for (var page = 0; page < Pages; page++)
        {
            var expected = Math.Clamp(1 << Math.Min(page, 10), 1, Math.Min(Connections, Math.Max(1, Pages - 1 - page))); // the end is left to the walk
            await Eventually.TrueAsync(() => _held.Count >= expected, () => $"{_held.Count} of {expected} pages are asked for when page {page} is due");
            _held.Keys.Order().ShouldBe(Enumerable.Range(page, expected).Select(index => _venue.At(index * Page)));
            Answer(page);
        }

        var (opens, missing) = await reading;

        opens.ShouldBe(Enumerable.Range(0, Pages * Page).Select(_venue.At));
        missing.ShouldBeEmpty();
        _venue.Questions.Count.ShouldBe(Pages, "none is asked for twice");
    }

    [Fact]
    public async Task Pages_that_come_cut_are_asked_for_one_after_the_other()
    {
        _venue.Rows = (from, to) => [.. _venue.Grid(from, to).Take(Page / 2)];
        var (atOnce, most) = (0, 0);
        _venue.Held = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            _venue.Clock.Advance(TimeSpan.FromMilliseconds(80));
            await Task.Yield();
            Interlocked.Decrement(ref atOnce);
        };

        var (opens, _) = await _venue.ReadAsync(_venue.At(0), _venue.At(1_200));

        (opens.Count, most).ShouldBe((1_200, 1), "a page ahead would be asked for in vain");
    }

    [Fact]
    public async Task A_hole_in_the_middle_is_named_and_reading_goes_on()
    {
        _venue.Rows = (from, to) => [.. _venue.Grid(from, to).Where(openMs => openMs < _venue.At(695) || openMs >= _venue.At(705)).Take(Page)];

        var (opens, missing) = await _venue.ReadAsync(_venue.At(0), _venue.At(1_400));

        opens.Count.ShouldBe(1_390);
        missing.Single().From.ToUnixTimeMilliseconds().ShouldBe(_venue.At(695));
        missing.Single().To.ToUnixTimeMilliseconds().ShouldBe(_venue.At(705));
    }

    [Fact]
    public async Task A_ban_that_falls_on_ten_pages_at_once_is_one_ban()
    {
        const int Pages = 100;
        Hold();
        var reading = _venue.ReadAsync(_venue.At(0), _venue.At(Pages * Page));
        for (var page = 0; page < 4; page++)
        {
            await Eventually.TrueAsync(() => _held.Count >= 1 << page || reading.IsCompleted, () => $"page {page} and those ahead are asked for");
            Answer(page);
        }

        await Eventually.TrueAsync(() => _held.Count == Connections, "ten are asked for");
        _venue.Instead = (_, _) => (418, """{"code":-1003,"msg":"IP banned"}""");
        _venue.AtOnce(() => // else those that are not answered yet could have waited too long by then
        {
            for (var page = 4; page < 4 + Connections; page++)
            {
                Answer(page);
            }
        });

        await Eventually.TrueAsync(() => _held.Count == Connections || reading.IsCompleted, "all ten are asked for again");
        _venue.Instead = (_, _) => null;
        _venue.Held = (_, _) => Task.CompletedTask;
        foreach (var held in _held.Values)
        {
            held.TrySetResult(); // it may have waited too long already, and was asked for again
        }

        var (opens, missing) = await reading;

        opens.ShouldBe(Enumerable.Range(0, Pages * Page).Select(_venue.At));
        missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_there_at_once_is_not_asked_for_earlier()
    {
        var (atOnce, most) = (0, 0);
        _venue.Held = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            await Task.Yield();
            Interlocked.Decrement(ref atOnce);
        };

        var (opens, _) = await _venue.ReadAsync(_venue.At(0), _venue.At(2_000));

        (opens.Count, most).ShouldBe((2_000, 1));
    }

    [Fact]
    public async Task What_was_asked_for_ahead_ends_when_reading_is_broken_off()
    {
        Hold();
        var reading = _venue.History.ReadAsync(
            _venue.Series, DateTimeOffset.FromUnixTimeMilliseconds(_venue.At(0)), DateTimeOffset.FromUnixTimeMilliseconds(_venue.At(2_000)),
            includeOpen: false, missing: null, waitForLate: true, CancellationToken.None);
        await using (var reader = reading.GetAsyncEnumerator())
        {
            var first = reader.MoveNextAsync().AsTask();
            await Eventually.TrueAsync(() => _held.Count == 1, "the first page is asked for");
            Answer(page: 0);
            (await first).ShouldBeTrue();
            for (var row = 1; row < Page; row++)
            {
                (await reader.MoveNextAsync()).ShouldBeTrue();
            }

            var next = reader.MoveNextAsync().AsTask();
            await Eventually.TrueAsync(() => _held.Count == 2, "the next two are");
            Answer(page: 1);
            (await next).ShouldBeTrue();
        }

        _held.Keys.ShouldBe([_venue.At(2 * Page)]);
        _held[_venue.At(2 * Page)].Task.IsCanceled.ShouldBeTrue();
    }

    /// <summary>Keeps answers until they are let go.</summary>
    private void Hold() => _venue.Held = async (fromMs, cancellationToken) =>
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held[fromMs] = held;
        await using var ended = cancellationToken.Register(() => held.TrySetCanceled(cancellationToken));
        await held.Task;
    };

    /// <summary>Lets an answer go, after what a way to the venue and back takes.</summary>
    private void Answer(int page)
    {
        _venue.Clock.Advance(TimeSpan.FromMilliseconds(80));
        _held.TryRemove(_venue.At(page * Page), out var held).ShouldBeTrue();
        held.SetResult();
    }
}
