using Npgsql;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql.Cluster;

/// <summary>
/// Leases as rows of a PostgreSQL database, in the schema <c>ohlcv</c>, which may be that of an archive of candles. Their ends are written and compared by the
/// database's own clock; whoever takes one raises its epoch, so that who held it before can change it no more.
/// </summary>
public sealed class PostgreSqlLeases : ILeases
{
    private const string Tables = $"""
        {Schema.Lock};
        CREATE SCHEMA IF NOT EXISTS ohlcv;

        CREATE TABLE IF NOT EXISTS ohlcv.lease (
            cluster text NOT NULL,
            name text NOT NULL,
            note text NOT NULL,
            epoch bigint NOT NULL,
            ends timestamptz NOT NULL,
            PRIMARY KEY (cluster, name)
        );
        """;

    private const string Acquire = """
        INSERT INTO ohlcv.lease AS held (cluster, name, note, epoch, ends) VALUES ($1, $2, $3, 1, clock_timestamp() + $4)
        ON CONFLICT (cluster, name) DO UPDATE SET note = $3, epoch = held.epoch + 1, ends = clock_timestamp() + $4 WHERE held.ends <= clock_timestamp()
        RETURNING epoch
        """;

    private const string Inherit = """
        UPDATE ohlcv.lease SET note = $3, epoch = epoch + 1, ends = clock_timestamp() + $4
        WHERE cluster = $1 AND name = $2 AND note = ANY($5) AND ends > clock_timestamp() RETURNING epoch
        """;

    private const string Renew =
        "UPDATE ohlcv.lease SET note = $4, ends = clock_timestamp() + $5 WHERE cluster = $1 AND name = $2 AND epoch = $3 AND ends > clock_timestamp()";

    private const string Release = "UPDATE ohlcv.lease SET ends = '-infinity' WHERE cluster = $1 AND name = $2 AND epoch = $3";

    private const string List =
        "SELECT name, note, epoch, ends - clock_timestamp() FROM ohlcv.lease WHERE cluster = $1 AND starts_with(name, $2) AND ends > clock_timestamp() ORDER BY name";

    private readonly NpgsqlDataSource _source;
    private readonly string _cluster;

    private PostgreSqlLeases(NpgsqlDataSource source, string location, string cluster, TimeSpan duration) =>
        (_source, Location, _cluster, Duration) = (source, location, cluster, duration);

    /// <inheritdoc/>
    public TimeSpan Duration { get; }

    /// <inheritdoc/>
    public string Location { get; }

    /// <summary>Opens them, and makes their table.</summary>
    /// <param name="address"><c>postgres://user:password@host:5432/database</c>, as of an archive.</param>
    /// <param name="cluster">The cluster's name; those of others in the same database are not seen.</param>
    /// <param name="duration">How long a lease holds without being renewed.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ClusterException">The database cannot be used; the message says what to do, and never holds the password.</exception>
    public static async Task<PostgreSqlLeases> OpenAsync(
        string address, string cluster, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        ArgumentException.ThrowIfNullOrWhiteSpace(cluster);
        var (location, connectionString) = Parse(address);
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        var leases = new PostgreSqlLeases(builder.Build(), location, cluster, duration);
        try
        {
            await leases.AskAsync(connection => connection.RunAsync(Tables, cancellationToken), cancellationToken).ConfigureAwait(false);
            return leases;
        }
        catch
        {
            await leases.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<Lease?> TryAcquireAsync(string name, string note, CancellationToken cancellationToken = default) => AskAsync(
        async connection => await connection.With(Acquire, _cluster, name, note, Duration).AskAsync<long?>(cancellationToken).ConfigureAwait(false) is { } epoch
            ? new Lease(name, note, epoch)
            : null,
        cancellationToken);

    /// <inheritdoc/>
    public Task<Lease?> TryInheritAsync(string name, string note, IReadOnlyCollection<string> dead, CancellationToken cancellationToken = default) => AskAsync(
        async connection => await connection.With(Inherit, _cluster, name, note, Duration, dead.ToArray()).AskAsync<long?>(cancellationToken)
            .ConfigureAwait(false) is { } epoch ? new Lease(name, note, epoch) : null,
        cancellationToken);

    /// <inheritdoc/>
    public Task<Lease?> TryRenewAsync(Lease lease, string note, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return AskAsync(
            async connection => await connection.With(Renew, _cluster, lease.Name, lease.Token, note, Duration).RunAsync(cancellationToken)
                .ConfigureAwait(false) == 1 ? lease with { Note = note } : null,
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return AskAsync(connection => connection.With(Release, _cluster, lease.Name, lease.Token).RunAsync(cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Lease>> ListAsync(string prefix, CancellationToken cancellationToken = default) => AskAsync(
        async connection => (IReadOnlyList<Lease>)await connection.With(List, _cluster, prefix)
            .ListAsync(row => new Lease(row.GetString(0), row.GetString(1), row.GetInt64(2)) { Left = row.GetTimeSpan(3) }, cancellationToken)
            .ConfigureAwait(false),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static PostgreSqlAddress Parse(string address)
    {
        try
        {
            return PostgreSqlAddress.Parse(address);
        }
        catch (ArchiveException exception)
        {
            throw new ClusterException(exception.Message, exception);
        }
    }

    private async Task<T> AskAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return await work(connection).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (PostgreSqlErrors.Is(exception))
        {
            throw new ClusterException($"The leases in {Location} cannot be reached or changed: {exception.Message}. See whether the database runs, and whether user and password are right.", exception);
        }
    }
}
