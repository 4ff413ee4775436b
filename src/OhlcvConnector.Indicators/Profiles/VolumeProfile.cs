using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>
/// Profile of the volume that was traded at which prices, in rows of equal height. Candles are added, and removed as well; profiles of the same rows are
/// merged. Of candles it is an approximation, the better the shorter they are: one does not say where in its range its volume was traded. Not for several
/// threads at once.
/// </summary>
public sealed class VolumeProfile
{
    /// <summary>Largest number of rows of a profile; a candle that would need more is refused.</summary>
    public const int MaxRows = 1_000_000;

    private const double OnEdge = 1e-9;

    private readonly double _origin;
    private readonly int? _rows;
    private RowVolume[] _volumes = [];
    private long _first;

    /// <summary>Makes one with rows of a height, at multiples of it.</summary>
    /// <param name="rowHeight">The height of a row: a tick, or some of them.</param>
    /// <param name="spread">The prices of a candle that its volume goes to.</param>
    public VolumeProfile(double rowHeight, VolumeSpread spread = VolumeSpread.Even)
        : this(rowHeight, 0, null, spread)
    {
    }

    private VolumeProfile(double rowHeight, double origin, int? rows, VolumeSpread spread)
    {
        if (!(rowHeight > 0) || !double.IsFinite(rowHeight))
        {
            throw new InvalidSettingException(FormattableString.Invariant($"A row of a volume profile has a height above 0, not {rowHeight}."));
        }

        (RowHeight, _origin, _rows, Spread) = (rowHeight, origin, rows, spread);
    }

    /// <summary>The height of a row.</summary>
    public double RowHeight { get; }

    /// <summary>Spread of the volume: the prices of a candle that its volume goes to.</summary>
    public VolumeSpread Spread { get; }

    /// <summary>Number of candles in the profile.</summary>
    public long Count { get; private set; }

    /// <summary>
    /// Number of candles that were refused: a number was missing, not finite or below zero, or there would be more than <see cref="MaxRows"/>.
    /// </summary>
    public long Refused { get; private set; }

    /// <summary>Volume that was traded altogether.</summary>
    public double Volume => Sum(static row => row.Volume.Value);

    /// <summary>Volume that buyers took, of candles that say.</summary>
    public double Buy => Sum(static row => row.Buy.Value);

    /// <summary>Volume that sellers took, of candles that say.</summary>
    public double Sell => Sum(static row => row.Sell.Value);

    /// <summary>The rows from the lowest in which anything was traded to the highest, empty ones between included.</summary>
    public IReadOnlyList<VolumeRow> Rows
    {
        get
        {
            var rows = new List<VolumeRow>();
            var last = Array.FindLastIndex(_volumes, static row => row.Candles > 0);
            for (var index = Math.Max(Array.FindIndex(_volumes, static row => row.Candles > 0), 0); index <= last; index++)
            {
                var volume = _volumes[index];
                rows.Add(new VolumeRow(EdgeOf(_first + index), EdgeOf(_first + index + 1), volume.Volume.Value, volume.Buy.Value, volume.Sell.Value));
            }

            return rows;
        }
    }

    /// <summary>Makes the profile of bars in a number of rows over their range: of a fixed or a visible range.</summary>
    /// <param name="bars">The bars.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="spread">The prices of a candle that its volume goes to.</param>
    public static VolumeProfile Of(ReadOnlySpan<Bar> bars, int rows, VolumeSpread spread = VolumeSpread.Even)
    {
        if (rows is < 1 or > MaxRows)
        {
            throw new InvalidSettingException($"A volume profile has from 1 to {MaxRows} rows, not {rows}.");
        }

        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (ref readonly var bar in bars)
        {
            if (IsUsable(bar))
            {
                (low, high) = (Math.Min(low, bar.Low), Math.Max(high, bar.High));
            }
        }

        var profile = high > low
            ? new VolumeProfile((high - low) / rows, low, rows, spread)
            : new VolumeProfile(1, double.IsFinite(low) ? low : 0, null, spread);
        foreach (ref readonly var bar in bars)
        {
            profile.Add(bar);
        }

        return profile;
    }

    /// <summary>Adds a candle.</summary>
    /// <param name="quote">The candle.</param>
    /// <returns>True when it was taken.</returns>
    public bool Add(in PriceQuote quote) => Add(new Bar(quote));

    /// <summary>Adds a candle.</summary>
    /// <param name="bar">The candle.</param>
    /// <param name="buy">The part of its volume that buyers took, in base units; <see cref="double.NaN"/> where that is not known.</param>
    /// <returns>True when it was taken.</returns>
    public bool Add(in Bar bar, double buy = double.NaN) => TryCount(bar, buy, 1);

    /// <summary>Takes a candle out that was added as it is.</summary>
    /// <param name="bar">The candle.</param>
    /// <param name="buy">The part of its volume that buyers took, as when it was added.</param>
    /// <returns>True when it was taken out.</returns>
    public bool Remove(in Bar bar, double buy = double.NaN) => TryCount(bar, buy, -1);

    /// <summary>Adds all that is in another profile of the same rows.</summary>
    /// <param name="other">The other one.</param>
    /// <exception cref="InvalidSettingException">The rows of the other profile are others.</exception>
    public void Merge(VolumeProfile other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.RowHeight != RowHeight || other._origin != _origin || other._rows != _rows)
        {
            throw new InvalidSettingException(FormattableString.Invariant(
                $"Only profiles of the same rows are merged: these have {RowHeight} from {_origin}, those {other.RowHeight} from {other._origin}."));
        }

        if (other._volumes.Length == 0)
        {
            return;
        }

        if (!TryReach(other._first, other._first + other._volumes.Length - 1))
        {
            throw new InvalidSettingException($"Merged, the profiles have more than {MaxRows} rows.");
        }

        var offset = (int)(other._first - _first);
        for (var index = 0; index < other._volumes.Length; index++)
        {
            _volumes[offset + index].Merge(other._volumes[index]);
        }

        Count += other.Count;
    }

    /// <summary>Forgets all candles.</summary>
    public void Clear()
    {
        Array.Clear(_volumes);
        Count = 0;
    }

    /// <summary>
    /// Finds the point of control and the value area about it, which grows by the larger of the next volumes above and below until it holds its share.
    /// Published rules differ; this is the CBOT's unless said otherwise.
    /// </summary>
    /// <param name="share">The part of the volume that it holds at least, above 0 to 1.</param>
    /// <param name="inPairs">True when two rows above are compared with two below, and both taken.</param>
    /// <param name="tiesGoDown">True when it grows downwards when above and below are the same.</param>
    /// <returns>Null of a profile in which nothing was traded.</returns>
    public ValueArea? ValueArea(double share = 0.7, bool inPairs = false, bool tiesGoDown = false) => share is > 0 and <= 1
        ? ValueAreas.Find(Rows, share, inPairs, tiesGoDown)
        : throw new InvalidSettingException(FormattableString.Invariant($"The share of a value area is above 0 and at most 1, not {share}."));

    /// <summary>Finds the rows with more volume than those about them, and than the mean row (HVN).</summary>
    /// <param name="reach">The number of rows on each side that are compared; rows beyond the profile count as empty.</param>
    public IReadOnlyList<VolumeRow> HighNodes(int reach = 2) => ValueAreas.Nodes(Rows, reach, isHigh: true);

    /// <summary>Finds the rows between others with less volume than those about them, and than the mean row (LVN).</summary>
    /// <param name="reach">The number of rows on each side that are compared, as far as there are any.</param>
    public IReadOnlyList<VolumeRow> LowNodes(int reach = 2) => ValueAreas.Nodes(Rows, reach, isHigh: false);

    private static bool IsUsable(in Bar bar) =>
        double.IsFinite(bar.High + bar.Low + bar.Close + bar.Volume) && bar.Low <= bar.Close && bar.Close <= bar.High && bar.Volume >= 0;

    private double Sum(Func<RowVolume, double> number) => _volumes.Sum(number);

    private double EdgeOf(long row) => _rows is { } rows && row == rows ? _origin + (RowHeight * rows) : _origin + (RowHeight * row);

    private bool TryCount(in Bar bar, double buy, int sign)
    {
        var isSplit = !double.IsNaN(buy);
        if (!IsUsable(bar) || (isSplit && !(buy >= 0 && buy <= bar.Volume)) || (sign < 0 && Count == 0))
        {
            Refused++;
            return false;
        }

        var (low, high) = Spread switch
        {
            VolumeSpread.Even => (bar.Low, bar.High),
            VolumeSpread.AtClose => (bar.Close, bar.Close),
            _ => (bar[PriceSource.Hlc3], bar[PriceSource.Hlc3]),
        };
        if (!TryRow(low, out var from, out _) || !TryRow(high, out var to, out var isOnEdge) || !TryReach(from, to = isOnEdge && to > from ? to - 1 : to))
        {
            Refused++;
            return false;
        }

        Count += sign;
        for (var row = from; row <= to; row++)
        {
            var part = from == to ? 1 : (Math.Min(EdgeOf(row + 1), high) - Math.Max(EdgeOf(row), low)) / (high - low);
            _volumes[row - _first].Count(sign, part * bar.Volume, isSplit ? part * buy : 0, isSplit ? part * (bar.Volume - buy) : 0);
        }

        return true;
    }

    /// <summary>Finds the row of a price; one that rounding put beside an edge is on it.</summary>
    private bool TryRow(double price, out long row, out bool isOnEdge)
    {
        var place = (price - _origin) / RowHeight;
        var nearest = Math.Round(place);
        isOnEdge = Math.Abs(place - nearest) <= OnEdge * Math.Max(1, Math.Abs(place) * 1e-3);
        var floor = isOnEdge ? nearest : Math.Floor(place);
        if (_rows is { } rows && floor == rows && isOnEdge)
        {
            (floor, isOnEdge) = (rows - 1, false); // the top of the range belongs to the highest row
        }

        row = Math.Abs(floor) < 1e15 ? (long)floor : 0;
        return Math.Abs(floor) < 1e15;
    }

    private bool TryReach(long from, long to)
    {
        var (first, end) = _volumes.Length == 0 ? (from, to + 1) : (Math.Min(from, _first), Math.Max(to + 1, _first + _volumes.Length));
        if (end - first > MaxRows)
        {
            return false;
        }

        if (end - first > _volumes.Length)
        {
            var spare = _volumes.Length / 2; // grown by halves, so that a trend does not copy at each candle
            var (start, length) = (_volumes.Length > 0 && first < _first ? first - spare : first, end - first + spare);
            var grown = new RowVolume[Math.Min(length, MaxRows + spare)];
            _volumes.CopyTo(grown, _volumes.Length == 0 ? 0 : _first - start);
            (_volumes, _first) = (grown, start);
        }

        return true;
    }
}
