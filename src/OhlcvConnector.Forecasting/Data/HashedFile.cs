using System.Security.Cryptography;

namespace OhlcvConnector.Forecasting.Data;

/// <summary>Files that end with the hash of what is in them, written beside and moved into place: a kill leaves the old one or the new one.</summary>
internal static class HashedFile
{
    /// <summary>Writes a file.</summary>
    public static void Write(string path, MemoryStream content)
    {
        var next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            content.WriteTo(file);
            file.Write(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>Reads what is in a file; null where there is none, or it is damaged.</summary>
    public static byte[]? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        var end = bytes.Length - SHA256.HashSizeInBytes;
        return end >= 0 && SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)) ? bytes[..end] : null;
    }
}
