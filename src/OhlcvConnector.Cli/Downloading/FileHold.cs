namespace OhlcvConnector.Cli.Downloading;

/// <summary>
/// Keeps other runs from a file while this one writes it. It is a file of its own beside it, <c>NAME.lock</c>, for the file itself may be replaced meanwhile;
/// one that is left behind by a run that was killed holds nobody up.
/// </summary>
internal sealed class FileHold : IDisposable
{
    private const int Taken = 11;                                   // EWOULDBLOCK, on Linux
    private const int TakenOfMac = 35;
    private const int TakenOfWindows = unchecked((int)0x80070020);

    private readonly FileStream _lock;

    private FileHold(FileStream held) => _lock = held;

    /// <summary>Takes hold of a file, which need not exist.</summary>
    /// <exception cref="IOException">Another run has it.</exception>
    public static FileHold Take(string path)
    {
        var name = path + ".lock";
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory && !Directory.Exists(directory))
        {
            throw new DirectoryNotFoundException($"There is no directory {directory}.");
        }

        while (true)
        {
            var held = Open(name) ?? throw new IOException($"{path} is being written by another run. Wait until that has ended, or choose another name.");
            if (File.Exists(name))
            {
                return new FileHold(held);
            }

            held.Dispose(); // of one that its holder was about to take away
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static FileStream? Open(string name)
    {
        try
        {
            return new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (exception.HResult is Taken or TakenOfMac or TakenOfWindows)
        {
            return null;
        }
    }
}
