namespace OhlcvConnector.Infrastructure.Common.Queue;

/// <summary>A first-in first-out queue of values over one array, which grows by doubling.</summary>
internal sealed class Ring<T>
{
    private T[] _items = new T[16];
    private int _head;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds at the end.</summary>
    public void Enqueue(in T item)
    {
        if (Count == _items.Length)
        {
            var larger = new T[Count * 2];
            _items.AsSpan(_head).CopyTo(larger);
            _items.AsSpan(0, _head).CopyTo(larger.AsSpan(Count - _head));
            (_items, _head) = (larger, 0);
        }

        _items[(_head + Count++) & (_items.Length - 1)] = item;
    }

    /// <summary>Takes from the front; only when something waits.</summary>
    public void Dequeue(out T item)
    {
        item = _items[_head];
        _items[_head] = default!;
        _head = (_head + 1) & (_items.Length - 1);
        Count--;
    }
}
