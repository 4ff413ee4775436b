using System.Buffers.Binary;
using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>
/// Finds a series by the venue's bytes for symbol and interval, without making a string. Reading is lock-free and may run beside a change.
/// </summary>
/// <param name="market">The market that the series belong to; its stream spellings are the keys.</param>
/// <param name="onMiss">Makes a series for a key that is not there, or null to leave it unknown; for tools that do not know beforehand what comes.</param>
internal sealed class SeriesTable(VenueMarket market, Func<string, Interval, Series?>? onMiss = null)
{
    private readonly Lock _change = new();
    private Entry?[] _buckets = new Entry?[16];
    private int _count;

    /// <summary>Number of series in the table.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a series; false when an equal one is there.</summary>
    public bool Add(Series series)
    {
        var symbol = Encoding.UTF8.GetBytes(series.VenueSymbol);
        var interval = market.Intervals.StreamBytes(series.Interval);
        lock (_change)
        {
            if (Find(symbol, interval, _buckets) is not null)
            {
                return false;
            }

            if (_count >= _buckets.Length)
            {
                _buckets = Grown(_buckets);
            }

            var hash = Hash(symbol, interval);
            ref var bucket = ref _buckets[hash & (uint)(_buckets.Length - 1)];
            Volatile.Write(ref bucket, new Entry(hash, symbol, interval, series, bucket));
            _count++;
            return true;
        }
    }

    /// <summary>Removes a series; false when it is not there.</summary>
    public bool Remove(Series series)
    {
        lock (_change)
        {
            var kept = new Entry?[_buckets.Length];
            var found = false;
            foreach (var entry in All(_buckets))
            {
                if (entry.Series.Equals(series))
                {
                    found = true;
                    continue;
                }

                ref var bucket = ref kept[entry.Hash & (uint)(kept.Length - 1)];
                bucket = new Entry(entry.Hash, entry.Symbol, entry.Interval, entry.Series, bucket);
            }

            if (found)
            {
                _count--;
                Volatile.Write(ref _buckets, kept);
            }

            return found;
        }
    }

    /// <summary>The series that the venue spells so; null when it is not ours.</summary>
    public Series? Find(ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> interval) =>
        Find(symbol, interval, Volatile.Read(ref _buckets)) ?? (onMiss is null ? null : Make(symbol, interval));

    private static Series? Find(ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> interval, Entry?[] buckets)
    {
        var hash = Hash(symbol, interval);
        for (var entry = Volatile.Read(ref buckets[hash & (uint)(buckets.Length - 1)]); entry is not null; entry = entry.Next)
        {
            if (entry.Hash == hash && symbol.SequenceEqual(entry.Symbol) && interval.SequenceEqual(entry.Interval))
            {
                return entry.Series;
            }
        }

        return null;
    }

    private static uint Hash(ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> interval)
    {
        var hash = Append(Append(14695981039346656037, symbol), interval);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Append(ulong hash, ReadOnlySpan<byte> text)
    {
        for (; BinaryPrimitives.TryReadUInt64LittleEndian(text, out var bytes); text = text[sizeof(ulong)..])
        {
            hash = Mix(hash ^ bytes);
        }

        ulong rest = 0;
        foreach (var value in text)
        {
            rest = (rest << 8) | value;
        }

        return Mix(hash ^ rest);
    }

    private static ulong Mix(ulong hash)
    {
        hash *= 0x9E3779B97F4A7C15;
        return hash ^ (hash >> 32);
    }

    private static Entry?[] Grown(Entry?[] buckets)
    {
        var grown = new Entry?[buckets.Length * 2];
        foreach (var entry in All(buckets))
        {
            ref var bucket = ref grown[entry.Hash & (uint)(grown.Length - 1)];
            bucket = new Entry(entry.Hash, entry.Symbol, entry.Interval, entry.Series, bucket);
        }

        return grown;
    }

    private static IEnumerable<Entry> All(Entry?[] buckets)
    {
        foreach (var bucket in buckets)
        {
            for (var entry = bucket; entry is not null; entry = entry.Next)
            {
                yield return entry;
            }
        }
    }

    private Series? Make(ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> interval)
    {
        if (!market.Intervals.TryFind(interval, out var known) || onMiss!(Encoding.UTF8.GetString(symbol), known) is not { } series)
        {
            return null;
        }

        Add(series);
        return series;
    }

    private sealed record Entry(uint Hash, byte[] Symbol, byte[] Interval, Series Series, Entry? Next);
}
