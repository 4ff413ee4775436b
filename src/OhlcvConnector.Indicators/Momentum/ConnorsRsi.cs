namespace OhlcvConnector.Indicators;

/// <summary>Connors' RSI: the mean of an index of the price, one of its streak, and the rank of the last change.</summary>
public sealed class ConnorsRsi : Indicator
{
    private readonly RsiPart _price;
    private readonly RsiPart _streak;
    private readonly RingPart _changes;
    private readonly int _at;
    private readonly bool _endsStreak;

    /// <summary>Makes one.</summary>
    /// <param name="rsi">The period of the price's index.</param>
    /// <param name="streak">The period of the streak's index.</param>
    /// <param name="rank">The number of changes that the rank compares with.</param>
    /// <param name="endsStreak">True when an unchanged price ends the streak, as Connors' and Skender's, instead of leaving it, as LEAN's.</param>
    public ConnorsRsi(int rsi = 3, int streak = 2, int rank = 100, bool endsStreak = false)
        : base(Definition, Math.Max(rsi + 1, Math.Max(streak + 1, rank + 2)), rsi, streak, rank, endsStreak ? 1 : 0)
    {
        _endsStreak = endsStreak;
        _price = new RsiPart(this, rsi);
        _streak = new RsiPart(this, streak);
        _changes = new RingPart(this, rank);
        _at = Claim(2);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="rsi">The period of the price's index.</param>
    /// <param name="streak">The period of the streak's index.</param>
    /// <param name="rank">The number of changes that the rank compares with.</param>
    /// <param name="endsStreak">True when an unchanged price ends the streak, as Connors' and Skender's, instead of leaving it, as LEAN's.</param>
    public ConnorsRsi(Indicator input, int rsi = 3, int streak = 2, int rank = 100, bool endsStreak = false)
        : this(rsi, streak, rank, endsStreak) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "crsi",
        Aliases = ["connorsrsi"],
        Title = "Connors RSI",
        Group = IndicatorGroup.Momentum,
        Parameters =
        [
            IndicatorParameter.Period("rsi", 3),
            IndicatorParameter.Period("streak", 2),
            IndicatorParameter.Period("rank", 100),
            IndicatorParameter.Word("unchanged", "keep", "zero"),
        ],
        Formula = "(RSI(x, rsi) + RSI(streak of rises or falls, streak) + percent of the last changes that were smaller) / 3; O(rank)",
        Reference = "Connors and Alvarez 2012; LEAN; `zero`: Skender",
        Flat = "an index without rise and fall is 100",
        Create = values => new ConnorsRsi((int)values[0], (int)values[1], (int)values[2], values[3] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var price = _price.Push(state, bar.Close);
        var before = state[_at];
        state[_at] = bar.Close;
        if (CountOf(state) == 1)
        {
            _streak.Push(state, 0);
            return;
        }

        ref var streak = ref state[_at + 1];
        streak = bar.Close > before ? Math.Max(streak, 0) + 1 : bar.Close < before ? Math.Min(streak, 0) - 1 : _endsStreak ? 0 : streak;
        var run = _streak.Push(state, streak);
        var change = before == 0 ? 0 : (bar.Close / before) - 1;
        if (_changes.IsFull(state) && !double.IsNaN(price) && !double.IsNaN(run))
        {
            var smaller = 0;
            foreach (var one in _changes.Values(state))
            {
                smaller += one < change ? 1 : 0;
            }

            state[0] = (price + run + (100.0 * smaller / _changes.Length)) / 3;
        }

        _changes.Push(state, change);
    }
}
