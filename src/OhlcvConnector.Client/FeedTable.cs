using System.Collections.Concurrent;
using System.Text.Json;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>The series that a feed follows, by the names that the server's messages give them. For any thread.</summary>
internal sealed class FeedTable
{
    private readonly ConcurrentDictionary<(string Symbol, string Interval), FeedSeries> _series = [];

    /// <summary>Series of the feed, all of them.</summary>
    public ICollection<FeedSeries> All => _series.Values;

    /// <summary>Number of series in the table.</summary>
    public int Count => _series.Count;

    /// <summary>Adds a series; returns false when it is there already.</summary>
    public bool TryAdd(FeedSeries series) => _series.TryAdd(KeyOf(series.Series), series);

    /// <summary>Removes a series; returns false when it is not there.</summary>
    public bool TryRemove(Series series) => _series.TryRemove(KeyOf(series), out _);

    /// <summary>Removes this one, and none that was added in its place.</summary>
    public void Remove(FeedSeries series) => _series.TryRemove(KeyValuePair.Create(KeyOf(series.Series), series));

    /// <summary>Returns true when a series is in the table.</summary>
    public bool Contains(Series series) => _series.ContainsKey(KeyOf(series));

    /// <summary>Returns true when it is still this object that is followed, and no other in its place.</summary>
    public bool Follows(FeedSeries series) => _series.GetValueOrDefault(KeyOf(series.Series)) == series;

    /// <summary>Finds the series that a message names; null when it is not followed.</summary>
    public FeedSeries? Find(JsonElement message) => _series.GetValueOrDefault((message.Text("venue_symbol"), message.Text("interval")));

    private static (string Symbol, string Interval) KeyOf(Series series) => (series.VenueSymbol, series.Interval.ToString());
}
