using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>Finds a tape by the venue's bytes for its symbol, without making a string. Safe from several threads.</summary>
internal sealed class TapeTable
{
    private readonly ConcurrentDictionary<byte[], SymbolTape> _tapes;
    private readonly ConcurrentDictionary<byte[], SymbolTape>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;

    /// <summary>Creates an empty table.</summary>
    public TapeTable()
    {
        _tapes = new ConcurrentDictionary<byte[], SymbolTape>(new Bytes());
        _bySpan = _tapes.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The tape of a symbol; null where its trades are not followed.</summary>
    public SymbolTape? Find(ReadOnlySpan<byte> symbol) => _bySpan.TryGetValue(symbol, out var tape) ? tape : null;

    /// <inheritdoc cref="Find(ReadOnlySpan{byte})"/>
    public SymbolTape? Find(string symbol) => _tapes.GetValueOrDefault(Encoding.UTF8.GetBytes(symbol));

    /// <summary>Adds a tape.</summary>
    public void Add(SymbolTape tape) => _tapes[Encoding.UTF8.GetBytes(tape.Symbol)] = tape;

    /// <summary>Removes the tape of a symbol.</summary>
    public void Remove(SymbolTape tape) => _tapes.TryRemove(Encoding.UTF8.GetBytes(tape.Symbol), out _);

    private sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = 2_166_136_261u;
            foreach (var value in alternate)
            {
                hash = (hash ^ value) * 16_777_619u;
            }

            return (int)hash;
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
