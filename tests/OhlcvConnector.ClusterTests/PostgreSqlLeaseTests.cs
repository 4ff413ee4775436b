using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Archive.PostgreSql.Cluster;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ClusterTests;

/// <summary>Leases in PostgreSQL.</summary>
public sealed class PostgreSqlLeaseTests : LeaseContract
{
    private string? _address;

    internal override async Task<ILeases> OpenAsync(string place, TimeSpan duration) =>
        await PostgreSqlLeases.OpenAsync(_address ??= await (await PostgreSqlServer.GetAsync()).DatabaseAsync(), place, duration, Token);

    [Fact]
    public async Task Clusters_in_one_database_do_not_see_each_other()
    {
        await using var one = await OpenAsync("one", TimeSpan.FromMinutes(1));
        await using var other = await OpenAsync("other", TimeSpan.FromMinutes(1));
        (await one.TryAcquireAsync("node.a", "a", Token)).ShouldNotBeNull();
        (await other.ListAsync("node.", Token)).ShouldBeEmpty();
        (await other.TryAcquireAsync("node.a", "a", Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_wrong_password_is_said_without_it()
    {
        var server = await PostgreSqlServer.GetAsync();
        var refused = await Should.ThrowAsync<ClusterException>(
            () => PostgreSqlLeases.OpenAsync(server.Address("postgres", password: "secret-word"), "c", TimeSpan.FromSeconds(5), Token));
        refused.Message.ShouldContain("password authentication failed");
        refused.Message.ShouldNotContain("secret-word");
    }
}
