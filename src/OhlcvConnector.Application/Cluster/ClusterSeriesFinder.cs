using System.Collections.Concurrent;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Cluster;

/// <summary>Finds the instruments of the series that a cluster names, and knows those that there are none of.</summary>
internal sealed class ClusterSeriesFinder(IInstrumentRepository instruments)
{
    private readonly ConcurrentDictionary<ClusterSeries, string> _unknown = new();

    /// <summary>The series that were looked for and not found.</summary>
    public int Unknown => _unknown.Count;

    /// <summary>Finds series of one market.</summary>
    /// <returns>Those that the exchange has; of each other one somebody is told, once.</returns>
    public async Task<IReadOnlyList<(ClusterSeries Wanted, Series Series)>> FindAsync(
        string exchange, Market market, IEnumerable<ClusterSeries> wanted, Action<string> say, CancellationToken cancellationToken)
    {
        var profile = new ListInstruments(instruments).Exchange(exchange).Markets.FirstOrDefault(row => row.Market == market);
        var listed = profile is null
            ? []
            : (await instruments.ListAsync(exchange, market, cancellationToken).ConfigureAwait(false)).ToDictionary(one => one.VenueSymbol);
        var found = new List<(ClusterSeries, Series)>();
        foreach (var series in wanted)
        {
            var problem = profile is null ? "the exchange has no such market"
                : !profile.Intervals.Contains(series.Interval) ? "the exchange does not stream this interval"
                : !listed.ContainsKey(series.Symbol) ? "the exchange does not list it"
                : null;
            if (problem is null)
            {
                found.Add((series, new Series(listed[series.Symbol], series.Interval, series.Symbol)));
                _unknown.TryRemove(series, out _);
            }
            else if (_unknown.TryAdd(series, problem))
            {
                say($"{series} is not carried: {problem}. 'connector-cli cluster remove' takes it off the list.");
            }
        }

        return found;
    }

    /// <summary>Forgets series that are wanted no more.</summary>
    public void Forget(IEnumerable<ClusterSeries> series)
    {
        foreach (var one in series)
        {
            _unknown.TryRemove(one, out _);
        }
    }
}
