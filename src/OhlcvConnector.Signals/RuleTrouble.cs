using OhlcvConnector.Domain;

namespace OhlcvConnector.Signals;

/// <summary>Trouble with a rule at a series.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Series">The series.</param>
/// <param name="Message">What happened, for people.</param>
/// <param name="IsStopped">True when the rule is evaluated no more for this series.</param>
public sealed record RuleTrouble(string Rule, Series Series, string Message, bool IsStopped);

/// <summary>Troubles that nobody has taken yet.</summary>
internal sealed class RuleTroubles
{
    private const int Most = 1_000;

    private List<RuleTrouble>? _waiting;

    public long Divisions { get; private set; }

    public void CountDivision() => Divisions++;

    public void Add(string rule, Series series, string message, bool isStopped)
    {
        if ((_waiting ??= []).Count < Most)
        {
            _waiting.Add(new RuleTrouble(rule, series, message, isStopped));
        }
    }

    public IReadOnlyList<RuleTrouble> Take()
    {
        var taken = _waiting;
        _waiting = null;
        return taken ?? (IReadOnlyList<RuleTrouble>)[];
    }
}
