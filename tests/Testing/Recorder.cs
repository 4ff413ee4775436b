using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OhlcvConnector.Testing;

/// <summary>Keeps what is logged, so that a failing test can show it and others can ask for it.</summary>
internal sealed class LogRecorder : ILoggerFactory, ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<(int EventId, object? State)> _events = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    /// <summary>The values of one placeholder in all events with an id, however they are worded.</summary>
    public T[] Values<T>(int eventId, string placeholder) =>
    [
        .. _events.Where(entry => entry.EventId == eventId).Select(entry => entry.State).OfType<IEnumerable<KeyValuePair<string, object?>>>()
            .SelectMany(state => state).Where(pair => pair.Key == placeholder).Select(pair => pair.Value).OfType<T>(),
    ];

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _events.Enqueue((eventId.Id, Copy(state)));
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
    }

    /// <summary>The state of generated log messages may be a reused object.</summary>
    private static object? Copy<TState>(TState state) => state is IEnumerable<KeyValuePair<string, object?>> pairs ? pairs.ToArray() : state;

    public void Dispose()
    {
        // nothing is held
    }
}
