namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>
/// The waits of one series for history: how long its stream may owe a close before history is asked, when history is asked again that did not have it, and when
/// it is clear that it never will. All times are the venue's clock, Unix epoch milliseconds. Changed under the series' lock; <see cref="DueMs"/>, <see
/// cref="Defer"/> and <see cref="TryClaim"/> need none.
/// </summary>
/// <param name="rules">The rules of the market.</param>
/// <param name="streamedFromMs">What ended by then the stream cannot bring, for it was asked for later; 0 where nothing is known to be so.</param>
internal sealed class HistoryPatience(SequencerRules rules, long streamedFromMs = 0)
{
    private const int AttemptsBeforeAbsent = 5;
    private const long AbsentAfterMs = 600_000; // a venue in trouble answers with nothing; it is asked for ten minutes before that counts
    private const int AttemptsAfterEvidence = 2;
    private const long MaxRetryMs = 300_000;
    private const long MaxRetryWithEvidenceMs = 60_000;
    private const long MinRetryMs = 1_000;

    private readonly long _deadlineMs = (long)rules.Deadline.TotalMilliseconds;
    private long _lateAtMs;     // when the close that is due next is late
    private long _overdueAtMs;  // when history is asked for it first: sooner where the stream cannot bring it
    private long _retryAtMs;
    private long _deferredToMs;
    private int _attempts;      // in a row that did not move the series on
    private long _absentForMs;  // how long history has answered without what the stream has shown
    private long _answeredAtMs; // and when it was last asked and did so; 0 when it has failed since
    private int _claimed;

    /// <summary>Time at which history is to be asked for the next close, if it has not come by then.</summary>
    public long DueMs { get; private set; }

    /// <summary>Waits for a close, in place of another that was guessed; what was learned of history stays.</summary>
    /// <param name="closeMs">The end of the candle that is due next.</param>
    public void Expect(long closeMs)
    {
        _lateAtMs = closeMs + _deadlineMs;
        _overdueAtMs = closeMs > streamedFromMs ? _lateAtMs : Math.Min(_lateAtMs, closeMs + (long)rules.SettledAfter.TotalMilliseconds);
        Decide();
    }

    /// <summary>Waits for the close after the one that was due: all that was for that one is forgotten.</summary>
    /// <param name="closeMs">The end of the candle that is due next.</param>
    public void MoveOn(long closeMs)
    {
        Volatile.Write(ref _deferredToMs, 0);
        (_attempts, _absentForMs, _answeredAtMs, _retryAtMs) = (0, 0, 0, 0);
        Expect(closeMs);
    }

    /// <summary>Returns true when the wait is longer than any that is meant, because the venue's clock was taken back.</summary>
    public bool IsAbsurd(long nowMs) => _retryAtMs - nowMs > MaxRetryMs;

    /// <summary>Forgets when history was to be asked again.</summary>
    public void Forget() => AskAgainAt(0);

    /// <summary>Ends a long wait: a series that was thought to be quiet is not.</summary>
    public void Hurry()
    {
        if (_attempts > AttemptsBeforeAbsent)
        {
            _attempts = AttemptsAfterEvidence;
            AskAgainAt(0);
        }
    }

    /// <summary>Asks history at a time, whatever was deferred: something is known that it must agree to.</summary>
    public void AskAt(long atMs)
    {
        Volatile.Write(ref _deferredToMs, 0);
        AskAgainAt(atMs);
    }

    /// <summary>Asks history no sooner than this: nothing is known to be missing.</summary>
    public void Defer(long untilMs) => Volatile.Write(ref _deferredToMs, untilMs);

    /// <summary>
    /// Returns true when it is time to ask and nobody does yet; the caller must ask then, and end with <see cref="Learn"/> and <see cref="End"/>.
    /// </summary>
    public bool TryClaim(long nowMs) => nowMs >= DueMs && nowMs >= Volatile.Read(ref _deferredToMs) && Interlocked.CompareExchange(ref _claimed, 1, 0) == 0;

    /// <summary>Learns what came of a question; a time in which history did not answer says nothing.</summary>
    /// <param name="moved">True when any page moved the series on.</param>
    /// <param name="answered">True when the venue answered at all.</param>
    /// <param name="askedMs">The time of the question: the answer knows of nothing after it.</param>
    /// <returns>True when history has answered without the candle for so long that it will never have it.</returns>
    public bool Learn(bool moved, bool answered, long askedMs)
    {
        _attempts = moved ? 0 : _attempts + 1;
        _absentForMs += answered && _answeredAtMs != 0 ? Math.Max(0, askedMs - _answeredAtMs) : 0;
        _answeredAtMs = answered ? askedMs : 0;
        return _attempts >= AttemptsBeforeAbsent && _absentForMs >= AbsentAfterMs;
    }

    /// <summary>Ends a claim, and decides when to ask again: after waits that double, for longer where nothing says that there is a candle.</summary>
    /// <param name="nowMs">The time.</param>
    /// <param name="hasEvidence">True when the stream has shown a later candle.</param>
    /// <param name="atMs">The time to ask at, whatever the waits are; null where they decide.</param>
    public void End(long nowMs, bool hasEvidence, long? atMs)
    {
        var longest = hasEvidence ? MaxRetryWithEvidenceMs : MaxRetryMs;
        var wait = Math.Min(longest, Math.Max(MinRetryMs, _deadlineMs) << Math.Min(_attempts, 10));
        AskAgainAt(atMs ?? (_attempts == 0 ? 0 : nowMs < _lateAtMs ? _lateAtMs : nowMs + wait));
        Volatile.Write(ref _claimed, 0);
    }

    private void AskAgainAt(long atMs)
    {
        _retryAtMs = atMs;
        Decide();
    }

    private void Decide() => DueMs = Math.Max(_retryAtMs, _overdueAtMs);
}
