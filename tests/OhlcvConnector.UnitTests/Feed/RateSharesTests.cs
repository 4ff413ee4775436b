using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>Who may take how much of a limit that several share.</summary>
public sealed class RateSharesTests : IDisposable
{
    private const int Page = 103;
    private const int Short = 20;

    private readonly ManualTimeProvider _clock = new();
    private readonly RateWindow _weight;

    public RateSharesTests() => _weight = new RateWindow(new Rate(1200, TimeSpan.FromMinutes(1)), _clock);

    public void Dispose() => _weight.Dispose();

    [Fact]
    public async Task A_short_question_goes_at_once_however_many_long_ones_wait()
    {
        var pages = Enumerable.Range(0, 20).Select(_ => PageAsync()).ToList();
        for (var passed = 0; passed < 300; passed++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            if (passed % 10 == 0)
            {
                _weight.Burst.TrySpendNow(Short).ShouldBeTrue($"after {passed} s");
                _weight.SpendAsync(Short, CancellationToken.None).AsTask().IsCompleted.ShouldBeTrue($"after {passed} s");
            }

            await Task.Yield();
        }

        await Eventually.TrueAsync(() => pages.Count(page => page.IsCompleted) >= 15, "the long ones have their turns, too");
    }

    [Fact]
    public async Task Beyond_their_share_short_questions_wait_where_it_would_cost_live_candles_their_quarter()
    {
        await _weight.SpendAsync(890, CancellationToken.None);
        var room = _weight.RoomAsync(Short, CancellationToken.None).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(30));

        room.IsCompleted.ShouldBeFalse();
        _weight.SpendAsync(300, CancellationToken.None).AsTask().IsCompleted.ShouldBeTrue("that quarter is there");
        _clock.Advance(TimeSpan.FromSeconds(31));
        await room;
    }

    private async Task PageAsync()
    {
        await _weight.Part.SpendAsync(Page, CancellationToken.None);
        await _weight.SpendAsync(Page, CancellationToken.None);
    }
}
