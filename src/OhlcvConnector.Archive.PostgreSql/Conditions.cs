using System.Globalization;
using System.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>What rows of a table with numbers must meet. Each value has its own number, so that it can stand there twice.</summary>
internal sealed class Conditions
{
    private readonly StringBuilder _sql = new("true");
    private readonly List<object?> _values = [];

    /// <summary>The values, <c>$1</c> first.</summary>
    public IReadOnlyList<object?> Values => _values;

    /// <summary>Adds one, in which <c>{0}</c> stands for the value; none where that is null.</summary>
    public Conditions Add(string condition, object? value)
    {
        if (value is not null)
        {
            _values.Add(value);
            _sql.Append(" AND ").Append(condition.Replace("{0}", $"${_values.Count}", StringComparison.Ordinal));
        }

        return this;
    }

    /// <summary>Adds those that a series must meet; null for any.</summary>
    public Conditions AddSeries(string? exchange, Market? market, string? symbol, Interval? interval) =>
        Add("lower(exchange) = lower({0})", exchange)
            .Add("market = {0}", market?.Name())
            .Add("(lower(venue_symbol) = lower({0}) OR lower(symbol) = lower({0}))", symbol)
            .Add("interval = {0}", interval?.ToString());

    /// <summary>Adds those that the number must meet; null for any.</summary>
    public Conditions AddNumbers(long? before, long? after) => Add("number < {0}", before).Add("number > {0}", after);

    /// <summary>How rows are ordered by their number, and how many are read.</summary>
    public static string Order(bool isAscending, int limit, int most) =>
        string.Create(CultureInfo.InvariantCulture, $"ORDER BY number {(isAscending ? "ASC" : "DESC")} LIMIT {Math.Clamp(limit, 1, most)}");

    /// <summary>As SQL.</summary>
    public override string ToString() => _sql.ToString();
}
