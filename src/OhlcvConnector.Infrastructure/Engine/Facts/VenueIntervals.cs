using System.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Facts;

/// <summary>A candle length and how the venue spells it; a null spelling means that this side does not have it.</summary>
internal sealed record IntervalSpelling(Interval Interval, string? Stream, string? Rest);

/// <summary>The candle lengths of a venue's market.</summary>
internal sealed class VenueIntervals
{
    private readonly IntervalSpelling[] _spellings;
    private readonly byte[][] _streamBytes;

    /// <summary>Creates the table; the order of the arguments does not matter.</summary>
    public VenueIntervals(params IReadOnlyList<IntervalSpelling> spellings)
    {
        _spellings = [.. spellings.OrderBy(spelling => spelling.Interval)];
        _streamBytes = [.. _spellings.Select(spelling => Encoding.ASCII.GetBytes(spelling.Stream ?? ""))];
        Streamed = [.. _spellings.Where(spelling => spelling.Stream is not null).Select(spelling => spelling.Interval)];
        Historic = [.. _spellings.Where(spelling => spelling.Rest is not null).Select(spelling => spelling.Interval)];
    }

    /// <summary>Candle lengths that can be streamed, shortest first.</summary>
    public IReadOnlyList<Interval> Streamed { get; }

    /// <summary>Candle lengths that can be read as history, shortest first.</summary>
    public IReadOnlyList<Interval> Historic { get; }

    /// <summary>Lengths whose spelling is the common one on both sides, separated by spaces.</summary>
    public static VenueIntervals Same(string spellings) =>
        new([.. spellings.Split(' ').Select(text => new IntervalSpelling(Interval.Parse(text), text, text))]);

    /// <summary>The spelling on the stream.</summary>
    public string StreamSpelling(Interval interval) =>
        Find(interval)?.Stream ?? throw new ArgumentOutOfRangeException(nameof(interval), interval, "Not streamed here.");

    /// <summary>The spelling on the stream as bytes, the same array each time.</summary>
    public byte[] StreamBytes(Interval interval) =>
        Array.FindIndex(_spellings, spelling => spelling.Interval == interval) is >= 0 and var at && _spellings[at].Stream is not null
            ? _streamBytes[at]
            : throw new ArgumentOutOfRangeException(nameof(interval), interval, "Not streamed here.");

    /// <summary>The spelling on the stream, as bytes, of what lasts exactly so long; empty when nothing does.</summary>
    public ReadOnlySpan<byte> StreamBytes(TimeSpan length)
    {
        for (var i = 0; i < _spellings.Length; i++)
        {
            if (_streamBytes[i].Length != 0 && _spellings[i].Interval.ApproximateLength == length)
            {
                return _streamBytes[i];
            }
        }

        return default;
    }

    /// <summary>The spelling in REST requests.</summary>
    public string RestSpelling(Interval interval) =>
        Find(interval)?.Rest ?? throw new ArgumentOutOfRangeException(nameof(interval), interval, "Not in history here.");

    /// <summary>Finds the length that the stream spells so; returns false when there is none.</summary>
    public bool TryFind(ReadOnlySpan<byte> streamSpelling, out Interval interval)
    {
        for (var i = 0; i < _streamBytes.Length; i++)
        {
            if (_streamBytes[i].Length != 0 && streamSpelling.SequenceEqual(_streamBytes[i]))
            {
                interval = _spellings[i].Interval;
                return true;
            }
        }

        interval = default;
        return false;
    }

    private IntervalSpelling? Find(Interval interval) => Array.Find(_spellings, spelling => spelling.Interval == interval);
}
