namespace OhlcvConnector.Indicators;

/// <summary>
/// Pivot points of each candle, for the next one. They are mostly asked of longer candles: <c>pivot/1d</c> on minutes gives yesterday's levels all day long.
/// </summary>
public sealed class PivotPoints : Indicator
{
    private static readonly string[] Three = ["pivot", "r1", "r2", "r3", "s1", "s2", "s3"];

    private readonly PivotMethod _method;

    private PivotPoints(PivotMethod method)
        : base(Kinds[(int)method], 1) => _method = method;

    /// <summary>Makes the floor traders'.</summary>
    public static PivotPoints Classic() => new(PivotMethod.Classic);

    /// <summary>Makes those of Fibonacci's parts of the range.</summary>
    public static PivotPoints Fibonacci() => new(PivotMethod.Fibonacci);

    /// <summary>Makes Scott's: twelfths of 1.1 ranges about the close.</summary>
    public static PivotPoints Camarilla() => new(PivotMethod.Camarilla);

    /// <summary>Makes Wood's: as the classic ones, of a pivot in which the close counts twice.</summary>
    public static PivotPoints Woodie() => new(PivotMethod.Woodie);

    /// <summary>Makes DeMark's: one level on each side, by whether the candle rose or fell.</summary>
    public static PivotPoints DeMark() => new(PivotMethod.DeMark);

    /// <summary>Kinds of pivot points, one of each method, because they have other levels.</summary>
    internal static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        Describe("pivot", PivotMethod.Classic, "floor traders'; Skender, month by month",
            "p = (h + l + c) / 3; r1, s1 = 2p - l, 2p - h; r2, s2 = p +- (h - l); r3, s3 = h + 2(p - l), l - 2(h - p)", Three),
        Describe("pivotfib", PivotMethod.Fibonacci, "usual; Skender", "p = (h + l + c) / 3; p +- 0.382, 0.618 and 1 times (h - l)", Three),
        Describe("pivotcam", PivotMethod.Camarilla, "Scott 1989; Skender", "c +- 1.1 (h - l) / 12, 6, 4 and 2",
            ["pivot", "r1", "r2", "r3", "r4", "s1", "s2", "s3", "s4"]),
        Describe("pivotwoodie", PivotMethod.Woodie, "Wood; of the candle's close, where others take the next open",
            "as the classic with p = (h + l + 2c) / 4", Three),
        Describe("pivotdemark", PivotMethod.DeMark, "DeMark; Skender",
            "x = h + 2l + c of a falling, 2h + l + c of a rising, h + l + 2c of another candle; p = x/4, r1 = x/2 - l, s1 = x/2 - h", ["pivot", "r1", "s1"]),
    ];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var (high, low, close) = (bar.High, bar.Low, bar.Close);
        var (range, pivot) = (high - low, (high + low + close) / 3);
        switch (_method)
        {
            case PivotMethod.Fibonacci:
                state[0] = pivot;
                Around(state, pivot, [0.382 * range, 0.618 * range, range]);
                break;
            case PivotMethod.Camarilla:
                state[0] = close;
                Around(state, close, [1.1 / 12 * range, 1.1 / 6 * range, 1.1 / 4 * range, 1.1 / 2 * range]);
                break;
            case PivotMethod.DeMark:
                var sum = high + low + close + (close < bar.Open ? low : close > bar.Open ? high : close);
                (state[0], state[1], state[2]) = (sum / 4, (sum / 2) - low, (sum / 2) - high);
                break;
            default:
                pivot = _method == PivotMethod.Woodie ? (high + low + (2 * close)) / 4 : pivot;
                (state[0], state[1], state[2], state[3]) = (pivot, (2 * pivot) - low, pivot + range, high + (2 * (pivot - low)));
                (state[4], state[5], state[6]) = ((2 * pivot) - high, pivot - range, low - (2 * (high - pivot)));
                break;
        }
    }

    private static void Around(double[] state, double middle, ReadOnlySpan<double> distances)
    {
        for (var index = 0; index < distances.Length; index++)
        {
            state[1 + index] = middle + distances[index];
            state[1 + distances.Length + index] = middle - distances[index];
        }
    }

    private static IndicatorKind Describe(string name, PivotMethod method, string reference, string formula, string[] outputs) => new()
    {
        Name = name,
        Aliases = method == PivotMethod.Classic ? ["pivotpoints"] : [],
        Title = $"{method} pivot points",
        Group = IndicatorGroup.Levels,
        Outputs = outputs,
        Takes = BarParts.Prices,
        Formula = $"of each closed candle, for the next; `{name}/1d` of days: {formula}",
        Reference = reference,
        Scaling = PriceScaling.Price,
        Create = _ => new PivotPoints(method),
    };
}
