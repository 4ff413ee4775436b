namespace OhlcvConnector.Sandbox.Recorded;

/// <summary>The books of all exchanges of a recording.</summary>
internal sealed class RecordedBooks
{
    private readonly Dictionary<string, RecordedBook> _books = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>The book of an exchange.</summary>
    public RecordedBook Of(string exchange)
    {
        lock (_gate)
        {
            if (!_books.TryGetValue(exchange, out var book))
            {
                _books.Add(exchange, book = new RecordedBook());
            }

            return book;
        }
    }
}
