using System.IO.Compression;
using System.Security.Cryptography;

namespace OhlcvConnector.Dashboard;

/// <summary>A file of the dashboard, as it is sent.</summary>
internal sealed class DashboardFile
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".txt"] = "text/plain; charset=utf-8",
        [".md"] = "text/markdown; charset=utf-8",
    };

    private readonly Lazy<byte[]> _compressed; // once, for all who ask

    /// <summary>Makes it.</summary>
    /// <param name="path">Its path below the page, such as <c>assets/index-1a2b3c4d.js</c>.</param>
    /// <param name="content">What is in it.</param>
    public DashboardFile(string path, byte[] content)
    {
        Content = content;
        ContentType = Types[Path.GetExtension(path)];
        IsNamedByContent = path.StartsWith("assets/", StringComparison.Ordinal);
        Hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12));
        _compressed = new Lazy<byte[]>(() => Compress(content));
    }

    /// <summary>What is in it.</summary>
    public byte[] Content { get; }

    /// <summary>The same, compressed by gzip.</summary>
    public byte[] Compressed => _compressed.Value;

    /// <summary>Media type of the file.</summary>
    public string ContentType { get; }

    /// <summary>Hash of the content, in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>True when another content would have another name, so that a browser may keep it for good.</summary>
    public bool IsNamedByContent { get; }

    /// <summary>Reads all files that are in this assembly, by their paths.</summary>
    public static IReadOnlyDictionary<string, DashboardFile> All()
    {
        var assembly = typeof(DashboardFile).Assembly;
        return assembly.GetManifestResourceNames().ToDictionary(path => path, path =>
        {
            using var stream = assembly.GetManifestResourceStream(path)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return new DashboardFile(path, content);
        });
    }

    private static byte[] Compress(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        return target.ToArray();
    }
}
