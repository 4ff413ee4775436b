using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals;

/// <summary>
/// A composite score from -100 (all votes short) to 100 (all votes long): of each group the mean of its votes, of the groups the mean by their weights.
/// </summary>
internal sealed record Score(ScoreGroup[] Groups, double Long, double Short, double? Exit)
{
    /// <summary>The groups that there are, with their usual weights.</summary>
    public static IReadOnlyList<(string Name, double Weight)> UsualWeights { get; } =
        [("trend", 0.3), ("momentum", 0.25), ("volume", 0.15), ("volatility", 0.1), ("structure", 0.2)];

    public const double UsualThreshold = 60;

    private readonly double _weights = Groups.Sum(group => group.Weight);

    /// <summary>The score at the last close; <see cref="double.NaN"/> where a vote is not known.</summary>
    public double At(Frame frame)
    {
        var sum = 0.0;
        foreach (var group in Groups)
        {
            sum += group.Weight * group.At(frame);
        }

        return 100 * sum / _weights;
    }

    /// <summary>The weight of a vote among all.</summary>
    public double ShareOf(ScoreGroup group, Vote vote) => group.Weight / _weights * vote.Weight / group.Weights;
}

/// <summary>A group of votes.</summary>
internal sealed record ScoreGroup(string Name, double Weight, Vote[] Votes)
{
    public double Weights { get; } = Votes.Sum(vote => vote.Weight);

    public double At(Frame frame)
    {
        var sum = 0.0;
        foreach (var vote in Votes)
        {
            sum += vote.At(frame) is { } one ? one * vote.Weight : double.NaN;
        }

        return sum / Weights;
    }
}

/// <summary>A vote: long where one condition holds, short where another does, or, where there is no other, where the one does not.</summary>
internal sealed record Vote(WeighedLeaf? Long, WeighedLeaf? Short, double Weight, bool IsEither)
{
    /// <summary>The condition that is shown for a vote.</summary>
    public WeighedLeaf Shown(int vote) => (vote < 0 ? Short ?? Long : Long ?? Short)!;

    /// <summary>1 long, -1 short, 0 neither; null where that is not known.</summary>
    public int? At(Frame frame)
    {
        var up = Long?.Condition.At(frame, 0) ?? Truth.False;
        var down = Short?.Condition.At(frame, 0) ?? Truth.False;
        if (up == Truth.Unknown || down == Truth.Unknown)
        {
            return null;
        }

        return IsEither ? (up == Truth.True ? 1 : -1) : (up == Truth.True ? 1 : 0) - (down == Truth.True ? 1 : 0);
    }
}
