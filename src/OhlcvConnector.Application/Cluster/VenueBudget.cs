using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Cluster;

/// <summary>What an exchange allows one address of ours on a market. What it does not limit is <see cref="int.MaxValue"/>.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Market">The market.</param>
public sealed record VenueBudget(string Exchange, Market Market)
{
    /// <summary>Series on one connection.</summary>
    public int SeriesPerConnection { get; init; } = int.MaxValue;

    /// <summary>A name for the limits of connections and series: markets of the same name share them.</summary>
    public required string Streams { get; init; }

    /// <summary>Connections from one address.</summary>
    public int Connections { get; init; } = int.MaxValue;

    /// <summary>Series over all connections from one address.</summary>
    public int Series { get; init; } = int.MaxValue;

    /// <summary>A name for the limit of requests: markets of the same name share it.</summary>
    public required string Requests { get; init; }

    /// <summary>Request weight from one address in a minute.</summary>
    public double WeightPerMinute { get; init; } = double.PositiveInfinity;

    /// <summary>Request weight that it takes to resume a series: a page of its history.</summary>
    public double WeightPerSeries { get; init; }
}
