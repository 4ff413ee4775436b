using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OhlcvConnector.Application.Cluster;

/// <summary>A hash that is the same on every machine and in every version: the first eight bytes of SHA-256.</summary>
internal static class StableHash
{
    /// <summary>Returns the hash of a text.</summary>
    public static ulong Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
