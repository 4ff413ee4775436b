using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Feed;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>Whatever is added, removed and renewed while requests are paced and answers are on their way: at rest the venue has what is wanted.</summary>
public class SubscriptionsProperties
{
    private static readonly Series[] Some = [.. "ABCDEF".Select(letter => Minutes(letter.ToString()))];

    [Fact]
    public void At_rest_the_venue_has_what_is_wanted() => Check(seed => new Conversation(seed).Run());

    [Fact]
    public void A_series_that_is_wanted_again_before_it_was_unsubscribed_just_stays()
    {
        var subscriptions = new Subscriptions(new VenueLimits { SeriesPerRequest = 10 }, new ManualTimeProvider());
        subscriptions.Want(Some[0]);

        subscriptions.Take(1, out _).ShouldBe([Some[0]]);
        subscriptions.Accept(new FrameNote { RequestId = 1 }, null);

        subscriptions.Drop(Some[0]);
        subscriptions.Want(Some[0]);

        subscriptions.HasRequest.ShouldBeFalse();
        subscriptions.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void An_answer_that_names_nothing_is_to_the_whole_oldest_request()
    {
        var subscriptions = new Subscriptions(new VenueLimits { SeriesPerRequest = 2 }, new ManualTimeProvider());
        Array.ForEach(Some[..4], subscriptions.Want);
        subscriptions.Take(1, out _);
        subscriptions.Take(2, out _);

        subscriptions.Accept(new FrameNote(), null);

        subscriptions.Unacknowledged().ShouldBe(Some[2..4]);
    }

    [Fact]
    public void Of_a_request_that_was_dropped_for_a_topic_that_the_venue_had_the_rest_is_asked_for_again()
    {
        var subscriptions = new Subscriptions(new VenueLimits { SeriesPerRequest = 3 }, new ManualTimeProvider());
        Array.ForEach(Some[..3], subscriptions.Want);
        subscriptions.Take(1, out _);

        var (forNow, forGood) = subscriptions.Refuse(new FrameNote { RequestId = 1, IsSubscribed = true }, Some[1]);

        (forNow.Length, forGood).ShouldBe((0, null));
        subscriptions.Take(2, out var isSubscribe).ShouldBe([Some[0], Some[2]]);
        isSubscribe.ShouldBeTrue();
        subscriptions.Unacknowledged().ShouldBe([Some[0], Some[2]]);
    }

    private static void Check(Func<int, bool> run) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), run).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    /// <summary>A connection and a venue; what each says is on its way for a while, in order.</summary>
    private sealed class Conversation
    {
        private readonly Random _random;
        private readonly Subscriptions _subscriptions;
        private readonly HashSet<Series> _wanted = [];
        private readonly HashSet<Series> _has = [];
        private readonly HashSet<Series> _deferred = [];
        private readonly Queue<(long Id, bool IsSubscribe, Series[] Batch)> _requests = new();
        private readonly Queue<(bool Accepted, FrameNote Note, Series? Named)> _answers = new();
        private readonly bool _isNamed;
        private readonly bool _refusesTwice;
        private long _lastId;

        public Conversation(int seed)
        {
            _random = new Random(seed);
            _isNamed = _random.Next(2) == 0;       // answers name each series, and no request; else the request
            _refusesTwice = _random.Next(2) == 0;  // drops a request for a topic that it has
            _subscriptions = new Subscriptions(
                new VenueLimits
                {
                    SeriesPerRequest = _isNamed ? 1 : 1 + _random.Next(4),
                    UnacknowledgedSeries = _random.Next(2) == 0 ? int.MaxValue : 1 + _random.Next(3),
                },
                new ManualTimeProvider());
        }

        public bool Run()
        {
            for (var step = 0; step < 60; step++)
            {
                Step(_random.Next(9));
            }

            for (var quiet = 0; quiet < 1_000; quiet++)
            {
                Step(3 + (quiet % 4));
            }

            return _has.SetEquals(_wanted) && _subscriptions.IsComplete && !_subscriptions.HasRequest;
        }

        private void Step(int what)
        {
            var one = Some[_random.Next(Some.Length)];
            switch (what)
            {
                case 0 or 7:
                    _wanted.Add(one);
                    _subscriptions.Want(one);
                    break;
                case 1:
                    _wanted.Remove(one);
                    _subscriptions.Drop(one);
                    break;
                case 2:
                    _subscriptions.Renew(one);
                    break;
                case 3 when _subscriptions.HasRequest && _subscriptions.Take(++_lastId, out var isSubscribe) is { Length: > 0 } batch:
                    _requests.Enqueue((_lastId, isSubscribe, batch));
                    break;
                case 4 when _requests.TryDequeue(out var request):
                    Serve(request.Id, request.IsSubscribe, request.Batch, mayRefuse: _lastId < 60);
                    break;
                case 5 when _answers.TryDequeue(out var answer):
                    Hear(answer.Accepted, answer.Note, answer.Named);
                    break;
                case 6:
                    _subscriptions.Resume(_deferred);
                    _deferred.Clear();
                    break;
                case 8 when _has.Count > 0:
                    _subscriptions.Hear(_has.First());
                    break;
                default:
                    break;
            }
        }

        private void Serve(long id, bool isSubscribe, Series[] batch, bool mayRefuse)
        {
            if (!isSubscribe)
            {
                _has.ExceptWith(batch);
                if (!_isNamed)
                {
                    _answers.Enqueue((true, new FrameNote { RequestId = id }, null));
                }

                return;
            }

            if (_refusesTwice && batch.FirstOrDefault(_has.Contains) is { } twice)
            {
                _answers.Enqueue((false, new FrameNote { RequestId = _isNamed ? null : id, Symbol = twice.VenueSymbol, IsSubscribed = true }, twice));
            }
            else if (mayRefuse && _random.Next(4) == 0)
            {
                _answers.Enqueue((false, new FrameNote { RequestId = _isNamed ? null : id, Retry = true }, _isNamed ? batch[0] : null));
            }
            else
            {
                _has.UnionWith(batch);
                _answers.Enqueue(
                    (true, new FrameNote { RequestId = _isNamed ? null : id, Symbol = _isNamed ? batch[0].VenueSymbol : null }, _isNamed ? batch[0] : null));
            }
        }

        private void Hear(bool accepted, FrameNote note, Series? named)
        {
            if (accepted)
            {
                _subscriptions.Accept(note, named);
                return;
            }

            var (forNow, forGood) = _subscriptions.Refuse(note, named);
            forGood.ShouldBeNull();
            _subscriptions.Defer(forNow);
            _deferred.UnionWith(forNow);
        }
    }
}
