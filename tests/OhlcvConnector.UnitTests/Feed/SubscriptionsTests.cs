using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Feed;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>What a venue is asked for, step by step, and what its answers are taken for.</summary>
public class SubscriptionsTests
{
    private static readonly Series A = Minutes("A");
    private static readonly Series B = Minutes("B");
    private static readonly Series C = Minutes("C");
    private static readonly Series D = Minutes("D");

    private readonly ManualTimeProvider _time = new();
    private Subscriptions _subscriptions;
    private long _lastId;

    public SubscriptionsTests() => _subscriptions = New(perRequest: 10);

    [Fact]
    public void A_request_holds_as_many_series_as_the_venue_takes_in_the_order_in_which_they_were_wanted()
    {
        _subscriptions = New(perRequest: 2);
        Want(C, A, B, A);

        _subscriptions.Count.ShouldBe(3);
        Sent().ShouldBe("+C+A");
        Sent().ShouldBe("+B");
        Sent().ShouldBe("");
        _subscriptions.Unacknowledged().ShouldBe([C, A, B]);
        _subscriptions.IsComplete.ShouldBeFalse("nothing is acknowledged");
    }

    [Fact]
    public void What_is_wanted_no_more_is_unsubscribed_before_anything_is_subscribed_and_in_requests_of_the_same_size()
    {
        _subscriptions = New(perRequest: 2);
        Want(A, B, C);
        Accept(Take());
        Accept(Take());

        _subscriptions.IsComplete.ShouldBeTrue();

        Want(D);
        Array.ForEach([A, B, C], _subscriptions.Drop);

        _subscriptions.Count.ShouldBe(1);
        _subscriptions.IsComplete.ShouldBeFalse();
        (Sent(), Sent(), Sent(), Sent()).ShouldBe(("-A-B", "-C", "+D", ""));
        _subscriptions.Unacknowledged().ShouldBe([D]);
    }

    [Fact]
    public void A_series_that_is_dropped_before_it_was_asked_for_is_never_asked_for()
    {
        Want(A, B);
        _subscriptions.Drop(A);
        _subscriptions.Drop(C);

        Sent().ShouldBe("+B");
        _subscriptions.Drop(B);

        Sent().ShouldBe("-B", "it was asked for, so the venue may have it");
        _subscriptions.Unacknowledged().ShouldBeEmpty();
        _subscriptions.IsComplete.ShouldBeTrue();
        _subscriptions.HasRequest.ShouldBeFalse();
    }

    [Fact]
    public void Where_only_so_many_may_be_unanswered_the_next_is_asked_when_one_is_answered_whatever_the_answer()
    {
        _subscriptions = New(perRequest: 10, unacknowledged: 2);
        Want(A, B, C, D);

        Sent().ShouldBe("+A+B");
        (_subscriptions.HasRequest, Sent()).ShouldBe((false, ""));

        _subscriptions.Accept(new FrameNote { Symbol = "A" }, A);

        _subscriptions.HasRequest.ShouldBeTrue();
        Sent().ShouldBe("+C");
        _subscriptions.Reject(B);

        Sent().ShouldBe("+D");
        Sent().ShouldBe("");
        _subscriptions.Drop(C);

        _subscriptions.HasRequest.ShouldBeTrue("to unsubscribe waits for no answer");
        Sent().ShouldBe("-C");
    }

    [Fact]
    public void An_answer_is_overdue_after_its_time_and_no_longer_when_it_has_come()
    {
        var timeout = TimeSpan.FromSeconds(10);

        _subscriptions.Overdue(timeout).ShouldBeNull();
        Want(A);
        Take();
        _time.Advance(TimeSpan.FromSeconds(4));
        Want(B);
        Take();
        _time.Advance(TimeSpan.FromSeconds(6));

        _subscriptions.Overdue(timeout).ShouldBeNull("it may come in this moment");
        _time.Advance(TimeSpan.FromMilliseconds(1));

        _subscriptions.Overdue(timeout).ShouldBe(A);

        _subscriptions.Accept(new FrameNote { Symbol = "A" }, A);

        _subscriptions.Overdue(timeout).ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(4));

        _subscriptions.Overdue(timeout).ShouldBe(B);
        _subscriptions.Hear(B);

        _subscriptions.Overdue(timeout).ShouldBeNull("candles are an answer, too");
        _subscriptions.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void An_answer_about_somebody_elses_series_acknowledges_none_of_ours()
    {
        Want(A);
        Take();

        _subscriptions.Accept(new FrameNote { Symbol = "OTHER" }, null);
        _subscriptions.Accept(new FrameNote { RequestId = 99 }, null);
        _subscriptions.Accept(new FrameNote { RequestId = 1 }, B);
        _subscriptions.Hear(B);

        _subscriptions.Unacknowledged().ShouldBe([A]);
        _subscriptions.Accept(new FrameNote { RequestId = 1 }, null);

        _subscriptions.IsComplete.ShouldBeTrue();
        _subscriptions.Accept(new FrameNote(), null); // once more than was asked
        _subscriptions.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void An_answer_that_names_its_request_acknowledges_that_one_and_no_series_of_another()
    {
        _subscriptions = New(perRequest: 2);
        Want(A, B, C);
        Take();
        Take();

        _subscriptions.Accept(new FrameNote { RequestId = 2 }, null);

        _subscriptions.Unacknowledged().ShouldBe([A, B]);
        _subscriptions.Accept(new FrameNote { RequestId = 1 }, B);

        _subscriptions.Unacknowledged().ShouldBe([A]);
        _subscriptions.Accept(new FrameNote { RequestId = 1 }, B); // twice
        _subscriptions.Unacknowledged().ShouldBe([A]);
    }

    [Fact]
    public void An_answer_to_a_request_before_the_last_is_not_taken_for_the_answer_to_the_last()
    {
        AskTwice(A);
        _subscriptions.Accept(new FrameNote { RequestId = 1 }, A);

        _subscriptions.Unacknowledged().ShouldBe([A], "that was the first request");
        Refused(new FrameNote { RequestId = 1 }, A).ShouldBe("");
        Refused(new FrameNote { RequestId = 1, Retry = true }, A).ShouldBe("");
        _subscriptions.Accept(new FrameNote { RequestId = 3 }, A);

        _subscriptions.IsComplete.ShouldBeTrue();

        AskTwice(B);
        _subscriptions.Accept(new FrameNote { Symbol = "B" }, B);

        _subscriptions.Unacknowledged().ShouldBe([B], "of two answers that name no request the first is to the first");
        _subscriptions.Accept(new FrameNote { Symbol = "B" }, B);

        _subscriptions.IsComplete.ShouldBeTrue();

        AskTwice(C);
        var last = _lastId;
        _subscriptions.Accept(new FrameNote { RequestId = last }, C);
        AskAgain(C);
        _subscriptions.Accept(new FrameNote { Symbol = "C" }, C);

        _subscriptions.IsComplete.ShouldBeTrue("an answer to the last request leaves none due that was before it");
    }

    [Fact]
    public void Candles_that_may_come_from_a_subscription_before_the_present_one_acknowledge_nothing()
    {
        Want(A);
        Take();
        _subscriptions.Drop(A);
        Want(A);

        Sent().ShouldBe("", "it stays as it was");
        _subscriptions.Hear(A);

        _subscriptions.IsComplete.ShouldBeTrue();

        _subscriptions.Renew(A);

        (Sent(), Sent()).ShouldBe(("-A", "+A"));
        _subscriptions.Hear(A);

        _subscriptions.Unacknowledged().ShouldBe([A]);
    }

    [Fact]
    public void A_series_that_fell_silent_is_unsubscribed_and_subscribed_again_once_and_only_if_the_venue_has_it()
    {
        _subscriptions.Renew(A);
        Want(A, B);
        _subscriptions.Renew(A);

        Sent().ShouldBe("+A+B");
        _subscriptions.Renew(A);

        _subscriptions.HasRequest.ShouldBeFalse("it was only just asked for");
        _subscriptions.Accept(new FrameNote { RequestId = _lastId }, null);

        _subscriptions.Renew(A);
        _subscriptions.Renew(A);

        (Sent(), Sent(), Sent()).ShouldBe(("-A", "+A", ""));
        _subscriptions.Drop(A);
        Want(A);

        Sent().ShouldBe("", "it was renewed, and just stays");
        _subscriptions.Drop(B);
        _subscriptions.Renew(B);

        (Sent(), Sent()).ShouldBe(("-B", ""));
    }

    [Fact]
    public void Of_a_request_with_one_bad_series_that_one_is_refused_for_good_and_the_rest_is_asked_for_again()
    {
        Want(A, B, C);
        Take();

        Refused(new FrameNote { RequestId = 1, Symbol = "B" }, B).ShouldBe("for good: B");

        _subscriptions.Reject(B);

        Sent().ShouldBe("+A+C");
        _subscriptions.Count.ShouldBe(2);
        _subscriptions.Accept(new FrameNote { RequestId = _lastId }, null);

        (_subscriptions.IsComplete, _subscriptions.HasRequest).ShouldBe((true, false));
        Want(B);

        Sent().ShouldBe("+B", "somebody may try again");
    }

    [Fact]
    public void Where_a_refusal_names_no_series_each_is_asked_for_alone_until_the_bad_one_is_found()
    {
        Want(A, B, C);
        Take();

        Refused(new FrameNote { RequestId = 1 }, null).ShouldBe("");
        Want(D);

        Sent().ShouldBe("+A");
        Sent().ShouldBe("+B");
        Refused(new FrameNote { RequestId = 3 }, null).ShouldBe("for good: B");
        _subscriptions.Reject(B);

        Sent().ShouldBe("+C");
        Sent().ShouldBe("+D");
        Want(B);
        Array.ForEach([A, C], _subscriptions.Drop);

        Sent().ShouldBe("-A-C");
        Want(A);

        Sent().ShouldBe("+B+A", "who is wanted anew is asked for as all are");
    }

    [Fact]
    public void Who_is_to_be_asked_for_alone_comes_last_in_no_request_either_and_stays_alone_however_often_it_is_refused()
    {
        Want(A, B);
        Take();
        Want(C);
        _subscriptions.Refuse(new FrameNote { RequestId = 1 }, null);

        (Sent(), Sent(), Sent()).ShouldBe(("+C", "+A", "+B"));
        Refused(new FrameNote(), null).ShouldBe("", "any of them may be meant");
        (Sent(), Sent(), Sent()).ShouldBe(("+A", "+B", "+C"));
    }

    [Fact]
    public void A_series_that_is_dropped_and_wanted_anew_is_asked_for_with_others_again()
    {
        Want(A, B);
        Take();
        _subscriptions.Refuse(new FrameNote { RequestId = 1 }, null);
        Array.ForEach([A, B], _subscriptions.Drop);
        Want(C);
        Want(A);

        Refused(new FrameNote { RequestId = 1 }, null).ShouldBe("", "nothing of it waits for an answer");

        Sent().ShouldBe("+A+C", "A stands where it stood before");
        Refused(new FrameNote(), null).ShouldBe("");
        Want(D);

        (Sent(), Sent(), Sent()).ShouldBe(("+A", "+C", "+D"));
    }

    [Fact]
    public void What_the_venue_refuses_for_now_is_left_alone_until_it_is_to_be_asked_again()
    {
        Want(A, B);
        Take();

        Refused(new FrameNote { RequestId = 1, Retry = true }, null).ShouldBe("for now: AB");
        _subscriptions.Defer([A, B, C]);

        (_subscriptions.HasRequest, _subscriptions.IsComplete, Sent()).ShouldBe((false, true, ""));
        _subscriptions.Unacknowledged().ShouldBeEmpty();
        _subscriptions.Count.ShouldBe(2, "they are wanted all the same");

        _subscriptions.Drop(B);
        _subscriptions.Resume([A, B, C]);
        _subscriptions.Resume([A]);

        Sent().ShouldBe("+A");
        Want(B);

        Sent().ShouldBe("+B");
    }

    [Fact]
    public void A_series_that_is_wanted_anew_is_asked_for_although_it_was_left_alone()
    {
        Want(A);
        Take();
        _subscriptions.Defer([A]);
        _subscriptions.Drop(A);

        Want(A);

        Sent().ShouldBe("+A");
        Accept([A]);
        _subscriptions.Resume([A]);

        Sent().ShouldBe("");
    }

    [Fact]
    public void A_refusal_that_comes_twice_defers_nothing_that_was_not_asked_for()
    {
        Want(A);
        Take();
        _subscriptions.Defer([A]);
        _subscriptions.Resume([A]);

        _subscriptions.Defer([A]);

        Sent().ShouldBe("+A", "it waits to be asked for already");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1L)]
    public void A_refusal_for_now_of_a_named_series_is_of_its_request_or_of_it_alone(long? requestId)
    {
        Want(A, B);
        Take();

        Refused(new FrameNote { RequestId = requestId, Symbol = "B", Retry = true }, B).ShouldBe(requestId is null ? "for now: B" : "for now: AB");
    }

    [Fact]
    public void A_series_that_the_venue_has_already_is_acknowledged_and_the_request_that_it_dropped_is_sent_again_without_it()
    {
        Want(A, B, C);
        Take();

        Refused(new FrameNote { Symbol = "C", IsSubscribed = true }, C).ShouldBe("");
        _subscriptions.Unacknowledged().ShouldBe([A, B], "an answer without a request's number says nothing of the others");
        Refused(new FrameNote { RequestId = 1, IsSubscribed = true }, null).ShouldBe("");

        Sent().ShouldBe("+A+B");
        Refused(new FrameNote { RequestId = 1, IsSubscribed = true }, A).ShouldBe("");
        _subscriptions.Unacknowledged().ShouldBe([A, B], "that was the request before");
        Refused(new FrameNote { RequestId = 2, IsSubscribed = true }, D).ShouldBe("");
        Sent().ShouldBe("+A+B");
    }

    [Fact]
    public void Where_a_request_replaces_the_one_before_it_names_all_that_is_wanted_and_nothing_is_unsubscribed()
    {
        _subscriptions = Replacing();
        Want(A, B);
        Sent().ShouldBe("+A+B");
        Want(C);
        _subscriptions.Drop(A);
        Sent().ShouldBe("+B+C", "both changes in one request");
        _subscriptions.Renew(B);
        Sent().ShouldBe("", "it is not there yet");
        HearAll();
        _subscriptions.Renew(B);
        Sent().ShouldBe("+B+C");
        Array.ForEach([B, C], _subscriptions.Drop);
        _subscriptions.HasRequest.ShouldBeTrue();
        _subscriptions.Take(++_lastId, out _).ShouldBeEmpty("a request for nothing would bring everything");
        _subscriptions.HasRequest.ShouldBeFalse();
        Want(D);
        Sent().ShouldBe("+D");
    }

    [Fact]
    public void Where_nothing_is_acknowledged_any_sign_of_life_accepts_what_was_asked_for_and_nothing_is_ever_overdue()
    {
        _subscriptions = Replacing();
        Want(A, B);
        Take();

        _subscriptions.IsComplete.ShouldBeFalse("nothing has come yet");
        _time.Advance(TimeSpan.FromHours(1));
        _subscriptions.Overdue(TimeSpan.FromSeconds(10)).ShouldBeNull();
        Want(C);
        HearAll();

        _subscriptions.Unacknowledged().ShouldBeEmpty();
        _subscriptions.IsComplete.ShouldBeFalse("C was not asked for yet");
        Take();
        HearAll();

        _subscriptions.IsComplete.ShouldBeTrue();
    }

    private void HearAll() => Array.ForEach(_subscriptions.Unacknowledged(), _subscriptions.Hear);

    private Subscriptions Replacing() => new(new VenueLimits(), _time, new VenueRequests(AreAcknowledged: false, ReplaceAll: true));

    private Subscriptions New(int perRequest, int unacknowledged = int.MaxValue) =>
        new(new VenueLimits { SeriesPerRequest = perRequest, UnacknowledgedSeries = unacknowledged }, _time);

    private void Want(params Series[] series) => Array.ForEach(series, _subscriptions.Want);

    private void Accept(Series[] series) => Array.ForEach(series, one => _subscriptions.Accept(new FrameNote { Symbol = one.VenueSymbol }, one));

    /// <summary>Asks for a series, drops it, and asks again before the first answer has come.</summary>
    private void AskTwice(Series series)
    {
        Want(series);

        Sent().ShouldBe($"+{series.VenueSymbol}");
        AskAgain(series);
    }

    private void AskAgain(Series series)
    {
        _subscriptions.Drop(series);

        Sent().ShouldBe($"-{series.VenueSymbol}");
        Want(series);

        Sent().ShouldBe($"+{series.VenueSymbol}");
    }

    private Series[] Take() => _subscriptions.Take(++_lastId, out _);

    private string Refused(FrameNote note, Series? named)
    {
        var (forNow, forGood) = _subscriptions.Refuse(note, named);

        forGood.ShouldBe(forNow.Length > 0 ? null : forGood);
        return forGood is not null ? $"for good: {forGood.VenueSymbol}" : forNow.Length > 0 ? $"for now: {string.Concat(forNow.Select(one => one.VenueSymbol))}" : "";
    }

    private string Sent()
    {
        var mayAsk = _subscriptions.HasRequest;
        var batch = _subscriptions.Take(++_lastId, out var isSubscribe);

        (batch.Length > 0).ShouldBe(mayAsk);
        return string.Concat(batch.Select(one => (isSubscribe ? "+" : "-") + one.VenueSymbol));
    }
}
