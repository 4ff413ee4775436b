using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>Waits for any of thousands of sockets, on Linux: one system call for all that are ready, and no thread pool.</summary>
internal sealed partial class Epoll
{
    private const int Add = 1;
    private const uint Readable = 1;

    private readonly int _handle = epoll_create1(0);
    private readonly byte[] _events = new byte[Most * Size];

    private const int Most = 512;

    /// <summary>The kernel packs the structure on x64 alone.</summary>
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private const int Size = 16;

    /// <summary>Watches a socket under a number.</summary>
    public void Watch(Socket socket, int number)
    {
        Span<byte> watched = stackalloc byte[Size];
        MemoryMarshal.Write(watched, Readable);
        MemoryMarshal.Write(watched[DataAt..], number);
        if (epoll_ctl(_handle, Add, (int)socket.Handle, ref MemoryMarshal.GetReference(watched)) != 0)
        {
            throw new InvalidOperationException($"epoll_ctl failed with {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Waits at most so long, and gives the numbers of sockets that can be read.</summary>
    public int Wait(Span<int> numbers, int milliseconds)
    {
        var count = epoll_wait(_handle, ref _events[0], Math.Min(numbers.Length, Most), milliseconds);
        for (var i = 0; i < count; i++)
        {
            numbers[i] = MemoryMarshal.Read<int>(_events.AsSpan((i * (DataAt + 8)) + DataAt));
        }

        return Math.Max(0, count);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_create1(int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_ctl(int epoll, int operation, int socket, ref byte watched);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_wait(int epoll, ref byte events, int most, int milliseconds);
}
