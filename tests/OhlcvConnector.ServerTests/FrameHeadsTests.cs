using System.Buffers.Binary;
using OhlcvConnector.Server.Connections;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public sealed class FrameHeadsTests
{
    private const byte Rsv2 = 0x20;

    [Fact]
    public void Only_the_head_of_a_control_frame_with_rsv1_is_changed_however_the_bytes_are_cut()
    {
        // all payloads look like heads of such frames
        var frames = new (byte Head, int Length)[]
        {
            (0xC1, 0), (0x41, 5), (0x89, 3), (0x00, 125), (0x80, 126), (0xC9, 3), (0xC2, 200), (0x8A, 0), (0xCA, 0), (0xC1, 70_000), (0xC8, 2), (0x89, 1),
        };
        var (sent, expected) = (new List<byte>(), new List<byte>());
        foreach (var (head, length) in frames)
        {
            var rest = Rest(length);
            sent.AddRange([head, .. rest]);
            expected.AddRange([head is 0xC9 or 0xCA or 0xC8 ? (byte)(head | Rsv2) : head, .. rest]);
        }

        foreach (var piece in new[] { 1, 2, 3, 5, 7, 64, 4_096, sent.Count })
        {
            var heads = new FrameHeads();
            var bytes = sent.ToArray();
            for (var at = 0; at < bytes.Length; at += piece)
            {
                heads.Look(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
            }

            bytes.AsSpan().SequenceEqual(expected.ToArray()).ShouldBeTrue($"in pieces of {piece}");
        }
    }

    /// <summary>The length, a mask and a payload.</summary>
    private static byte[] Rest(int length)
    {
        var words = new byte[length + 4];
        Array.Fill(words, (byte)0xC9);
        var large = new byte[9];
        BinaryPrimitives.WriteUInt64BigEndian(large.AsSpan(1), (ulong)length);
        large[0] = 0xFF;
        return length switch
        {
            < 126 => [(byte)(0x80 | length), .. words],
            <= ushort.MaxValue => [0xFE, large[7], large[8], .. words],
            _ => [.. large, .. words],
        };
    }
}
