using System.Collections.Concurrent;
using OhlcvConnector.Infrastructure.Engine.Trades;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>The tapes of a feed's symbols, each with the shard that carries its trades. Changed under the feed's lock, read by any thread.</summary>
internal sealed class FeedTapes
{
    private readonly ConcurrentDictionary<TradeTape, FeedShard> _shards = new();
    private TradeTape[] _all = [];

    /// <summary>The tapes by the venue's spelling of their symbols, for decoders.</summary>
    public TapeTable Table { get; } = new();

    /// <summary>Tapes of the feed, all of them, as a list that does not change.</summary>
    public TradeTape[] All => Volatile.Read(ref _all);

    /// <summary>Returns the tape of a symbol; null where its trades are not followed.</summary>
    public TradeTape? Find(string symbol) => (TradeTape?)Table.Find(symbol);

    /// <summary>Returns the shard that carries a tape's trades; null when the tape was removed.</summary>
    public FeedShard? ShardOf(TradeTape tape) => _shards.GetValueOrDefault(tape);

    /// <summary>Adds a tape.</summary>
    public void Add(TradeTape tape, FeedShard shard)
    {
        _shards[tape] = shard;
        Table.Add(tape);
        Volatile.Write(ref _all, [.. _all, tape]);
    }

    /// <summary>Removes a tape, and takes its trades off their shard.</summary>
    public void Remove(TradeTape tape)
    {
        Table.Remove(tape);
        Volatile.Write(ref _all, [.. _all.Where(other => other != tape)]);
        if (_shards.TryRemove(tape, out var shard))
        {
            shard.RemoveTrades(tape.First);
        }
    }
}
